package interop_test

import (
	"context"
	"crypto/rand"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/spnego"
)

// Our own ends, as the cases below use them.

// ourHost runs one lab host at a free loopback address, port 3389 if asked, and
// returns its events.
func ourHost(t *testing.T, host lab.Host, addr string) (string, <-chan lab.Event) {
	t.Helper()
	where := netip.MustParseAddrPort(addr)
	events := make(chan lab.Event, 16)
	l, err := lab.Start(t.Context(), lab.Options{
		Hosts: []lab.Host{host}, Address: where.Addr(), Port: int(where.Port()),
		Observe: func(e lab.Event) { events <- e },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l.Hosts[0].Address.String(), events
}

// labHost finds a lab host by name.
func labHost(t *testing.T, name string) lab.Host {
	t.Helper()
	for _, h := range lab.All() {
		if h.Name == name {
			return h
		}
	}
	t.Fatalf("no lab host %s", name)
	return lab.Host{}
}

// next waits for the next event of a host.
func next(t *testing.T, events <-chan lab.Event) lab.Event {
	t.Helper()
	select {
	case e := <-events:
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("the host has seen nothing")
		return lab.Event{}
	}
}

// logon describes our own client.
type logon struct {
	level                  credssp.Level
	version                int
	user, password, domain string
	spnego                 bool
	targetName             string
	wrap                   func(credssp.Mechanism) credssp.Mechanism // optional: sabotages the mechanism
}

// logOn lets our client log on and, if that succeeds, take the first step of
// RDP: a server that answers the MCS Connect Initial has accepted it.
func logOn(t *testing.T, addr string, o logon) (*rdpio.LoggedOn, error) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	on, err := rdpio.LogOn(t.Context(), conn, rdpio.LogOnOptions{
		Cookie: o.user,
		TLS:    rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate},
		Client: func(key []byte) (*credssp.Client, error) { return o.client(key) },
	})
	if err != nil {
		return nil, err
	}
	return on, firstStep(t.Context(), on)
}

func (o logon) client(key []byte) (*credssp.Client, error) {
	var mechanism credssp.Mechanism
	client, err := ntlm.NewClient(ntlm.ClientConfig{
		Domain: o.domain, User: o.user, Hash: ntlm.HashPassword([]byte(o.password)), TargetName: o.targetName,
		Rand: rand.Reader, Now: time.Now,
	})
	if err != nil {
		return nil, err
	}
	mechanism = client
	if o.spnego {
		if mechanism, err = spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: client}}); err != nil {
			return nil, err
		}
	}
	if o.wrap != nil {
		mechanism = o.wrap(mechanism)
	}
	return credssp.NewClient(credssp.ClientConfig{
		Level: o.level, Version: o.version, PublicKey: key, Mechanism: mechanism,
		Credentials: credssp.NewPasswordCreds(o.domain, o.user, []byte(o.password)), Rand: rand.Reader,
	})
}

// firstStep sends an MCS Connect Initial and reads the response.
func firstStep(ctx context.Context, on *rdpio.LoggedOn) error {
	userData, err := gcc.AppendClientData(nil, &gcc.ClientData{
		Core: &gcc.ClientCoreData{
			Version: gcc.Version5, DesktopWidth: 1024, DesktopHeight: 768, ColorDepth: 0xCA01, SASSequence: 0xAA03,
			KeyboardLayout: 0x411, ClientBuild: 2600, ClientName: "fumidai", KeyboardType: 4, KeyboardFunctionKey: 12,
			Last: gcc.CoreServerSelectedProtocol, PostBeta2ColorDepth: 0xCA01, ClientProductID: 1,
			HighColorDepth: 24, SupportedColorDepths: 7, ServerSelectedProtocol: uint32(on.Selected),
		},
		Security: &gcc.ClientSecurityData{},
		Network:  &gcc.ClientNetworkData{},
	})
	if err != nil {
		return err
	}
	request, err := gcc.AppendConferenceCreateRequest(nil, userData)
	if err != nil {
		return err
	}
	initial, err := mcs.AppendConnectInitial(nil, mcs.NewConnectInitial(request))
	if err != nil {
		return err
	}
	frame, err := x224.AppendData(nil, initial)
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, on.Conn, frame, 0); err != nil {
		return err
	}
	if frame, err = rdpio.ReadFrame(ctx, on.Conn, x224.MaxFrameSize, 0); err != nil {
		return err
	}
	payload, err := x224.ParseData(frame)
	if err != nil {
		return err
	}
	_, err = connect.ParseConnectResponse(payload)
	return err
}

// lying is a mechanism that seals something else than it is told, from the
// n-th message on: a wrong proof of the key.
type lying struct {
	credssp.Mechanism
}

func (l lying) Seal(plaintext []byte) ([]byte, error) {
	wrong := append([]byte(nil), plaintext...)
	wrong[len(wrong)-1] ^= 1
	return l.Mechanism.Seal(wrong)
}

// codeOf is the stable code of a typed error.
func codeOf(err error) string {
	for e := err; e != nil; {
		if c, ok := e.(interface{ Code() string }); ok {
			return c.Code()
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			return "untyped: " + err.Error()
		}
		e = u.Unwrap()
	}
	return ""
}
