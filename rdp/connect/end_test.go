package connect

import (
	"bytes"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/share"
)

// The user wants to leave: at once, denied, or in the middle of a reactivation.
func TestShutdown(t *testing.T) {
	c, s := connected(t)
	must(s.Step(must(c.Shutdown())))
	if !s.Events().Shutdown {
		t.Error("the wish did not arrive")
	}
	must(c.Step(must(s.DenyShutdown())))
	if !c.Events().ShutdownDenied || !c.Active() {
		t.Error("the denial did not arrive")
	}
	request := bytes.Clone(must(c.Shutdown()))
	must(s.Reactivate(image.Point{}))
	if must(s.Step(request)); !s.Events().Shutdown {
		t.Error("the wish was lost in a reactivation")
	}
	s.Close()
	for name, f := range map[string]func() ([]byte, error){
		"DenyShutdown": s.DenyShutdown, "Disconnect": func() ([]byte, error) { return s.Disconnect(0) },
		"Reactivate":       func() ([]byte, error) { return s.Reactivate(image.Point{}) },
		"Redirect":         func() ([]byte, error) { return s.Redirect(&share.ServerRedirection{}) },
		"AppendRTTRequest": func() ([]byte, error) { return s.AppendRTTRequest(nil, 1) },
		"AppendBitmap":     func() ([]byte, error) { return s.AppendBitmap(nil, image.Point{}, bitmap.NewPixels(4, 4)) },
	} {
		if b, err := f(); code(err) != "wire.misuse" || len(b) != 0 {
			t.Errorf("%s after the end: % x, %v", name, b, err)
		}
	}
	c.Close()
	for name, f := range map[string]func() ([]byte, error){
		"Shutdown": c.Shutdown, "Disconnect": c.Disconnect, "Start": c.Start,
		"AppendInput":   func() ([]byte, error) { return c.AppendInput(nil, nil) },
		"AppendRefresh": func() ([]byte, error) { return c.AppendRefresh(nil, image.Rect(0, 0, 1, 1)) },
	} {
		if b, err := f(); code(err) != "wire.misuse" || len(b) != 0 {
			t.Errorf("client: %s after the end: % x, %v", name, b, err)
		}
	}
}

// Who ends a session tells why, to clients that read it, and the machine says so
// rather than that somebody left.
func TestDisconnect(t *testing.T) {
	for _, reads := range []bool{true, false} {
		c, s := newClient(t), newServer(t)
		carry(t, c, s, settingsOf(func(d *gcc.ClientData) {
			if !reads {
				d.Core.EarlyCapabilityFlags &^= gcc.ClientSupportsErrorInfo
			}
		}))
		last := split(t, must(s.Disconnect(share.ErrorInfoIdleTimeout)))
		want := "mcs.disconnected"
		if reads {
			want = share.ErrorInfoIdleTimeout.Code()
		}
		var err error
		for _, frame := range last {
			_, err = c.Step(frame)
		}
		if code(err) != want || (c.Reason() != 0) != reads || (len(last) == 2) != reads {
			t.Errorf("reads %v: %v, reason %v, %d frames", reads, err, c.Reason(), len(last))
		}
	}
	session := goodSession(t)
	for _, state := range []string{atInitial, atUser, atInfo, atConfirm, atFontList, atInput} { // before the share there is no place for a reason
		s := serverIn(t, session, state)
		last := must(s.Disconnect(share.ErrorInfoLogoffByUser))
		want := 1
		if s := serverIn(t, session, state); s.inShare() {
			want = 2
		}
		if len(split(t, last)) != want || s.Awaits() != "" {
			t.Errorf("%s: %d frames", state, len(split(t, last)))
		}
	}
	c, s := connected(t)
	if _, err := s.Step(must(c.Disconnect())); code(err) != "mcs.disconnected" {
		t.Errorf("the client leaves: %v", err)
	}
}

// A redirection goes to clients that say they read one, of any version.
func TestRedirection(t *testing.T) {
	for flags, version := range map[gcc.ClusterFlags]int{
		0: 0, 5 << 2: 0, // without REDIRECTION_SUPPORTED the version means nothing
		gcc.RedirectionSupported: 1, gcc.RedirectionSupported | 3<<2: 4, gcc.RedirectionSupported | 5<<2: 6,
	} {
		c, s := newClient(t), newServer(t)
		carry(t, c, s, settingsOf(func(d *gcc.ClientData) { d.Cluster.Flags = flags }))
		if got := s.Client().RedirectionVersion; got != version {
			t.Errorf("flags %#x: version %d, want %d", uint32(flags), got, version)
		}
		token := []byte("Cookie: msts=secret\r\n")
		frame, err := s.Redirect(&share.ServerRedirection{LoadBalanceInfo: token, UserName: "hanako"})
		if version == 0 {
			if code(err) != "wire.misuse" || !s.Active() {
				t.Errorf("flags %#x: %v", uint32(flags), err)
			}
			continue
		}
		received := bytes.Clone(frame)
		must(c.Step(received))
		r := c.Events().Redirection
		clear(received) // the next frame comes into the same buffer
		if r == nil || !bytes.Equal(r.LoadBalanceInfo, token) || r.UserName != "hanako" || s.Awaits() != "" {
			t.Errorf("flags %#x: %v", uint32(flags), r)
		}
	}
	c, s := newClient(t), newServer(t)
	carry(t, c, s, settingsOf(func(d *gcc.ClientData) { d.Cluster = nil }))
	if s.Client().RedirectionVersion != 0 {
		t.Error("a client without TS_UD_CS_CLUSTER can be redirected")
	}
}
