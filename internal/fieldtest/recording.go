package fieldtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
)

// Recording is what went over the wire in one run, with all names in it. It
// cannot be stored: Result takes them out.
type Recording struct {
	connections []Connection
}

// Hosts lists the hosts of ours that had a visitor.
func (r *Recording) Hosts() []string {
	hosts := []string{}
	for _, c := range r.connections {
		hosts = append(hosts, c.Host)
	}
	return hosts
}

// About is what a Result says about itself.
type About struct {
	Step      string
	Run       int
	At        time.Time
	Tool      string   // name and version of the program
	Simulated bool     // not Windows but our own lab
	Names     []string // further names to take out of answers
}

// Result is the recording without names. A recording of our own lab is labelled
// as such, whatever About says. The recording stays as it is.
func (r *Recording) Result(a About, answers map[string]string) Result {
	out := Result{Step: a.Step, Run: a.Run, At: a.At.UTC().Truncate(time.Second), Tool: a.Tool, Label: Confirmed,
		Answers: answers, Connections: r.connections}
	if a.Simulated || r.ofLab() {
		out.Label = Simulated
	}
	out = out.clone()
	redact(&out, a.Names)
	return out
}

// ofLab reports whether a server names itself as the hosts of our lab do.
func (r *Recording) ofLab() bool {
	for _, c := range r.connections {
		for _, m := range c.Messages {
			request, err := credssp.ParseTSRequest(m.Bytes)
			if err != nil || !m.Peer {
				continue
			}
			challenge, err := ntlm.ParseChallenge(ntlmIn(request.NegoToken))
			if err == nil && challenge.TargetInfo.Text(ntlm.AvDNSDomainName) == lab.DNSDomain {
				return true
			}
		}
	}
	return false
}

// ntlmIn finds the NTLM message in a token, bare or wrapped in SPNEGO.
func ntlmIn(token []byte) []byte {
	if i := bytes.Index(token, []byte(ntlmSignature)); i >= 0 {
		return token[i:]
	}
	return nil
}

// tape notes the TSRequests that pass a TLS connection.
type tape struct {
	net.Conn
	holds    bool // do not let credentials pass
	messages []Message
	in       []byte // the begin of a message of the peer
}

// heldError ends an exchange before our credentials go out.
type heldError struct{}

func (heldError) Error() string { return "fieldtest: credentials are not to be sent in this step" }
func (heldError) Code() string  { return endHeld }

// Read notes whole messages of the peer.
func (t *tape) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.in = append(t.in, b[:n]...)
	for len(t.in) > 0 {
		size, bad := credssp.MessageSize(t.in)
		if bad != nil {
			t.in = nil
		}
		if bad != nil || size == 0 || size > len(t.in) {
			break
		}
		t.note(Message{Peer: true, Bytes: bytes.Clone(t.in[:size])})
		t.in = t.in[size:]
	}
	return n, err
}

// Write notes one message of ours, or refuses to send it.
func (t *tape) Write(b []byte) (int, error) {
	if m, err := credssp.ParseTSRequest(b); t.holds && (err != nil || m.AuthInfo != nil) {
		return 0, heldError{}
	}
	t.note(Message{Bytes: bytes.Clone(b)})
	return t.Conn.Write(b)
}

func (t *tape) note(m Message) {
	if len(t.messages) < maxMessages {
		t.messages = append(t.messages, m)
	}
}

// endCode is the code of how a connection ended.
func endCode(err error) string {
	var typed interface{ Code() string }
	switch {
	case err == nil:
		return endOurs
	case errors.As(err, &typed) && codeForm.MatchString(typed.Code()):
		return typed.Code()
	}
	return "failed"
}

// tlsOf describes a TLS connection without naming anybody.
func tlsOf(state tls.ConnectionState, certificate *x509.Certificate) *TLS {
	t := &TLS{Version: tls.VersionName(state.Version), CipherSuite: tls.CipherSuiteName(state.CipherSuite)}
	if certificate == nil {
		return t
	}
	t.Signature, t.Key = certificate.SignatureAlgorithm.String(), certificate.PublicKeyAlgorithm.String()
	switch key := certificate.PublicKey.(type) {
	case *rsa.PublicKey:
		t.Key = fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		t.Key = fmt.Sprintf("ECDSA %d", key.Curve.Params().BitSize)
	}
	if !wordForm.MatchString(t.Signature) || strings.Contains(t.Signature, "(") {
		t.Signature = "unknown"
	}
	return t
}
