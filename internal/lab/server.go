package lab

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/spnego"
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

	ConnectInitial bool // the client went on to RDP itself
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
	host         Host
	certificates []tls.Certificate
	observe      func(Event)
}

// serve plays the host on one connection.
func (s *server) serve(ctx context.Context, conn net.Conn) Event {
	e := Event{Host: s.host.Name, Remote: conn.RemoteAddr()}
	e.Err = s.connection(ctx, conn, &e)
	return e
}

func (s *server) connection(ctx context.Context, conn net.Conn, e *Event) error {
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
	if e.Selected == x224.ProtocolRDP {
		return s.firstStep(ctx, conn, e)
	}
	secure, err := rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{
		Certificates: s.certificates,
		MinVersion:   s.host.MinTLS,
		MaxVersion:   s.host.MaxTLS,
		Legacy:       s.host.LegacyTLS,
	}, stepTimeout)
	if err != nil {
		return err
	}
	if e.Selected != x224.ProtocolSSL {
		if err := s.authenticate(ctx, secure, e); err != nil {
			return err
		}
	}
	return s.firstStep(ctx, secure, e)
}

// errNoNegotiation is a client that cannot do what the host requires.
var errNoNegotiation = errors.New("lab: client sends no negotiation request")

// confirm selects a protocol as a Windows host with these settings does
// (MS-RDPBCGR 5.4.2.1, 2.2.1.2). A client that sends no negotiation request
// cannot read a refusal: nil closes the connection (inferred).
func (s *server) confirm(request *x224.ConnectionRequest) *x224.ConnectionConfirm {
	if s.host.Security == RDPBefore2008 || request.Negotiation == nil && s.host.Security == RDPOnly {
		return &x224.ConnectionConfirm{}
	}
	if request.Negotiation == nil {
		return nil
	}
	asked := request.Negotiation.Protocols
	nla := s.host.UsesNLA()
	switch {
	case nla && s.host.EarlyAuth && asked&x224.ProtocolHybridEx != 0:
		return s.selects(x224.ProtocolHybridEx)
	case nla && asked&x224.ProtocolHybrid != 0:
		return s.selects(x224.ProtocolHybrid)
	case s.host.Security == NLARequired:
		return refuses(x224.FailureHybridRequired)
	case s.host.Security == RDPOnly && asked == x224.ProtocolRDP:
		return s.selects(x224.ProtocolRDP)
	case s.host.Security == RDPOnly:
		return refuses(x224.FailureSSLNotAllowed)
	case asked&x224.ProtocolSSL != 0:
		return s.selects(x224.ProtocolSSL)
	}
	return refuses(x224.FailureSSLRequired)
}

func (s *server) selects(p x224.Protocol) *x224.ConnectionConfirm {
	return &x224.ConnectionConfirm{Negotiation: &x224.NegotiationResponse{
		Flags:            x224.ResponseExtendedClientData,
		SelectedProtocol: p,
	}}
}

func refuses(code x224.FailureCode) *x224.ConnectionConfirm {
	return &x224.ConnectionConfirm{Failure: &x224.NegotiationFailure{FailureCode: code}}
}

// authenticate runs CredSSP and, with HYBRID_EX, sends the Early User
// Authorization Result.
func (s *server) authenticate(ctx context.Context, conn *rdpio.TLSConn, e *Event) error {
	acceptor, err := s.acceptor()
	if err != nil {
		return err
	}
	defer acceptor.Wipe()
	mechanism, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
	if err != nil {
		return err
	}
	server, err := credssp.NewServer(credssp.ServerConfig{
		Level:     s.host.Level,
		Version:   s.host.CredSSP,
		PublicKey: conn.SubjectPublicKey(),
		Mechanism: mechanism,
		Refuses:   s.host.Refuses,
	})
	if err != nil {
		return err
	}
	identity, err := rdpio.RunServer(ctx, conn, server, e.resolve, stepTimeout)
	e.PeerVersion = server.Peer()
	if err != nil {
		return err
	}
	e.Version, e.Mechanism = identity.Version(), identity.Mechanism()
	e.Domain, e.User = identity.User()
	e.Delegated, e.RightPassword = delegated(identity)
	if e.Selected == x224.ProtocolHybridEx {
		return rdpio.Write(ctx, conn, credssp.AuthorizationSuccess.Append(nil), stepTimeout)
	}
	return nil
}

// acceptor makes the NTLM acceptor of one connection.
func (s *server) acceptor() (*ntlm.Acceptor, error) {
	return ntlm.NewAcceptor(ntlm.AcceptorConfig{
		NetBIOSComputer: s.host.Name,
		NetBIOSDomain:   Domain,
		DNSComputer:     s.host.Name + "." + DNSDomain,
		DNSDomain:       DNSDomain,
		DNSForest:       DNSDomain,
		DomainMember:    true,
		Version:         s.host.Version,
		Rand:            rand.Reader,
		Now:             time.Now,
	})
}

// resolve answers the acceptor's need out of the printed accounts.
func (e *Event) resolve(_ context.Context, need any) error {
	n, ok := need.(*ntlm.Need)
	if !ok {
		return fmt.Errorf("lab: unknown need %T", need)
	}
	e.Authenticate = true
	n.AnswerFrom(account(n.User))
	return nil
}

// delegated compares the decrypted credentials with the account and wipes them.
func delegated(identity *credssp.Identity) (kind string, right bool) {
	credentials := identity.Credentials()
	defer credentials.Wipe()
	switch c := credentials.(type) {
	case *credssp.PasswordCreds:
		_, user := identity.User()
		want := wire.AppendUTF16(nil, Password)
		return "password", subtle.ConstantTimeCompare(c.Password, want) == 1 && c.User == user
	case *credssp.SmartCardCreds:
		return "smart card", false
	case *credssp.RemoteGuardCreds:
		return "remote guard", false
	}
	return "unknown", false
}
