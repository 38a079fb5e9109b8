//go:build e2e

package e2e

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/interop"
)

const timeout = 30 * time.Second

// RemoteFX, which a shadow server sends to a client that asks for 32 bpp, is lossy:
// no channel of a pixel is off by more than this.
const remoteFX = 32

// The web client against strangers, before this project's own hosts: what it shows
// and what reaches the server's desktop.

func TestPicture(t *testing.T) {
	for _, version := range []int{2, 3} {
		t.Run(fmt.Sprintf("shadow-%d", version), func(t *testing.T) {
			interop.Need(t, fmt.Sprintf("shadow-%d", version))
			addr, want := interop.ShadowPicture(t, version)
			WebSession(t, addr, interop.ShadowUser, interop.ShadowPassword).WaitSimilar(want, remoteFX, 0, timeout)
		})
	}
}

// xrdp's login screen comes in bitmaps whose lines are longer than their rectangle.
// Version 0.7.0 shears those (IronRDP pull request 1486 mends it): the window is not
// readable, the rest is right.
func TestLoginScreen(t *testing.T) {
	interop.Need(t, "xrdp")
	interop.Need(t, "xfreerdp-2")
	addr := interop.XRDP(t)
	other := interop.FreeRDPSession(t, 2, interop.SessionOptions{Addr: addr, User: "alice", Sec: "tls"})
	other.WaitPicture(loginScreen, timeout)
	time.Sleep(time.Second) // until the last of it is drawn
	want := other.Screenshot()
	window := image.Rect(225, 85, 576, 516)
	w := WebSession(t, addr, "alice", "")
	got := w.WaitPicture(func(got *image.RGBA) bool {
		s := interop.Compare(got, want, remoteFX)
		return s.SizesMeet && s.Different < 0.05 && s.Where.In(window)
	}, timeout)
	if s := interop.Compare(got.SubImage(window), want.SubImage(window), remoteFX); s.Different < 0.01 {
		t.Errorf("%v: the web client shows it rightly now; ask for that", s)
	}
	w.Click(504, 470, "left") // "Cancel"
	w.WaitState("ended", timeout)
}

// loginScreen reports whether xrdp's login screen is there, with its last button
// on its colour of the background.
func loginScreen(img *image.RGBA) bool {
	background := color.RGBA{0, 0x9c, 0xb5, 0xff}
	return img.RGBAAt(10, 10) == background && img.RGBAAt(790, 590) == background && img.RGBAAt(520, 482) != background
}

func TestInput(t *testing.T) {
	interop.Need(t, "shadow-2")
	desktop := interop.NewScreen(t, Width, Height)
	addr := interop.FreeRDPShadowOn(t, desktop, 2, interop.ShadowUser, interop.ShadowPassword, "")
	watch := desktop.Watch()
	want := desktop.Screenshot()
	w := WebSession(t, addr, interop.ShadowUser, interop.ShadowPassword)
	w.WaitSimilar(want, remoteFX, 0, timeout)
	w.Click(123, 234, "left")
	w.Type("abC019")
	w.Click(300, 200, "right")
	watch.Wait(func(in []interop.Input) bool {
		return interop.Typed(in) == "abC019" && pressed(in, 1, 123, 234) && pressed(in, 3, 300, 200)
	}, timeout)
	w.Leave()
	if s := w.WaitState("ended", timeout); !strings.Contains(s.Text, "UserRequested") || len(s.Logs) > 1 {
		t.Errorf("%+v", s)
	}
}

func pressed(events []interop.Input, button, x, y int) bool {
	return slices.ContainsFunc(events, func(e interop.Input) bool {
		return e.Kind == "ButtonPress" && e.Button == button && e.X == x && e.Y == y
	})
}

func TestWrongPassword(t *testing.T) {
	interop.Need(t, "shadow-3")
	addr, _ := interop.ShadowPicture(t, 3)
	w := WebSession(t, addr, interop.ShadowUser, "wrong")
	if s := w.WaitState("failed", timeout); s.Kind != "RDCleanPath" {
		t.Errorf("%+v", s)
	}
	if ends := w.Ends(); len(ends) != 1 || ends[0] == nil {
		t.Errorf("the endpoint saw %v", ends)
	}
}
