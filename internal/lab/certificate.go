package lab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"
)

// Certificate says how the certificate of a host differs from the usual one: self-
// signed for the host's name, with an RSA-2048 key and SHA-256, valid since
// yesterday and for six months.
type Certificate struct {
	Subject     string // common name; "": the host's name
	SubjectOnly bool   // no subjectAltName
	Issuer      string // common name; "": self-signed
	Key         Key
	SHA1        bool

	// From when to when it is valid, counted from the time at which it is made;
	// both zero: the usual time.
	NotBefore, NotAfter time.Duration
}

// Key is a kind of key.
type Key int

// The kinds of keys. All hosts of a lab share one key of each kind: Windows makes
// itself one per host, but making thousands takes minutes.
const (
	RSA2048 Key = iota
	RSA1024
	ECDSA // P-256
)

// keys makes each kind of key when it is first needed.
type keys map[Key]func() (crypto.Signer, error)

func newKeys() keys {
	ofRSA := func(bits int) func() (crypto.Signer, error) {
		return sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, bits) })
	}
	return keys{
		RSA2048: ofRSA(2048),
		RSA1024: ofRSA(1024),
		ECDSA: sync.OnceValues(func() (crypto.Signer, error) {
			return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		}),
	}
}

// certificates makes those that a host presents.
func (k keys) certificates(host Host) ([]tls.Certificate, error) {
	key, err := k[host.Certificate.Key]()
	if err != nil {
		return nil, err
	}
	der, err := host.Certificate.make(host.Name, key, time.Now())
	if err != nil {
		return nil, err
	}
	certificate := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	if decrypter, ok := key.(crypto.Decrypter); ok && host.RSAKeyExchange {
		certificate.PrivateKey = exchangeKey{decrypter}
	}
	return []tls.Certificate{certificate}, nil
}

// make builds the certificate of the host with this name. Whoever the issuer is,
// the signature is by the host's own key: nobody verifies it.
func (c Certificate) make(name string, key crypto.Signer, now time.Time) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 100))
	if err != nil {
		return nil, err
	}
	if c.Subject != "" {
		name = c.Subject
	}
	if c.NotBefore == 0 && c.NotAfter == 0 {
		c.NotBefore, c.NotAfter = -day, 182*day
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(c.NotBefore),
		NotAfter:     now.Add(c.NotAfter),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDataEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if !c.SubjectOnly {
		template.DNSNames = []string{name}
	}
	if c.SHA1 {
		template.SignatureAlgorithm = x509.SHA1WithRSA
	}
	issuer := template
	if c.Issuer != "" {
		issuer = &x509.Certificate{Subject: pkix.Name{CommonName: c.Issuer}}
	}
	return x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), key)
}

// exchangeKey is an RSA key that cannot sign: crypto/tls then chooses a cipher
// suite with RSA key exchange, as hosts do that prefer it.
type exchangeKey struct{ crypto.Decrypter }
