package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/spnego"
)

// The one account of the handshakes, and the names that servers state.
const (
	user          = "alice"
	password      = "Passw0rd!"
	netBIOSDomain = "BENCH"
	dnsDomain     = "bench.test"
)

// stepTimeout bounds each message.
const stepTimeout = 10 * time.Second

// acceptor is the server of all variants, each on a port of its own.
type acceptor struct {
	certificates map[keyType]tls.Certificate
	account      ntlm.Account
	active       atomic.Int64 // connections
	failure      atomic.Pointer[string]
}

// handshakeServer is a child: it accepts handshakes, sends one byte after each
// and waits for the client to hang up.
func handshakeServer(args []string) error {
	stop, err := profiled("handshake-server", args)
	if err != nil {
		return err
	}
	defer stop()
	certificates := map[keyType]tls.Certificate{}
	for _, key := range []keyType{rsa2048, ecdsaP256} {
		if certificates[key], err = newCertificate(key); err != nil {
			return err
		}
	}
	s := newAcceptor(certificates)
	var ready answer
	for _, v := range variants() {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer listener.Close()
		ready.Addresses = append(ready.Addresses, listener.Addr().String())
		go s.listen(listener, v)
	}
	return serveOrders(ready, s.usage)
}

func newAcceptor(certificates map[keyType]tls.Certificate) *acceptor {
	return &acceptor{certificates: certificates, account: ntlm.Account{Hash: ntlm.HashPassword([]byte(password))}}
}

func (s *acceptor) listen(listener net.Listener, v variant) {
	for {
		conn, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		s.active.Add(1)
		go func() {
			defer s.active.Add(-1)
			defer conn.Close()
			if err := s.serve(context.Background(), conn, v); err != nil {
				text := v.transport() + ", " + v.Layer.String() + ": " + err.Error()
				s.failure.Store(&text)
			}
		}()
	}
}

// usage tells the processor time after the last connection has ended.
func (s *acceptor) usage(order) answer {
	for s.active.Load() > 0 {
		time.Sleep(100 * time.Microsecond)
	}
	if failure := s.failure.Load(); failure != nil {
		return answer{Error: *failure}
	}
	return answer{Used: processorTime()}
}

func (s *acceptor) serve(ctx context.Context, conn net.Conn, v variant) error {
	secure, err := s.secure(ctx, conn, v)
	if err != nil {
		return err
	}
	if _, err := secure.Write([]byte{0}); err != nil {
		return err
	}
	secure.Read(make([]byte, 1)) // the client hangs up
	return nil
}

// secure performs the handshake of one variant.
func (s *acceptor) secure(ctx context.Context, conn net.Conn, v variant) (net.Conn, error) {
	certificates := []tls.Certificate{s.certificates[v.Key]}
	if v.Layer == stockTLS {
		t := tls.Server(conn, &tls.Config{
			Certificates: certificates, MinVersion: v.Version, MaxVersion: v.Version,
			SessionTicketsDisabled: true, DynamicRecordSizingDisabled: true,
		})
		if err := conn.SetDeadline(time.Now().Add(stepTimeout)); err != nil {
			return nil, err
		}
		return t, t.Handshake()
	}
	secure, err := rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{
		Certificates: certificates, MinVersion: v.Version, MaxVersion: v.Version,
	}, stepTimeout)
	if err != nil || v.Layer == ourTLS {
		return secure, err
	}
	return secure, s.authenticate(ctx, secure, v.Layer)
}

func (s *acceptor) authenticate(ctx context.Context, conn *rdpio.TLSConn, l layer) error {
	mechanism, err := acceptMechanism(l)
	if err != nil {
		return err
	}
	server, err := credssp.NewServer(credssp.ServerConfig{
		Level: credssp.ForceUpdatedClients, PublicKey: conn.SubjectPublicKey(), Mechanism: mechanism,
	})
	if err != nil {
		return err
	}
	identity, err := rdpio.RunServer(ctx, conn, server, s.resolve, stepTimeout)
	if err != nil {
		return err
	}
	identity.Credentials().Wipe()
	if identity.Version() != credssp.MaxVersion {
		return fmt.Errorf("CredSSP version %d", identity.Version())
	}
	return nil
}

func acceptMechanism(l layer) (credssp.Mechanism, error) {
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{
		NetBIOSComputer: "BENCH-SERVER", NetBIOSDomain: netBIOSDomain, DomainMember: true,
		DNSComputer: "bench-server." + dnsDomain, DNSDomain: dnsDomain, DNSForest: dnsDomain,
		Version: ntlm.Version{Major: 10, Build: 17763, Revision: 15}, Rand: rand.Reader, Now: time.Now,
	})
	if err != nil || l == nlaNTLM {
		return acceptor, err
	}
	return spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
}

func (s *acceptor) resolve(_ context.Context, need any) error {
	n, ok := need.(*ntlm.Need)
	if !ok || n.User != user {
		return fmt.Errorf("unknown need %T", need)
	}
	n.AnswerFrom(&s.account)
	return nil
}
