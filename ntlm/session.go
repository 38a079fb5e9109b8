package ntlm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
)

// The magic constants of SIGNKEY and SEALKEY (MS-NLMP 3.4.5.2, 3.4.5.3); the
// terminating NUL is hashed.
const (
	clientSigning = "session key to client-to-server signing key magic constant\x00"
	serverSigning = "session key to server-to-client signing key magic constant\x00"
	clientSealing = "session key to client-to-server sealing key magic constant\x00"
	serverSealing = "session key to server-to-client sealing key magic constant\x00"
)

// signatureLength is that of the NTLMSSP_MESSAGE_SIGNATURE of MS-NLMP 2.2.2.9.2.
const signatureLength = 16

// session is the security context after authentication: MS-NLMP 3.4 with
// extended session security and 128-bit keys.
type session struct {
	keyExchange   bool
	send, receive direction
}

// direction is one way of a session. The sequence number starts at 0 and
// counts signed and sealed messages together.
type direction struct {
	signingKey, sealingKey []byte
	cipher                 *rc4.Cipher
	sequence               uint32
}

// newSession derives the keys of both directions and wipes exportedKey.
func newSession(exportedKey []byte, flags Flags, client bool) *session {
	toServer := newDirection(exportedKey, clientSigning, clientSealing)
	toClient := newDirection(exportedKey, serverSigning, serverSealing)
	clear(exportedKey)
	s := &session{keyExchange: flags.Has(FlagKeyExchange), send: toServer, receive: toClient}
	if !client {
		s.send, s.receive = toClient, toServer
	}
	return s
}

func newDirection(exportedKey []byte, signing, sealing string) direction {
	d := direction{signingKey: deriveKey(exportedKey, signing), sealingKey: deriveKey(exportedKey, sealing)}
	d.cipher = newRC4(d.sealingKey)
	return d
}

func deriveKey(exportedKey []byte, magic string) []byte {
	h := md5.New()
	h.Write(exportedKey)
	h.Write([]byte(magic))
	return h.Sum(nil)
}

// seal returns the signature (16 bytes) followed by the ciphertext.
func (s *session) seal(plaintext []byte) []byte {
	out := make([]byte, signatureLength+len(plaintext))
	s.send.cipher.XORKeyStream(out[signatureLength:], plaintext)
	s.send.sign(out[:signatureLength], plaintext, s.keyExchange)
	return out
}

// unseal checks and opens what the other end sealed.
func (s *session) unseal(sealed []byte) ([]byte, error) {
	if len(sealed) < signatureLength {
		return nil, newError("ntlm.seal.short", "malformed", SecInvalidToken, "sealed message of %d bytes", len(sealed))
	}
	plaintext := make([]byte, len(sealed)-signatureLength)
	s.receive.cipher.XORKeyStream(plaintext, sealed[signatureLength:])
	if err := s.verify(plaintext, sealed[:signatureLength]); err != nil {
		clear(plaintext)
		return nil, err
	}
	return plaintext, nil
}

// verify checks a signature made by the other end's sign.
func (s *session) verify(message, signature []byte) error {
	var want [signatureLength]byte
	s.receive.sign(want[:], message, s.keyExchange)
	if !hmac.Equal(want[:], signature) {
		return newError("ntlm.signature.wrong", "misbehaved", SecMessageAltered, "signature does not verify")
	}
	return nil
}

// sign writes the signature of message: version 1, eight bytes of checksum,
// encrypted if keys were exchanged, and the sequence number.
func (d *direction) sign(dst, message []byte, encrypt bool) {
	var sequence [4]byte
	binary.LittleEndian.PutUint32(sequence[:], d.sequence)
	d.sequence++
	checksum := hmacMD5(d.signingKey, sequence[:], message)[:8]
	if encrypt {
		d.cipher.XORKeyStream(checksum, checksum)
	}
	binary.LittleEndian.PutUint32(dst, 1)
	copy(dst[4:], checksum)
	copy(dst[12:], sequence[:])
}

// resetSealing puts both RC4 states back to their beginning and leaves the
// sequence numbers: MS-SPNG 3.2.5.1 and 3.3.5.1 for the mechListMIC.
func (s *session) resetSealing() {
	s.send.cipher = newRC4(s.send.sealingKey)
	s.receive.cipher = newRC4(s.receive.sealingKey)
}

// wipe forgets the keys.
func (s *session) wipe() {
	for _, d := range []*direction{&s.send, &s.receive} {
		clear(d.signingKey)
		clear(d.sealingKey)
		d.cipher = nil
	}
}
