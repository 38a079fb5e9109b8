package credssp

// Mechanism is one end of one security context, as ntlm, spnego and a Kerberos
// mechanism provide it. Its methods use builtin types only, so that no
// mechanism has to know this package. Whoever made a mechanism wipes its keys
// when the exchange is over.
type Mechanism interface {
	// Step takes the peer's token, nil for an initiator's first call, and
	// returns the token to send, if any. A reply may come with an error (a
	// SPNEGO reject, a Kerberos KRB-ERROR); it is sent all the same. The token
	// belongs to the caller: what is kept of it is copied.
	Step(token []byte) (reply []byte, err error)

	// Done reports whether the context is established.
	Done() bool

	// Need is not nil while the mechanism waits for something from outside: the
	// verification of a response, a service ticket, a ticket-granting ticket of
	// the peer. Its type is the mechanism's own and carries the methods that
	// answer it. Then Resume goes on where Step stopped, and may need something
	// else. With a Need there is no reply.
	Need() any
	Resume() (reply []byte, err error)

	// Seal and Unseal encrypt and protect one message; both count messages.
	Seal(plaintext []byte) (sealed []byte, err error)
	Unseal(sealed []byte) (plaintext []byte, err error)

	// Name is the mechanism's name for people, such as "SPNEGO/NTLM".
	Name() string

	// Peer names the authenticated initiator; acceptors only, after Done.
	Peer() (domain, user string)
}
