package probe_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// full is a full probe that loses no time.
var full = probe.Options{Depth: probe.DepthFull, Spacing: time.Nanosecond}

const maxConnections = 12

// refusedBy are the answers of a lab host that wants TLS, or NLA.
func refusedBy(code x224.FailureCode, protocols ...x224.Protocol) map[x224.Protocol]verdict.Offer {
	offers := map[x224.Protocol]verdict.Offer{}
	for _, p := range protocols {
		offers[p] = verdict.Offer{Accepted: verdict.No, Failure: code}
	}
	return offers
}

// A full look finds what the standard one does, and the rest.
func TestFullOfEveryLabHost(t *testing.T) {
	leavesNothing(t)
	others := []x224.Protocol{x224.ProtocolRDP, x224.ProtocolRDSTLS, x224.ProtocolRDSAAD}
	rdp := map[x224.Protocol]verdict.Offer{x224.ProtocolRDP: {Accepted: verdict.Yes}}
	connections := counted(t, full, func(name string, f verdict.Facts) {
		want := seen(name)
		switch {
		case want.Selected == verdict.LayerRDP:
			want.Alone = rdp
			want.RDPSecurity = &verdict.RDPSecurity{Method: gcc.Encryption128Bit, Level: gcc.LevelClientCompatible}
		case name == "TLSONLY" || name == "NLAOFF-2016":
			want.Alone = refusedBy(x224.FailureSSLRequired, others...)
		default:
			want.Alone = refusedBy(x224.FailureHybridRequired, others...)
		}
		if want.Selected == verdict.LayerNLAEx {
			want.Alone[x224.ProtocolHybrid] = verdict.Offer{Accepted: verdict.Yes}
		}
		if want.TLS != nil {
			const version, handshake = "tls.alert.protocol_version", "tls.alert.handshake_failure"
			want.Hellos = []verdict.Hello{
				{Highest: tls.VersionTLS12, Version: tls.VersionTLS12},
				{Highest: tls.VersionTLS11, Refusal: version},
				{Highest: tls.VersionTLS12, Family: verdict.RC4, Refusal: handshake},
				{Highest: tls.VersionTLS12, Family: verdict.TripleDES, Refusal: handshake},
				{Highest: tls.VersionTLS12, Family: verdict.RSA, Refusal: handshake},
				{Highest: tls.VersionTLS12, Family: verdict.DHE, Refusal: handshake},
			}
		}
		got := steady(t, f)
		if len(got.Hellos) > 0 {
			if f.TLSFamily(verdict.ECDHE) != verdict.Yes {
				t.Errorf("%s: %+v", name, got.Hellos)
			}
			got.Hellos[0].Suite = 0 // Go chooses by the machine
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	})
	want := map[string]int{
		"OLD-2008R2": 11, "OLD-2012R2": 12, "OLD-2016": 12, "NEW-2008R2": 11, "NEW-2019": 12, "FORCE-2022": 12, "NLAOFF-2016": 12,
		"TLSONLY": 10, "RDPSEC-2008R2": 2, "XP": 2,
	}
	if diff := cmp.Diff(want, connections); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
}

// tlsHost is a server without NLA that speaks TLS like this and accepts nothing
// else.
func tlsHost(config *tls.Config) func(*peer) {
	return func(p *peer) {
		if p.asked()&x224.ProtocolSSL == 0 {
			p.send(negotiation(3, 0, 1))
			return
		}
		p.send(confirmSSL)
		tls.Server(p.TCPConn, config).Handshake()
	}
}

func rsaServer(t *testing.T, change func(*tls.Config)) *tls.Config {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	change(config)
	return config
}

// Which versions and suites a server has, and what is left open when the
// connections are used up.
func TestVersionsAndSuites(t *testing.T) {
	leavesNothing(t)
	const yes, no, open = verdict.Yes, verdict.No, verdict.Unknown
	everySuite := verdict.Suites("")
	for _, c := range []struct {
		name     string
		config   func(*tls.Config)
		versions [5]verdict.Tri // from SSL 3.0
		families map[verdict.Family]verdict.Tri
	}{
		{"as Windows Server 2008 R2: TLS 1.0 and whatever there is",
			func(c *tls.Config) {
				c.MinVersion, c.MaxVersion, c.CipherSuites = tls.VersionTLS10, tls.VersionTLS10, everySuite
			},
			[5]verdict.Tri{no, yes, no, no, no},
			map[verdict.Family]verdict.Tri{verdict.RC4: yes, verdict.TripleDES: yes, verdict.RSA: yes, verdict.DHE: no, verdict.CBC: yes, verdict.ECDHE: yes, verdict.AEAD: open}},
		{"as Windows Server 2016: three versions, no RC4",
			func(c *tls.Config) {
				c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS12
				c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
			},
			[5]verdict.Tri{no, yes, yes, yes, no},
			map[verdict.Family]verdict.Tri{verdict.RC4: no, verdict.TripleDES: yes, verdict.RSA: yes, verdict.DHE: no, verdict.CBC: yes, verdict.ECDHE: yes, verdict.AEAD: yes}},
		{"four versions: no connection is left for RSA and DHE",
			func(c *tls.Config) {
				c.MinVersion = tls.VersionTLS10
				c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA}
			},
			[5]verdict.Tri{no, yes, yes, yes, yes},
			map[verdict.Family]verdict.Tri{verdict.RC4: no, verdict.TripleDES: no, verdict.RSA: open, verdict.DHE: open, verdict.CBC: yes, verdict.ECDHE: yes, verdict.AEAD: yes}},
		{"the same with X25519 alone: the first connection takes two, and none is left for 3DES",
			func(c *tls.Config) {
				c.MinVersion, c.CurvePreferences = tls.VersionTLS10, []tls.CurveID{tls.X25519}
				c.CipherSuites = []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA}
			},
			[5]verdict.Tri{no, yes, yes, yes, yes},
			map[verdict.Family]verdict.Tri{verdict.RC4: no, verdict.TripleDES: open, verdict.RSA: open, verdict.DHE: open, verdict.CBC: yes, verdict.ECDHE: yes, verdict.AEAD: yes}},
		{"TLS 1.3 only", func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 },
			[5]verdict.Tri{no, no, no, no, yes},
			map[verdict.Family]verdict.Tri{verdict.RC4: no, verdict.TripleDES: no, verdict.RSA: no, verdict.DHE: no, verdict.CBC: open, verdict.ECDHE: open, verdict.AEAD: yes}},
	} {
		h := newHost(t, tlsHost(rsaServer(t, c.config)))
		f := h.look(t, full)
		var versions [5]verdict.Tri
		for i, v := range verdict.TLSVersions() {
			versions[i] = f.TLSVersion(v)
		}
		if versions != c.versions {
			t.Errorf("%s: versions %v, want %v", c.name, versions, c.versions)
		}
		families := map[verdict.Family]verdict.Tri{}
		for _, family := range verdict.Families() {
			families[family] = f.TLSFamily(family)
		}
		if diff := cmp.Diff(c.families, families); diff != "" {
			t.Errorf("%s (-want +got):\n%s\n%+v", c.name, diff, f.Hellos)
		}
		if n := h.accepted.Load(); n > maxConnections {
			t.Errorf("%s: %d connections", c.name, n)
		}
	}
}

// A server that Go cannot finish a handshake with still tells its version and
// shows its certificate; here one of SSL 3.0, byte for byte.
func TestSSL30(t *testing.T) {
	leavesNothing(t)
	der := ecdsaCertificate().Certificate[0]
	h := newHost(t, func(p *peer) {
		if p.asked()&x224.ProtocolSSL == 0 {
			p.send(negotiation(3, 0, 1))
			return
		}
		p.send(confirmSSL)
		hello := append([]byte{2, 0, 0, 38, 3, 0}, make([]byte, 32)...) // server_version 3.0, random
		hello = append(hello, 0, 0, 5, 0)                               // no session, RSA_WITH_RC4_128_SHA
		n := len(der)
		certificate := append([]byte{11, 0, byte((n + 6) >> 8), byte(n + 6), 0, byte((n + 3) >> 8), byte(n + 3), 0, byte(n >> 8), byte(n)}, der...)
		message := append(hello, certificate...)
		p.send(append([]byte{22, 3, 0, byte(len(message) >> 8), byte(len(message))}, message...))
	})
	f := h.look(t, full)
	if f.TLS != nil || f.TLSFailure != "tls.version" {
		t.Errorf("%+v, %q", f.TLS, f.TLSFailure)
	}
	if f.TLSVersion(0x0300) != verdict.Yes || f.TLSVersion(tls.VersionTLS10) != verdict.No || f.TLSFamily(verdict.RC4) != verdict.Yes {
		t.Errorf("%+v", f.Hellos)
	}
	if f.Certificate == nil || f.Certificate.Subject != "CN=plant" {
		t.Errorf("certificate %+v", f.Certificate)
	}
}

// The certificate of an old host whose serial number is negative. The command
// allows that to crypto/x509; another program that imports this package does not.
func TestNegativeSerial(t *testing.T) {
	leavesNothing(t)
	t.Setenv("GODEBUG", "x509negativeserial=0")
	config := rsaServer(t, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })
	der := config.Certificates[0].Certificate[0]
	serial := []byte{0xA0, 3, 2, 1, 2, 2, 1, 1} // version 3 and serial number 1
	at := indexOf(t, der, serial)
	der[at+7] = 0xFF // -1
	f := newHost(t, tlsHost(config)).look(t, full)
	if f.TLSFailure != "tls.certificate" || f.TLS != nil {
		t.Errorf("%q, %+v", f.TLSFailure, f.TLS)
	}
	c := f.Certificate
	if c == nil || c.KeyBits != 2048 || c.KeyType != "RSA" || c.SHA256 == [32]byte{} {
		t.Fatalf("%+v", c)
	}
	t.Setenv("GODEBUG", "x509negativeserial=1")
	allowed := newHost(t, tlsHost(config)).look(t, full).Certificate
	if diff := cmp.Diff(allowed, c); diff != "" {
		t.Errorf("(-allowed +ours):\n%s", diff)
	}
}

func indexOf(t *testing.T, b, part []byte) int {
	t.Helper()
	for i := range b {
		if len(b)-i >= len(part) && string(b[i:i+len(part)]) == string(part) {
			return i
		}
	}
	t.Fatalf("no % x in % x", part, b)
	return 0
}
