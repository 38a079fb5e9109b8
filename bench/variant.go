package main

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
	"time"
)

// layer is how far a connection goes.
type layer int

const (
	stockTLS  layer = iota // crypto/tls as it comes
	ourTLS                 // rdpio.ServerTLS and ClientTLS
	nlaNTLM                // and CredSSP 6 with NTLM, as FreeRDP 2 sends it
	nlaSPNEGO              // and CredSSP 6 with NTLM inside SPNEGO, as Windows sends it
	layers
)

func (l layer) String() string {
	return [layers]string{"crypto/tls", "rdpio TLS", "NLA (NTLM)", "NLA (SPNEGO)"}[l]
}

// variant is one kind of handshake.
type variant struct {
	Key     keyType `json:"key"`
	Version uint16  `json:"version"` // of TLS
	Layer   layer   `json:"layer"`
}

type keyType string

const (
	rsa2048   keyType = "RSA-2048"
	ecdsaP256 keyType = "ECDSA P-256"
)

// transports are the variants without the layer; variants are all of them, in
// the order in which a server lists its addresses.
func transports() []variant {
	var all []variant
	for _, key := range []keyType{rsa2048, ecdsaP256} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			all = append(all, variant{Key: key, Version: version})
		}
	}
	return all
}

func variants() []variant {
	var all []variant
	for _, v := range transports() {
		for v.Layer = 0; v.Layer < layers; v.Layer++ {
			all = append(all, v)
		}
	}
	return all
}

func (v variant) transport() string { return string(v.Key) + ", " + tls.VersionName(v.Version) }

// newCertificate makes a self-signed certificate as Windows does for its RDP
// listener, already parsed, as a server that lives longer than a connection
// keeps it.
func newCertificate(kind keyType) (tls.Certificate, error) {
	var key crypto.Signer
	var err error
	if kind == rsa2048 {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	} else {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: "bench." + dnsDomain},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
}
