package rdpio

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/x224"
)

// confirmLimit is the most a Connection Confirm may announce: 19 bytes is the
// longest that MS-RDPBCGR 2.2.1.2 knows.
const confirmLimit = 256

// Negotiate sends a Connection Request and reads the Connection Confirm. A
// refusal of the server is in the confirm, not in the error.
func Negotiate(ctx context.Context, conn net.Conn, request *x224.ConnectionRequest, timeout time.Duration) (*x224.ConnectionConfirm, error) {
	frame, err := x224.AppendConnectionRequest(nil, request)
	if err != nil {
		return nil, err
	}
	if err := Write(ctx, conn, frame, timeout); err != nil {
		return nil, err
	}
	if frame, err = ReadFrame(ctx, conn, confirmLimit, timeout); err != nil {
		return nil, err
	}
	return x224.ParseConnectionConfirm(frame)
}

// LogOnOptions is what LogOn needs.
type LogOnOptions struct {
	Cookie string // mstshash; optional
	Flags  x224.RequestFlags
	TLS    TLSClientOptions

	// Client makes the CredSSP client once the server's key is known.
	Client  func(publicKey []byte) (*credssp.Client, error)
	Resolve Resolver // answers the mechanism's needs; optional

	Timeout time.Duration // of each message; 0: DefaultStepTimeout
}

// LoggedOn is a connection after Network Level Authentication.
type LoggedOn struct {
	Conn     *TLSConn
	Selected x224.Protocol // HYBRID or HYBRID_EX
	Result   *credssp.ClientResult
}

// NoNLAError says that the server answered a request for HYBRID with something
// less. LogOn never goes on without Network Level Authentication.
type NoNLAError struct{ Selected x224.Protocol }

func (e *NoNLAError) Error() string {
	return "rdpio: server selects " + e.Selected.String() + ", not NLA"
}

// Code is the stable name of the failure.
func (e *NoNLAError) Code() string { return "rdpio.no_nla" }

// Kind tells whose fault it is: the ends are incompatible.
func (e *NoNLAError) Kind() string { return "incompatible" }

// Args are the named values for a sentence about the failure.
func (e *NoNLAError) Args() map[string]any { return map[string]any{"selected": e.Selected.String()} }

// AuthorizationError says that the server let the user authenticate and then
// denied access (Early User Authorization Result).
type AuthorizationError struct {
	Result credssp.EarlyUserAuthorization
}

func (e *AuthorizationError) Error() string { return "rdpio: authorization: " + e.Result.String() }

// Code is the stable name of the failure.
func (e *AuthorizationError) Code() string { return "rdpio.authorization.denied" }

// Kind tells whose fault it is: the server refused.
func (e *AuthorizationError) Kind() string { return "refused" }

// Args are the named values for a sentence about the failure.
func (e *AuthorizationError) Args() map[string]any { return nil }

// LogOn performs Network Level Authentication on a fresh connection: X.224, TLS,
// CredSSP and, with HYBRID_EX, the Early User Authorization Result. The caller
// owns conn and closes it after an error.
func LogOn(ctx context.Context, conn net.Conn, o LogOnOptions) (*LoggedOn, error) {
	confirm, err := Negotiate(ctx, conn, &x224.ConnectionRequest{
		Cookie: o.Cookie,
		Negotiation: &x224.NegotiationRequest{
			Flags:     o.Flags,
			Protocols: x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx,
		},
	}, o.Timeout)
	switch {
	case err != nil:
		return nil, err
	case confirm.Failure != nil:
		return nil, confirm.Failure
	case confirm.Negotiation == nil:
		return nil, &NoNLAError{}
	}
	selected := confirm.Negotiation.SelectedProtocol
	if selected != x224.ProtocolHybrid && selected != x224.ProtocolHybridEx {
		return nil, &NoNLAError{selected}
	}
	tlsConn, err := ClientTLSWithin(ctx, conn, o.TLS, o.Timeout)
	if err != nil {
		return nil, err
	}
	client, err := o.Client(tlsConn.SubjectPublicKey())
	if err != nil {
		return nil, err
	}
	result, err := RunClient(ctx, tlsConn, client, o.Resolve, o.Timeout)
	if err != nil {
		return nil, err
	}
	if selected == x224.ProtocolHybridEx {
		answer, err := ReadEarlyUserAuthorization(ctx, tlsConn, o.Timeout)
		if err != nil {
			return nil, err
		}
		if answer != credssp.AuthorizationSuccess {
			return nil, &AuthorizationError{answer}
		}
	}
	return &LoggedOn{Conn: tlsConn, Selected: selected, Result: result}, nil
}

// ClientTLSWithin is ClientTLS under a deadline of its own (0:
// DefaultStepTimeout).
func ClientTLSWithin(ctx context.Context, conn net.Conn, o TLSClientOptions, timeout time.Duration) (*TLSConn, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout(timeout))
	defer cancel()
	return ClientTLS(ctx, conn, o)
}

// ServerTLSWithin is ServerTLS under a deadline of its own (0:
// DefaultStepTimeout).
func ServerTLSWithin(ctx context.Context, conn net.Conn, o TLSServerOptions, timeout time.Duration) (*TLSConn, error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout(timeout))
	defer cancel()
	return ServerTLS(ctx, conn, o)
}

// IsTimeout reports whether err is a message that did not come in time.
func IsTimeout(err error) bool {
	var e *ConnError
	return errors.As(err, &e) && e.code == "conn.timeout"
}
