package spnego

// Initiator is the client's end of a negotiation. It is not safe for
// concurrent use. After any error from Step or Resume it is dead, and every
// later use returns the same error of reason Dead. It sends nothing with an
// error.
type Initiator struct{ machine }

// NewInitiator makes an initiator that offers these mechanisms, the most
// preferred first. The error is of reason OffersInvalid.
func NewInitiator(offers []Offer) (*Initiator, error) {
	offers, err := checkOffers(offers)
	if err != nil {
		return nil, err
	}
	return &Initiator{machine{awaitStart{offers: offers}}}, nil
}

// Step takes the acceptor's token, nil at the start, and gives the next token
// to send. The reply is nil if none is due: while Need is not nil, or at the
// end.
func (i *Initiator) Step(token []byte) (reply []byte, err error) { return i.step(token) }

// Done reports that the context is established. A reply that came with it must
// still be sent.
func (i *Initiator) Done() bool { return i.done() }

// Need is what the mechanism waits for, see [Mechanism].
func (i *Initiator) Need() any { return i.need() }

// Resume goes on after the answer to Need was given, with the same result as
// the Step that it finishes.
func (i *Initiator) Resume() (reply []byte, err error) { return i.resume() }

// Seal encrypts and signs with the established mechanism.
func (i *Initiator) Seal(plaintext []byte) ([]byte, error) { return i.seal(plaintext) }

// Unseal reverses the acceptor's Seal.
func (i *Initiator) Unseal(sealed []byte) ([]byte, error) { return i.unseal(sealed) }

// Name is "SPNEGO/" with the name of the mechanism, the proposed one until one
// is selected, or just "SPNEGO" before the start.
func (i *Initiator) Name() string { return i.state.name() }

// Peer is empty: an initiator's mechanism names no user.
func (i *Initiator) Peer() (domain, user string) { return "", "" }

// awaitStart awaits the first call, which brings no message.
type awaitStart struct {
	silent
	offers []Offer
}

func (s awaitStart) name() string { return "SPNEGO" }

func (s awaitStart) step(token []byte) ([]byte, state, error) {
	if len(token) > 0 {
		return nil, nil, failure(TokenAtStart)
	}
	first := s.offers[0]
	next := awaitSelection{
		exchange: exchange{mech: first.Mechanism, rawTypes: marshalMechTypes(offered(s.offers))},
		offers:   s.offers,
	}
	return run(next, first.Mechanism, nil, func(mechToken []byte) ([]byte, state, error) {
		init := negTokenInit{rawTypes: next.rawTypes, mechToken: mechToken}
		return init.marshal(), next, nil
	})
}

// awaitSelection awaits the acceptor's first message, which selects the
// mechanism. Its exchange is that of the first offer.
type awaitSelection struct {
	silent
	exchange
	offers []Offer
}

func (s awaitSelection) step(token []byte) ([]byte, state, error) {
	resp, err := parseResp(token)
	if err != nil {
		return nil, nil, err
	}
	// Without supportedMech the first offer is meant: some Java acceptors send
	// only a responseToken (known from MIT).
	if resp.supportedMech == "" || resp.supportedMech.is(s.offers[0].OID) {
		return awaitResp{exchange: s.exchange}.take(resp)
	}
	return s.reselect(resp)
}

// reselect starts a mechanism that is not the first offer (RFC 4178 section
// 4.2.2): the acceptor cannot have a token for it yet, nor have finished.
func (s awaitSelection) reselect(resp *negTokenResp) ([]byte, state, error) {
	at := find(s.offers, resp.supportedMech)
	switch {
	case resp.state == reject:
		return nil, nil, failure(Rejected)
	case at < 0:
		return nil, nil, &Error{Reason: MechanismForeign, args: map[string]any{"mechanism": resp.supportedMech.String()}}
	case resp.state == acceptCompleted:
		return nil, nil, failure(CompletedEarly)
	case len(resp.responseToken) > 0:
		return nil, nil, failure(TokenSpurious)
	}
	o := s.offers[at]
	next := awaitResp{
		exchange:    exchange{mech: o.Mechanism, rawTypes: s.rawTypes},
		micRequired: true,
	}
	return run(next, o.Mechanism, nil, func(mechToken []byte) ([]byte, state, error) {
		return next.answer(resp, mechToken)
	})
}

// awaitResp awaits the next token of the selected mechanism. A supportedMech in
// it, even another one, is ignored (MS-SPNG 3.3.5).
type awaitResp struct {
	silent
	exchange
	micRequired bool
}

func (s awaitResp) step(token []byte) ([]byte, state, error) {
	resp, err := parseResp(token)
	if err != nil {
		return nil, nil, err
	}
	return s.take(resp)
}

func (s awaitResp) take(resp *negTokenResp) ([]byte, state, error) {
	s.micRequired = s.micRequired || resp.state == requestMIC
	switch {
	case resp.state == reject:
		return nil, nil, s.rejected(resp)
	case s.mech.Done():
		return s.takeAfterLast(resp)
	case len(resp.responseToken) == 0:
		return nil, nil, failure(TokenMissing)
	}
	return run(s, s.mech, resp.responseToken, func(mechToken []byte) ([]byte, state, error) {
		return s.answer(resp, mechToken)
	})
}

// rejected lets the mechanism read the error token, if there is one, because it
// says more than a bare reject.
func (s awaitResp) rejected(resp *negTokenResp) error {
	e := failure(Rejected)
	if len(resp.responseToken) > 0 && !s.mech.Done() {
		_, e.cause = s.mech.Step(resp.responseToken)
	}
	return e
}

// answer sends what the mechanism made of the acceptor's message.
func (s awaitResp) answer(resp *negTokenResp, mechToken []byte) ([]byte, state, error) {
	if s.mech.Done() && len(mechToken) == 0 {
		return s.finish(resp)
	}
	switch {
	case len(mechToken) == 0:
		return nil, nil, failure(MechanismWithoutEnd)
	case resp.state == acceptCompleted:
		return nil, nil, failure(CompletedEarly)
	case len(resp.mechListMIC) > 0:
		return nil, nil, failure(MICEarly)
	case s.mech.Done():
		return s.sendMIC(mechToken)
	}
	return negTokenResp{state: acceptIncomplete, responseToken: mechToken}.marshal(), s, nil
}

// takeAfterLast takes a message that comes when the mechanism had finished with
// its only token, as Kerberos without mutual authentication does.
func (s awaitResp) takeAfterLast(resp *negTokenResp) ([]byte, state, error) {
	switch {
	case len(resp.responseToken) > 0:
		return nil, nil, failure(TokenSpurious)
	case s.micRequired && len(resp.mechListMIC) == 0 && resp.state != acceptCompleted:
		return s.sendMIC(nil)
	}
	return s.finish(resp)
}

// sendMIC sends our last token, if there is one, with our mechListMIC.
func (s awaitResp) sendMIC(mechToken []byte) ([]byte, state, error) {
	mic, err := s.sign()
	if err != nil {
		return nil, nil, err
	}
	reply := negTokenResp{state: acceptIncomplete, responseToken: mechToken, mechListMIC: mic}
	return reply.marshal(), awaitMIC{exchange: s.exchange}, nil
}

// finish ends after the acceptor's last token.
func (s awaitResp) finish(resp *negTokenResp) ([]byte, state, error) {
	if len(resp.mechListMIC) == 0 {
		switch {
		case s.micRequired:
			return nil, nil, failure(MICMissing)
		case resp.state == acceptIncomplete:
			return nil, nil, failure(CompletedMissing)
		}
		return nil, s.unprotected(), nil
	}
	verified, err := s.verify(resp.mechListMIC)
	if err != nil {
		return nil, nil, err
	}
	if resp.state == acceptCompleted { // it does not wait for ours
		return nil, s.protected(verified), nil
	}
	mic, err := s.sign()
	if err != nil {
		return nil, nil, err
	}
	reply := negTokenResp{state: acceptCompleted, mechListMIC: mic}
	return reply.marshal(), s.protected(verified), nil
}

// awaitMIC awaits the acceptor's mechListMIC after ours was sent.
type awaitMIC struct {
	silent
	exchange
}

func (s awaitMIC) step(token []byte) ([]byte, state, error) {
	said, verified, err := s.parseLast(token)
	if err != nil {
		return nil, nil, err
	}
	if said != acceptCompleted && said != absent {
		return nil, nil, failure(CompletedMissing)
	}
	return nil, s.protected(verified), nil
}
