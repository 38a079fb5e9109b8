package interop

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"
)

// NTLMOptions describes one end of a foreign NTLM.
type NTLMOptions struct {
	User, Password, Domain string   // initiator
	Target                 string   // initiator: the host in the service name; "localhost" if empty
	Accounts               []string // acceptor: "DOMAIN:user:password"
	Bindings               []byte   // application data of the channel bindings: "tls-server-end-point:" and the hash
}

// NTLMPeer is gss-ntlmssp as one end of an NTLM exchange. Its errors are those
// of the foreign code: a token or message it does not take.
type NTLMPeer struct {
	t    testing.TB
	talk *talk
}

// NewNTLMInitiator opens the client's end.
func NewNTLMInitiator(t testing.TB, o NTLMOptions) *NTLMPeer {
	t.Helper()
	if o.Target == "" {
		o.Target = "localhost"
	}
	return newNTLMPeer(t, "initiator", o)
}

// NewNTLMAcceptor opens the server's end.
func NewNTLMAcceptor(t testing.TB, o NTLMOptions) *NTLMPeer {
	t.Helper()
	return newNTLMPeer(t, "acceptor", o)
}

// Step hands over the other end's token, nil for the initiator's first step,
// and returns the next token, empty when none is due.
func (p *NTLMPeer) Step(token []byte) (reply []byte, complete bool, err error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "step", "data": hex.EncodeToString(token)})
	return r.data, r.Complete, err
}

// Wrap seals a message: 16 octets of signature, then the sealed message.
func (p *NTLMPeer) Wrap(message []byte) ([]byte, error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "wrap", "data": hex.EncodeToString(message)})
	return r.data, err
}

// Unwrap opens what the other end sealed.
func (p *NTLMPeer) Unwrap(sealed []byte) ([]byte, error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "unwrap", "data": hex.EncodeToString(sealed)})
	return r.data, err
}

// MIC signs a message, 16 octets.
func (p *NTLMPeer) MIC(message []byte) ([]byte, error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "mic", "data": hex.EncodeToString(message)})
	return r.data, err
}

// Verify checks the other end's signature of a message.
func (p *NTLMPeer) Verify(message, mic []byte) error {
	p.t.Helper()
	_, err := p.ask(map[string]string{"op": "verify", "data": hex.EncodeToString(message), "mic": hex.EncodeToString(mic)})
	return err
}

// SessionKey returns the exported session key, 16 octets.
func (p *NTLMPeer) SessionKey() ([]byte, error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "key"})
	return r.data, err
}

// Initiator returns the account that logged in, "DOMAIN\user".
func (p *NTLMPeer) Initiator() (string, error) {
	p.t.Helper()
	r, err := p.ask(map[string]string{"op": "initiator"})
	return r.Name, err
}

// Close ends the peer, which otherwise ends with the test.
func (p *NTLMPeer) Close() { p.talk.stop() }

type ntlmReply struct {
	Data     string
	Complete bool
	Name     string
	Error    string

	data []byte
}

func newNTLMPeer(t testing.TB, role string, o NTLMOptions) *NTLMPeer {
	t.Helper()
	cmd := script(t, "ntlm-gss.py")
	accounts(t, cmd, o.Accounts)
	p := &NTLMPeer{t: t, talk: startTalk(t, cmd)}
	_, err := p.ask(map[string]string{
		"op": "open", "role": role, "user": o.User, "password": o.Password, "domain": o.Domain,
		"target": o.Target, "bindings": hex.EncodeToString(o.Bindings),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// ask sends a line to the peer and waits for its answer.
func (p *NTLMPeer) ask(question map[string]string) (ntlmReply, error) {
	p.t.Helper()
	line, err := json.Marshal(question)
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.talk.in.Write(append(line, '\n')); err != nil {
		p.t.Fatalf("interop: ntlm-gss.py: %v\n%s", err, p.talk.log)
	}
	var r ntlmReply
	p.talk.next(p.t, &r)
	if r.Error != "" {
		return r, errors.New("gss-ntlmssp: " + r.Error)
	}
	if r.data, err = hex.DecodeString(r.Data); err != nil {
		p.t.Fatalf("interop: ntlm-gss.py: %v", err)
	}
	return r, nil
}
