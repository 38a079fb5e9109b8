package lab

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/hex"
	"hash"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
)

// The keys of the server's application data in RFC 8448, section 3.
func TestExpandLabel(t *testing.T) {
	secret := unhex(t, "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643")
	for _, c := range []struct {
		label  string
		length int
		want   string
	}{
		{"key", 16, "9f02283b6c9c07efc26bb9f2ac92e356"},
		{"iv", 12, "cf782b88dd83549aadf1e984"},
	} {
		got, err := expandLabel(sha256.New, secret, c.label, c.length)
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("%s: %x, %v", c.label, got, err)
		}
	}
}

// In every suite of TLS 1.3 the alert is a record that its keys open.
func TestAlertRecord(t *testing.T) {
	secret := bytes.Repeat([]byte{7}, 48)
	for _, c := range []struct {
		suite uint16
		hash  func() hash.Hash
		key   int
		aead  func([]byte) (cipher.AEAD, error)
	}{
		{tls.TLS_AES_128_GCM_SHA256, sha256.New, 16, newGCM},
		{tls.TLS_AES_256_GCM_SHA384, sha512.New384, 32, newGCM},
		{tls.TLS_CHACHA20_POLY1305_SHA256, sha256.New, 32, chacha20poly1305.New},
	} {
		record, err := alertRecord(c.suite, secret, 49)
		if err != nil || len(record) != 5+3+16 || !bytes.Equal(record[:5], []byte{23, 3, 3, 0, 19}) {
			t.Errorf("%s: % x, %v", tls.CipherSuiteName(c.suite), record, err)
			continue
		}
		key, _ := expandLabel(c.hash, secret, "key", c.key)
		iv, _ := expandLabel(c.hash, secret, "iv", 12)
		opener, err := c.aead(key)
		if err != nil {
			t.Fatal(err)
		}
		content, err := opener.Open(nil, iv, record[5:], record[:5])
		if err != nil || !bytes.Equal(content, []byte{2, 49, 21}) {
			t.Errorf("%s: % x, %v", tls.CipherSuiteName(c.suite), content, err)
		}
	}
}

func TestServerSecret(t *testing.T) {
	log := "CLIENT_HANDSHAKE_TRAFFIC_SECRET 00 01\nSERVER_TRAFFIC_SECRET_0 00 0a0b\n"
	if got := serverSecret([]byte(log)); !bytes.Equal(got, []byte{10, 11}) {
		t.Errorf("% x", got)
	}
	if got := serverSecret(nil); got != nil {
		t.Errorf("% x", got)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
