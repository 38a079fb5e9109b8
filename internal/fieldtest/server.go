package fieldtest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// DefaultTimeout is how long connecting and each message may take.
const DefaultTimeout = 10 * time.Second

// confirmLimit is the most a Connection Confirm may announce, in bytes.
const confirmLimit = 256

// Server is a server to look at.
type Server struct {
	Address string        // HOST:PORT
	Timeout time.Duration // of connecting and of each message; 0: DefaultTimeout
}

// Account is a throw-away account on that server. Whoever made it wipes the
// password.
type Account struct {
	Domain, User string
	Password     []byte
}

// ParseAccount reads DOMAIN\USER, USER@DOMAIN or USER.
func ParseAccount(name string, password []byte) Account {
	if domain, user, ok := strings.Cut(name, `\`); ok {
		return Account{domain, user, password}
	}
	return Account{"", name, password}
}

// UnreachableError says that there was nobody to connect to.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return "fieldtest: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *UnreachableError) Unwrap() error { return e.Err }

// Code is the stable name of the failure.
func (e *UnreachableError) Code() string { return "fieldtest.unreachable" }

// Kind tells whose fault it is: the network's.
func (e *UnreachableError) Kind() string { return "network" }

// Args are the named values for a sentence about the failure.
func (e *UnreachableError) Args() map[string]any { return map[string]any{"error": e.Err.Error()} }

// Look states each version of the step on a connection of its own and stops at
// the server's first answer: there is no credential in it. What goes wrong
// after connecting is part of the recording.
func (s Server) Look(ctx context.Context, step Step) (*Recording, error) {
	return s.each(ctx, step, func(ctx context.Context, v *visit) error {
		mechanism, err := ntlm.NewClient(ntlm.ClientConfig{Rand: rand.Reader, Now: time.Now})
		if err != nil {
			return err
		}
		defer mechanism.Wipe()
		negotiate, err := mechanism.Step(nil)
		if err != nil {
			return err
		}
		request := credssp.TSRequest{Version: v.Stated, NegoToken: negotiate}
		if err := rdpio.Write(ctx, v.tape, request.Append(nil), s.timeout()); err != nil {
			return err
		}
		_, err = rdpio.ReadTSRequest(ctx, v.tape, s.timeout())
		return err
	})
}

// LogOn logs on with each version of the step. Unless the step delegates, it
// stops when the next message would hold the credentials.
func (s Server) LogOn(ctx context.Context, step Step, account Account) (*Recording, error) {
	return s.each(ctx, step, func(ctx context.Context, v *visit) error {
		v.tape.holds = !step.Delegates
		mechanism, err := ntlm.NewClient(ntlm.ClientConfig{Domain: account.Domain, User: account.User,
			Hash: ntlm.HashPassword(account.Password), Rand: rand.Reader, Now: time.Now})
		if err != nil {
			return err
		}
		defer mechanism.Wipe()
		level := credssp.Mitigated
		if v.Stated < credssp.BindingVersion {
			level = credssp.NotUpdated
		}
		client, err := credssp.NewClient(credssp.ClientConfig{Level: level, Version: v.Stated,
			PublicKey: v.secure.SubjectPublicKey(), Mechanism: mechanism,
			Credentials: credssp.NewPasswordCreds(account.Domain, account.User, account.Password), Rand: rand.Reader})
		if err != nil {
			return err
		}
		if _, err := rdpio.RunClient(ctx, v.tape, client, nil, s.timeout()); err != nil {
			return err
		}
		if v.selected == x224.ProtocolHybridEx {
			result, err := rdpio.ReadEarlyUserAuthorization(ctx, v.secure, s.timeout())
			if err != nil {
				return err
			}
			number := uint32(result)
			v.Early = &number
		}
		return nil
	})
}

// visit is one connection to a server under way.
type visit struct {
	Connection
	secure   *rdpio.TLSConn
	tape     *tape
	selected x224.Protocol
}

// each makes one connection per version of the step.
func (s Server) each(ctx context.Context, step Step, exchange func(context.Context, *visit) error) (*Recording, error) {
	recording := &Recording{}
	for _, version := range step.Versions {
		d := net.Dialer{Timeout: s.timeout()}
		conn, err := d.DialContext(ctx, "tcp", s.Address)
		if err != nil {
			return nil, &UnreachableError{err}
		}
		v := &visit{Connection: Connection{Stated: version}}
		err = s.secure(ctx, conn, step, v)
		if err == nil {
			err = exchange(ctx, v)
			v.Messages = v.tape.messages
		}
		conn.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		v.End = endCode(err)
		recording.connections = append(recording.connections, v.Connection)
	}
	return recording, nil
}

// secure negotiates CredSSP and performs TLS. Any certificate will do: nothing
// secret follows but a proof made with a throw-away account.
func (s Server) secure(ctx context.Context, conn net.Conn, step Step, v *visit) error {
	request, err := x224.AppendConnectionRequest(nil, &x224.ConnectionRequest{Negotiation: &x224.NegotiationRequest{
		Protocols: x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx}})
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, conn, request, s.timeout()); err != nil {
		return err
	}
	if v.Confirm, err = rdpio.ReadFrame(ctx, conn, confirmLimit, s.timeout()); err != nil {
		return err
	}
	confirm, err := x224.ParseConnectionConfirm(v.Confirm)
	switch {
	case err != nil:
		return err
	case confirm.Failure != nil:
		return confirm.Failure
	case confirm.Negotiation == nil:
		return &rdpio.NoNLAError{}
	}
	v.selected = confirm.Negotiation.SelectedProtocol
	if v.selected != x224.ProtocolHybrid && v.selected != x224.ProtocolHybridEx {
		return &rdpio.NoNLAError{Selected: v.selected}
	}
	var certificate *x509.Certificate
	options := rdpio.TLSClientOptions{Legacy: true, MaxVersion: step.MaxTLS, CheckCertificate: func(chain []*x509.Certificate) error {
		certificate = chain[0]
		return nil
	}}
	if step.MaxTLS != 0 {
		options.MinVersion = tls.VersionTLS10
	}
	if v.secure, err = rdpio.ClientTLSWithin(ctx, conn, options, s.timeout()); err != nil {
		return err
	}
	v.TLS = tlsOf(v.secure.State(), certificate)
	v.tape = &tape{Conn: v.secure}
	return nil
}

func (s Server) timeout() time.Duration {
	if s.Timeout == 0 {
		return DefaultTimeout
	}
	return s.Timeout
}
