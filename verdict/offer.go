package verdict

import "github.com/fumidai/fumidai/rdp/x224"

// Protocols lists what a server can be asked for, in the order of the numbers
// of MS-RDPBCGR 2.2.1.1.1.
func Protocols() []x224.Protocol {
	return []x224.Protocol{
		x224.ProtocolRDP, x224.ProtocolSSL, x224.ProtocolHybrid,
		x224.ProtocolRDSTLS, x224.ProtocolHybridEx, x224.ProtocolRDSAAD,
	}
}

// Offer returns whether the server goes on with a client that asks for p alone:
// by its answer to that question or, if it was not asked, by what it selected
// when it had the choice.
func (f Facts) Offer(p x224.Protocol) Offer {
	if o, ok := f.Alone[p]; ok {
		return o
	}
	if p == x224.ProtocolSSL && f.TLSAlone != Unknown {
		return Offer{f.TLSAlone, x224.FailureCode(f.TLSAloneFailure)}
	}
	return Offer{Accepted: f.selection(p)}
}

// selection returns what the choice among HYBRID_EX, HYBRID and SSL says about
// p. A server takes the strongest that it has (MS-RDPBCGR 5.4.2.1), so that what
// is stronger than its choice is refused; what is weaker stays open.
func (f Facts) selection(p x224.Protocol) Tri {
	var selected x224.Protocol
	switch f.Selected {
	case LayerRDP: // all others need the TLS that it does not do
		selected = x224.ProtocolRDP
	case LayerTLS:
		selected = x224.ProtocolSSL
	case LayerNLA:
		selected = x224.ProtocolHybrid
	case LayerNLAEx:
		selected = x224.ProtocolHybridEx
	default:
		return Unknown
	}
	switch {
	case p == selected:
		return Yes
	case selected == x224.ProtocolRDP,
		p > selected && (p == x224.ProtocolHybrid || p == x224.ProtocolHybridEx):
		return No
	}
	return Unknown
}

// RestrictedAdmin returns whether the server says that it can do without the
// user's credentials. Whether its policy then lets anybody in is not in the flag.
func (f Facts) RestrictedAdmin() Tri { return f.says(x224.ResponseRestrictedAdmin) }

// RemoteGuard returns whether the server says that it knows Remote Credential
// Guard. Whether its policy allows it is not in the flag.
func (f Facts) RemoteGuard() Tri { return f.says(x224.ResponseRedirectedAuthentication) }

// says reads a flag that has a meaning only with CredSSP (MS-RDPBCGR 2.2.1.2.1).
func (f Facts) says(flag x224.ResponseFlags) Tri {
	switch {
	case !f.offersNLA():
		return Unknown
	case x224.ResponseFlags(f.ResponseFlags)&flag != 0:
		return Yes
	}
	return No
}
