package rdpio

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
)

// TLSClientOptions say how to speak TLS with one server.
type TLSClientOptions struct {
	// ServerName is sent as server name indication. If it is empty or an IP
	// address none is sent.
	ServerName string

	// MinVersion and MaxVersion bound the version. 0 means TLS 1.2 and TLS 1.3.
	MinVersion, MaxVersion uint16

	// Legacy adds RSA key exchange, 3DES, RC4 and, if MinVersion is 0, TLS 1.0
	// and 1.1, and leaves out the large post-quantum key shares. It is meant
	// for hosts that speak nothing better and concerns this connection only.
	Legacy bool

	// CheckCertificate decides about the server's certificate, leaf first,
	// before ClientTLS returns. Its error ends the handshake with alert 42 and
	// is returned as it is. crypto/tls itself trusts nobody and checks only
	// that the server holds the key. Required.
	CheckCertificate func(chain []*x509.Certificate) error

	// PreferP256 offers only P-256, with its key share, and P-384, to save a
	// scanner computing time. crypto/tls fixes the order of groups and would
	// send a share for X25519 if that was offered at all; a server that has
	// only X25519 refuses with alert 40, and one tries again without PreferP256.
	PreferP256 bool
}

// AnyCertificate accepts every certificate. It is for probes, which only look
// and have no secret to lose.
func AnyCertificate([]*x509.Certificate) error { return nil }

// ClientTLS runs the TLS handshake as client. The deadline and the
// cancellation of ctx interrupt it, provided that conn has working deadlines.
// When it returns, no goroutine is left.
//
// Errors are a *TLSAlertError if the server refused, that of CheckCertificate,
// or a *TLSError.
//
// The caller owns conn: ClientTLS never closes it. After an error nothing can
// be done with conn but closing it; it may hold half a message, and after an
// interruption its deadline lies in the past.
func ClientTLS(ctx context.Context, conn net.Conn, o TLSClientOptions) (*TLSConn, error) {
	if o.CheckCertificate == nil {
		return nil, misuse("TLSClientOptions.CheckCertificate is nil")
	}
	lowest, highest, err := versionRange(o.MinVersion, o.MaxVersion, o.Legacy)
	if err != nil {
		return nil, err
	}
	records := newCoalescer(conn, clientRole)
	var checked bool
	var checkErr error
	config := &tls.Config{
		ServerName:                  o.ServerName,
		MinVersion:                  lowest,
		MaxVersion:                  highest,
		CipherSuites:                cipherSuites(o.Legacy),
		CurvePreferences:            o.groups(),
		Renegotiation:               tls.RenegotiateNever,
		SessionTicketsDisabled:      true,
		DynamicRecordSizingDisabled: true,
		InsecureSkipVerify:          true, // CheckCertificate is the check
		VerifyConnection: func(s tls.ConnectionState) error {
			checked = true
			checkErr = o.CheckCertificate(s.PeerCertificates)
			return checkErr
		},
	}
	if lowest <= tls.VersionTLS10 {
		config.KeyLogWriter = records.keyLog()
	}
	t := tls.Client(records, config)
	err = shakeHands(ctx, conn, t)
	records.handshakeOver()
	if checkErr != nil {
		return nil, checkErr
	}
	if err != nil {
		return nil, handshakeFailure(err, records, !checked)
	}
	key, err := subjectPublicKey(t.ConnectionState().PeerCertificates[0])
	if err != nil {
		return nil, err
	}
	return &TLSConn{tls: t, records: records, subjectPublicKey: key}, nil
}

// groups are the key exchange groups to offer, nil for those of crypto/tls.
func (o *TLSClientOptions) groups() []tls.CurveID {
	switch {
	case o.PreferP256:
		return []tls.CurveID{tls.CurveP256, tls.CurveP384}
	case o.Legacy:
		return []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
	}
	return nil
}
