package credssp

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// ServerConfig is what a Server needs; every field but Version is required.
type ServerConfig struct {
	// Level decides which clients are accepted.
	Level Level

	// Version is the version to state as one's own; 0 is the highest the level
	// has.
	Version int

	// PublicKey is the content of the BIT STRING subjectPublicKey of the
	// certificate presented on this TLS connection.
	PublicKey []byte

	Mechanism Mechanism

	// Refuses is when a client is refused whose version the level does not
	// accept; the zero value is the safe and early one.
	Refuses RefusePoint
}

// RefusePoint is when a server refuses a version. MS-CSSP 3.1.5 has the check in
// step 4; when a Windows server really refuses is not known.
type RefusePoint int

// The points at which a Windows server might refuse. None of them lets the
// client send its credentials.
const (
	RefuseAtFirstToken RefusePoint = iota // before our challenge
	RefuseAfterBinding                    // after the client's pubKeyAuth, as 3.1.5 step 4 reads
	RefuseByClosing                       // before our challenge and without an errorCode
)

// Server is the accepting end of one exchange.
type Server struct {
	config   ServerConfig
	versions Versions
	state    serverState
	resume   func(token []byte) ([]byte, serverState, error)
	peer     int          // the version the client states, 0 before its first message
	nonce    []byte       // the first clientNonce seen
	refused  *PolicyError // to be told after the client's pubKeyAuth
	identity *Identity
}

// Identity is the proof that a client has authenticated itself, sees the key of
// this TLS connection and has delegated its credentials. Only Server.Done gives
// one: the zero value proves nothing, names nobody and has no credentials.
type Identity struct {
	domain, user  string
	mechanism     string
	peer, version int
	credentials   Credentials
}

// User names who was authenticated by the mechanism. It can differ from the
// user in the delegated credentials. With NTLM the names are those of the account
// if whoever answered the ntlm.Need gave them; else they are the client's words,
// of which the domain is not authenticated, and must be looked up by (domain,
// user). Both are empty in a zero Identity.
func (i *Identity) User() (domain, user string) { return i.domain, i.user }

// Mechanism is the name of the mechanism.
func (i *Identity) Mechanism() string { return i.mechanism }

// Peer is the version the client stated, Version the one both went on with.
func (i *Identity) Peer() int { return i.peer }

// Version is the version both ends went on with.
func (i *Identity) Version() int { return i.version }

// Credentials are what the client delegated; nil in a zero Identity. Whoever
// takes them wipes them.
func (i *Identity) Credentials() Credentials { return i.credentials }

// String names the user and the mechanism, and keeps the credentials out of what
// prints an Identity.
func (i Identity) String() string { return i.domain + `\` + i.user + " by " + i.mechanism }

// GoString does the same for %#v.
func (i Identity) GoString() string { return i.String() }

// Format does the same for every verb.
func (i Identity) Format(f fmt.State, _ rune) { io.WriteString(f, i.String()) }

// MarshalText does the same for JSON and logs.
func (i Identity) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// serverState awaits one TSRequest of the client.
type serverState interface {
	name() string
	step(s *Server, m *TSRequest) (reply []byte, next serverState, err error)
}

// NewServer prepares a server.
func NewServer(config ServerConfig) (*Server, error) {
	versions, ok := Policy(ServerRole, config.Level)
	if config.Version == 0 {
		config.Version = versions.OwnMax
	}
	switch {
	case !ok:
		return nil, misuse("unknown level")
	case !versions.Own(config.Version):
		return nil, misuse("the level does not speak this version")
	case config.Mechanism == nil:
		return nil, misuse("a server needs a mechanism")
	case len(config.PublicKey) == 0:
		return nil, misuse("a server needs its public key")
	}
	return &Server{config: config, versions: versions, state: awaitClientToken{}}, nil
}

// Step takes one message of the client and returns the one to send back, if
// any. After an error the server is dead; a reply that comes with it is sent
// before the connection is closed.
func (s *Server) Step(message []byte) (reply []byte, err error) {
	if s.state == nil {
		return s.stop(misuse("the server awaits no message"))
	}
	m, err := ParseTSRequest(message)
	if err != nil {
		return s.fail(err)
	}
	if err := s.checkVersion(&m); err != nil {
		var policy *PolicyError
		if errors.As(err, &policy) && s.config.Refuses == RefuseByClosing {
			return s.stop(err)
		}
		return s.fail(err)
	}
	if m.HasErrorCode {
		return s.stop(&StatusError{Status: m.ErrorCode, Peer: m.Version})
	}
	if err := s.checkNonce(&m); err != nil {
		return s.fail(err)
	}
	return s.advance(s.state.step(s, &m))
}

// Need is not nil while the mechanism waits for something from outside.
func (s *Server) Need() any {
	if s.resume == nil {
		return nil
	}
	return s.config.Mechanism.Need()
}

// Resume goes on after the Need was answered.
func (s *Server) Resume() (reply []byte, err error) {
	if s.resume == nil {
		return s.stop(misuse("nothing to resume"))
	}
	token, err := s.config.Mechanism.Resume()
	if err != nil {
		return s.failWith(token, err)
	}
	if s.config.Mechanism.Need() != nil {
		return nil, nil
	}
	resume := s.resume
	s.resume = nil
	return s.advance(resume(token))
}

// Fail ends an exchange that cannot go on for a reason from outside, such as
// that nobody could answer the Need. The reply, if any, is sent before the
// connection is closed. It has the status of err, which is that of the first
// error in its chain that has a method Status() uint32, or else
// SEC_E_INVALID_TOKEN.
func (s *Server) Fail(err error) (reply []byte) {
	if s.state == nil && s.resume == nil {
		return nil
	}
	reply, _ = s.fail(err)
	return reply
}

// Format names the type alone, like that of Client.
func (Server) Format(f fmt.State, _ rune) { io.WriteString(f, "credssp.Server") }

// Done returns the identity once the credentials have arrived.
func (s *Server) Done() (*Identity, bool) { return s.identity, s.identity != nil }

// Peer is the version the client states, 0 before its first message.
func (s *Server) Peer() int { return s.peer }

func (s *Server) advance(reply []byte, next serverState, err error) ([]byte, error) {
	if err != nil {
		return s.failWith(reply, err)
	}
	s.state = next
	return reply, nil
}

// stop ends the exchange without a word: there is nothing to tell a client that
// has given up itself, and our caller's mistakes are not its business.
func (s *Server) stop(err error) ([]byte, error) {
	s.state, s.resume = nil, nil
	return nil, err
}

func (s *Server) fail(err error) ([]byte, error) { return s.failWith(nil, err) }

// failWith makes the last message: the mechanism's own, and the errorCode where
// the client can read one, which is at versions 3, 4 and 6 (2.2.1).
func (s *Server) failWith(token []byte, err error) ([]byte, error) {
	s.state, s.resume = nil, nil
	m := TSRequest{Version: s.config.Version}
	if len(token) > 0 {
		m.NegoToken = token
	}
	if v := effective(s.config.Version, s.peer); v == 3 || v == 4 || v == 6 {
		m.ErrorCode, m.HasErrorCode = statusOf(err), true
	}
	if m.NegoToken == nil && !m.HasErrorCode {
		return nil, err
	}
	return m.Append(nil), err
}

// checkVersion applies the policy to the client's first message, before our
// challenge, and then holds it to that version. When a Windows server under
// Force Updated Clients refuses is not known.
func (s *Server) checkVersion(m *TSRequest) error {
	previous := s.peer
	switch {
	case m.Version < MinVersion:
		return peerError("credssp.version.invalid", s.state.name(), SecInvalidToken, "version %d does not exist", m.Version)
	case previous != 0 && previous != m.Version:
		return peerError("credssp.version.changed", s.state.name(), SecInvalidToken, "version %d after %d", m.Version, previous)
	}
	s.peer = m.Version
	if s.versions.AcceptsPeer(m.Version) {
		return nil
	}
	refused := &PolicyError{Role: ServerRole, Level: s.config.Level, Own: s.config.Version, Peer: m.Version}
	if s.config.Refuses == RefuseAfterBinding {
		s.refused = refused
		return nil
	}
	return refused
}

// checkNonce keeps the nonce. FreeRDP sends it with every message, Windows with
// its pubKeyAuth; it may not change on the way.
func (s *Server) checkNonce(m *TSRequest) error {
	switch {
	case m.ClientNonce == nil:
		return nil
	case s.nonce == nil:
		s.nonce = append([]byte(nil), m.ClientNonce...)
		return nil
	case subtle.ConstantTimeCompare(s.nonce, m.ClientNonce) != 1:
		return peerError("credssp.nonce.changed", s.state.name(), SecInvalidToken, "another nonce than before")
	}
	return nil
}

// awaitClientToken awaits negoTokens (MS-CSSP 3.1.5, step 2), the last of which
// come together with the client's pubKeyAuth.
type awaitClientToken struct{}

func (awaitClientToken) name() string { return "negoTokens" }

func (a awaitClientToken) step(s *Server, m *TSRequest) ([]byte, serverState, error) {
	if m.NegoToken == nil || m.AuthInfo != nil {
		return nil, nil, unexpected(a.name(), m)
	}
	pubKeyAuth := bytes.Clone(m.PubKeyAuth)
	goOn := func(token []byte) ([]byte, serverState, error) { return a.answer(s, token, pubKeyAuth) }
	token, err := s.config.Mechanism.Step(m.NegoToken)
	if err != nil {
		return token, nil, err
	}
	if s.config.Mechanism.Need() != nil {
		s.resume = goOn
		return nil, nil, nil
	}
	return goOn(token)
}

// answer sends the mechanism's token, or, if the mechanism is done and the
// client's proof is here, our own proof.
func (a awaitClientToken) answer(s *Server, token, pubKeyAuth []byte) ([]byte, serverState, error) {
	done := s.config.Mechanism.Done()
	switch {
	case done && pubKeyAuth != nil:
		return awaitClientBinding{}.prove(s, token, pubKeyAuth)
	case pubKeyAuth != nil:
		return nil, nil, peerError("credssp.binding.early", a.name(), SecInvalidToken, "pubKeyAuth before the mechanism is done")
	case len(token) == 0:
		return nil, nil, peerError("credssp.binding.missing", a.name(), SecInvalidToken, "the last negoTokens came without pubKeyAuth")
	}
	reply := (&TSRequest{Version: s.config.Version, NegoToken: token}).Append(nil)
	if done {
		return reply, awaitClientBinding{}, nil
	}
	return reply, a, nil
}

// awaitClientBinding awaits the client's pubKeyAuth (step 3), where the last
// token of the exchange was the server's.
type awaitClientBinding struct{}

func (awaitClientBinding) name() string { return "pubKeyAuth" }

func (a awaitClientBinding) step(s *Server, m *TSRequest) ([]byte, serverState, error) {
	if m.PubKeyAuth == nil || m.AuthInfo != nil || len(m.NegoToken) > 0 {
		return nil, nil, unexpected(a.name(), m)
	}
	return a.prove(s, nil, m.PubKeyAuth)
}

// prove checks the client's proof and answers with the server's (step 4).
func (a awaitClientBinding) prove(s *Server, token, pubKeyAuth []byte) ([]byte, serverState, error) {
	if s.refused != nil {
		return nil, nil, s.refused
	}
	version := effective(s.config.Version, s.peer)
	if version >= BindingVersion && s.nonce == nil {
		return nil, nil, peerError("credssp.nonce.missing", a.name(), SecInvalidToken, "version %d without clientNonce", version)
	}
	proof, err := verifyClient(s.config.Mechanism, a.name(), version, s.nonce, s.config.PublicKey, pubKeyAuth)
	if err != nil {
		return nil, nil, err
	}
	m := TSRequest{Version: s.config.Version}
	if len(token) > 0 {
		m.NegoToken = token
	}
	m.PubKeyAuth, err = s.config.Mechanism.Seal(serverBinding(version, s.nonce, s.config.PublicKey))
	if err != nil {
		return nil, nil, err
	}
	return m.Append(nil), awaitCredentials{proof}, nil
}

// awaitCredentials awaits authInfo (step 5).
type awaitCredentials struct{ proof *clientProof }

func (awaitCredentials) name() string { return "authInfo" }

func (a awaitCredentials) step(s *Server, m *TSRequest) ([]byte, serverState, error) {
	if m.AuthInfo == nil || m.PubKeyAuth != nil || len(m.NegoToken) > 0 {
		return nil, nil, unexpected(a.name(), m)
	}
	plaintext, err := s.config.Mechanism.Unseal(m.AuthInfo)
	if err != nil {
		return nil, nil, err
	}
	defer clear(plaintext)
	credentials, err := ParseCredentials(plaintext)
	if err != nil {
		return nil, nil, err
	}
	s.identity = newIdentity(s, a.proof, credentials)
	return nil, nil, nil
}

// newIdentity is the only place that makes an Identity; it wants the proof that
// the client sees our key.
func newIdentity(s *Server, proof *clientProof, credentials Credentials) *Identity {
	domain, user := s.config.Mechanism.Peer()
	return &Identity{
		domain: domain, user: user,
		mechanism: s.config.Mechanism.Name(),
		peer:      s.peer, version: proof.version,
		credentials: credentials,
	}
}
