package viewer

import (
	"context"
	"errors"
	"image"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

// What is typed shows, and so does a share that begins anew in between.
func TestTyping(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	v := connected(t, h.alice())
	session := h.session()
	quiet(t, v)
	before := v.Screenshot()
	if err := v.Send(t.Context(), input.TypeText(nil, "hello 修正")); err != nil {
		t.Fatal(err)
	}
	quiet(t, v)
	typed := v.Screenshot()
	if difference(before, typed) == 0 {
		t.Error("nothing was typed")
	}
	press(t, v, "f8")
	quiet(t, v)
	shows(t, v, session, 0)
	press(t, v, "x")
	quiet(t, v)
	shows(t, v, session, 0)
	if difference(typed, v.Screenshot()) == 0 {
		t.Error("nothing was typed in the new share")
	}
}

// A server that ends the session says why.
func TestServerLogsOff(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	v := connected(t, h.alice())
	quiet(t, v)
	press(t, v, "f12")
	var reason share.ErrorInfo
	if err := v.Wait(within(t)); !errors.As(err, &reason) || reason != share.ErrorInfoLogoffByUser {
		t.Errorf("%v", err)
	}
	for what, err := range map[string]error{
		"Err": v.Err(), "Quiet": v.Quiet(t.Context(), time.Hour), "Send": v.Send(t.Context(), nil),
	} {
		if err != reason {
			t.Errorf("%s: %v", what, err)
		}
	}
	v.Close()
	if v.Err() != reason {
		t.Errorf("after Close: %v", v.Err())
	}
	if v.Screenshot().Rect.Empty() {
		t.Error("the last picture is gone")
	}
}

// Quiet needs no deadline, and heeds one.
func TestQuiet(t *testing.T) {
	v := connected(t, run(t, named(t, "NEW-2019")).alice())
	if err := v.Quiet(context.Background(), stillness); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := v.Quiet(ended, 0); err != nil {
		t.Errorf("it is quiet: %v", err)
	}
	if err := v.Quiet(ended, time.Hour); err != context.Canceled {
		t.Errorf("%v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := v.Quiet(short, time.Hour); err != context.DeadlineExceeded {
		t.Errorf("%v", err)
	}
	// What was sent may bring something about.
	press(t, v, "a")
	began := time.Now()
	quiet(t, v)
	if d := time.Since(began); d < stillness {
		t.Errorf("quiet after %v", d)
	}
}

// Several may wait at a time, and all see the end.
func TestQuietInParallel(t *testing.T) {
	v := connected(t, run(t, named(t, "NEW-2019")).alice())
	var quiet, closed sync.WaitGroup
	quiet.Add(4)
	for range 4 {
		closed.Go(func() {
			if err := v.Quiet(within(t), stillness); err != nil {
				t.Error(err)
			}
			quiet.Done()
			if err := v.Quiet(within(t), time.Hour); err != net.ErrClosed {
				t.Errorf("after Close: %v", err)
			}
		})
	}
	quiet.Wait()
	v.Close()
	closed.Wait()
}

// Close can be called again, from anywhere, and the server hears a goodbye.
func TestCloseTwice(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	v := connected(t, h.alice())
	began := time.Now()
	var group sync.WaitGroup
	for range 3 {
		group.Go(v.Close)
	}
	group.Wait()
	v.Close()
	if d := time.Since(began); d > goodbye/2 {
		t.Errorf("the server closes at once; it took %v", d)
	}
	if err := v.Err(); err != net.ErrClosed {
		t.Errorf("%v", err)
	}
	if err := v.Send(t.Context(), nil); err != net.ErrClosed {
		t.Errorf("Send: %v", err)
	}
	if err := v.Wait(t.Context()); err != net.ErrClosed {
		t.Errorf("Wait: %v", err)
	}
	if e := h.event(); e.Err != nil || !e.Active {
		t.Errorf("%+v", e)
	}
}

// The connection behind a session may end in any way.
func TestConnectionLost(t *testing.T) {
	v := connected(t, run(t, named(t, "NEW-2019")).alice())
	v.raw.Close()
	if err := v.Wait(within(t)); codeOf(err) != "conn.closed" {
		t.Errorf("%v", err)
	}
	v.Close()
}

// A list sends its visitor on: the token of the redirection leads to another host
// at the same address, and serves once.
func TestRedirection(t *testing.T) {
	h := run(t, named(t, "CARD-LIST"))
	o := h.alice()
	v := connected(t, o)
	quiet(t, v)
	h.session()
	press(t, v, "3")
	var elsewhere *RedirectedError
	if err := v.Wait(within(t)); !errors.As(err, &elsewhere) || len(elsewhere.RoutingToken) == 0 {
		t.Fatalf("%v", err)
	}
	v.Close()
	if err := v.Err(); err != error(elsewhere) {
		t.Errorf("after Close: %v", err)
	}
	if e := h.event(); e.Err != nil || e.Routed != "" {
		t.Errorf("%+v", e)
	}
	o.RoutingToken, o.SessionID = elsewhere.RoutingToken, &elsewhere.SessionID
	for _, want := range []string{"OLD-2016", ""} {
		v = connected(t, o)
		quiet(t, v)
		shows(t, v, h.session(), 0)
		v.Close()
		if e := h.event(); e.Routed != want {
			t.Errorf("routed to %q, want %q", e.Routed, want)
		}
	}
}

// The password of a redirection is nobody's to use; its token is what a request can
// carry, or nothing.
func TestRedirected(t *testing.T) {
	password := []byte{'P', 0, 0, 0}
	for info, want := range map[string]string{
		"Cookie: msts=1.2.0000\r\n": "Cookie: msts=1.2.0000", "tsv://MS Terminal Services Plugin.1.Pool\r\n": "tsv://MS Terminal Services Plugin.1.Pool",
		"no end": "no end", "": "", "\r\n": "", "two\r\nlines\r\n": "", "Cookie: mstshash=eve\r\n": "", "\x01\x00\x08\x00": "", string(make([]byte, 300)): "",
	} {
		frame := []byte(info)
		e := redirected(&share.ServerRedirection{LoadBalanceInfo: frame, Password: password, SessionID: 7, TargetNetAddress: "192.0.2.7"})
		clear(frame) // the buffer is used again
		if string(e.RoutingToken) != want || e.SessionID != 7 || e.Target != "192.0.2.7" {
			t.Errorf("%q: %+v", info, e)
		}
		if _, err := x224.AppendConnectionRequest(nil, request(e.RoutingToken, "", 0, x224.ProtocolHybrid)); err != nil {
			t.Errorf("%q: %v", info, err)
		}
	}
	if password[0] != 0 {
		t.Error("the password is still there")
	}
	named := redirected(&share.ServerRedirection{TargetFQDN: "host.example", TargetNetAddress: "192.0.2.7"})
	if named.Target != "host.example" || named.RoutingToken != nil {
		t.Errorf("%+v", named)
	}
}

// The size is the server's to decide, and odd ones work.
func TestDesktopSizes(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	for _, size := range []image.Point{{}, {200, 200}, {1366, 768}, {801, 601}} {
		o := h.alice()
		o.Desktop = size
		v := connected(t, o)
		quiet(t, v)
		if size == (image.Point{}) {
			size = image.Pt(1024, 768)
		}
		if got := v.Desktop(); got != size {
			t.Errorf("%v: %v", size, got)
		}
		shows(t, v, h.session(), 0)
		v.Close()
		h.event()
	}
	o := h.alice()
	o.Desktop = image.Pt(9000, 10)
	refused(t, o, StepSequence, "wire.misuse")
}
