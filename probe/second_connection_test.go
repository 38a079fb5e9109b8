package probe_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// The second connection says whether NLA is required. Only a clear answer
// counts, and none takes anything away from what the first one found.
func TestSecondConnection(t *testing.T) {
	leavesNothing(t)
	for _, c := range []struct {
		name    string
		serve   func(*peer)
		want    verdict.Tri
		failure uint32
	}{
		{"HYBRID_REQUIRED_BY_SERVER", after(negotiation(3, 0, 5)), verdict.No, 5},
		{"another failure", after(negotiation(3, 0, 2)), verdict.No, 2},
		{"TLS accepted", after(confirmSSL), verdict.Yes, 0},
		{"HYBRID all the same", after(confirmHybrid), verdict.Unknown, 0},
		{"standard RDP security", after(confirmRDP), verdict.Unknown, 0},
		{"a confirm without negotiation", after(confirmBefore2008), verdict.Unknown, 0},
		{"closes", after(nil), verdict.Unknown, 0},
		{"garbage", after([]byte("HTTP/1.1 429 Too Many Requests\r\n\r\n")), verdict.Unknown, 0},
		{"silent", silentAfter(nil), verdict.Unknown, 0},
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
			f := h.look(t, probe.Options{Timeout: impatient})
			if f.TLSAlone != c.want || f.TLSAloneFailure != c.failure {
				t.Errorf("%v, %d", f.TLSAlone, f.TLSAloneFailure)
			}
			if f.Reach != verdict.Reached || f.Selected != verdict.LayerNLA || f.CredSSP == nil || f.NTLM == nil || f.TLS == nil {
				t.Errorf("the first connection's facts: %+v", f)
			}
			if n := h.accepted.Load(); n != 2 {
				t.Errorf("%d connections", n)
			}
		})
	}
}

// What is asked for, and of whom: only a server that offers NLA is asked again.
func TestWhatIsAskedFor(t *testing.T) {
	leavesNothing(t)
	everything := x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx
	for _, c := range []struct {
		name   string
		answer []byte
		want   []x224.Protocol
	}{
		{"HYBRID", confirmHybrid, []x224.Protocol{everything, x224.ProtocolSSL}},
		{"HYBRID_EX", confirmHybridEx, []x224.Protocol{everything, x224.ProtocolSSL}},
		{"SSL", confirmSSL, []x224.Protocol{everything}},
		{"RDP", confirmRDP, []x224.Protocol{everything}},
		{"no negotiation", confirmBefore2008, []x224.Protocol{everything}},
		{"another protocol", negotiation(2, 0, 4), []x224.Protocol{everything}},
		{"a failure", negotiation(3, 0, 5), []x224.Protocol{everything}},
		{"nothing", nil, []x224.Protocol{everything}},
	} {
		asked := make(chan x224.Protocol, 9)
		h := newHost(t, func(p *peer) {
			asked <- p.asked()
			p.send(c.answer)
		})
		h.look(t, probe.Options{})
		var got []x224.Protocol
		for range h.accepted.Load() {
			got = append(got, <-asked)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
