//go:build e2e

package e2e

import (
	"image"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/interop"
)

// shown is a lab host whose sessions can be watched.
type shown struct {
	*Web
	session *screen.Session
	events  chan lab.Event
}

// show lets the web client look at a lab host.
func show(t *testing.T, name string) *shown {
	t.Helper()
	all := lab.All()
	host := all[slices.IndexFunc(all, func(h lab.Host) bool { return h.Name == name })]
	where := netip.MustParseAddrPort(interop.FreeAddress(t))
	seen, events := make(chan *screen.Session, 8), make(chan lab.Event, 8)
	l, err := lab.Start(t.Context(), lab.Options{
		Hosts: []lab.Host{host}, Address: where.Addr(), Port: int(where.Port()),
		Observe:       func(e lab.Event) { events <- e },
		ObserveActive: func(_ lab.Event, s *screen.Session) { seen <- s },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	w := &shown{Web: WebSession(t, l.Hosts[0].Address.String(), "alice", lab.Password), events: events}
	select {
	case w.session = <-seen:
	case e := <-events:
		t.Fatalf("no session: %+v; %+v", e, w.State())
	case <-time.After(timeout):
		t.Fatalf("no session: %+v", w.State())
	}
	w.WaitPicture(w.same, timeout)
	return w
}

// same reports whether the browser shows what we draw.
func (w *shown) same(got *image.RGBA) bool {
	want := w.session.Picture()
	return want != nil && interop.Compare(got, want, 0).Same()
}

// changes waits until the browser shows something else than before, and that
// what we draw.
func (w *shown) changes(before image.Image) *image.RGBA {
	return w.WaitPicture(func(got *image.RGBA) bool {
		return w.same(got) && !interop.Compare(got, before, 0).Same()
	}, timeout)
}

// ended waits for the end on both sides.
func (w *shown) ended(t *testing.T) {
	t.Helper()
	w.WaitState("ended", timeout)
	select {
	case e := <-w.events:
		if e.Err != nil || !e.Active {
			t.Errorf("event %+v", e)
		}
	case <-time.After(timeout):
		t.Error("the host has seen nothing")
	}
}

func TestOurDesktop(t *testing.T) {
	w := show(t, "NEW-2019")
	before := w.session.Picture()
	w.Click(400, 352, "left") // a browser gives keys only to what has the focus
	w.Type("Fumidai 123")
	interop.SavePicture(t, w.changes(before), "seen")
	w.Leave()
	w.ended(t)
}

func TestOurCard(t *testing.T) {
	w := show(t, "CARD")
	w.Click(20, 20, "left")
	english := w.session.Picture()
	interop.SavePicture(t, english, "en")
	w.Key("F2")
	interop.SavePicture(t, w.changes(english), "ja")
	w.Key("Enter")
	w.ended(t)
}

// IronRDP does not say that it can be redirected, and is told so.
func TestOurList(t *testing.T) {
	w := show(t, "CARD-LIST")
	w.Click(20, 20, "left")
	list := w.session.Picture()
	w.Key("Enter")
	interop.SavePicture(t, w.changes(list), "refused")
	w.Key("Enter")
	w.ended(t)
}
