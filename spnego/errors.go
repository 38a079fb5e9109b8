package spnego

// Reason is why a negotiation failed. The zero Reason is not used.
type Reason int

// The reasons, by whose fault they are.
const (
	// NoCommonMechanism: the acceptor has none of the mechanisms listed. Args
	// listed and offered are the two lists in dotted form.
	NoCommonMechanism Reason = iota + 1
	// Rejected: the peer sent negState reject. If it added an error token that
	// the mechanism understood, errors.As finds the mechanism's error inside.
	Rejected

	MICMissing          // no mechListMIC where one is required
	MICWrong            // a mechListMIC that does not fit the list: it was changed on its way
	MICEarly            // a mechListMIC before the mechanism is established
	MechanismForeign    // the acceptor selected what was not offered; arg mechanism
	MessageUnexpected   // NegTokenInit where NegTokenResp is due, or the other way round
	TokenMissing        // no responseToken though the mechanism waits for one
	TokenSpurious       // a responseToken though the mechanism waits for none
	CompletedEarly      // accept-completed though the mechanism has not finished
	CompletedMissing    // not accept-completed though nothing is left to do
	MechanismWithoutEnd // our mechanism neither finished nor had a token to send

	OffersInvalid  // offers given to NewInitiator or NewAcceptor; arg detail
	TokenAtStart   // an Initiator's first Step takes nil
	AnswerPending  // Step while Need is not nil
	AnswerUnasked  // Resume while Need is nil
	NotEstablished // Seal or Unseal before Done
	AlreadyDone    // Step after Done
	Dead           // any use after a failure
)

var reasons = map[Reason]struct{ code, kind, text string }{
	NoCommonMechanism:   {"spnego.mechanism.none", "incompatible", "no common mechanism"},
	Rejected:            {"spnego.rejected", "refused", "the peer rejected the negotiation"},
	MICMissing:          {"spnego.mic.missing", "misbehaved", "required mechListMIC is missing"},
	MICWrong:            {"spnego.mic.wrong", "misbehaved", "mechListMIC does not fit the mechanism list"},
	MICEarly:            {"spnego.mic.early", "misbehaved", "mechListMIC before the mechanism is established"},
	MechanismForeign:    {"spnego.mechanism.foreign", "misbehaved", "a mechanism was selected that was not offered"},
	MessageUnexpected:   {"spnego.message.unexpected", "misbehaved", "unexpected message"},
	TokenMissing:        {"spnego.token.missing", "misbehaved", "mechanism token is missing"},
	TokenSpurious:       {"spnego.token.spurious", "misbehaved", "mechanism token after the last one"},
	CompletedEarly:      {"spnego.completed.early", "misbehaved", "accept-completed before the mechanism has finished"},
	CompletedMissing:    {"spnego.completed.missing", "misbehaved", "the peer does not complete the negotiation"},
	MechanismWithoutEnd: {"spnego.mechanism.stuck", "bug", "the mechanism has neither finished nor a token to send"},
	OffersInvalid:       {"spnego.offers.invalid", "misuse", "invalid offers"},
	TokenAtStart:        {"spnego.start.token", "misuse", "an initiator starts without a token"},
	AnswerPending:       {"spnego.need.pending", "misuse", "step while the mechanism waits for an answer"},
	AnswerUnasked:       {"spnego.need.none", "misuse", "resume while the mechanism waits for nothing"},
	NotEstablished:      {"spnego.seal.early", "misuse", "sealing before the negotiation has finished"},
	AlreadyDone:         {"spnego.step.late", "misuse", "step after the negotiation has finished"},
	Dead:                {"spnego.dead", "misuse", "use after a failure"},
}

// Error is a failure of the negotiation. Failures of the mechanism are returned
// as the mechanism made them, and bytes that do not parse as [wire.Error].
type Error struct {
	Reason Reason
	args   map[string]any
	cause  error
}

func (e *Error) Error() string {
	s := "spnego: " + reasons[e.Reason].text
	if e.cause != nil {
		s += ": " + e.cause.Error()
	}
	return s
}

// Code is the stable name of the reason, such as "spnego.mic.missing".
func (e *Error) Code() string { return reasons[e.Reason].code }

// Kind tells whose fault it is: misbehaved, incompatible and refused are the
// peer's, misuse and bug are ours.
func (e *Error) Kind() string { return reasons[e.Reason].kind }

// Args are the named values for a sentence about this failure; see [Reason].
func (e *Error) Args() map[string]any { return e.args }

// Unwrap is what the mechanism said, if that is the cause.
func (e *Error) Unwrap() error { return e.cause }

func failure(reason Reason) *Error { return &Error{Reason: reason} }
