package probe

import (
	"context"
	"time"

	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// connection is a question to a server that takes a connection of its own.
type connection struct {
	name   string
	depth  Depth  // the least depth that asks it
	times  int    // how often it may be asked
	asks   string // in the words of the specification
	yields string // the facts, by their names in verdict.Facts

	open func(*probe) bool // whether the answer is not known yet
	look func(*probe, context.Context)
}

// plan is everything that a probe asks, in its order: twelve connections, fewer
// where an answer follows from those before it. docs/probe.md lists the same,
// with the traces that each leaves.
var plan = []connection{
	{"everything", DepthVerdict, 1, "HYBRID_EX, HYBRID and SSL at once; TLS; one CredSSP message", "Reach, Selected, Failure, ResponseFlags, TLS, Certificate, CredSSP, NTLM",
		func(*probe) bool { return true }, (*probe).everything},
	{"ssl", DepthStandard, 1, "SSL", "TLSAlone",
		(*probe).offersNLA, askFor(x224.ProtocolSSL)},
	{"hybrid", DepthFull, 1, "HYBRID", "Alone",
		isOpen(x224.ProtocolHybrid), askFor(x224.ProtocolHybrid)},
	{"rdp", DepthFull, 1, "no protocol, which is standard RDP security; MCS Connect Initial with every encryption method", "Alone, RDPSecurity",
		func(*probe) bool { return true }, (*probe).rdpAlone},
	{"rdstls", DepthFull, 1, "RDSTLS", "Alone",
		isOpen(x224.ProtocolRDSTLS), askFor(x224.ProtocolRDSTLS)},
	{"rdsaad", DepthFull, 1, "RDSAAD", "Alone",
		isOpen(x224.ProtocolRDSAAD), askFor(x224.ProtocolRDSAAD)},
	{"tls", DepthFull, 6, "HYBRID_EX, HYBRID and SSL at once; one TLS ClientHello: the next version, then one family of suites", "Hellos, Certificate",
		(*probe).hasTLSQuestion, (*probe).hello},
}

// follow asks the questions of the plan that belong to the depth, until all are
// answered, the host does not answer any more, or it has had its time.
func (p *probe) follow(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.budget())
	defer cancel()
	p.facts.At = time.Now()
	for i, c := range plan {
		if !p.Depth.includes(c.depth) {
			continue
		}
		times := c.times
		if p.repeated && i == len(plan)-1 {
			times--
		}
		for range times {
			if !c.open(p) {
				break
			}
			if i > 0 && !p.pause(ctx) {
				return
			}
			c.look(p, ctx)
			if p.gone || p.facts.Reach != verdict.Reached {
				return
			}
		}
	}
}

// budget is how long the whole probe may take. A host that answers each time at
// the last moment would otherwise hold a full probe for dozens of timeouts.
func (p *probe) budget() time.Duration {
	budget := 6 * p.Timeout
	if p.Depth == DepthFull {
		for _, c := range plan[1:] {
			budget += time.Duration(c.times) * p.Spacing
		}
	}
	return budget
}

// includes reports whether a probe of depth d asks a question of the depth least.
func (d Depth) includes(least Depth) bool {
	switch least {
	case DepthVerdict:
		return true
	case DepthStandard:
		return d != DepthVerdict
	}
	return d == DepthFull
}

// pause leaves the host alone for a while, and reports whether to go on. Two
// connections are what every client makes that falls back, so that only a full
// probe waits.
func (p *probe) pause(ctx context.Context) bool {
	if p.Depth != DepthFull {
		return true
	}
	if p.timer == nil {
		p.timer = time.NewTimer(p.Spacing)
	} else {
		p.timer.Reset(p.Spacing)
	}
	select {
	case <-p.timer.C:
		return true
	case <-ctx.Done():
		p.timer.Stop()
		return false
	}
}

func isOpen(protocol x224.Protocol) func(*probe) bool {
	return func(p *probe) bool { return p.facts.Offer(protocol).Accepted == verdict.Unknown }
}
