package rdpio

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
)

// TLSServerOptions say how to speak TLS with clients.
type TLSServerOptions struct {
	// Certificates are those to present, the preferred one first: on each
	// connection the first that the client's hello can use. The requested
	// server name plays no part, because RDP certificates often do not carry
	// the name that people type. At least one is required, with its private key.
	Certificates []tls.Certificate

	// MinVersion and MaxVersion bound the version. 0 means TLS 1.2 and TLS 1.3.
	MinVersion, MaxVersion uint16

	// Legacy adds RSA key exchange, 3DES, RC4 and, if MinVersion is 0, TLS 1.0
	// and 1.1. It is meant for clients that speak nothing better.
	Legacy bool
}

// ServerTLS runs the TLS handshake as server. What ClientTLS says about ctx,
// errors and the ownership of conn holds here too.
func ServerTLS(ctx context.Context, conn net.Conn, o TLSServerOptions) (*TLSConn, error) {
	if len(o.Certificates) == 0 {
		return nil, misuse("TLSServerOptions.Certificates is empty")
	}
	lowest, highest, err := versionRange(o.MinVersion, o.MaxVersion, o.Legacy)
	if err != nil {
		return nil, err
	}
	records := newCoalescer(conn, serverRole)
	// The key to bind is the one presented here, so the choice is remembered
	// per connection. GetCertificate runs on the goroutine of the handshake.
	presented := &o.Certificates[0]
	config := &tls.Config{
		MinVersion:                  lowest,
		MaxVersion:                  highest,
		CipherSuites:                cipherSuites(o.Legacy),
		SessionTicketsDisabled:      true,
		DynamicRecordSizingDisabled: true,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			presented = chooseCertificate(o.Certificates, hello)
			return presented, nil
		},
	}
	if lowest <= tls.VersionTLS10 {
		config.KeyLogWriter = records.keyLog()
	}
	t := tls.Server(records, config)
	err = shakeHands(ctx, conn, t)
	records.handshakeOver()
	if err != nil {
		return nil, handshakeFailure(err, records, false)
	}
	leaf, err := leafOf(presented)
	if err != nil {
		return nil, err
	}
	key, err := subjectPublicKey(leaf)
	if err != nil {
		return nil, err
	}
	return &TLSConn{tls: t, records: records, subjectPublicKey: key}, nil
}

// chooseCertificate is the first certificate that suits the client, or simply
// the first: then the handshake fails with the alert that says why.
func chooseCertificate(certificates []tls.Certificate, hello *tls.ClientHelloInfo) *tls.Certificate {
	anyName := *hello
	anyName.ServerName = ""
	for i := range certificates {
		if anyName.SupportsCertificate(&certificates[i]) == nil {
			return &certificates[i]
		}
	}
	return &certificates[0]
}

func leafOf(c *tls.Certificate) (*x509.Certificate, error) {
	if c.Leaf != nil {
		return c.Leaf, nil
	}
	if len(c.Certificate) == 0 {
		return nil, misuse("TLSServerOptions.Certificates holds an empty one")
	}
	leaf, err := x509.ParseCertificate(c.Certificate[0])
	if err != nil {
		return nil, &TLSError{Reason: TLSMisuse, Err: err}
	}
	return leaf, nil
}
