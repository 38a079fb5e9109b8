package lab

import (
	"errors"

	"github.com/fumidai/fumidai/rdp/x224"
)

// errNoNegotiation is a client that cannot do what the host requires.
var errNoNegotiation = errors.New("lab: client sends no negotiation request")

// confirm selects a protocol as a Windows host with these settings does
// (MS-RDPBCGR 5.4.2.1, 2.2.1.2). A client that sends no negotiation request
// cannot read a refusal: nil closes the connection (inferred).
func (s *server) confirm(request *x224.ConnectionRequest) *x224.ConnectionConfirm {
	if s.host.Security == RDPBefore2008 || request.Negotiation == nil && s.host.Security == RDPOnly {
		return &x224.ConnectionConfirm{}
	}
	if request.Negotiation == nil {
		return nil
	}
	asked := request.Negotiation.Protocols
	nla := s.host.UsesNLA()
	switch {
	case nla && s.host.EarlyAuth && asked&x224.ProtocolHybridEx != 0:
		return s.selects(x224.ProtocolHybridEx)
	case nla && asked&x224.ProtocolHybrid != 0:
		return s.selects(x224.ProtocolHybrid)
	case s.host.Security == NLARequired:
		return refuses(x224.FailureHybridRequired)
	case s.host.Security == RDPOnly && asked == x224.ProtocolRDP:
		return s.selects(x224.ProtocolRDP)
	case s.host.Security == RDPOnly:
		return refuses(x224.FailureSSLNotAllowed)
	case asked&x224.ProtocolSSL != 0:
		return s.selects(x224.ProtocolSSL)
	}
	return refuses(x224.FailureSSLRequired)
}

func (s *server) selects(p x224.Protocol) *x224.ConnectionConfirm {
	return &x224.ConnectionConfirm{Negotiation: &x224.NegotiationResponse{
		Flags:            x224.ResponseExtendedClientData,
		SelectedProtocol: p,
	}}
}

func refuses(code x224.FailureCode) *x224.ConnectionConfirm {
	return &x224.ConnectionConfirm{Failure: &x224.NegotiationFailure{FailureCode: code}}
}
