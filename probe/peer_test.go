package probe_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// failsafe ends a test whose two ends wait for each other.
const failsafe = 10 * time.Second

// impatient is the timeout of probes that are expected to run into it. It leaves
// room for a TLS handshake on a busy machine.
const impatient = 400 * time.Millisecond

// host is a server whose behaviour a test writes down.
type host struct {
	port     int
	accepted atomic.Int32
}

// peer is one connection to a host, as the host sees it.
type peer struct {
	*net.TCPConn
	t *testing.T
	n int // which connection this is, from 1
}

// newHost serves until the test ends. After serve, the rest of what the client
// sends is read until the client closes the connection; that it does not is a
// failure of the test.
func newHost(t *testing.T, serve func(c *peer)) *host {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &host{port: listener.Addr().(*net.TCPAddr).Port}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			n := int(h.accepted.Add(1))
			wait.Go(func() {
				defer conn.Close()
				c := &peer{conn.(*net.TCPConn), t, n}
				c.SetDeadline(time.Now().Add(failsafe))
				serve(c)
				c.CloseWrite()
				c.untilClosed()
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wait.Wait()
	})
	return h
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

func (h *host) look(t *testing.T, o probe.Options) verdict.Facts {
	t.Helper()
	return probe.Probe(t.Context(), "127.0.0.1", h.port, o)
}

// untilClosed reads until the client has closed its end.
func (c *peer) untilClosed() {
	_, err := io.Copy(io.Discard, c.TCPConn)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.t.Errorf("connection %d: the probe left it open", c.n)
	}
}

func (c *peer) send(message []byte) {
	if _, err := c.Write(message); err != nil {
		c.t.Errorf("connection %d: %v", c.n, err)
	}
}

// asked reads the Connection Request and returns the protocols in it.
func (c *peer) asked() x224.Protocol {
	frame, err := rdpio.ReadFrame(c.t.Context(), c.TCPConn, 1024, failsafe)
	if err != nil {
		c.t.Errorf("connection %d: %v", c.n, err)
		return 0
	}
	request, err := x224.ParseConnectionRequest(frame)
	if err != nil || request.Negotiation == nil || request.Cookie != "" {
		c.t.Errorf("connection %d: request %+v, %v", c.n, request, err)
		return 0
	}
	return request.Negotiation.Protocols
}

// Answers to a Connection Request, byte for byte (MS-RDPBCGR 2.2.1.2, 4.1.2).
var (
	confirmBefore2008 = []byte{3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0}
	confirmRDP        = negotiation(2, 0, 0)
	confirmSSL        = negotiation(2, 0, 1)
	confirmHybrid     = negotiation(2, 0, 2)
	confirmHybridEx   = negotiation(2, 0x1F, 8)
)

// negotiation is a Connection Confirm with an RDP_NEG_RSP (type 2) or an
// RDP_NEG_FAILURE (type 3).
func negotiation(kind, flags, value byte) []byte {
	return []byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, kind, flags, 8, 0, value, 0, 0, 0}
}

// hybrid selects CredSSP and performs TLS; nil if that failed.
func (c *peer) hybrid(config *tls.Config) *tls.Conn {
	c.asked()
	c.send(confirmHybrid)
	secure := tls.Server(c.TCPConn, config)
	if err := secure.Handshake(); err != nil {
		c.t.Errorf("connection %d: %v", c.n, err)
		return nil
	}
	return secure
}

// first reads the one CredSSP message of a probe.
func (c *peer) first(secure net.Conn) []byte {
	message, err := rdpio.ReadTSRequest(c.t.Context(), secure, failsafe)
	if err != nil {
		c.t.Errorf("connection %d: %v", c.n, err)
	}
	return message
}

// answers is a host that selects CredSSP and sends these bytes for its first
// TSRequest.
func answers(bytes []byte) func(*peer) {
	return func(c *peer) {
		if secure := c.hybrid(modern()); secure != nil {
			c.first(secure)
			secure.Write(bytes)
		}
	}
}

// challenges is a host that answers with this version and this token.
func challenges(version int, token []byte) func(*peer) {
	m := credssp.TSRequest{Version: version, NegoToken: token}
	return answers(m.Append(nil))
}

// challenge is a CHALLENGE_MESSAGE of build 14393 with the given target info.
func challenge(pairs ntlm.AvPairs) []byte {
	m := ntlm.ChallengeMessage{
		Flags:      ntlm.FlagUnicode | ntlm.FlagNTLM | ntlm.FlagTargetInfo | ntlm.FlagVersion,
		TargetName: "PLANT",
		TargetInfo: pairs,
		Version:    ntlm.Version{Major: 10, Build: 14393, Revision: 15},
	}
	return m.Append(nil)
}

// modern is TLS as Go does it, with a key that is quick to make.
func modern() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{ecdsaCertificate()}} }

var ecdsaCertificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "plant"},
		DNSNames:     []string{"plant.example"},
		NotBefore:    time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC),
		NotAfter:     time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
})
