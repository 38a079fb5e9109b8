package interop

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// Options says how a FreeRDP client connects.
type Options struct {
	Host, Port             string // a loopback address, or "localhost" (Kerberos needs a name)
	User, Password, Domain string
	Sec                    string        // "nla" (also if empty), "ext" (offers HYBRID_EX too), or "tls"
	AuthOnly               bool          // leave when the connection is active; else stay until Timeout
	Extra                  []string      // further arguments
	Env                    []string      // further environment, as KRB5_CONFIG=...
	Timeout                time.Duration // 30 s if zero
}

// Result is what a FreeRDP client said.
type Result struct {
	ExitCode   int    // -1 if it was stopped; do not judge by it, see OK
	ErrConnect string // the last error it names, as "ERRCONNECT_LOGON_FAILURE"; "" if none, or if it left by itself
	OK         bool   // it logged in and the connection became active
	Log        string // everything it wrote
}

// FreeRDPClient runs xfreerdp (version 2) or xfreerdp3 (version 3) to its end.
//
// OK is for servers that carry a session. A test of our own server, which may
// stop earlier, judges a good login by what that server saw, and uses the
// client's log for the refusals.
func FreeRDPClient(t testing.TB, version int, o Options) Result {
	t.Helper()
	host, port := splitLoopback(t, o.Host+":"+o.Port)
	if o.Sec == "" {
		o.Sec = "nla"
	}
	if o.Timeout == 0 {
		o.Timeout = 30 * time.Second
	}
	args := []string{"/v:" + host + ":" + port, "/u:" + o.User, "/p:" + o.Password, "/sec:" + o.Sec, "/cert:ignore", "/log-level:DEBUG"}
	if o.Domain != "" {
		args = append(args, "/d:"+o.Domain)
	}
	if o.AuthOnly {
		args = append(args, "+auth-only")
	}
	cmd := lineBuffered(t, freerdp(t, version, "xfreerdp"), append(args, o.Extra...)...)
	cmd.Env = append(append(cmd.Env, "DISPLAY="+Display(t)), o.Env...)
	var r Result
	r.Log, r.ExitCode = run(t, o.Timeout, cmd)
	for _, name := range errConnect.FindAllString(r.Log, -1) {
		if name != "ERRCONNECT_CONNECT_CANCELLED" { // its own leaving, after +auth-only or by a signal
			r.ErrConnect = name
		}
	}
	r.OK = loggedIn(version, o.AuthOnly, r)
	return r
}

// Refusal returns the client's error, or a word about its lack, for messages
// of tests.
func (r Result) Refusal() string {
	if r.ErrConnect == "" {
		return fmt.Sprintf("no ERRCONNECT, exit code %d", r.ExitCode)
	}
	return r.ErrConnect
}

var errConnect = regexp.MustCompile(`ERRCONNECT_[A-Z_]+`)

// loggedIn reads the client's verdict. Version 3.10.3 exits with 131 after a
// successful +auth-only, whose log says "exit status 1" then.
func loggedIn(version int, authOnly bool, r Result) bool {
	switch {
	case !authOnly:
		return strings.Contains(r.Log, "CONNECTION_STATE_ACTIVE") && r.ErrConnect == ""
	case version == 2:
		return r.ExitCode == 0
	default:
		return strings.Contains(r.Log, "[freerdp_connect_begin]: Authentication only, exit status 1")
	}
}

// freerdp returns the name of a FreeRDP program; Debian adds 3 to those of
// version 3.
func freerdp(t testing.TB, version int, program string) string {
	t.Helper()
	switch version {
	case 2:
		return program
	case 3:
		return program + "3"
	}
	t.Fatalf("interop: there is no FreeRDP %d here", version)
	return ""
}
