package lab

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
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

// authenticate runs CredSSP and, with HYBRID_EX, sends the Early User
// Authorization Result.
func (s *server) authenticate(ctx context.Context, conn *rdpio.TLSConn, e *Event) error {
	if err := s.breakOff(ctx, conn, AfterToken, func() error {
		_, err := rdpio.ReadTSRequest(ctx, conn, stepTimeout)
		return err
	}); err != nil {
		return err
	}
	acceptor, err := s.acceptor()
	if err != nil {
		return err
	}
	defer acceptor.Wipe()
	mechanism, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
	if err != nil {
		return err
	}
	config := credssp.ServerConfig{
		Level:     s.host.Level,
		Version:   s.host.CredSSP,
		PublicKey: conn.SubjectPublicKey(),
		Mechanism: mechanism,
		Refuses:   s.host.Refuses,
	}
	messages := s.twist(&config, conn)
	server, err := credssp.NewServer(config)
	if err != nil {
		return err
	}
	running, silence := context.WithCancel(ctx)
	defer silence()
	identity, err := rdpio.RunServer(running, messages, server, func(_ context.Context, need any) error {
		err := s.resolve(ctx, conn, need, e)
		if err != nil {
			silence() // a host that breaks off here sends no errorCode
		}
		return err
	}, stepTimeout)
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
		Now:             func() time.Time { return time.Now().Add(s.host.Clock) },
	})
}

// resolve answers the acceptor's need out of the printed accounts.
func (s *server) resolve(ctx context.Context, conn net.Conn, need any, e *Event) error {
	n, ok := need.(*ntlm.Need)
	if !ok {
		return fmt.Errorf("lab: unknown need %T", need)
	}
	e.Authenticate = true
	if err := s.breakOff(ctx, conn, AfterAuthenticate, nil); err != nil {
		return err
	}
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
		return "password", subtle.ConstantTimeCompare(c.Password, want) == 1 && ntlm.EqualUser(c.User, user)
	case *credssp.SmartCardCreds:
		return "smart card", false
	case *credssp.RemoteGuardCreds:
		return "remote guard", false
	}
	return "unknown", false
}
