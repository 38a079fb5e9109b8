package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

// tarpit is a host in memory that takes its time for each Connection Confirm and
// then says nothing.
type tarpit struct {
	delay       time.Duration
	leaves      bool // on the first connection, instead of TLS, to be asked more
	confirm     []byte
	connections int
}

func (h *tarpit) dial(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	h.connections++
	first := h.connections == 1
	go func() {
		defer server.Close()
		io.ReadFull(server, make([]byte, 19)) // X.224 Connection Request
		time.Sleep(h.delay)
		if first && h.leaves {
			server.Write(confirmOf(2, 2))
			return
		}
		server.Write(h.confirm)
		io.Copy(io.Discard, server)
	}()
	return client, nil
}

func confirmOf(kind, value byte) []byte {
	return []byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, kind, 0, 8, 0, value, 0, 0, 0}
}

// Who stands still in TLS is asked nothing else.
func TestSilenceInTLSIsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, d := range Depths() {
			h := &tarpit{confirm: confirmOf(2, 2)} // HYBRID
			p := newProbe(Options{Depth: d, Timeout: time.Second})
			p.dial = h.dial
			from := time.Now()
			p.follow(t.Context())
			if took := time.Since(from); h.connections != 1 || took != time.Second || p.facts.TLSFailure != "tls.timeout" {
				t.Errorf("%s: %d connections in %v, %q", d, h.connections, took, p.facts.TLSFailure)
			}
		}
	})
}

// So is who stands still after a ClientHello.
func TestSilenceAfterAHelloIsTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &tarpit{confirm: confirmOf(2, 2)}
		p := newProbe(Options{Depth: DepthFull, Timeout: time.Second})
		p.dial = h.dial
		p.facts.Selected = verdict.LayerNLA
		p.hello(t.Context())
		if !p.gone || len(p.facts.Hellos) != 1 {
			t.Errorf("gone %v, %+v", p.gone, p.facts.Hellos)
		}
	})
}

// A host that answers every time at the last moment holds a probe for six
// timeouts and the spacings, and no longer. Each of its connections fails
// without standing still in TLS.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &tarpit{delay: 900 * time.Millisecond, confirm: confirmOf(3, 99), leaves: true}
		p := newProbe(Options{Depth: DepthFull, Timeout: time.Second, Spacing: time.Millisecond})
		p.dial = h.dial
		from := time.Now()
		p.follow(t.Context())
		if took := time.Since(from); took > 6*time.Second+20*time.Millisecond || took < 5*time.Second || h.connections < 6 {
			t.Errorf("%d connections in %v", h.connections, took)
		}
		time.Sleep(time.Minute) // the host notices that it was left
	})
}

// Names in a hostile certificate stay out of the facts; all others are there.
func TestHostileCertificate(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := func(units int, dnsNames []string) *verdict.Certificate {
		template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: dnsNames}
		for range units {
			template.Subject.ExtraNames = append(template.Subject.ExtraNames,
				pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{2, 5, 4, 11}, Value: "u"})
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		return parsed(der)
	}
	if c := of(3, []string{"a.example"}); c.Subject != "OU=u+OU=u+OU=u" && c.Subject != "OU=u,OU=u,OU=u" || c.Issuer != c.Subject || len(c.DNSNames) != 1 {
		t.Errorf("%+v", c)
	}
	many := make([]string, 150)
	for i := range many {
		many[i] = "a.example"
	}
	many[0] = strings.Repeat("a", 256)
	c := of(2000, many)
	if c.Subject != tooLong || c.Issuer != tooLong || !c.SelfSigned || c.KeyBits != 256 {
		t.Errorf("subject of %d bytes, issuer of %d: %+v", len(c.Subject), len(c.Issuer), c.SelfSigned)
	}
	if len(c.DNSNames) != 100 || c.DNSNames[0] != "a.example" {
		t.Errorf("%d names, the first of %d bytes", len(c.DNSNames), len(c.DNSNames[0]))
	}
}
