package fieldtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/spnego"
)

// failsafe ends a test whose two ends wait for each other.
const failsafe = 20 * time.Second

var loopback = netip.MustParseAddrPort("127.0.0.1:0")

// step finds a step.
func step(t *testing.T, id string) Step {
	t.Helper()
	s, ok := FindStep(id)
	if !ok {
		t.Fatalf("no step %s", id)
	}
	return s
}

// standardLab is the lab's standard hosts, for all tests.
var standardLab *lab.Lab

func TestMain(m *testing.M) {
	var err error
	if standardLab, err = lab.Start(context.Background(), lab.Options{}); err != nil {
		panic(err)
	}
	status := m.Run()
	standardLab.Close()
	os.Exit(status)
}

// labHost is one host of the lab.
func labHost(t *testing.T, name string) Server {
	t.Helper()
	for _, h := range standardLab.Hosts {
		if h.Name == name {
			return Server{Address: h.Address.String()}
		}
	}
	t.Fatalf("no host %s", name)
	return Server{}
}

// alice is the account of every lab host.
func alice() Account { return Account{lab.Domain, "alice", []byte(lab.Password)} }

// listening runs a listening step and lets clients visit its hosts one by one.
func listening(t *testing.T, s Step, visit func(host string, address netip.AddrPort)) *Recording {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), failsafe)
	defer cancel()
	enough := make(chan struct{})
	visited := make(chan struct{}, maxConnections)
	r, err := ListenFor(ctx, s, ListenOptions{Address: loopback, Enough: enough,
		Visited: func(Connection) { visited <- struct{}{} },
		Started: func(waiting []Waiting) {
			go func() {
				for _, w := range waiting {
					visit(w.ID, w.Address)
					select {
					case <-visited:
					case <-ctx.Done():
					}
				}
				close(enough)
			}()
		}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// visitAs lets the lab's client log on, of the given level.
func visitAs(t *testing.T, level credssp.Level) func(string, netip.AddrPort) {
	return func(_ string, address netip.AddrPort) { lab.LogOn(t.Context(), address, level) }
}

// client is a visitor with a choice of names.
type client struct {
	cookie, domain, user, workstation, target, password string
	spnego                                              bool
}

func (c client) visit(t *testing.T, address netip.AddrPort) error {
	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		t.Error(err)
		return err
	}
	defer conn.Close()
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{Domain: c.domain, User: c.user, Workstation: c.workstation, TargetName: c.target,
		Hash: ntlm.HashPassword([]byte(c.password)), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Error(err)
		return err
	}
	var outer credssp.Mechanism = mechanism
	if c.spnego {
		if outer, err = spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: mechanism}}); err != nil {
			t.Error(err)
			return err
		}
	}
	_, err = rdpio.LogOn(t.Context(), conn, rdpio.LogOnOptions{Cookie: c.cookie,
		TLS: rdpio.TLSClientOptions{Legacy: true, CheckCertificate: rdpio.AnyCertificate},
		Client: func(key []byte) (*credssp.Client, error) {
			return credssp.NewClient(credssp.ClientConfig{Level: credssp.Mitigated, PublicKey: key, Mechanism: outer,
				Credentials: credssp.NewPasswordCreds(c.domain, c.user, []byte(c.password)), Rand: rand.Reader})
		}})
	return err
}

// result makes a result of a recording, as the command does.
func result(r *Recording, s Step, answers map[string]string) Result {
	return r.Result(About{Step: s.ID, Run: 1, At: time.Now(), Tool: "fumidai devel"}, answers)
}

// value is the finding about a claim, under a circumstance.
func value(r Result, claim, under string) string {
	for _, f := range r.Findings() {
		if f.Claim == claim && f.Under == under {
			return f.Value
		}
	}
	return ""
}

// holds reports whether bytes hold a word in UTF-8 or UTF-16LE, in whatever case
// its Latin letters are.
func holds(b []byte, word string) bool {
	lower := func(b []byte) []byte {
		b = bytes.Clone(b)
		for i, c := range b {
			if c >= 'A' && c <= 'Z' {
				b[i] += 'a' - 'A'
			}
		}
		return b
	}
	b = lower(b)
	return bytes.Contains(b, lower([]byte(word))) || bytes.Contains(b, lower(wire.AppendUTF16(nil, word)))
}
