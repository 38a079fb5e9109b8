package rdpio

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"hash"
)

// cbcSuite is a cipher suite with a block cipher in CBC mode and HMAC-SHA1.
type cbcSuite struct {
	keyLen, ivLen int // bytes
	newBlock      func(key []byte) (cipher.Block, error)
}

var (
	tripleDES = cbcSuite{24, des.BlockSize, des.NewTripleDESCipher}
	aes128    = cbcSuite{16, aes.BlockSize, aes.NewCipher}
	aes256    = cbcSuite{32, aes.BlockSize, aes.NewCipher}
)

// cbcSuites are those that crypto/tls can use in TLS 1.0.
var cbcSuites = map[uint16]cbcSuite{
	tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA:        tripleDES,
	tls.TLS_RSA_WITH_AES_128_CBC_SHA:         aes128,
	tls.TLS_RSA_WITH_AES_256_CBC_SHA:         aes256,
	tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA:  tripleDES,
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA:   aes128,
	tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA:   aes256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: aes128,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: aes256,
}

// writeSide derives the keys that this role writes with (RFC 2246, 6.3) and
// returns them twice: to open what crypto/tls wrote and to seal anew.
func (s cbcSuite) writeSide(m *masterSecret, serverRandom []byte, role tlsRole) (open, seal *cbcRecord, err error) {
	block := prf10(2*(sha1.Size+s.keyLen+s.ivLen), m.secret[:], "key expansion", serverRandom, m.clientRandom[:])
	defer clear(block)
	rest := block
	// Each kind of key comes as a pair: the client's, then the server's.
	next := func(n int) []byte {
		pair := rest[:2*n]
		rest = rest[2*n:]
		if role == serverRole {
			return pair[n:]
		}
		return pair[:n]
	}
	mac, key, iv := next(sha1.Size), next(s.keyLen), next(s.ivLen)
	c, err := s.newBlock(key)
	if err != nil {
		return nil, nil, err
	}
	open = &cbcRecord{mode: cipher.NewCBCDecrypter(c, iv), mac: hmac.New(sha1.New, mac)}
	seal = &cbcRecord{mode: cipher.NewCBCEncrypter(c, iv), mac: hmac.New(sha1.New, mac)}
	return open, seal, nil
}

// cbcRecord is one direction of TLS 1.0 record protection: RFC 2246, 6.2.3.2.
// The IV of a record is the last block of the one before, which mode keeps.
type cbcRecord struct {
	mode     cipher.BlockMode
	mac      hash.Hash
	sequence uint64
}

// open decrypts a record in place and returns its content. The record comes
// from crypto/tls in this process, so a failure means that our keys are wrong;
// sending anything then would only confuse the peer.
func (c *cbcRecord) open(record []byte) ([]byte, error) {
	body := record[recordHeader:]
	if len(body) == 0 || len(body)%c.mode.BlockSize() != 0 {
		return nil, errOpen
	}
	c.mode.CryptBlocks(body, body)
	n := len(body) - 1 - int(body[len(body)-1]) - sha1.Size
	if n < 0 {
		return nil, errOpen
	}
	content := body[:n]
	if !hmac.Equal(body[n:n+sha1.Size], c.sum(record[0], content)) {
		return nil, errOpen
	}
	return content, nil
}

var errOpen = &TLSError{Reason: TLSInternal, Err: errors.New("a record of our own does not decrypt")}

// seal appends a record with the parts, together at most maxRecord bytes.
func (c *cbcRecord) seal(out []byte, kind byte, parts ...[]byte) []byte {
	start := len(out)
	out = append(out, kind, tls.VersionTLS10>>8, tls.VersionTLS10&0xff, 0, 0)
	for _, p := range parts {
		out = append(out, p...)
	}
	out = append(out, c.sum(kind, parts...)...)
	size := c.mode.BlockSize()
	padding := size - (len(out)-start-recordHeader)%size // 1 to size bytes, each one less than their number
	for range padding {
		out = append(out, byte(padding-1))
	}
	body := out[start+recordHeader:]
	binary.BigEndian.PutUint16(out[start+3:], uint16(len(body)))
	c.mode.CryptBlocks(body, body)
	return out
}

// sum is the MAC of the next record: RFC 2246, 6.2.3.1.
func (c *cbcRecord) sum(kind byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	var head [8 /* sequence */ + recordHeader]byte
	binary.BigEndian.PutUint64(head[:], c.sequence)
	head[8], head[9], head[10] = kind, tls.VersionTLS10>>8, tls.VersionTLS10&0xff
	binary.BigEndian.PutUint16(head[11:], uint16(n))
	c.sequence++
	c.mac.Reset()
	c.mac.Write(head[:])
	for _, p := range parts {
		c.mac.Write(p)
	}
	return c.mac.Sum(nil)
}
