package viewer

import (
	"context"
	"errors"
	"image"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// failsafe ends a test whose two ends wait for each other.
const failsafe = 20 * time.Second

// stillness is how long a lab desktop must rest to count as drawn.
const stillness = 100 * time.Millisecond

// host is a lab host, and what it tells about its visitors.
type host struct {
	t      *testing.T
	addr   string
	events chan lab.Event
	active chan *screen.Session
}

// run runs one lab host.
func run(t *testing.T, h lab.Host) *host {
	t.Helper()
	r := &host{t: t, events: make(chan lab.Event, 16), active: make(chan *screen.Session, 16)}
	l, err := lab.Start(t.Context(), lab.Options{Hosts: []lab.Host{h},
		Observe:       func(e lab.Event) { r.events <- e },
		ObserveActive: func(_ lab.Event, s *screen.Session) { r.active <- s }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	r.addr = l.Hosts[0].Address.String()
	return r
}

// event is what became of the next connection to end.
func (h *host) event() lab.Event {
	h.t.Helper()
	select {
	case e := <-h.events:
		return e
	case <-time.After(failsafe):
		h.t.Fatal("no event")
		return lab.Event{}
	}
}

// session is the next one that stands.
func (h *host) session() *screen.Session {
	h.t.Helper()
	select {
	case s := <-h.active:
		return s
	case <-time.After(failsafe):
		h.t.Fatal("no session")
		return nil
	}
}

// named finds a lab host.
func named(t *testing.T, name string) lab.Host {
	t.Helper()
	all := lab.All()
	i := slices.IndexFunc(all, func(h lab.Host) bool { return h.Name == name })
	if i < 0 {
		t.Fatalf("no host %s", name)
	}
	return all[i]
}

// alice logs on with the right password and accepts every version.
func (h *host) alice() Options {
	return Options{Address: h.addr, Domain: lab.Domain, User: "alice", Password: []byte(lab.Password),
		Level: credssp.Vulnerable, TLS: rdpio.TLSClientOptions{Legacy: true}, Timeout: failsafe}
}

// connected must connect.
func connected(t *testing.T, o Options) *Viewer {
	t.Helper()
	v, err := Connect(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(v.Close)
	return v
}

// refused must fail, at that step and with that code.
func refused(t *testing.T, o Options, step rdpio.Step, code string) *StepError {
	t.Helper()
	v, err := Connect(t.Context(), o)
	if err == nil {
		v.Close()
		t.Fatal("connected")
	}
	var e *StepError
	if !errors.As(err, &e) || e.Step != step || codeOf(err) != code {
		t.Fatalf("%v: code %q, want %q at %s", err, codeOf(err), code, step)
	}
	return e
}

func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return ""
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), failsafe)
	t.Cleanup(cancel)
	return ctx
}

// quiet waits until the desktop rests.
func quiet(t *testing.T, v *Viewer) {
	t.Helper()
	if err := v.Quiet(within(t), stillness); err != nil {
		t.Fatal(err)
	}
}

// press sends a key.
func press(t *testing.T, v *Viewer, chord string) {
	t.Helper()
	events, err := input.Chord(nil, chord)
	if err == nil {
		err = v.Send(within(t), events)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// shows waits until the viewer has the picture that the host has drawn, to within
// loss per channel. A busy machine pauses in the middle of a picture, which looks
// quiet.
func shows(t *testing.T, v *Viewer, session *screen.Session, loss uint8) {
	t.Helper()
	for end := time.Now().Add(failsafe); ; time.Sleep(stillness / 4) {
		d := difference(v.Screenshot(), session.Picture())
		if d <= loss {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the picture is off by %d", d)
		}
	}
}

// difference is by how much two pictures differ at most, 255 if in size.
func difference(a, b *image.NRGBA) (most uint8) {
	if b == nil || a.Rect != b.Rect {
		return 255
	}
	for i, p := range a.Pix {
		q := b.Pix[i]
		most = max(most, max(p, q)-min(p, q))
	}
	return most
}
