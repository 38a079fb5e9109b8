package probe

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// DefaultTimeout is how long connecting and each message may take.
const DefaultTimeout = 5 * time.Second

// DefaultSpacing is how long a full probe leaves a host alone between two
// connections. Windows has been seen to drop faster ones (reports about other
// scanners).
const DefaultSpacing = 200 * time.Millisecond

// Options changes how a probe looks; the zero value is good.
type Options struct {
	Depth      Depth         // "": DepthStandard
	Timeout    time.Duration // of connecting and of each message, the whole takes six at most, and spacings; 0: DefaultTimeout
	Spacing    time.Duration // between two connections of a full probe; 0: DefaultSpacing
	ServerName string        // for TLS; optional
}

// Depth says how much a probe asks. Each depth asks what the one before it does.
type Depth string

// The depths.
const (
	DepthVerdict  Depth = "verdict"  // one connection: all that the verdict needs
	DepthStandard Depth = "standard" // and whether NLA is required
	DepthFull     Depth = "full"     // every question of the plan
)

// Depths lists the depths, from the least.
func Depths() []Depth { return []Depth{DepthVerdict, DepthStandard, DepthFull} }

// Probe looks at the server at host and port. It always returns facts: failures
// are facts too. A host is a name or an IP address, without brackets.
func Probe(ctx context.Context, host string, port int, o Options) verdict.Facts {
	p := newProbe(o)
	p.dial = newDialer(host, port, p.Timeout).dial
	p.follow(ctx)
	return p.facts
}

type probe struct {
	Options
	dial     func(context.Context) (net.Conn, error)
	facts    verdict.Facts
	gone     bool          // the host does not answer any more
	repeated bool          // the first connection took two
	question verdict.Hello // the next to send, if one is
	timer    *time.Timer   // of the pauses
}

func newProbe(o Options) *probe {
	if o.Depth == "" {
		o.Depth = DepthStandard
	}
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Spacing == 0 {
		o.Spacing = DefaultSpacing
	}
	return &probe{Options: o}
}

// everything is the first connection. To save time, TLS offers P-256 and P-384
// alone; a server that has neither refuses, and is asked once more with all
// curves. If that does not get further, what the first one saw stands. A full
// probe then has one question about TLS less, so as to keep to its connections.
func (p *probe) everything(ctx context.Context) {
	if refused := p.look(ctx, rdpio.TLSClientOptions{PreferP256: true}); !refused {
		return
	}
	if p.Depth == DepthFull && !p.pause(ctx) {
		return
	}
	p.repeated = true
	first := p.facts
	p.facts = verdict.Facts{At: first.At}
	if p.look(ctx, rdpio.TLSClientOptions{}); p.facts.TLS == nil {
		p.facts = first
	}
}

// look asks for everything on one connection. It reports whether the server
// refused what TLS was offered.
func (p *probe) look(ctx context.Context, o rdpio.TLSClientOptions) (refused bool) {
	conn, err := p.dial(ctx)
	if err != nil {
		p.facts.Reach, p.facts.ReachDetail = classifyDial(err)
		return false
	}
	defer conn.Close()
	confirm, err := p.negotiate(ctx, conn, anyTLS)
	if err != nil {
		p.facts.Reach, p.facts.ReachDetail = classifyAnswer(err)
		return false
	}
	p.facts.Reach = verdict.Reached
	p.layer(confirm)
	switch p.facts.Selected {
	case verdict.LayerTLS, verdict.LayerNLA, verdict.LayerNLAEx:
		return p.secure(ctx, conn, o)
	}
	return false
}

// anyTLS is what a client asks for that can do everything but what comes after
// a redirection, or with an Entra account.
const anyTLS = x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx

func (p *probe) offersNLA() bool {
	return p.facts.Selected == verdict.LayerNLA || p.facts.Selected == verdict.LayerNLAEx
}

func (p *probe) negotiate(ctx context.Context, conn net.Conn, protocols x224.Protocol) (*x224.ConnectionConfirm, error) {
	return rdpio.Negotiate(ctx, conn, &x224.ConnectionRequest{
		Negotiation: &x224.NegotiationRequest{Protocols: protocols},
	}, p.Timeout)
}

// layer notes what the server selected.
func (p *probe) layer(confirm *x224.ConnectionConfirm) {
	switch {
	case confirm.Failure != nil:
		p.facts.Failure = uint32(confirm.Failure.FailureCode)
		if confirm.Failure.FailureCode == x224.FailureSSLNotAllowed {
			p.facts.Selected = verdict.LayerRDP
		}
	case confirm.Negotiation == nil:
		p.facts.Selected = verdict.LayerRDP
	default:
		p.facts.ResponseFlags = uint8(confirm.Negotiation.Flags)
		switch confirm.Negotiation.SelectedProtocol {
		case x224.ProtocolRDP:
			p.facts.Selected = verdict.LayerRDP
		case x224.ProtocolSSL:
			p.facts.Selected = verdict.LayerTLS
		case x224.ProtocolHybrid:
			p.facts.Selected = verdict.LayerNLA
		case x224.ProtocolHybridEx:
			p.facts.Selected = verdict.LayerNLAEx
		default:
			p.facts.Selected = verdict.LayerOther
		}
	}
}

// classifyAnswer tells what came instead of a Connection Confirm.
func classifyAnswer(err error) (verdict.Reach, string) {
	var malformed *wire.Error
	var limit *rdpio.LimitError
	switch {
	case errors.As(err, &malformed), errors.As(err, &limit):
		return verdict.NotRDP, codeOf(err)
	case rdpio.IsTimeout(err):
		return verdict.Silent, codeOf(err)
	}
	return verdict.Closed, codeOf(err)
}

// codeOf is the stable code of a typed error.
func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return "conn.failed"
}
