package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// failsafe ends a test whose two ends wait for each other.
const failsafe = 20 * time.Second

// started is a lab and what its hosts tell about the connections.
type started struct {
	*Lab
	t      *testing.T
	events chan Event
}

func start(t *testing.T, hosts ...Host) *started {
	t.Helper()
	s := &started{t: t, events: make(chan Event, 1024)}
	l, err := Start(t.Context(), Options{Hosts: hosts, Observe: func(e Event) { s.events <- e }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	s.Lab = l
	return s
}

// event is the next one, without the address of the client.
func (s *started) event() Event {
	s.t.Helper()
	select {
	case e := <-s.events:
		e.Remote = nil
		return e
	case <-time.After(failsafe):
		s.t.Fatal("no event")
		return Event{}
	}
}

// named finds a standard host.
func named(t *testing.T, name string) Host {
	t.Helper()
	for _, h := range Hosts() {
		if h.Name == name {
			return h
		}
	}
	t.Fatalf("no host %s", name)
	return Host{}
}

func dial(t *testing.T, address netip.AddrPort) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(failsafe))
	return conn
}

// logon is who logs on and what is delegated.
type logon struct {
	user, password string
	delegated      credssp.Credentials // nil: user and password
}

// to logs on to a host and leaves again.
func (l logon) to(t *testing.T, address netip.AddrPort) error {
	t.Helper()
	conn := dial(t, address)
	defer conn.Close()
	_, err := l.on(t, conn)
	return err
}

// on logs on with a client under the policy Mitigated.
func (l logon) on(t *testing.T, conn net.Conn) (*rdpio.LoggedOn, error) {
	t.Helper()
	return rdpio.LogOn(t.Context(), conn, rdpio.LogOnOptions{
		TLS:    rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate},
		Client: l.client,
	})
}

func (l logon) client(publicKey []byte) (*credssp.Client, error) {
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: Domain, User: l.user, Hash: ntlm.HashPassword([]byte(l.password)), Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	credentials := l.delegated
	if credentials == nil {
		credentials = credssp.NewPasswordCreds(Domain, l.user, []byte(l.password))
	}
	return credssp.NewClient(credssp.ClientConfig{Level: credssp.Mitigated, PublicKey: publicKey,
		Mechanism: mechanism, Credentials: credentials, Rand: rand.Reader})
}

// leavesNothing fails the test if goroutines are left when it has ended. It is
// to be called first.
func leavesNothing(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for from := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			if time.Since(from) > failsafe {
				stacks := make([]byte, 1<<20)
				t.Fatalf("%d goroutines before, %d after\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
			}
		}
	})
}

// visit is LogOn with a failsafe.
func visit(t *testing.T, address netip.AddrPort, level credssp.Level) Visit {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), failsafe)
	defer cancel()
	return LogOn(ctx, address, level)
}

// codeOf is the stable code of a typed error, "" if it has none.
func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return ""
}
