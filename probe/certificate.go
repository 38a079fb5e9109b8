package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/verdict"
)

// parsed takes the facts out of a certificate as it was on the wire, nil if it
// is none. crypto/x509 refuses a negative serial number, which old Windows tools
// gave out, unless the whole process allows it; nothing here depends on the
// number, so another takes its place.
func parsed(der []byte) *verdict.Certificate {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		c, err = x509.ParseCertificate(withSerial1(der))
	}
	if err != nil {
		return nil
	}
	out := certificate(c)
	out.SHA256 = sha256.Sum256(der)
	return out
}

// withSerial1 replaces the serial number of a certificate by 1; nil if it does
// not look like one (RFC 5280, 4.1).
func withSerial1(der []byte) []byte {
	in := cryptobyte.String(der)
	var outer, tbs, version, serial cryptobyte.String
	versionTag := asn1.Tag(0).ContextSpecific().Constructed()
	if !in.ReadASN1(&outer, asn1.SEQUENCE) ||
		!outer.ReadASN1(&tbs, asn1.SEQUENCE) ||
		!tbs.ReadOptionalASN1(&version, nil, versionTag) ||
		!tbs.ReadASN1(&serial, asn1.INTEGER) {
		return nil
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if len(version) > 0 {
				b.AddASN1(versionTag, func(b *cryptobyte.Builder) { b.AddBytes(version) })
			}
			b.AddASN1Int64(1)
			b.AddBytes(tbs)
		})
		b.AddBytes(outer) // the signature, which nobody checks
	})
	out, err := b.Bytes()
	if err != nil {
		return nil
	}
	return out
}

// certificate takes the facts out of a certificate.
func certificate(c *x509.Certificate) *verdict.Certificate {
	out := &verdict.Certificate{
		NotBefore:          c.NotBefore,
		NotAfter:           c.NotAfter,
		SelfSigned:         bytes.Equal(c.RawSubject, c.RawIssuer),
		SignatureAlgorithm: c.SignatureAlgorithm.String(),
		SHA256:             sha256.Sum256(c.Raw),
		SPKISHA256:         sha256.Sum256(c.RawSubjectPublicKeyInfo),
		KeyType:            strings.ToUpper(c.PublicKeyAlgorithm.String()),
	}
	out.Subject, out.Issuer = distinguishedNames(c)
	for _, name := range c.DNSNames {
		if len(out.DNSNames) < maxDNSNames && len(name) <= maxDNSName {
			out.DNSNames = append(out.DNSNames, name)
		}
	}
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		out.KeyBits = key.N.BitLen()
	case *ecdsa.PublicKey:
		out.KeyBits = key.Curve.Params().BitSize
	case ed25519.PublicKey:
		out.KeyBits = 8 * len(key)
	}
	return out
}

// Bounds of what a hostile certificate can put into the facts.
const (
	maxNames    = 8 << 10 // of subject and issuer in DER, in bytes
	maxDNSNames = 100
	maxDNSName  = 255 // RFC 1035, 2.3.4
)

// tooLong stands for both names of a certificate in which they are longer than
// maxNames: the time to spell out a name grows with the square of its length.
const tooLong = "(too long)"

func distinguishedNames(c *x509.Certificate) (subject, issuer string) {
	if len(c.RawSubject)+len(c.RawIssuer) > maxNames {
		return tooLong, tooLong
	}
	return c.Subject.String(), c.Issuer.String()
}
