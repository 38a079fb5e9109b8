package credssp

import (
	"fmt"
	"io"
)

// ClientConfig is what a Client needs; every field but Version is required.
type ClientConfig struct {
	// Level decides which servers are accepted.
	Level Level

	// Version is the version to state as one's own; 0 is the highest the level
	// has.
	Version int

	// PublicKey is the content of the BIT STRING subjectPublicKey of the
	// server's TLS certificate, without the byte that counts unused bits.
	PublicKey []byte

	Mechanism Mechanism

	// Credentials are sealed for the server once it has proved its key. The
	// client owns and wipes them, whatever happens.
	Credentials Credentials

	Rand io.Reader
}

// Client is the initiating end of one exchange.
type Client struct {
	config   ClientConfig
	versions Versions
	state    clientState
	resume   func(reply []byte) ([]byte, clientState, error)
	peer     int // the version the server states, 0 before its first message
	result   *ClientResult
}

// ClientResult is what a client knows at the end: the server has proved its
// key, and the credentials are on their way.
type ClientResult struct {
	Peer    int // the version the server stated
	Version int // the version both went on with
}

// clientState awaits one TSRequest of the server.
type clientState interface {
	name() string
	step(c *Client, m *TSRequest) (reply []byte, next clientState, err error)
}

// NewClient prepares a client; Step(nil) gives its first message. If it fails
// the credentials are wiped.
func NewClient(config ClientConfig) (*Client, error) {
	versions, ok := Policy(ClientRole, config.Level)
	if config.Version == 0 {
		config.Version = versions.OwnMax
	}
	c := &Client{config: config, versions: versions}
	var err error
	switch {
	case !ok:
		err = misuse("unknown level")
	case !versions.Own(config.Version):
		err = misuse("the level does not speak this version")
	case config.Mechanism == nil || config.Rand == nil || config.Credentials == nil:
		err = misuse("a client needs Mechanism, Rand and Credentials")
	case len(config.PublicKey) == 0:
		err = misuse("a client needs the server's public key")
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// Step takes one message of the server, nil to begin, and returns the next one
// to send. After an error the client is dead and the credentials are wiped; a
// reply that comes with it is sent before the connection is closed.
func (c *Client) Step(message []byte) (reply []byte, err error) {
	if c.resume != nil {
		return c.fail(misuse("the client waits for Resume"))
	}
	if message == nil {
		if c.state != nil || c.result != nil || c.config.Credentials == nil {
			return c.fail(misuse("the client has begun already"))
		}
		return c.advance(c.token(nil))
	}
	if c.state == nil {
		return c.fail(misuse("the client awaits no message"))
	}
	m, err := ParseTSRequest(message)
	if err != nil {
		return c.fail(err)
	}
	if m.HasErrorCode { // before anything else (3.1.5, step 2)
		return c.fail(&StatusError{Status: m.ErrorCode, Peer: m.Version})
	}
	if err := c.checkVersion(&m); err != nil {
		return c.fail(err)
	}
	return c.advance(c.state.step(c, &m))
}

// Need is not nil while the mechanism waits for something from outside.
func (c *Client) Need() any {
	if c.resume == nil {
		return nil
	}
	return c.config.Mechanism.Need()
}

// Resume goes on after the Need was answered.
func (c *Client) Resume() (reply []byte, err error) {
	if c.resume == nil {
		return c.fail(misuse("nothing to resume"))
	}
	token, err := c.config.Mechanism.Resume()
	if err != nil {
		return c.failWith(token, err)
	}
	if c.config.Mechanism.Need() != nil {
		return nil, nil
	}
	resume := c.resume
	c.resume = nil
	return c.advance(resume(token))
}

// Format names the type alone: fmt looks into unexported fields, behind which the
// credentials are, without asking their types.
func (Client) Format(f fmt.State, _ rune) { io.WriteString(f, "credssp.Client") }

// Done returns the result once the last message has been made.
func (c *Client) Done() (*ClientResult, bool) { return c.result, c.result != nil }

// Close wipes the credentials of a client that is given up.
func (c *Client) Close() {
	if c.config.Credentials != nil {
		c.config.Credentials.Wipe()
		c.config.Credentials = nil
	}
	c.state, c.resume = nil, nil
}

func (c *Client) advance(reply []byte, next clientState, err error) ([]byte, error) {
	if err != nil {
		return c.failWith(reply, err)
	}
	c.state = next
	if c.result != nil {
		c.Close()
	}
	return reply, nil
}

func (c *Client) fail(err error) ([]byte, error) { return c.failWith(nil, err) }

// failWith sends the mechanism's own last word, if it has one.
func (c *Client) failWith(token []byte, err error) ([]byte, error) {
	c.Close()
	if len(token) == 0 {
		return nil, err
	}
	return (&TSRequest{Version: c.config.Version, NegoToken: token}).Append(nil), err
}

// checkVersion applies the policy to the server's first message and then holds
// it to that version. It runs before the mechanism sees the token, so that a
// server that is refused learns nothing of the user.
func (c *Client) checkVersion(m *TSRequest) error {
	switch {
	case m.Version < MinVersion:
		return peerError("credssp.version.invalid", c.state.name(), SecInvalidToken, "version %d does not exist", m.Version)
	case c.peer == 0 && !c.versions.AcceptsPeer(m.Version):
		return &PolicyError{Role: ClientRole, Level: c.config.Level, Own: c.config.Version, Peer: m.Version}
	case c.peer != 0 && c.peer != m.Version:
		return peerError("credssp.version.changed", c.state.name(), SecInvalidToken, "version %d after %d", m.Version, c.peer)
	}
	c.peer = m.Version
	return nil
}

// token gives the server's token to the mechanism and sends what comes out.
func (c *Client) token(token []byte) ([]byte, clientState, error) {
	out, err := c.config.Mechanism.Step(token)
	if err != nil {
		return out, nil, err
	}
	if c.config.Mechanism.Need() != nil {
		c.resume = c.send
		return nil, nil, nil
	}
	return c.send(out)
}

// send sends the mechanism's token, and with the last one the proof of the key.
func (c *Client) send(token []byte) ([]byte, clientState, error) {
	m := TSRequest{Version: c.config.Version}
	if len(token) > 0 {
		m.NegoToken = token
	}
	if !c.config.Mechanism.Done() {
		if m.NegoToken == nil {
			return nil, nil, peerError("credssp.mechanism.stuck", "negoTokens", SecInvalidToken, "the mechanism has nothing more to say")
		}
		return m.Append(nil), awaitServerToken{}, nil
	}
	if c.peer == 0 {
		return nil, nil, misuse("the mechanism is done before the server has spoken")
	}
	next := awaitServerBinding{version: effective(c.config.Version, c.peer)}
	if next.version >= BindingVersion {
		next.nonce = make([]byte, NonceLength)
		if _, err := io.ReadFull(c.config.Rand, next.nonce); err != nil {
			return nil, nil, err
		}
		m.ClientNonce = next.nonce
	}
	var err error
	m.PubKeyAuth, err = c.config.Mechanism.Seal(clientBinding(next.version, next.nonce, c.config.PublicKey))
	if err != nil {
		return nil, nil, err
	}
	return m.Append(nil), next, nil
}

// awaitServerToken awaits negoTokens (MS-CSSP 3.1.5, step 2).
type awaitServerToken struct{}

func (awaitServerToken) name() string { return "negoTokens" }

func (s awaitServerToken) step(c *Client, m *TSRequest) ([]byte, clientState, error) {
	if m.NegoToken == nil || m.PubKeyAuth != nil || m.AuthInfo != nil {
		return nil, nil, unexpected(s.name(), m)
	}
	return c.token(m.NegoToken)
}

// awaitServerBinding awaits the server's pubKeyAuth (step 4).
type awaitServerBinding struct {
	version int
	nonce   []byte
}

func (awaitServerBinding) name() string { return "pubKeyAuth" }

func (s awaitServerBinding) step(c *Client, m *TSRequest) ([]byte, clientState, error) {
	// negoTokens do not belong here (step 4), but FreeRDP 3 repeats its last
	// SPNEGO token. The mechanism is done: it does not see it.
	if m.PubKeyAuth == nil || m.AuthInfo != nil {
		return nil, nil, unexpected(s.name(), m)
	}
	proof, err := verifyServer(c.config.Mechanism, s.name(), s.version, s.nonce, c.config.PublicKey, m.PubKeyAuth)
	if err != nil {
		return nil, nil, err
	}
	reply, err := c.delegate(proof)
	if err != nil {
		return nil, nil, err
	}
	c.result = &ClientResult{Peer: c.peer, Version: proof.version}
	return reply, nil, nil
}

// delegate seals the credentials (step 5). It wants the proof that the server
// holds the key of this connection.
func (c *Client) delegate(proof *serverProof) ([]byte, error) {
	if proof == nil {
		return nil, misuse("credentials without a proof of the server's key")
	}
	plaintext, err := MarshalCredentials(c.config.Credentials)
	if err != nil {
		return nil, err
	}
	defer clear(plaintext)
	sealed, err := c.config.Mechanism.Seal(plaintext)
	if err != nil {
		return nil, err
	}
	return (&TSRequest{Version: c.config.Version, AuthInfo: sealed}).Append(nil), nil
}

// unexpected says which fields came that were not awaited.
func unexpected(state string, m *TSRequest) error {
	got := ""
	for _, f := range []struct {
		name string
		here bool
	}{
		{" negoTokens", m.NegoToken != nil}, {" authInfo", m.AuthInfo != nil},
		{" pubKeyAuth", m.PubKeyAuth != nil}, {" clientNonce", m.ClientNonce != nil},
	} {
		if f.here {
			got += f.name
		}
	}
	if got == "" {
		got = " nothing"
	}
	return peerError("credssp.message.unexpected", state, SecInvalidToken, "message holds%s", got)
}
