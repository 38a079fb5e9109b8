package interop

import (
	"fmt"
	"strings"
	"testing"
)

// RDesktopSession opens a session with rdesktop, which speaks TLS and the
// encryption of RDP itself, and Network Level Authentication with Kerberos only.
// It returns at once; WaitPicture tells when something can be seen.
func RDesktopSession(t testing.TB, o SessionOptions) *Session {
	t.Helper()
	o = o.defaults()
	host, port := splitLoopback(t, o.Addr)
	args := []string{"-a", fmt.Sprint(o.BPP)}
	for _, with := range [][2]string{{"-u", o.User}, {"-p", o.Password}, {"-d", o.Domain}, {"-k", o.Keyboard}} {
		if with[1] != "" {
			args = append(args, with[0], with[1])
		}
	}
	if o.Fullscreen {
		args = append(args, "-f")
	} else {
		args = append(args, "-g", fmt.Sprintf("%dx%d", o.Width, o.Height))
	}
	cmd := lineBuffered(t, "rdesktop", append(append(args, o.Extra...), host+":"+port)...)
	cmd.Stdin = strings.NewReader("yes\n") // "Do you trust this certificate?"
	return startSession(t, NewScreen(t, o.Width, o.Height), cmd, o.Env)
}
