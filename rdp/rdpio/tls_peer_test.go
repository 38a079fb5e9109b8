package rdpio

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// What the tests of TLS share: certificates, recorded connections, and peers
// that are crypto/tls alone.

var rsaCertificate = sync.OnceValue(func() tls.Certificate {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return selfSigned(key, err)
})

var ecdsaCertificate = sync.OnceValue(func() tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return selfSigned(key, err)
})

func selfSigned(key crypto.Signer, err error) tls.Certificate {
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "host"},
		NotAfter:     time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// recordedConn keeps every byte that was written to it.
type recordedConn struct {
	net.Conn
	mu   sync.Mutex
	sent []byte
}

func (c *recordedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	c.sent = append(c.sent, p...)
	c.mu.Unlock()
	return c.Conn.Write(p)
}

func (c *recordedConn) mark() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sent)
}

// recordsSince lists the types of the TLS records sent after the mark.
func (c *recordedConn) recordsSince(t *testing.T, mark int) []byte {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var kinds []byte
	for rest := c.sent[mark:]; len(rest) > 0; {
		var record []byte
		if record, rest = cutRecord(rest); record == nil {
			t.Fatalf("%d bytes on the wire are no whole record", len(rest))
		}
		kinds = append(kinds, record[0])
	}
	return kinds
}

// loopback is a TCP connection, recorded on both ends.
func loopback(t *testing.T) (client, server *recordedConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dialled, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return &recordedConn{Conn: dialled}, &recordedConn{Conn: accepted}
}

type handshaker func(net.Conn) (net.Conn, error)

// shake runs the two halves of a handshake and returns both ends.
func shake(t *testing.T, client, server net.Conn, asClient, asServer handshaker) (c, s net.Conn) {
	t.Helper()
	var serverErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		s, serverErr = asServer(server)
	}()
	c, err := asClient(client)
	<-done
	if err != nil || serverErr != nil {
		t.Fatalf("handshake: client %v, server %v", err, serverErr)
	}
	return c, s
}

func ourClient(o TLSClientOptions) handshaker {
	if o.CheckCertificate == nil {
		o.CheckCertificate = AnyCertificate
	}
	return func(c net.Conn) (net.Conn, error) { return ClientTLS(context.Background(), c, o) }
}

func ourServer(o TLSServerOptions) handshaker {
	return func(c net.Conn) (net.Conn, error) { return ServerTLS(context.Background(), c, o) }
}

func plainClient(config *tls.Config) handshaker {
	return func(c net.Conn) (net.Conn, error) {
		config.InsecureSkipVerify = true
		t := tls.Client(c, config)
		return t, t.Handshake()
	}
}

func plainServer(config *tls.Config) handshaker {
	return func(c net.Conn) (net.Conn, error) {
		config.SessionTicketsDisabled = true
		t := tls.Server(c, config)
		return t, t.Handshake()
	}
}

// tlsProfile is one version and suite that a plain peer insists on.
type tlsProfile struct {
	name        string
	version     uint16
	suite       uint16 // not for TLS 1.3
	certificate func() tls.Certificate
	joined      bool // crypto/tls alone would split each Write
}

var tlsProfiles = []tlsProfile{
	{"1.0 RSA AES-128", tls.VersionTLS10, tls.TLS_RSA_WITH_AES_128_CBC_SHA, rsaCertificate, true},
	{"1.0 RSA AES-256", tls.VersionTLS10, tls.TLS_RSA_WITH_AES_256_CBC_SHA, rsaCertificate, true},
	{"1.0 RSA 3DES", tls.VersionTLS10, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA, rsaCertificate, true},
	{"1.0 ECDHE-RSA AES-128", tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, rsaCertificate, true},
	{"1.0 ECDHE-RSA AES-256", tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, rsaCertificate, true},
	{"1.0 ECDHE-RSA 3DES", tls.VersionTLS10, tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, rsaCertificate, true},
	{"1.0 ECDHE-ECDSA AES-128", tls.VersionTLS10, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, ecdsaCertificate, true},
	{"1.0 ECDHE-ECDSA AES-256", tls.VersionTLS10, tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, ecdsaCertificate, true},
	{"1.0 RSA RC4", tls.VersionTLS10, tls.TLS_RSA_WITH_RC4_128_SHA, rsaCertificate, false},
	{"1.1 RSA AES-128", tls.VersionTLS11, tls.TLS_RSA_WITH_AES_128_CBC_SHA, rsaCertificate, false},
	{"1.2 RSA AES-128", tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA, rsaCertificate, false},
	{"1.2 ECDHE-RSA GCM", tls.VersionTLS12, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, rsaCertificate, false},
	{"1.3 RSA", tls.VersionTLS13, 0, rsaCertificate, false},
	{"1.3 ECDSA", tls.VersionTLS13, 0, ecdsaCertificate, false},
}

func (p *tlsProfile) config() *tls.Config {
	c := &tls.Config{MinVersion: p.version, MaxVersion: p.version, Certificates: []tls.Certificate{p.certificate()}}
	if p.suite != 0 {
		c.CipherSuites = []uint16{p.suite}
	}
	return c
}
