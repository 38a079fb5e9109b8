package lab

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"net"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/fumidai/fumidai/rdp/rdpio"
)

// accessDenied is the TLS alert by which a CredSSP server says that the logon
// failed (MS-RDPBCGR 5.4.5.2, RFC 8446 6).
const accessDenied = 49

// alert performs TLS 1.3, reads the client's first TSRequest and answers with a
// TLS alert. crypto/tls sends no alert of one's own choice, so this record is
// made here.
func (s *server) alert(ctx context.Context, conn net.Conn) error {
	certificates, err := s.certificates()
	if err != nil {
		return err
	}
	var secrets bytes.Buffer
	secure := tls.Server(conn, &tls.Config{
		Certificates:           certificates,
		MinVersion:             tls.VersionTLS13,
		SessionTicketsDisabled: true, // so that the alert is the first record after the handshake
		KeyLogWriter:           &secrets,
	})
	handshake, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	if err := secure.HandshakeContext(handshake); err != nil {
		return err
	}
	if _, err := rdpio.ReadTSRequest(ctx, secure, stepTimeout); err != nil {
		return err
	}
	record, err := alertRecord(secure.ConnectionState().CipherSuite, serverSecret(secrets.Bytes()), accessDenied)
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, conn, record, stepTimeout); err != nil {
		return err
	}
	return &BlockedError{}
}

// serverSecret finds the server's application traffic secret in a key log.
func serverSecret(log []byte) []byte {
	for line := range bytes.Lines(log) {
		if f := bytes.Fields(line); len(f) == 3 && string(f[0]) == "SERVER_TRAFFIC_SECRET_0" {
			secret, _ := hex.DecodeString(string(f[2])) // crypto/tls wrote it
			return secret
		}
	}
	return nil
}

// alertRecord is the first record of a server, a fatal alert, in TLS 1.3 (RFC
// 8446 5.2 and 7.3): sequence number 0, so that the IV is the nonce.
func alertRecord(suite uint16, secret []byte, alert byte) ([]byte, error) {
	h, keyLength, aead := sha256.New, 32, newGCM
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
		keyLength = 16
	case tls.TLS_AES_256_GCM_SHA384:
		h = sha512.New384
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		aead = chacha20poly1305.New
	}
	key, err := expandLabel(h, secret, "key", keyLength)
	if err != nil {
		return nil, err
	}
	iv, err := expandLabel(h, secret, "iv", 12)
	if err != nil {
		return nil, err
	}
	sealer, err := aead(key)
	if err != nil {
		return nil, err
	}
	const fatal, contentAlert, applicationData = 2, 21, 23
	content := []byte{fatal, alert, contentAlert}
	header := binary.BigEndian.AppendUint16([]byte{applicationData, 3, 3}, uint16(len(content)+sealer.Overhead()))
	return sealer.Seal(header, iv, content, header), nil
}

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446 7.1).
func expandLabel(h func() hash.Hash, secret []byte, label string, length int) ([]byte, error) {
	label = "tls13 " + label
	info := binary.BigEndian.AppendUint16(nil, uint16(length))
	info = append(info, byte(len(label)))
	info = append(info, label...)
	return hkdf.Expand(h, secret, string(append(info, 0)), length)
}
