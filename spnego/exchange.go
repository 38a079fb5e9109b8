package spnego

// exchange is what both ends of the mechListMIC exchange hold (RFC 4178
// section 5).
type exchange struct {
	mech     Mechanism
	rawTypes []byte // the encoded MechTypeList as sent
}

// listVerified can only be had from exchange.verify: it is the proof that the
// peer saw the list that we see.
type listVerified struct{}

func (x exchange) name() string { return "SPNEGO/" + x.mech.Name() }

func (x exchange) sign() ([]byte, error) { return x.mech.Sign(x.rawTypes) }

func (x exchange) verify(mic []byte) (listVerified, error) {
	if len(mic) == 0 {
		return listVerified{}, failure(MICMissing)
	}
	if err := x.mech.Verify(x.rawTypes, mic); err != nil {
		return listVerified{}, &Error{Reason: MICWrong, cause: err}
	}
	return listVerified{}, nil
}

// protected ends a negotiation with a mechListMIC exchange, after our own was
// signed as well. Both calls moved the RC4 state, so it is put back.
func (x exchange) protected(listVerified) state {
	x.mech.ResetSealing()
	return established{mech: x.mech, label: x.name()}
}

// unprotected ends a negotiation where both sides got their first choice.
func (x exchange) unprotected() state {
	return established{mech: x.mech, label: x.name()}
}

// parseLast reads the peer's mechListMIC that comes after the last mechanism
// token.
func (x exchange) parseLast(token []byte) (negState, listVerified, error) {
	resp, err := parseResp(token)
	switch {
	case err != nil:
		return absent, listVerified{}, err
	case resp.state == reject:
		return absent, listVerified{}, failure(Rejected)
	case len(resp.responseToken) > 0:
		return absent, listVerified{}, failure(TokenSpurious)
	}
	verified, err := x.verify(resp.mechListMIC)
	return resp.state, verified, err
}
