package interop_test

import (
	"fmt"
	"image"
	"net/netip"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/interop"
)

// Strangers look at the screens that we draw.

// shown is a lab host whose sessions can be watched.
type shown struct {
	addr   string
	seen   chan *screen.Session
	events chan lab.Event
}

// showHost runs a lab host at a free address.
func showHost(t *testing.T, host lab.Host) *shown {
	t.Helper()
	where := netip.MustParseAddrPort(interop.FreeAddress(t))
	s := &shown{seen: make(chan *screen.Session, 8), events: make(chan lab.Event, 8)}
	l, err := lab.Start(t.Context(), lab.Options{
		Hosts: []lab.Host{host}, Address: where.Addr(), Port: int(where.Port()),
		Observe:       func(e lab.Event) { s.events <- e },
		ObserveActive: func(_ lab.Event, session *screen.Session) { s.seen <- session },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	s.addr = l.Hosts[0].Address.String()
	return s
}

// session waits for the next session.
func (s *shown) session(t *testing.T) *screen.Session {
	t.Helper()
	select {
	case session := <-s.seen:
		return session
	case e := <-s.events:
		t.Fatalf("no session: %+v", e)
	case <-time.After(30 * time.Second):
		t.Fatal("no session")
	}
	return nil
}

// same waits until the client shows what we drew, which may move on meanwhile.
func same(t *testing.T, client *interop.Session, session *screen.Session, tolerance uint8) {
	t.Helper()
	client.WaitPicture(func(got *image.RGBA) bool {
		want := session.Picture()
		return want != nil && interop.Compare(got, want, tolerance).Same()
	}, pictureTimeout)
}

// lossOf is how far a channel may be off at a depth: with 16 bits three of eight
// are lost.
func lossOf(bpp int) uint8 {
	if bpp == 16 {
		return 8
	}
	return 0
}

func TestFreeRDPSeesOurDesktop(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		for _, bpp := range []int{16, 24, 32} {
			interop.Case(t, []string{clients[version-2].peer}, fmt.Sprintf("our desktop: picture at %d bpp, typing, pointer", bpp), func(t *testing.T) {
				t.Parallel()
				host := showHost(t, labHost(t, "NEW-2019"))
				client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password, BPP: bpp})
				session := host.session(t)
				same(t, client, session, lossOf(bpp))
				before := session.Picture()
				client.Type("Fumidai 123")
				client.Move(300, 200)
				client.WaitPicture(func(*image.RGBA) bool { return !interop.Compare(session.Picture(), before, 0).Same() }, pictureTimeout)
				same(t, client, session, lossOf(bpp))
				interop.SavePicture(t, client.Screenshot(), "seen")
			})
		}
	}
}

func TestFreeRDPLeavesOurDesktop(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		peers := []string{clients[version-2].peer}
		interop.Case(t, peers, "our desktop: the user closes the window", func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "NEW-2019"))
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password})
			same(t, client, host.session(t), 0)
			client.Disconnect()
			if e := next(t, host.events); e.Err != nil || !e.Active {
				t.Errorf("event %+v", e)
			}
		})
		interop.Case(t, peers, "our desktop: the server logs off", func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "NEW-2019"))
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password})
			same(t, client, host.session(t), 0)
			client.Click(590, 188) // "Log off"
			ended := client.Wait(pictureTimeout)
			if ended.ErrInfo != "ERRINFO_LOGOFF_BY_USER" {
				t.Errorf("client ended with %d %q %q", ended.ExitCode, ended.ErrInfo, ended.ErrConnect)
			}
			if e := next(t, host.events); e.Err != nil || !e.Active {
				t.Errorf("event %+v", e)
			}
		})
		interop.Case(t, peers, "our desktop: a new share id after reactivation", func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "NEW-2019"))
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password})
			session := host.session(t)
			same(t, client, session, 0)
			for range 3 {
				client.Key("F8")
				time.Sleep(300 * time.Millisecond)
			}
			before := session.Picture()
			client.Type("again")
			client.WaitPicture(func(*image.RGBA) bool { return !interop.Compare(session.Picture(), before, 0).Same() }, pictureTimeout)
			same(t, client, session, 0)
		})
	}
}

func TestFreeRDPSeesOurCard(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		for _, keyboard := range []string{"0x409", "0x411"} {
			interop.Case(t, []string{clients[version-2].peer}, "our card: keyboard "+keyboard+", the other language, OK", func(t *testing.T) {
				t.Parallel()
				host := showHost(t, labHost(t, "CARD"))
				client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password, Keyboard: keyboard, Width: 1024, Height: 768})
				session := host.session(t)
				same(t, client, session, 0)
				first := session.Picture()
				interop.SavePicture(t, client.Screenshot(), "first")
				client.Key("F2")
				client.WaitPicture(func(got *image.RGBA) bool { return !interop.Compare(got, first, 0).Same() }, pictureTimeout)
				same(t, client, session, 0)
				interop.SavePicture(t, client.Screenshot(), "second")
				client.Key("Return")
				client.Wait(pictureTimeout)
				if e := next(t, host.events); e.Err != nil || !e.Active {
					t.Errorf("event %+v", e)
				}
			})
		}
		interop.Case(t, []string{clients[version-2].peer}, "our list: the redirection is followed with our token", func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "CARD-LIST"))
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password})
			same(t, client, host.session(t), 0)
			interop.SavePicture(t, client.Screenshot(), "list")
			client.Key("Down")
			client.Key("Return")
			if e := next(t, host.events); e.Err != nil || e.Routed != "" {
				t.Errorf("event %+v", e)
			}
			session := host.session(t)
			same(t, client, session, 0)
			interop.SavePicture(t, client.Screenshot(), "redirected")
			client.Disconnect()
			if e := next(t, host.events); e.Err != nil || e.Routed != "OLD-2012R2" {
				t.Errorf("event %+v", e)
			}
		})
	}
}

// A server may have a desktop of its own size, and the client follows.
func TestFreeRDPTakesOurSize(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		interop.Case(t, []string{clients[version-2].peer}, "our desktop: of another size than asked for", func(t *testing.T) {
			t.Parallel()
			host := labHost(t, "NEW-2019")
			host.Desktop = image.Pt(720, 560)
			shown := showHost(t, host)
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: shown.addr, User: user, Password: password})
			session := shown.session(t)
			client.WaitPicture(func(got *image.RGBA) bool {
				want := session.Picture()
				return want != nil && want.Rect == image.Rect(0, 0, 720, 560) && interop.Compare(got.SubImage(want.Rect), want, 0).Same()
			}, pictureTimeout)
		})
	}
}

// Both ways of the slow path: bitmaps in Share Data PDUs, and input in them. Version
// 3 of FreeRDP can no longer be told to take it.
func TestFreeRDPOnTheSlowPath(t *testing.T) {
	t.Parallel()
	for _, bpp := range []int{16, 24, 32} {
		interop.Case(t, []string{"xfreerdp-2"}, fmt.Sprintf("our desktop: the slow path at %d bpp", bpp), func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "NEW-2019"))
			client := interop.FreeRDPSession(t, 2, interop.SessionOptions{Addr: host.addr, User: user, Password: password, BPP: bpp,
				Extra: []string{"-fast-path"}})
			session := host.session(t)
			if session.Client().FastPath {
				t.Fatal("the client takes the fast path")
			}
			same(t, client, session, lossOf(bpp))
			before := session.Picture()
			client.Type("slow")
			client.WaitPicture(func(*image.RGBA) bool { return !interop.Compare(session.Picture(), before, 0).Same() }, pictureTimeout)
			same(t, client, session, lossOf(bpp))
		})
	}
}

// A client that detects the network answers our request on the message channel.
func TestFreeRDPAnswersRoundTrip(t *testing.T) {
	t.Parallel()
	for _, version := range []int{2, 3} {
		interop.Case(t, []string{clients[version-2].peer}, "our desktop: answers a round-trip request", func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "NEW-2019"))
			client := interop.FreeRDPSession(t, version, interop.SessionOptions{Addr: host.addr, User: user, Password: password,
				Extra: []string{"/network:auto"}})
			session := host.session(t)
			client.WaitPicture(func(*image.RGBA) bool { return session.RoundTrip() > 0 }, pictureTimeout)
		})
	}
}

// rdesktop's NLA needs Kerberos, so that it comes to hosts that do TLS only.
func TestRDesktopSeesOurScreens(t *testing.T) {
	t.Parallel()
	for _, bpp := range []int{16, 24, 32} {
		interop.Case(t, []string{"rdesktop"}, fmt.Sprintf("our desktop: picture at %d bpp, typing, log off", bpp), func(t *testing.T) {
			t.Parallel()
			host := showHost(t, labHost(t, "TLSONLY"))
			client := interop.RDesktopSession(t, interop.SessionOptions{Addr: host.addr, User: user, Password: password, BPP: bpp})
			session := host.session(t)
			same(t, client, session, lossOf(bpp))
			before := session.Picture()
			client.Type("rdesktop")
			client.WaitPicture(func(*image.RGBA) bool { return !interop.Compare(session.Picture(), before, 0).Same() }, pictureTimeout)
			same(t, client, session, lossOf(bpp))
			client.Click(590, 188) // "Log off"
			client.Wait(pictureTimeout)
			if e := next(t, host.events); e.Err != nil || e.User != user || !e.RightPassword {
				t.Errorf("event %+v", e)
			}
		})
	}
	// It says that it can be redirected, version 4 as FreeRDP 2 does, and then
	// looks for an address in the redirection, which ours never have.
	interop.Case(t, []string{"rdesktop"}, "our list: leaves at a redirection without an address", func(t *testing.T) {
		t.Parallel()
		list := labHost(t, "TLSONLY")
		list.Screen = lab.ShowList
		host := showHost(t, list)
		client := interop.RDesktopSession(t, interop.SessionOptions{Addr: host.addr, User: user, Password: password})
		same(t, client, host.session(t), 0)
		client.Key("3")
		client.Wait(pictureTimeout)
		if e := next(t, host.events); e.Err != nil || e.Routed != "" {
			t.Errorf("event %+v", e)
		}
	})
}
