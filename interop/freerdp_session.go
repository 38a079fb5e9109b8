package interop

import (
	"fmt"
	"testing"
)

// FreeRDPSession opens a session with xfreerdp (version 2) or xfreerdp3
// (version 3) and returns at once; WaitPicture tells when something can be seen.
func FreeRDPSession(t testing.TB, version int, o SessionOptions) *Session {
	t.Helper()
	o = o.defaults()
	host, port := splitLoopback(t, o.Addr)
	args := []string{"/v:" + host + ":" + port, "/sec:" + o.Sec, "/cert:ignore",
		fmt.Sprintf("/bpp:%d", o.BPP), "-grab-keyboard", "/log-level:INFO"}
	switch {
	case o.Password != "":
		args = append(args, "/u:"+o.User, "/p:"+o.Password)
	case version == 3:
		// Without a password it asks for one; with an empty one and a user it logs on with that.
		args = append(args, "/u:", "/p:")
	default:
		args = append(args, "/u:"+o.User)
	}
	if o.Domain != "" {
		args = append(args, "/d:"+o.Domain)
	}
	switch {
	case o.Keyboard != "" && version == 3:
		args = append(args, "/kbd:layout:"+o.Keyboard)
	case o.Keyboard != "":
		args = append(args, "/kbd:"+o.Keyboard)
	}
	// Where no window manager moves it, a window without decorations stands at 0,0.
	if o.Fullscreen {
		args = append(args, "/f")
	} else {
		args = append(args, fmt.Sprintf("/size:%dx%d", o.Width, o.Height), "-decorations")
	}
	cmd := lineBuffered(t, freerdp(t, version, "xfreerdp"), append(args, o.Extra...)...)
	return startSession(t, NewScreen(t, o.Width, o.Height), cmd, o.Env)
}
