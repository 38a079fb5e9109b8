package rdpio

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"hash"
)

// masterSecret receives the master secret from tls.Config.KeyLogWriter, in
// memory only. It keeps the line "CLIENT_RANDOM <random> <secret>", both in
// hexadecimal, and drops the secrets of TLS 1.3.
type masterSecret struct {
	known        bool
	clientRandom [32]byte
	secret       [48]byte // RFC 2246, 8.1
}

// Write takes one line of the key log. Lines of another form are dropped.
func (m *masterSecret) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) == 3 && string(fields[0]) == "CLIENT_RANDOM" &&
		len(fields[1]) == hex.EncodedLen(len(m.clientRandom)) &&
		len(fields[2]) == hex.EncodedLen(len(m.secret)) {
		_, err := hex.Decode(m.clientRandom[:], fields[1])
		_, err2 := hex.Decode(m.secret[:], fields[2])
		m.known = err == nil && err2 == nil
	}
	return len(line), nil
}

func (m *masterSecret) wipe() { *m = masterSecret{} }

// prf10 is the PRF of TLS 1.0 and 1.1: RFC 2246, section 5. It returns n bytes.
func prf10(n int, secret []byte, label string, seed ...[]byte) []byte {
	half := (len(secret) + 1) / 2
	labelled := bytes.Join(append([][]byte{[]byte(label)}, seed...), nil)
	out := make([]byte, n)
	xorHash(out, hmac.New(md5.New, secret[:half]), labelled)
	xorHash(out, hmac.New(sha1.New, secret[len(secret)-half:]), labelled)
	return out
}

// xorHash adds the output of P_hash to out.
func xorHash(out []byte, mac hash.Hash, seed []byte) {
	sum := func(parts ...[]byte) []byte {
		mac.Reset()
		for _, p := range parts {
			mac.Write(p)
		}
		return mac.Sum(nil)
	}
	for a := sum(seed); len(out) > 0; a = sum(a) {
		block := sum(a, seed)
		n := min(len(out), len(block))
		for i := range n {
			out[i] ^= block[i]
		}
		out = out[n:]
	}
}
