package credssp

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/fumidai/fumidai/ntlm"
)

// counter is randomness that repeats itself, so that exchanges do.
type counter struct{ next byte }

func (c *counter) Read(b []byte) (int, error) {
	for i := range b {
		c.next++
		b[i] = c.next
	}
	return len(b), nil
}

func noon() time.Time { return time.Date(2018, 5, 8, 12, 0, 0, 0, time.UTC) }

// serverKey and otherKey stand for the subjectPublicKey of two certificates, as
// long as that of an RSA key of 2,048 bits.
var (
	serverKey = append([]byte{0x30, 0x82, 0x01, 0x0A}, bytes.Repeat([]byte{0xA5}, 266)...)
	otherKey  = append([]byte{0x30, 0x82, 0x01, 0x0A}, bytes.Repeat([]byte{0x5A}, 266)...)
)

const (
	account  = "hanako"
	password = "踏み台 42"
)

func ntlmClient(t testing.TB, random byte, password string) *ntlm.Client {
	t.Helper()
	c, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: "PLANT", User: account, Hash: ntlm.HashPassword([]byte(password)),
		Rand: &counter{random}, Now: noon,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ntlmServer(t testing.TB, random byte) *ntlm.Acceptor {
	t.Helper()
	a, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "SRV", Rand: &counter{random}, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// answer knows one account, and gives the fake mechanism what it asks for.
func answer(need any) {
	switch n := need.(type) {
	case *ntlm.Need:
		n.AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte(password))})
	case *fakeNeed:
		n.answered = true
	}
}

// levelOf is the most permissive level that states this version as its own.
func levelOf(version int) Level {
	if version < BindingVersion {
		return NotUpdated
	}
	return Vulnerable
}

func newClient(t testing.TB, config ClientConfig) *Client {
	t.Helper()
	if config.Level == 0 {
		config.Level = levelOf(config.Version)
	}
	if config.PublicKey == nil {
		config.PublicKey = serverKey
	}
	if config.Credentials == nil {
		config.Credentials = NewPasswordCreds("PLANT", account, []byte(password))
	}
	if config.Rand == nil {
		config.Rand = &counter{0x80}
	}
	c, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newServer(t testing.TB, config ServerConfig) *Server {
	t.Helper()
	if config.Level == 0 {
		config.Level = levelOf(config.Version)
	}
	if config.PublicKey == nil {
		config.PublicKey = serverKey
	}
	s, err := NewServer(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// exchange runs two machines back to back until nobody has anything to say. Each
// message is handed over in a buffer that is overwritten when Step returns.
// toServer and toClient may change a message on its way; they get its number.
type exchange struct {
	client             *Client
	server             *Server
	answer             func(need any)
	toServer, toClient func(i int, message []byte) []byte

	sent, received       [][]byte // by the client
	clientErr, serverErr error
}

func (e *exchange) run() *exchange {
	message := e.clientSays(nil)
	for message != nil {
		e.sent = append(e.sent, message)
		if e.toServer != nil {
			message = e.toServer(len(e.sent), message)
		}
		if message = e.serverSays(message); message == nil {
			break
		}
		e.received = append(e.received, message)
		if e.clientErr != nil {
			break // that was its last word
		}
		if e.toClient != nil {
			message = e.toClient(len(e.received), message)
		}
		message = e.clientSays(message)
	}
	return e
}

func (e *exchange) clientSays(message []byte) []byte {
	buffer := bytes.Clone(message)
	reply, err := e.client.Step(buffer)
	clear(buffer)
	for need := e.client.Need(); need != nil && err == nil; need = e.client.Need() {
		e.meet(need)
		reply, err = e.client.Resume()
	}
	e.clientErr = err
	return reply
}

func (e *exchange) serverSays(message []byte) []byte {
	buffer := bytes.Clone(message)
	reply, err := e.server.Step(buffer)
	clear(buffer)
	for need := e.server.Need(); need != nil && err == nil; need = e.server.Need() {
		e.meet(need)
		reply, err = e.server.Resume()
	}
	e.serverErr = err
	return reply
}

func (e *exchange) meet(need any) {
	if e.answer != nil {
		e.answer(need)
	} else {
		answer(need)
	}
}

func parse(t testing.TB, message []byte) TSRequest {
	t.Helper()
	m, err := ParseTSRequest(message)
	if err != nil {
		t.Fatalf("%v: % x", err, message)
	}
	if m.Oddities != 0 {
		t.Errorf("a message of ours is odd: %v", m.Oddities.Names())
	}
	return m
}

// change rewrites one field of an encoded message.
func change(t testing.TB, message []byte, f func(m *TSRequest)) []byte {
	t.Helper()
	m := parse(t, message)
	f(&m)
	return m.Append(nil)
}

// code is the stable code of an error, "" for none.
func code(err error) string {
	var coded interface{ Code() string }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &coded):
		return coded.Code()
	}
	return "uncoded: " + err.Error()
}

func wantCode(t testing.TB, err error, want string) {
	t.Helper()
	if got := code(err); got != want {
		t.Errorf("code %q, want %q (%v)", got, want, err)
	}
}

// wantFailure checks the code and the state that a PeerError names.
func wantFailure(t testing.TB, err error, want, state string) {
	t.Helper()
	wantCode(t, err, want)
	var peer *PeerError
	if errors.As(err, &peer) && (peer.State() != state || peer.Kind() != "misbehaved" || peer.Args()["state"] != state) {
		t.Errorf("%v names state %q, want %q", err, peer.State(), state)
	}
}

// wantDead checks that an ended machine only ever says that it is misused.
func wantDead(t testing.TB, machine interface {
	Step([]byte) ([]byte, error)
	Resume() ([]byte, error)
	Need() any
}) {
	t.Helper()
	again := (&TSRequest{Version: 6, NegoToken: []byte("T\x01"), PubKeyAuth: []byte{1}}).Append(nil)
	for _, message := range [][]byte{again, {}, nil} {
		reply, err := machine.Step(message)
		var misuse *MisuseError
		if reply != nil || !errors.As(err, &misuse) {
			t.Errorf("dead machine answers %x, %v", reply, err)
		}
	}
	if reply, err := machine.Resume(); reply != nil || code(err) != "credssp.misuse" || machine.Need() != nil {
		t.Errorf("dead machine resumes with %x, %v", reply, err)
	}
}
