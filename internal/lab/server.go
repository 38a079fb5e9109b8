package lab

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// Event is what happened on one connection, as the host saw it.
type Event struct {
	Host      string
	Remote    net.Addr
	Requested x224.Protocol // what the client asked for
	Selected  x224.Protocol
	Refused   x224.FailureCode // what it was told instead, 0 = nothing

	PeerVersion  int    // the CredSSP version the client stated, 0 = none
	Version      int    // the one both went on with, 0 = did not get there
	Mechanism    string // such as "SPNEGO/NTLM"
	Authenticate bool   // an AUTHENTICATE_MESSAGE arrived
	Domain       string // of the user who was authenticated
	User         string

	Delegated     string // kind of credentials that were decrypted: "password", …
	RightPassword bool   // they hold the account's user name and password

	ConnectInitial bool   // the client went on to RDP itself
	Active         bool   // and saw what the host shows
	KeyboardLayout uint32 // its input locale identifier
	Routed         string // the host that it was redirected to and that was shown; "" = none
	Err            error
}

// stepTimeout bounds each message of a client.
const stepTimeout = 10 * time.Second

// requestLimit bounds a Connection Request in bytes.
const requestLimit = 4096

// windowsReference is the source reference of a Windows host (MS-RDPBCGR
// 3.3.5.3.2).
const windowsReference = 0x1234

// server plays one host.
type server struct {
	host          Host
	certificates  func() ([]tls.Certificate, error) // made when first needed
	observe       func(Event)
	observeActive func(Event, *screen.Session) // optional
	routes        routes
}

// serve plays the host on one connection.
func (s *server) serve(ctx context.Context, conn net.Conn) Event {
	e := Event{Host: s.host.Name, Remote: conn.RemoteAddr()}
	e.Err = s.connection(ctx, conn, &e)
	return e
}

func (s *server) connection(ctx context.Context, conn net.Conn, e *Event) error {
	if s.host.Delay != 0 {
		conn = &slowConn{Conn: conn, delay: s.host.Delay, done: ctx.Done()}
	}
	if err := s.breakOff(ctx, conn, AfterAccept, nil); err != nil {
		return err
	}
	frame, err := rdpio.ReadFrame(ctx, conn, requestLimit, stepTimeout)
	if err != nil {
		return err
	}
	request, err := x224.ParseConnectionRequest(frame)
	if err != nil {
		return err
	}
	if request.Negotiation != nil {
		e.Requested = request.Negotiation.Protocols
	}
	if err := s.breakOff(ctx, conn, AfterRequest, nil); err != nil {
		return err
	}
	confirm := s.confirm(request)
	if confirm == nil {
		return errNoNegotiation
	}
	if confirm.Negotiation != nil {
		e.Selected = confirm.Negotiation.SelectedProtocol
	}
	confirm.SourceRef = windowsReference
	reply, err := x224.AppendConnectionConfirm(nil, confirm)
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, conn, reply, stepTimeout); err != nil {
		return err
	}
	if confirm.Failure != nil {
		e.Refused = confirm.Failure.FailureCode
		return confirm.Failure
	}
	if err := s.breakOff(ctx, conn, AfterConfirm, nil); err != nil {
		return err
	}
	if e.Selected == x224.ProtocolRDP {
		return s.firstStep(ctx, conn, e)
	}
	return s.secure(ctx, conn, request, e)
}

// secure goes on inside TLS.
func (s *server) secure(ctx context.Context, conn net.Conn, request *x224.ConnectionRequest, e *Event) error {
	if err := s.breakOff(ctx, conn, AfterHello, func() error { return awaitByte(ctx, conn) }); err != nil {
		return err
	}
	if s.host.Twist == NTLMAlert && e.Selected != x224.ProtocolSSL {
		return s.alert(ctx, conn)
	}
	certificates, err := s.certificates()
	if err != nil {
		return err
	}
	secure, err := rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{
		Certificates: certificates,
		MinVersion:   s.host.MinTLS,
		MaxVersion:   s.host.MaxTLS,
		Legacy:       s.host.LegacyTLS,
	}, stepTimeout)
	if err != nil {
		return err
	}
	if err := s.breakOff(ctx, secure, AfterTLS, nil); err != nil {
		return err
	}
	if e.Selected != x224.ProtocolSSL {
		if err := s.authenticate(ctx, secure, e); err != nil {
			return err
		}
	}
	return s.session(ctx, secure, request, e)
}
