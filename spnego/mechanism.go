package spnego

import "slices"

// Mechanism is what SPNEGO needs of the mechanism that it negotiates. Either
// end of NTLM or Kerberos satisfies it without importing this package.
type Mechanism interface {
	// Step takes the peer's token, nil on the first call of an initiator, and
	// gives the reply, empty if there is none. A reply may accompany an error.
	Step(token []byte) (reply []byte, err error)
	// Done reports that the context is established.
	Done() bool
	// Need is not nil while the mechanism waits for an answer from outside. How
	// to give it is between the mechanism and the caller. Step has then given no
	// reply; Resume gives it.
	Need() any
	// Resume goes on after the answer to Need was given.
	Resume() (reply []byte, err error)

	// Seal and Unseal are GSS_Wrap and GSS_Unwrap with confidentiality.
	Seal(plaintext []byte) ([]byte, error)
	Unseal(sealed []byte) ([]byte, error)
	// Sign is GSS_GetMIC, Verify is GSS_VerifyMIC.
	Sign(message []byte) ([]byte, error)
	Verify(message, mic []byte) error
	// ResetSealing puts the RC4 state of both directions back to the initial one
	// and leaves the sequence numbers alone (MS-SPNG 3.2.5.1). A mechanism
	// without such a state does nothing.
	ResetSealing()

	// Name is the mechanism's name for people, such as "NTLM".
	Name() string
	// Peer is the authenticated user, known to an acceptor after Done.
	Peer() (domain, user string)
}

// Offer binds a mechanism to its object identifier. Kerberos and MSKerberos may
// share one Mechanism; an acceptor needs only one of the two.
type Offer struct {
	OID       OID
	Mechanism Mechanism
}

// checkOffers copies offers that can be negotiated: between 1 and MaxMechTypes,
// each with a mechanism and an identifier of its own.
func checkOffers(offers []Offer) ([]Offer, error) {
	invalid := func(detail string) error {
		return &Error{Reason: OffersInvalid, args: map[string]any{"detail": detail}}
	}
	if len(offers) == 0 || len(offers) > MaxMechTypes {
		return nil, invalid("number of offers")
	}
	for i, o := range offers {
		switch {
		case o.Mechanism == nil:
			return nil, invalid("no mechanism")
		case o.OID == "" || o.OID == SPNEGO || o.OID == NegoEx:
			return nil, invalid("mechanism that cannot be negotiated")
		case slices.ContainsFunc(offers[:i], func(p Offer) bool { return p.OID == o.OID }):
			return nil, invalid("mechanism offered twice")
		}
	}
	return slices.Clone(offers), nil
}

func offered(offers []Offer) []OID {
	oids := make([]OID, len(offers))
	for i, o := range offers {
		oids[i] = o.OID
	}
	return oids
}

// find is the position of the offer for a mechanism, -1 if there is none. The
// same identifier wins over the other one of Kerberos.
func find(offers []Offer, oid OID) int {
	if i := slices.IndexFunc(offers, func(o Offer) bool { return o.OID == oid }); i >= 0 {
		return i
	}
	return slices.IndexFunc(offers, func(o Offer) bool { return o.OID.is(oid) })
}
