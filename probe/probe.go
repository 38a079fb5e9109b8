package probe

import (
	"context"
	"errors"
	"net"
	"strconv"
	"time"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// DefaultTimeout is how long connecting and each message may take.
const DefaultTimeout = 5 * time.Second

// Options changes how a probe looks; the zero value is good.
type Options struct {
	Timeout     time.Duration // of connecting and of each message; 0: DefaultTimeout
	VerdictOnly bool          // one connection: all but whether NLA is required
	ServerName  string        // for TLS; optional
}

// Probe looks at the server at host and port. It always returns facts: failures
// are facts too. A host is a name or an IP address, without brackets.
func Probe(ctx context.Context, host string, port int, o Options) verdict.Facts {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	p := &probe{Options: o, address: net.JoinHostPort(host, strconv.Itoa(port)), name: o.ServerName}
	p.facts.At = time.Now()
	p.everything(ctx)
	if !o.VerdictOnly && p.offersNLA() {
		p.tlsAlone(ctx)
	}
	return p.facts
}

type probe struct {
	Options
	address string
	name    string
	facts   verdict.Facts
}

// everything is the first connection, and the one that repeats it with all
// curves. If that does not get further, what the first one saw stands.
func (p *probe) everything(ctx context.Context) {
	if refused := p.look(ctx, rdpio.TLSClientOptions{PreferP256: true}); !refused {
		return
	}
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
	confirm, err := p.negotiate(ctx, conn, x224.ProtocolSSL|x224.ProtocolHybrid|x224.ProtocolHybridEx)
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

// tlsAlone is the second connection: does the server accept TLS without NLA?
func (p *probe) tlsAlone(ctx context.Context) {
	conn, err := p.dial(ctx)
	if err != nil {
		return // the first connection has answered: this one simply yields nothing
	}
	defer conn.Close()
	confirm, err := p.negotiate(ctx, conn, x224.ProtocolSSL)
	switch {
	case err != nil:
	case confirm.Failure != nil:
		p.facts.TLSAlone, p.facts.TLSAloneFailure = verdict.No, uint32(confirm.Failure.FailureCode)
	case confirm.Negotiation != nil && confirm.Negotiation.SelectedProtocol == x224.ProtocolSSL:
		p.facts.TLSAlone = verdict.Yes
	}
}

func (p *probe) offersNLA() bool {
	return p.facts.Selected == verdict.LayerNLA || p.facts.Selected == verdict.LayerNLAEx
}

func (p *probe) dial(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: p.Timeout}
	return d.DialContext(ctx, "tcp", p.address)
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
