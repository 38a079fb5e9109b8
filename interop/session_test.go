package interop_test

import (
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/interop"
)

// These cases prove the sessions of strangers on strangers, before our own
// server and client have a picture to show.

const pictureTimeout = 20 * time.Second

// clients are those that show a whole session.
var clients = []struct {
	peer   string
	open   func(t testing.TB, o interop.SessionOptions) *interop.Session
	closed int    // exit code after its window was closed
	sent   int    // exit code after the server ended the session
	reason string // and what it names as the reason
}{
	{"xfreerdp-2", freerdpSession(2), 0, 12, "ERRINFO_LOGOFF_BY_USER"},
	{"xfreerdp-3", freerdpSession(3), 0, 12, "ERRINFO_LOGOFF_BY_USER"},
	{"rdesktop", interop.RDesktopSession, 62, 63, ""},
}

func freerdpSession(version int) func(testing.TB, interop.SessionOptions) *interop.Session {
	return func(t testing.TB, o interop.SessionOptions) *interop.Session {
		return interop.FreeRDPSession(t, version, o)
	}
}

func TestSessionPicture(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		for _, c := range []struct {
			bpp       int
			tolerance uint8
		}{
			{32, 0}, // no loss at all
			{16, 7}, // of 8 bits 5 are left
		} {
			client, server := clients[version-2], fmt.Sprintf("shadow-%d", version)
			interop.Case(t, []string{client.peer, server}, fmt.Sprintf("self: picture at %d bpp", c.bpp), func(t *testing.T) {
				t.Parallel()
				addr, want := interop.ShadowPicture(t, version)
				s := client.open(t, interop.SessionOptions{Addr: addr, User: interop.ShadowUser, Password: interop.ShadowPassword, BPP: c.bpp})
				s.WaitSimilar(want, c.tolerance, 0, pictureTimeout)
			})
		}
	}
}

// xrdp has no user to let in here, but a login screen, on which its clients agree
// to the pixel.
func TestSessionLoginScreen(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"xrdp", "xfreerdp-2", "rdesktop"}, "self: the same picture", func(t *testing.T) {
		t.Parallel()
		addr := interop.XRDP(t)
		// At 16 bpp each spreads 5 and 6 bits to 8 in its own way.
		for bpp, tolerance := range map[int]uint8{16: 7, 24: 0, 32: 0} {
			o := interop.SessionOptions{Addr: addr, User: user, Sec: "tls", BPP: bpp}
			one, other := interop.FreeRDPSession(t, 2, o), interop.RDesktopSession(t, o)
			one.WaitPicture(func(got *image.RGBA) bool {
				return loginScreen(got) && interop.Compare(got, other.Screenshot(), tolerance).Same()
			}, pictureTimeout)
		}
	})
	for _, c := range clients {
		interop.Case(t, []string{"xrdp", c.peer}, "self: keys, a click, and the server ends it", func(t *testing.T) {
			t.Parallel()
			s := c.open(t, interop.SessionOptions{Addr: interop.XRDP(t), User: user, Sec: "tls"})
			empty := s.WaitPicture(atRest(loginScreen), pictureTimeout)
			s.Type("abc")
			s.WaitPicture(func(got *image.RGBA) bool {
				changed := interop.Compare(got, empty, 0)
				return !changed.Same() && changed.Where.In(loginFields)
			}, pictureTimeout)
			for range 3 {
				s.Key("BackSpace")
			}
			s.WaitSimilar(empty, 0, 0, pictureTimeout)
			s.Click(504, 470) // "Cancel"
			if ended := s.Wait(pictureTimeout); ended.ExitCode != c.sent || ended.ErrInfo != c.reason {
				t.Errorf("exit code %d, %q; want %d, %q", ended.ExitCode, ended.ErrInfo, c.sent, c.reason)
			}
		})
		interop.Case(t, []string{"xrdp", c.peer}, "self: pointer, and closing the window", func(t *testing.T) {
			t.Parallel()
			s := c.open(t, interop.SessionOptions{Addr: interop.XRDP(t), User: user, Sec: "tls"})
			s.WaitPicture(loginScreen, pictureTimeout)
			s.Move(500, 550)
			around := image.Rect(470, 520, 530, 580)
			s.WaitPicture(func(got *image.RGBA) bool {
				pointer := interop.Compare(s.ScreenshotWithPointer(), got, 0)
				return !pointer.Same() && pointer.Where.In(around)
			}, pictureTimeout)
			if ended := s.Disconnect(); ended.ExitCode != c.closed || ended.ErrConnect != "" {
				t.Errorf("exit code %d, %q; want %d", ended.ExitCode, ended.ErrConnect, c.closed)
			}
		})
	}
}

// loginFields is where xrdp's login screen of 800 x 600 pixels has its input
// fields.
var loginFields = image.Rect(330, 300, 550, 380)

// loginScreen reports whether xrdp's login screen is there, with its last button
// on its colour of the background.
func loginScreen(img *image.RGBA) bool {
	background := func(x, y int) bool {
		c := img.RGBAAt(x, y) // 0, 0x9c, 0xb5, of which 16 bpp leave 5 or 6 bits
		return c.R < 8 && c.G > 0x9c-8 && c.G < 0x9c+8 && c.B > 0xb5-8 && c.B < 0xb5+8
	}
	return background(10, 10) && background(790, 590) && !background(520, 482)
}

// atRest waits for a good picture that stays as it is for half a second: one that is
// to be compared with later must be whole.
func atRest(good func(*image.RGBA) bool) func(*image.RGBA) bool {
	var last *image.RGBA
	var since time.Time
	return func(got *image.RGBA) bool {
		if last == nil || !interop.Compare(got, last, 0).Same() {
			last, since = got, time.Now()
		}
		return good(got) && time.Since(since) > time.Second/2
	}
}

func TestSessionInput(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		client, server := clients[version-2], fmt.Sprintf("shadow-%d", version)
		interop.Case(t, []string{client.peer, server}, "self: keys and clicks arrive, and closing the window", func(t *testing.T) {
			t.Parallel()
			desktop := interop.NewScreen(t, 640, 480)
			addr := interop.FreeRDPShadowOn(t, desktop, version, user, password, "")
			watch := desktop.Watch()
			want := desktop.Screenshot()
			s := client.open(t, interop.SessionOptions{Addr: addr, User: user, Password: password, Width: 640, Height: 480})
			s.WaitSimilar(want, 0, 0, pictureTimeout)
			s.Click(123, 234)
			s.Type("abc019")
			s.ClickButton(300, 200, 3)
			watch.Wait(func(in []interop.Input) bool {
				return interop.Typed(in) == "abc019" && pressed(in, 1, 123, 234) && pressed(in, 3, 300, 200)
			}, pictureTimeout)
			if ended := s.Disconnect(); ended.ExitCode != client.closed || ended.ErrConnect != "" {
				t.Errorf("exit code %d, %q; want %d", ended.ExitCode, ended.ErrConnect, client.closed)
			}
		})
	}
}

func pressed(events []interop.Input, button, x, y int) bool {
	return slices.ContainsFunc(events, func(e interop.Input) bool {
		return e.Kind == "ButtonPress" && e.Button == button && e.X == x && e.Y == y
	})
}

func TestSessionFullscreen(t *testing.T) {
	t.Parallel()
	interop.Case(t, []string{"weston", "xfreerdp-2", "xfreerdp-3"}, "self: picture, full screen", func(t *testing.T) {
		t.Parallel()
		for _, version := range []int{2, 3} {
			addr, want := interop.WestonPicture(t) // one for each: see its doc
			s := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: addr, User: user, Sec: "tls", Fullscreen: true})
			s.WaitSimilar(want, 0, 0.001, pictureTimeout)
			if ended := s.End(); s.Running() {
				t.Errorf("still there: %+v", ended)
			}
		}
	})
}
