package cleanpath

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// loggedOn is a server that waits for the MCS Connect Initial.
type loggedOn struct {
	conn     *rdpio.TLSConn
	selected x224.Protocol
	close    func()
}

// logOn connects with Network Level Authentication, or with TLS alone if the
// server wants no more.
func (e *Endpoint) logOn(ctx context.Context) (*loggedOn, error) {
	tlsOptions := rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}
	conn, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	on, err := rdpio.LogOn(ctx, conn, rdpio.LogOnOptions{TLS: tlsOptions, Client: e.client})
	if err == nil {
		return &loggedOn{on.Conn, on.Selected, func() { conn.Close() }}, nil
	}
	conn.Close()
	if !takesNoNLA(err) {
		return nil, err
	}
	if conn, err = e.dial(ctx); err != nil {
		return nil, err
	}
	tlsConn, err := onlyTLS(ctx, conn, tlsOptions)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &loggedOn{tlsConn, x224.ProtocolSSL, func() { conn.Close() }}, nil
}

// takesNoNLA reports whether the server is one without Network Level
// Authentication.
func takesNoNLA(err error) bool {
	var no *rdpio.NoNLAError
	if errors.As(err, &no) {
		return no.Selected == x224.ProtocolSSL
	}
	var refused *x224.NegotiationFailure
	return errors.As(err, &refused)
}

func onlyTLS(ctx context.Context, conn net.Conn, o rdpio.TLSClientOptions) (*rdpio.TLSConn, error) {
	confirm, err := rdpio.Negotiate(ctx, conn, &x224.ConnectionRequest{
		Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolSSL},
	}, 0)
	switch {
	case err != nil:
		return nil, err
	case confirm.Failure != nil:
		return nil, confirm.Failure
	case confirm.Negotiation == nil || confirm.Negotiation.SelectedProtocol != x224.ProtocolSSL:
		return nil, fmt.Errorf("cleanpath: the server has no TLS: %+v", confirm)
	}
	return rdpio.ClientTLSWithin(ctx, conn, o, 0)
}

func (e *Endpoint) dial(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", e.Server)
}

// client makes the CredSSP client for a server's key.
func (e *Endpoint) client(key []byte) (*credssp.Client, error) {
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: e.Domain, User: e.User, Hash: ntlm.HashPassword(e.Password), Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	return credssp.NewClient(credssp.ClientConfig{
		Level:     credssp.Vulnerable, // hosts at every patch level are shown
		PublicKey: key, Mechanism: mechanism, Rand: rand.Reader,
		Credentials: credssp.NewPasswordCreds(e.Domain, e.User, append([]byte(nil), e.Password...)),
	})
}
