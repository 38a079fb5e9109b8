package probe

import (
	"context"
	"errors"
	"net"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// askFor asks for one protocol alone.
func askFor(protocol x224.Protocol) func(*probe, context.Context) {
	return func(p *probe, ctx context.Context) {
		if conn, _ := p.alone(ctx, protocol); conn != nil {
			conn.Close()
		}
	}
}

// alone asks for one protocol alone and notes the answer if it is a clear one. To
// go on with standard RDP security is to refuse what was asked for; about SSL,
// whose answer tells whether NLA is required, only a failure code says enough.
// It returns the connection, which the caller closes, or nil if nothing came
// back on it.
func (p *probe) alone(ctx context.Context, protocol x224.Protocol) (conn net.Conn, accepted bool) {
	conn, confirm := p.ask(ctx, protocol)
	switch {
	case conn == nil:
		return nil, false
	case confirm.Failure != nil:
		p.note(protocol, verdict.Offer{Accepted: verdict.No, Failure: confirm.Failure.FailureCode})
	case selected(confirm) == protocol:
		p.note(protocol, verdict.Offer{Accepted: verdict.Yes})
		return conn, true
	case selected(confirm) == x224.ProtocolRDP && protocol != x224.ProtocolSSL:
		p.note(protocol, verdict.Offer{Accepted: verdict.No})
	}
	return conn, false
}

// selected is what a confirm without a failure selects.
func selected(confirm *x224.ConnectionConfirm) x224.Protocol {
	if confirm.Negotiation == nil {
		return x224.ProtocolRDP
	}
	return confirm.Negotiation.SelectedProtocol
}

func (p *probe) note(protocol x224.Protocol, o verdict.Offer) {
	if protocol == x224.ProtocolSSL {
		p.facts.TLSAlone, p.facts.TLSAloneFailure = o.Accepted, uint32(o.Failure)
		return
	}
	if p.facts.Alone == nil {
		p.facts.Alone = map[x224.Protocol]verdict.Offer{}
	}
	p.facts.Alone[protocol] = o
}

// ask opens one more connection to a host that has answered before. It returns
// nil if there is no answer this time. A host that cannot be reached any more,
// or is silent, is asked nothing else; one that closes the connection may have
// meant just this question.
func (p *probe) ask(ctx context.Context, protocols x224.Protocol) (net.Conn, *x224.ConnectionConfirm) {
	conn, err := p.dial(ctx)
	if err != nil {
		p.gone = true
		return nil, nil
	}
	confirm, err := p.negotiate(ctx, conn, protocols)
	if err != nil {
		conn.Close()
		p.gone = rdpio.IsTimeout(err) || errors.Is(ctx.Err(), context.Canceled)
		return nil, nil
	}
	return conn, confirm
}
