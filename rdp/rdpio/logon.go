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
	// One deadline for both: a request as short as this is written at once.
	step := whileWrite
	err = within(ctx, conn, timeout, func() error {
		if _, err := conn.Write(frame); err != nil {
			return err
		}
		step = whileFrame
		frame, err = readFrame(conn, confirmLimit)
		return err
	})
	if err != nil {
		return nil, connError(ctx, step, err)
	}
	return x224.ParseConnectionConfirm(frame)
}

// LogOnOptions is what LogOn needs.
type LogOnOptions struct {
	Cookie       string // mstshash; optional
	RoutingToken []byte // of a redirection, instead of the cookie; optional
	Flags        x224.RequestFlags
	TLS          TLSClientOptions

	// Client makes the CredSSP client once the server's key is known.
	Client  func(publicKey []byte) (*credssp.Client, error)
	Resolve Resolver // answers the mechanism's needs; optional

	Timeout time.Duration // of each message; 0: DefaultStepTimeout

	// Progress is told of each step when it begins; optional.
	Progress func(Step)
}

// Step is a part of the way to a session, in its order.
type Step string

// The steps up to Network Level Authentication.
const (
	StepNegotiate Step = "x224"          // the X.224 negotiation
	StepTLS       Step = "tls"           // the TLS handshake
	StepCredSSP   Step = "credssp"       // Network Level Authentication
	StepAuthorize Step = "authorization" // the Early User Authorization Result
)

// requestNLA is what LogOn asks for. SSL is among it because Windows clients ask
// so; a server that selects it is refused.
const requestNLA = x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx

// LoggedOn is a connection after Network Level Authentication.
type LoggedOn struct {
	Conn      *TLSConn
	Requested x224.Protocol // what the server was asked for
	Selected  x224.Protocol // HYBRID or HYBRID_EX
	Flags     x224.ResponseFlags
	Result    *credssp.ClientResult
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

// RestrictedAdminError says that the server does not do Restricted Admin, which
// was asked for.
type RestrictedAdminError struct{}

func (e *RestrictedAdminError) Error() string { return "rdpio: server does not offer Restricted Admin" }

// Code is the stable name of the failure.
func (e *RestrictedAdminError) Code() string { return "rdpio.restricted_admin.not_offered" }

// Kind tells whose fault it is: the ends are incompatible.
func (e *RestrictedAdminError) Kind() string { return "incompatible" }

// Args are the named values for a sentence about the failure.
func (e *RestrictedAdminError) Args() map[string]any { return nil }

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
	progress := o.Progress
	if progress == nil {
		progress = func(Step) {}
	}
	request := &x224.ConnectionRequest{
		Cookie: o.Cookie, RoutingToken: o.RoutingToken,
		Negotiation: &x224.NegotiationRequest{Flags: o.Flags, Protocols: requestNLA},
	}
	if len(o.RoutingToken) > 0 {
		request.Cookie = ""
	}
	progress(StepNegotiate)
	confirm, err := Negotiate(ctx, conn, request, o.Timeout)
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
	if o.Flags&x224.RequestRestrictedAdmin != 0 && confirm.Negotiation.Flags&x224.ResponseRestrictedAdmin == 0 {
		return nil, &RestrictedAdminError{}
	}
	progress(StepTLS)
	tlsConn, err := ClientTLSWithin(ctx, conn, o.TLS, o.Timeout)
	if err != nil {
		return nil, err
	}
	client, err := o.Client(tlsConn.SubjectPublicKey())
	if err != nil {
		return nil, err
	}
	progress(StepCredSSP)
	result, err := RunClient(ctx, tlsConn, client, o.Resolve, o.Timeout)
	if err != nil {
		return nil, err
	}
	if selected == x224.ProtocolHybridEx {
		progress(StepAuthorize)
		answer, err := ReadEarlyUserAuthorization(ctx, tlsConn, o.Timeout)
		if err != nil {
			return nil, err
		}
		if answer != credssp.AuthorizationSuccess {
			return nil, &AuthorizationError{answer}
		}
	}
	return &LoggedOn{Conn: tlsConn, Requested: requestNLA, Selected: selected, Flags: confirm.Negotiation.Flags, Result: result}, nil
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
