package interop

import (
	"image"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// SessionOptions says how a client opens a session on a screen of its own.
type SessionOptions struct {
	Addr                   string // a loopback address with its port, or "localhost:port"
	User, Password, Domain string // without a password no automatic logon is asked for, and FreeRDP 3 sends no user
	Sec                    string // FreeRDP: "nla" (also if empty), "ext", "tls", "rdp"
	Width, Height          int    // of the screen and the session, in pixels; 800 x 600 if zero
	BPP                    int    // colour depth asked for: 16, 24 or 32; 32 if zero
	Fullscreen             bool   // a session as large as the screen, without giving its size
	Keyboard               string // rdesktop: keyboard layout, as "ja"; FreeRDP: of /kbd
	Extra                  []string
	Env                    []string
}

// Session is a foreign client with a session open on its own screen, which it
// covers: the screen's pixels are the session's. It ends with its test.
type Session struct {
	*Screen
	client *process
}

// Ended is how a client left.
type Ended struct {
	ExitCode   int    // -1 if a signal ended it
	ErrConnect string // FreeRDP: the last ERRCONNECT_... it names, "" if none, or if it left by itself
	ErrInfo    string // FreeRDP: the ERRINFO_... that the server sent (MS-RDPBCGR 2.2.5.1.1), "" if none
	Log        string // everything it wrote
}

// defaults fills in what is zero.
func (o SessionOptions) defaults() SessionOptions {
	if o.Width == 0 || o.Height == 0 {
		o.Width, o.Height = 800, 600
	}
	if o.BPP == 0 {
		o.BPP = 32
	}
	if o.Sec == "" {
		o.Sec = "nla"
	}
	return o
}

// startSession starts a client on the screen. A test that fails has the
// client's log and last picture.
func startSession(t testing.TB, screen *Screen, cmd *exec.Cmd, env []string) *Session {
	t.Helper()
	cmd.Env = append(append(cmd.Env, "DISPLAY="+screen.Name), env...)
	s := &Session{Screen: screen, client: start(t, cmd)}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("interop: %s wrote:\n%s", programName(cmd), s.client.log)
		}
	})
	return s
}

// WaitPicture waits until good says that the screen shows what it should, and
// returns that picture. It fails the test after the timeout, or when the client
// ends; the last picture is then in build/interop.
func (s *Session) WaitPicture(good func(*image.RGBA) bool, timeout time.Duration) *image.RGBA {
	s.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		ended := s.over()
		picture := s.Screenshot()
		switch {
		case good(picture):
			return picture
		case ended:
			s.t.Fatalf("interop: %s ended before it showed the picture; see %s", programName(s.client.cmd), SavePicture(s.t, picture, "last"))
		case time.Now().After(deadline):
			s.t.Fatalf("interop: %s does not show the picture after %v; see %s", programName(s.client.cmd), timeout, SavePicture(s.t, picture, "last"))
		}
	}
}

// WaitSimilar waits until at most the share atMost (0 to 1) of the pixels differ
// from want by more than the tolerance, and fails like CheckPicture after the
// timeout.
func (s *Session) WaitSimilar(want image.Image, tolerance uint8, atMost float64, timeout time.Duration) *image.RGBA {
	s.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(50 * time.Millisecond) {
		ended := s.over()
		picture := s.Screenshot()
		if c := Compare(picture, want, tolerance); c.SizesMeet && c.Different <= atMost {
			return picture
		}
		if ended || time.Now().After(deadline) {
			CheckPicture(s.t, picture, want, tolerance, atMost)
			s.t.FailNow()
		}
	}
}

// Running reports whether the client is still there.
func (s *Session) Running() bool { return !s.over() }

// Log is what the client has written so far.
func (s *Session) Log() string { return s.client.log.String() }

// End ends the client by a signal, as a crash of its machine would look to the
// server: FreeRDP 2 and rdesktop just drop the connection, FreeRDP 3 may still
// say goodbye.
func (s *Session) End() Ended {
	s.t.Helper()
	s.client.stop()
	return s.ended()
}

// Disconnect closes the client's window, as a person does, and waits until the
// client has left.
func (s *Session) Disconnect() Ended {
	s.t.Helper()
	switch n, err := closeWindows(s.Name); {
	case s.over():
	case err != nil:
		s.t.Fatalf("interop: closing the window: %v", err)
	case n == 0:
		s.t.Fatal("interop: the client has no window to close")
	}
	return s.Wait(10 * time.Second)
}

// Wait waits until the client has left by itself, as when the server ends the
// session. It fails the test after the timeout.
func (s *Session) Wait(timeout time.Duration) Ended {
	s.t.Helper()
	select {
	case <-s.client.done:
	case <-time.After(timeout):
		s.t.Fatalf("interop: %s is still there after %v", programName(s.client.cmd), timeout)
	}
	return s.ended()
}

func (s *Session) over() bool {
	select {
	case <-s.client.done:
		return true
	default:
		return false
	}
}

var errInfo = regexp.MustCompile(`ERRINFO_[A-Z0-9_]+`)

func (s *Session) ended() Ended {
	e := Ended{ExitCode: s.client.cmd.ProcessState.ExitCode(), Log: s.Log()}
	for _, name := range errConnect.FindAllString(e.Log, -1) {
		if name != "ERRCONNECT_CONNECT_CANCELLED" {
			e.ErrConnect = name
		}
	}
	for _, name := range errInfo.FindAllString(e.Log, -1) {
		if !strings.HasSuffix(name, "_SUCCESS") && name != "ERRINFO_NONE" {
			e.ErrInfo = name
		}
	}
	return e
}
