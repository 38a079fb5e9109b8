package spnego

// Acceptor is the server's end of a negotiation. It is not safe for concurrent
// use. After any error from Step or Resume it is dead, and every later use
// returns the same error of reason Dead.
//
// With an error comes a reply that tells the peer: negState reject, with the
// error token of the mechanism if that gave one. A peer that speaks raw NTLM
// gets at most that token. There is no reply if the caller misused a finished
// or dead Acceptor.
type Acceptor struct{ machine }

// NewAcceptor makes an acceptor that has these mechanisms, the most preferred
// first. The error is of reason OffersInvalid.
func NewAcceptor(offers []Offer) (*Acceptor, error) {
	offers, err := checkOffers(offers)
	if err != nil {
		return nil, err
	}
	return &Acceptor{machine{awaitInit{offers: offers}}}, nil
}

// Step takes the initiator's token and gives the next token to send. The reply
// is nil if none is due: while Need is not nil, or at the end.
func (a *Acceptor) Step(token []byte) (reply []byte, err error) {
	if s, first := a.state.(awaitInit); first && IsRawNTLM(token) {
		a.state = s.raw() // before the step, so that a failure is not answered in SPNEGO
	}
	return a.step(token)
}

// Done reports that the context is established. A reply that came with it must
// still be sent.
func (a *Acceptor) Done() bool { return a.done() }

// Need is what the mechanism waits for, see [Mechanism].
func (a *Acceptor) Need() any { return a.need() }

// Resume goes on after the answer to Need was given, with the same result as
// the Step that it finishes.
func (a *Acceptor) Resume() (reply []byte, err error) { return a.resume() }

// Seal encrypts and signs with the established mechanism.
func (a *Acceptor) Seal(plaintext []byte) ([]byte, error) { return a.seal(plaintext) }

// Unseal reverses the initiator's Seal.
func (a *Acceptor) Unseal(sealed []byte) ([]byte, error) { return a.unseal(sealed) }

// Name is "SPNEGO/" with the name of the selected mechanism, just "SPNEGO"
// before one is selected, or "NTLM" with raw NTLM.
func (a *Acceptor) Name() string { return a.state.name() }

// Peer is the authenticated user, empty before Done.
func (a *Acceptor) Peer() (domain, user string) { return a.peer() }

// awaitInit awaits the initiator's first message.
type awaitInit struct {
	rejecting
	offers []Offer
}

func (s awaitInit) name() string { return "SPNEGO" }

// raw is the state for a peer that speaks NTLM without SPNEGO.
func (s awaitInit) raw() state {
	at := find(s.offers, NTLM)
	if at < 0 {
		return withoutNTLM{err: s.noCommon([]OID{NTLM})}
	}
	return awaitRaw{mech: s.offers[at].Mechanism}
}

func (s awaitInit) step(token []byte) ([]byte, state, error) {
	t, err := parseToken(token)
	if err != nil {
		return nil, nil, err
	}
	if t.init == nil {
		return nil, nil, failure(MessageUnexpected)
	}
	return s.selectFrom(t.init)
}

// selectFrom selects the first listed mechanism that we have.
func (s awaitInit) selectFrom(init *negTokenInit) ([]byte, state, error) {
	for i, oid := range init.types {
		at := find(s.offers, oid)
		if at < 0 {
			continue
		}
		firstOfBoth := i == 0 && oid.is(s.offers[0].OID)
		next := awaitMechToken{
			exchange:    exchange{mech: s.offers[at].Mechanism, rawTypes: init.rawTypes},
			micRequired: !firstOfBoth,
		}
		if i > 0 { // token and mechListMIC belong to another mechanism
			init.mechToken, init.mechListMIC = nil, nil
		}
		return next.begin(init, oid)
	}
	return nil, nil, s.noCommon(init.types)
}

func (s awaitInit) noCommon(listed []OID) error {
	return &Error{Reason: NoCommonMechanism, args: map[string]any{
		"listed":  dotted(listed),
		"offered": dotted(offered(s.offers)),
	}}
}

// awaitMechToken awaits the next token of the selected mechanism.
type awaitMechToken struct {
	rejecting
	exchange
	micRequired bool
}

// begin answers the NegTokenInit. Only this answer carries supportedMech and,
// if it must, request-mic (RFC 4178 section 4.2.2). The identifier is the one
// that was listed: a Windows client that listed MSKerberos first fails if it is
// answered with Kerberos (MS-SPNG 3.2.5, note <10>).
func (s awaitMechToken) begin(init *negTokenInit, selected OID) ([]byte, state, error) {
	reply := negTokenResp{state: acceptIncomplete, supportedMech: selected}
	if s.micRequired {
		reply.state = requestMIC
	}
	if len(init.mechToken) == 0 {
		return reply.marshal(), s, nil
	}
	return run(s, s.mech, init.mechToken, func(mechToken []byte) ([]byte, state, error) {
		if s.micRequired && s.mech.Done() && len(mechToken)+len(init.mechListMIC) == 0 {
			// The only token there is came first: the initiator could not know
			// that its mechListMIC is wanted.
			return reply.marshal(), s, nil
		}
		return s.answer(reply, mechToken, init.mechListMIC)
	})
}

func (s awaitMechToken) step(token []byte) ([]byte, state, error) {
	resp, err := parseResp(token)
	if err != nil {
		return nil, nil, err
	}
	reply := negTokenResp{state: acceptIncomplete}
	hasToken := len(resp.responseToken) > 0
	switch {
	case resp.state == reject:
		return nil, nil, failure(Rejected)
	case s.mech.Done() && hasToken:
		return nil, nil, failure(TokenSpurious)
	case s.mech.Done():
		return s.answer(reply, nil, resp.mechListMIC)
	case !hasToken:
		return nil, nil, failure(TokenMissing)
	}
	return run(s, s.mech, resp.responseToken, func(mechToken []byte) ([]byte, state, error) {
		return s.answer(reply, mechToken, resp.mechListMIC)
	})
}

// answer completes the reply with the mechanism's token and, at its end, with
// the mechListMIC.
func (s awaitMechToken) answer(reply negTokenResp, mechToken, mic []byte) ([]byte, state, error) {
	reply.responseToken = mechToken
	if s.mech.Done() && len(mechToken) == 0 {
		return s.finish(reply, mic)
	}
	switch {
	case len(mechToken) == 0:
		return nil, nil, failure(MechanismWithoutEnd)
	case len(mic) > 0:
		return nil, nil, failure(MICEarly)
	case !s.mech.Done():
		return reply.marshal(), s, nil
	case !s.micRequired:
		reply.state = acceptCompleted
		return reply.marshal(), s.unprotected(), nil
	}
	var err error
	if reply.mechListMIC, err = s.sign(); err != nil {
		return nil, nil, err
	}
	return reply.marshal(), awaitLastMIC{exchange: s.exchange}, nil
}

// finish ends after the initiator's last token.
func (s awaitMechToken) finish(reply negTokenResp, mic []byte) ([]byte, state, error) {
	reply.state = acceptCompleted
	if len(mic) == 0 && !s.micRequired {
		return reply.marshal(), s.unprotected(), nil
	}
	verified, err := s.verify(mic)
	if err != nil {
		return nil, nil, err
	}
	if reply.mechListMIC, err = s.sign(); err != nil {
		return nil, nil, err
	}
	return reply.marshal(), s.protected(verified), nil
}

// awaitLastMIC awaits the initiator's mechListMIC after ours was sent.
type awaitLastMIC struct {
	rejecting
	exchange
}

func (s awaitLastMIC) step(token []byte) ([]byte, state, error) {
	said, verified, err := s.parseLast(token)
	if err != nil {
		return nil, nil, err
	}
	if said == acceptCompleted {
		return nil, s.protected(verified), nil
	}
	// It waits to hear that it has finished (FreeRDP answers the same way).
	return negTokenResp{state: acceptCompleted}.marshal(), s.protected(verified), nil
}

// awaitRaw awaits the next message of NTLM without SPNEGO.
type awaitRaw struct{ mech Mechanism }

func (s awaitRaw) name() string                    { return s.mech.Name() }
func (s awaitRaw) refusal(mechToken []byte) []byte { return mechToken }

func (s awaitRaw) step(token []byte) ([]byte, state, error) {
	return run(s, s.mech, token, func(reply []byte) ([]byte, state, error) {
		if s.mech.Done() {
			return reply, established{mech: s.mech, label: s.name()}, nil
		}
		return reply, s, nil
	})
}

// withoutNTLM meets raw NTLM where there is no offer for it. Nothing can be said
// that the peer would understand.
type withoutNTLM struct {
	silent
	err error
}

func (s withoutNTLM) name() string                       { return "NTLM" }
func (s withoutNTLM) step([]byte) ([]byte, state, error) { return nil, nil, s.err }
