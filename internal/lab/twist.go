package lab

import (
	"bytes"
	"net"

	"github.com/fumidai/fumidai/credssp"
)

// Twist is what is wrong with the CredSSP messages of a host.
type Twist int

// The twists. The zero Twist is a correct host.
const (
	NoTwist        Twist = iota
	NTLMBlocked          // answers the first token with errorCode STATUS_NTLM_BLOCKED (inferred)
	NTLMAlert            // answers it with the TLS alert access_denied (inferred)
	WrongProof           // proves another key than that of this TLS connection
	ForeignKey           // the other end of TLS is not the CredSSP server: a man in the middle
	ChangedVersion       // states another version in its second message
)

// statusNTLMBlocked is STATUS_NTLM_BLOCKED (MS-ERREF 2.3.1).
const statusNTLMBlocked uint32 = 0xC0000418

// twist spoils the configuration of a CredSSP server, or the connection that its
// messages take.
func (s *server) twist(config *credssp.ServerConfig, conn net.Conn) net.Conn {
	switch s.host.Twist {
	case NTLMBlocked:
		config.Mechanism = blocked{config.Mechanism}
	case WrongProof:
		config.Mechanism = wrongProof{config.Mechanism}
	case ForeignKey:
		config.PublicKey = bytes.Clone(config.PublicKey)
		config.PublicKey[len(config.PublicKey)/2] ^= 1
	case ChangedVersion:
		return &restating{Conn: conn}
	}
	return conn
}

// blocked is a mechanism that the host's policy forbids.
type blocked struct{ credssp.Mechanism }

func (blocked) Step([]byte) ([]byte, error) { return nil, &BlockedError{} }

// BlockedError says that the host allows no NTLM.
type BlockedError struct{}

func (*BlockedError) Error() string { return "lab: this host allows no NTLM" }

// Code is the stable name of the failure.
func (*BlockedError) Code() string { return "lab.ntlm_blocked" }

// Kind tells whose fault it is: the host refused.
func (*BlockedError) Kind() string { return "refused" }

// Args are the named values for a sentence about the failure.
func (*BlockedError) Args() map[string]any { return nil }

// Status is what the client is told.
func (*BlockedError) Status() uint32 { return statusNTLMBlocked }

// wrongProof seals, correctly, a proof of something else: the server's proof is
// all that a server seals.
type wrongProof struct{ credssp.Mechanism }

func (w wrongProof) Seal(plaintext []byte) ([]byte, error) {
	other := bytes.Clone(plaintext)
	other[0] ^= 1
	return w.Mechanism.Seal(other)
}

// restating is a connection on which the version in the second TSRequest is one
// less than in the first. Each Write is one TSRequest.
type restating struct {
	net.Conn
	written int
}

func (c *restating) Write(message []byte) (int, error) {
	c.written++
	if c.written != 2 {
		return c.Conn.Write(message)
	}
	m, err := credssp.ParseTSRequest(message)
	if err != nil {
		return 0, err
	}
	m.Version--
	if _, err := c.Conn.Write(m.Append(nil)); err != nil {
		return 0, err
	}
	return len(message), nil
}
