package fieldtest

import (
	"fmt"
	"strings"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/spnego"
)

// Reading is what the messages of one connection show, read anew from their
// bytes whenever it is asked for.
type Reading struct {
	Version   int    // the CredSSP version the peer states, 0 = it sent nothing
	Changed   bool   // it stated another one later
	Mechanism string // "ntlm" bare, "spnego", "" = no token
	Build     string // of its NTLM VERSION, such as "10.0.17763"; "" = none

	Challenge    bool // a server's token came in its first message
	Authenticate bool // a client's AUTHENTICATE_MESSAGE came
	Proof        bool // pubKeyAuth came
	Credentials  bool // authInfo came

	HasStatus bool
	Status    uint32 // errorCode
	StatusAt  int    // in which message of the peer, from 1

	Nonce string // where clientNonce was first: "first_message", "with_binding", "between", "" = nowhere
	Count int    // messages of the peer
}

// Read reads the peer's messages of a connection. It fails if one is no
// TSRequest.
func (c *Connection) Read() (Reading, error) {
	var r Reading
	for i, m := range c.Messages {
		if !m.Peer {
			continue
		}
		request, err := credssp.ParseTSRequest(m.Bytes)
		if err != nil {
			return Reading{}, fmt.Errorf("message %d: %w", i+1, err)
		}
		r.add(&request)
	}
	return r, nil
}

func (r *Reading) add(m *credssp.TSRequest) {
	r.Count++
	if r.Count == 1 {
		r.Version = m.Version
		r.Challenge = len(m.NegoToken) > 0 && !m.HasErrorCode
	}
	r.Changed = r.Changed || m.Version != r.Version
	r.Proof = r.Proof || m.PubKeyAuth != nil
	r.Credentials = r.Credentials || m.AuthInfo != nil
	if m.HasErrorCode && !r.HasStatus {
		r.HasStatus, r.Status, r.StatusAt = true, m.ErrorCode, r.Count
	}
	if m.ClientNonce != nil && r.Nonce == "" {
		switch {
		case r.Count == 1:
			r.Nonce = "first_message"
		case m.PubKeyAuth != nil:
			r.Nonce = "with_binding"
		default:
			r.Nonce = "between"
		}
	}
	r.token(m.NegoToken)
}

// token reads a negoToken.
func (r *Reading) token(token []byte) {
	if len(token) == 0 {
		return
	}
	if r.Mechanism == "" {
		r.Mechanism = "spnego"
		if spnego.IsRawNTLM(token) {
			r.Mechanism = "ntlm"
		}
	}
	message := ntlmIn(token)
	var version ntlm.Version
	if m, err := ntlm.ParseNegotiate(message); err == nil {
		version = m.Version
	} else if m, err := ntlm.ParseChallenge(message); err == nil {
		version = m.Version
	} else {
		head := wire.NewReader("NTLM", message)
		head.Bytes("Signature", 8)
		r.Authenticate = r.Authenticate || head.U32LE("MessageType") == 3
	}
	if version != (ntlm.Version{}) && r.Build == "" {
		r.Build = fmt.Sprintf("%d.%d.%d", version.Major, version.Minor, version.Build)
	}
}

// String is the reading on one line, as vectors repeat it.
func (r Reading) String() string {
	if r.Count == 0 {
		return "nothing"
	}
	words := []string{fmt.Sprintf("version %d", r.Version)}
	add := func(yes bool, word string) {
		if yes {
			words = append(words, word)
		}
	}
	add(r.Changed, "changed later")
	add(r.Mechanism != "", r.Mechanism)
	add(r.Build != "", "build "+r.Build)
	add(r.Authenticate, "AUTHENTICATE")
	add(r.Nonce != "", "nonce "+r.Nonce)
	add(r.Proof, "pubKeyAuth")
	add(r.Credentials, "authInfo")
	if r.HasStatus {
		words = append(words, fmt.Sprintf("%s in message %d", credssp.StatusName(r.Status), r.StatusAt))
	}
	return strings.Join(words, ", ")
}
