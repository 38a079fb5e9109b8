package viewer

import (
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// lossOf is how far a channel may be off at a depth: of 16 bits, three of eight are
// lost.
func lossOf(depth int) uint8 {
	if depth == 16 {
		return 8
	}
	return 0
}

// Every version of CredSSP, with TLS 1.0 to 1.3, at every depth: the password
// arrives and the picture is the one that the host has drawn.
func TestLogOn(t *testing.T) {
	for _, c := range []struct {
		name     string
		version  int
		selected x224.Protocol
	}{
		{"OLD-2008R2", 2, x224.ProtocolHybrid}, {"OLD-2012R2", 3, x224.ProtocolHybridEx}, {"OLD-2016", 4, x224.ProtocolHybridEx},
		{"NEW-2008R2", 5, x224.ProtocolHybrid}, {"NEW-2019", 6, x224.ProtocolHybridEx},
		{"WIN7-NONE", 2, x224.ProtocolHybrid}, {"2025-DEFAULT", 6, x224.ProtocolHybridEx},
	} {
		h := run(t, named(t, c.name))
		for _, depth := range []int{16, 24, 32} {
			t.Run(fmt.Sprint(c.name, " ", depth), func(t *testing.T) {
				o := h.alice()
				o.Depth, o.Desktop, o.KeyboardLayout = depth, image.Pt(1000, 700), 0x411
				var steps []rdpio.Step
				o.Progress = func(s rdpio.Step) { steps = append(steps, s) }
				v := connected(t, o)
				quiet(t, v)
				if v.CredSSP != c.version || v.Selected != c.selected || v.Desktop() != o.Desktop || !v.Drawn() {
					t.Errorf("CredSSP %d, %v, %v, drawn %v", v.CredSSP, v.Selected, v.Desktop(), v.Drawn())
				}
				want := []rdpio.Step{StepDial, rdpio.StepNegotiate, rdpio.StepTLS, rdpio.StepCredSSP, rdpio.StepAuthorize, StepSequence}
				if c.selected == x224.ProtocolHybrid {
					want = append(want[:4:4], StepSequence)
				}
				if fmt.Sprint(steps) != fmt.Sprint(want) {
					t.Errorf("steps %v, want %v", steps, want)
				}
				shows(t, v, h.session(), lossOf(depth))
				v.Close()
				e := h.event()
				if e.Err != nil || !e.RightPassword || e.User != "alice" || e.Delegated != "password" || e.KeyboardLayout != 0x411 {
					t.Errorf("%+v", e)
				}
			})
		}
	}
}

// Without NLA the password goes into the Client Info PDU, and only where that was
// asked for.
func TestTLSOnly(t *testing.T) {
	h := run(t, named(t, "TLSONLY"))
	refused(t, h.alice(), rdpio.StepNegotiate, "rdpio.no_nla")
	if e := h.event(); e.Delegated != "" || e.ConnectInitial {
		t.Errorf("with NLA: %+v", e)
	}
	o := h.alice()
	o.TLSOnly, o.Level = true, 0
	v := connected(t, o)
	quiet(t, v)
	if v.CredSSP != 0 || v.Selected != x224.ProtocolSSL {
		t.Errorf("CredSSP %d, %v", v.CredSSP, v.Selected)
	}
	v.Close()
	if e := h.event(); e.Err != nil || !e.RightPassword || e.Delegated != "client info" {
		t.Errorf("%+v", e)
	}

	refused(t, func() Options { o := run(t, named(t, "NEW-2019")).alice(); o.TLSOnly = true; return o }(),
		rdpio.StepNegotiate, "x224.failure.hybrid_required")
	refused(t, func() Options { o := run(t, named(t, "XP")).alice(); o.TLSOnly = true; return o }(),
		rdpio.StepNegotiate, "viewer.no_tls")
}

// The password is only read: whoever gave it wipes it.
func TestPasswordIsTheCallers(t *testing.T) {
	o := run(t, named(t, "NEW-2019")).alice()
	connected(t, o).Close()
	if string(o.Password) != lab.Password {
		t.Errorf("%q", o.Password)
	}
}

func TestCookie(t *testing.T) {
	long := make([]byte, longestCookie+1)
	for i := range long {
		long[i] = 'a'
	}
	for user, want := range map[string]string{"alice": "alice", "a@b.example": "a@b.example", "山田": "", "a b": "", "a\r\nb": "", string(long): ""} {
		if got := (Options{User: user}).cookie(); got != want {
			t.Errorf("%q: %q", user, got)
		}
	}
	if got := (Options{User: "alice", RoutingToken: []byte("Cookie: msts=1")}).cookie(); got != "" {
		t.Errorf("beside a routing token: %q", got)
	}
}

// With Restricted Admin nothing is delegated, whatever password was given.
func TestRestrictedAdminDelegatesNothing(t *testing.T) {
	o := Options{Domain: lab.Domain, User: "alice", Password: []byte(lab.Password)}
	if c := o.delegated(); len(c.Password) == 0 || c.User != "alice" {
		t.Errorf("%v", c)
	}
	o.RestrictedAdmin = true
	if c := o.delegated(); len(c.Password) != 0 || c.User != "" || c.Domain != "" {
		t.Errorf("%v", c)
	}
}

// A level that nobody chose lets nobody in.
func TestNoLevel(t *testing.T) {
	h := run(t, named(t, "NEW-2019"))
	o := h.alice()
	o.Level = 0
	refused(t, o, rdpio.StepTLS, "credssp.misuse")
	if e := h.event(); e.PeerVersion != 0 {
		t.Errorf("%+v", e)
	}
}
