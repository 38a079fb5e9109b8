package verdict

import "github.com/fumidai/fumidai/rdp/x224"

// hybridRequired is HYBRID_REQUIRED_BY_SERVER (MS-RDPBCGR 2.2.1.2.2).
const hybridRequired = 5

// nlaOf decides whether the server insists on NLA. Only the answer to a client
// that offers less can tell "required" from "optional".
func nlaOf(f Facts) NLA {
	switch {
	case f.Selected == LayerRDP || f.Selected == LayerTLS:
		return NLANone
	case f.standsBesideNLA(x224.ProtocolRDP):
		return NLAOptional
	case f.TLSAlone == No && f.TLSAloneFailure == hybridRequired:
		return NLARequired
	case f.TLSAlone == Yes && f.offersNLA():
		return NLAOptional
	}
	return NLAUnknown
}

func (f Facts) offersNLA() bool { return f.Selected == LayerNLA || f.Selected == LayerNLAEx }

// standsBesideNLA reports whether a server that offers NLA also goes on with a
// client that asks for p alone.
func (f Facts) standsBesideNLA(p x224.Protocol) bool {
	return f.offersNLA() && f.Offer(p).Accepted == Yes
}
