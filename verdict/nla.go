package verdict

// hybridRequired is HYBRID_REQUIRED_BY_SERVER (MS-RDPBCGR 2.2.1.2.2).
const hybridRequired = 5

// nlaOf decides whether the server insists on NLA. Only the answer to a client
// that offers less can tell "required" from "optional".
func nlaOf(f Facts) NLA {
	switch {
	case f.Selected == LayerRDP || f.Selected == LayerTLS:
		return NLANone
	case f.TLSAlone == No && f.TLSAloneFailure == hybridRequired:
		return NLARequired
	case f.TLSAlone == Yes && (f.Selected == LayerNLA || f.Selected == LayerNLAEx):
		return NLAOptional
	}
	return NLAUnknown
}
