// What old hosts present, as the command does it.

//go:debug rsa1024min=0
//go:debug tlssha1=1
//go:debug x509negativeserial=1
package probe_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// A certificate is described, not judged: none keeps the probe from the version.
func TestCertificates(t *testing.T) {
	leavesNothing(t)
	made := func(key crypto.Signer, err error) crypto.Signer {
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	weak := made(rsa.GenerateKey(rand.Reader, 1024))
	p384 := made(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	made(edwards, err)
	begin := time.Date(2009, 7, 14, 1, 2, 3, 0, time.UTC)
	end := time.Date(2010, 1, 13, 1, 2, 3, 0, time.UTC)
	other := &x509.Certificate{Subject: pkix.Name{CommonName: "PLANT-CA", Organization: []string{"工場"}}}

	for _, c := range []struct {
		name       string
		key        crypto.Signer
		algorithm  x509.SignatureAlgorithm
		issuer     *x509.Certificate // nil: itself
		want       verdict.Certificate
		notForTLS1 bool // this kind of key needs TLS 1.2
	}{
		{"expired, RSA-1024, SHA-1", weak, x509.SHA1WithRSA, nil, verdict.Certificate{
			Issuer: "CN=HMI-07", SelfSigned: true, KeyType: "RSA", KeyBits: 1024, SignatureAlgorithm: "SHA1-RSA"}, false},
		{"P-384", p384, x509.ECDSAWithSHA384, nil, verdict.Certificate{
			Issuer: "CN=HMI-07", SelfSigned: true, KeyType: "ECDSA", KeyBits: 384, SignatureAlgorithm: "ECDSA-SHA384"}, false},
		{"Ed25519", edwards, x509.PureEd25519, nil, verdict.Certificate{
			Issuer: "CN=HMI-07", SelfSigned: true, KeyType: "ED25519", KeyBits: 256, SignatureAlgorithm: "Ed25519"}, true},
		{"issued by another", weak, x509.SHA256WithRSA, other, verdict.Certificate{
			Issuer: "CN=PLANT-CA,O=工場", KeyType: "RSA", KeyBits: 1024, SignatureAlgorithm: "SHA256-RSA"}, false},
	} {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "HMI-07"}, DNSNames: []string{"HMI-07", "hmi-07.plant.example"},
			NotBefore: begin, NotAfter: end, SignatureAlgorithm: c.algorithm,
		}
		issuer := c.issuer
		if issuer == nil {
			issuer = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, c.key.Public(), c.key)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := c.want
		want.Subject, want.NotBefore, want.NotAfter, want.DNSNames = "CN=HMI-07", begin, end, template.DNSNames
		want.SHA256, want.SPKISHA256 = sha256.Sum256(der), sha256.Sum256(parsed.RawSubjectPublicKeyInfo)
		for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
			if c.notForTLS1 && version == tls.VersionTLS10 || c.want.KeyBits == 1024 && version == tls.VersionTLS13 {
				continue // no suite or signature scheme for this key
			}
			h := newHost(t, func(p *peer) {
				config := &tls.Config{MinVersion: version, MaxVersion: version,
					Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: c.key}}}
				if secure := p.hybrid(config); secure != nil {
					secure.Write(p.first(secure))
				}
			})
			f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
			if f.CredSSP == nil || f.Certificate == nil || f.TLS.Version != version {
				t.Errorf("%s, %s: %+v", c.name, tls.VersionName(version), f)
				continue
			}
			if diff := cmp.Diff(want, *f.Certificate); diff != "" {
				t.Errorf("%s, %s (-want +got):\n%s", c.name, tls.VersionName(version), diff)
			}
		}
	}
}

// Suites that today's clients do not offer, as a host without updates has them.
func TestOldSuites(t *testing.T) {
	leavesNothing(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ version, suite uint16 }{
		{tls.VersionTLS10, tls.TLS_RSA_WITH_AES_128_CBC_SHA},
		{tls.VersionTLS10, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA},
		{tls.VersionTLS10, tls.TLS_RSA_WITH_RC4_128_SHA},
		{tls.VersionTLS11, tls.TLS_RSA_WITH_AES_256_CBC_SHA},
		{tls.VersionTLS12, tls.TLS_RSA_WITH_AES_128_CBC_SHA256},
	} {
		h := newHost(t, func(p *peer) {
			secure := p.hybrid(&tls.Config{MinVersion: c.version, MaxVersion: c.version, CipherSuites: []uint16{c.suite},
				Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
			if secure != nil {
				secure.Write(p.first(secure))
			}
		})
		f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
		if want := (verdict.TLS{Version: c.version, CipherSuite: c.suite}); f.TLS == nil || *f.TLS != want || f.CredSSP == nil {
			t.Errorf("%s: %+v", tls.CipherSuiteName(c.suite), f)
		}
	}
}

// A server without P-256 and P-384 refuses the first ClientHello; the probe gets
// through with one connection more.
func TestCurvesThatAreNotOfferedFirst(t *testing.T) {
	leavesNothing(t)
	for _, curve := range []tls.CurveID{tls.X25519, tls.CurveP521} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			h := newHost(t, func(p *peer) {
				p.asked()
				p.send(confirmHybrid)
				config := modern()
				config.MinVersion, config.MaxVersion, config.CurvePreferences = version, version, []tls.CurveID{curve}
				secure := tls.Server(p.TCPConn, config)
				err := secure.Handshake()
				if p.n == 1 {
					if err == nil {
						t.Errorf("%v: the first handshake went through", curve)
					}
					return
				}
				if err != nil {
					t.Errorf("%v: %v", curve, err)
					return
				}
				p.first(secure)
				secure.Write([]byte{0x30, 5, 0xA0, 3, 2, 1, 5})
			})
			f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
			if f.TLS == nil || f.TLSFailure != "" || f.CredSSP == nil || f.CredSSP.Version != 5 || f.Certificate == nil {
				t.Errorf("%v, %s: %+v", curve, tls.VersionName(version), f)
			}
			if n := h.accepted.Load(); n != 2 {
				t.Errorf("%v: %d connections", curve, n)
			}
		}
	}
}

// One more connection is one: a server that refuses that, too, or does not take
// it, is left in peace, and what the first one saw stands.
func TestAlert40(t *testing.T) {
	leavesNothing(t)
	refuses := after(append(confirmHybrid[:19:19], 21, 3, 1, 0, 2, 2, 40))
	for name, second := range map[string]func(*peer){
		"again":         refuses,
		"closes":        after(nil),
		"selects less":  after(confirmRDP),
		"another alert": after(append(confirmHybrid[:19:19], 21, 3, 1, 0, 2, 2, 80)),
	} {
		h := newHost(t, func(p *peer) {
			if p.n == 1 {
				refuses(p)
			} else {
				second(p)
			}
		})
		got := h.look(t, probe.Options{Depth: probe.DepthVerdict})
		if got.At.IsZero() {
			t.Errorf("%s: no time", name)
		}
		got.At = time.Time{}
		want := verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, TLSFailure: "tls.alert.handshake_failure"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if n := h.accepted.Load(); n != 2 {
			t.Errorf("%s: %d connections", name, n)
		}
	}
}
