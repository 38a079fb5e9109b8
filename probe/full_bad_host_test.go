package probe_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// A host that behaves on the first connection and not on the others: what the
// first one found stands, no answer is made up, and nobody is asked for longer
// than it makes sense.
func TestBadHostsAfterTheFirstConnection(t *testing.T) {
	leavesNothing(t)
	insteadOfTLS := func(bytes string) func(*peer) {
		return func(p *peer) {
			if p.asked()&x224.ProtocolHybrid == 0 {
				p.send(negotiation(3, 0, 5))
				return
			}
			p.send(append(confirmHybrid[:19:19], bytes...))
		}
	}
	refusesAll := refusedBy(x224.FailureHybridRequired, x224.ProtocolRDP, x224.ProtocolRDSTLS, x224.ProtocolRDSAAD)
	for _, c := range []struct {
		name        string
		serve       func(*peer)
		connections int32
		alone       map[x224.Protocol]verdict.Offer
		hellos      int
		refusal     string // of each hello
	}{
		{"silent", silentAfter(nil), 2, nil, 0, ""},
		{"drips a confirm", func(p *peer) {
			p.asked()
			drip(p, p.TCPConn, []byte{3, 0, 1, 0})
		}, 2, nil, 0, ""},
		{"closes", after(nil), 11, nil, 6, ""},
		{"resets", func(p *peer) {
			p.asked()
			p.SetLinger(0)
			p.Close()
		}, 11, nil, 6, ""},
		{"another service", after([]byte("HTTP/1.1 429 Too Many Requests\r\n\r\n")), 11, nil, 6, ""},
		{"selects HYBRID whatever it is asked for", after(confirmHybrid), 10, nil, 5, "tls.closed"},
		{"garbage instead of TLS", insteadOfTLS("garbage, not TLS"), 11, refusesAll, 6, ""},
		{"alert 80 instead of TLS", insteadOfTLS("\x15\x03\x01\x00\x02\x02\x50"), 10, refusesAll, 5, "tls.alert.internal_error"},
		{"an unknown failure code", after(negotiation(3, 0, 99)), 11, refusedBy(99, x224.ProtocolRDP, x224.ProtocolRDSTLS, x224.ProtocolRDSAAD), 6, ""},
		{"standard RDP security whatever it is asked for, and then nothing", after(confirmBefore2008), 11,
			map[x224.Protocol]verdict.Offer{
				x224.ProtocolRDP: {Accepted: verdict.Yes}, x224.ProtocolRDSTLS: {Accepted: verdict.No}, x224.ProtocolRDSAAD: {Accepted: verdict.No},
			}, 6, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := challenges(6, challenge(nil))
			h := newHost(t, func(p *peer) {
				if p.n == 1 {
					first(p)
				} else {
					c.serve(p)
				}
			})
			f := h.look(t, probe.Options{Depth: probe.DepthFull, Spacing: time.Nanosecond, Timeout: impatient})
			if f.Reach != verdict.Reached || f.Selected != verdict.LayerNLA || f.CredSSP == nil || f.TLS == nil || f.Certificate == nil {
				t.Errorf("the first connection's facts: %+v", f)
			}
			if n := h.accepted.Load(); n != c.connections {
				t.Errorf("%d connections, want %d", n, c.connections)
			}
			if diff := cmp.Diff(c.alone, f.Alone); diff != "" {
				t.Errorf("alone (-want +got):\n%s", diff)
			}
			if f.RDPSecurity != nil || len(f.Hellos) != c.hellos {
				t.Errorf("%+v, %+v", f.RDPSecurity, f.Hellos)
			}
			for _, hello := range f.Hellos {
				if hello.Version != 0 || hello.Refusal != c.refusal {
					t.Errorf("%+v", hello)
				}
			}
		})
	}
}

// A host that is not reached, or is something else, sees one connection.
func TestFullStopsAtTheFirstFailure(t *testing.T) {
	leavesNothing(t)
	for name, serve := range map[string]func(*peer){
		"closes": after(nil), "silent": silentAfter(nil), "HTTP": after([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")),
	} {
		h := newHost(t, serve)
		f := h.look(t, probe.Options{Depth: probe.DepthFull, Timeout: impatient})
		if n := h.accepted.Load(); n != 1 || f.Reach == verdict.Reached {
			t.Errorf("%s: %d connections, %s", name, n, f.Reach)
		}
	}
}

// What stands instead of an MCS Connect Response: the encryption stays unknown.
func TestBadConnectResponses(t *testing.T) {
	leavesNothing(t)
	data := func(payload ...byte) []byte {
		return append([]byte{3, 0, 0, byte(7 + len(payload)), 2, 0xF0, 0x80}, payload...)
	}
	for name, reply := range map[string][]byte{
		"nothing":              nil,
		"refused":              data(0x7F, 0x66, 3, 0x0A, 1, 14),
		"a disconnect request": {3, 0, 0, 11, 6, 0x80, 0, 0, 0, 0, 0},
		"no conference":        data(0x7F, 0x66, 3, 0x0A, 1, 0),
		"64 KiB":               {3, 0, 0xFF, 0xFF},
		"HTTP":                 []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
	} {
		h := newHost(t, func(p *peer) {
			p.asked()
			p.send(confirmRDP)
			if p.n == 2 {
				p.Read(make([]byte, 1024))
				p.send(reply)
			}
		})
		f := h.look(t, probe.Options{Depth: probe.DepthFull, Spacing: time.Nanosecond, Timeout: impatient})
		if f.Alone[x224.ProtocolRDP].Accepted != verdict.Yes || f.RDPSecurity != nil || h.accepted.Load() != 2 {
			t.Errorf("%s: %+v, %d connections", name, f, h.accepted.Load())
		}
	}
}
