package ntlm

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rc4"
	"encoding/binary"
	"strings"
	"time"
	"unicode"

	"golang.org/x/crypto/md4" // MS-NLMP 3.3.1: NTOWFv1 is MD4

	"github.com/fumidai/fumidai/rdp/wire"
)

// NTHash is NTOWFv1 of a password: 16 bytes that are as good as the password.
type NTHash [16]byte

// HashPassword computes NTOWFv1 of a UTF-8 password (MS-NLMP 3.3.1). The
// UTF-16 form it makes on the way is wiped.
func HashPassword(password []byte) NTHash {
	text := wire.AppendUTF16(make([]byte, 0, 2*len(password)), password)
	defer clear(text)
	h := md4.New()
	h.Write(text)
	var out NTHash
	h.Sum(out[:0])
	return out
}

// responseKey is NTOWFv2 (MS-NLMP 3.3.2). The user is upper-cased, the domain
// stays as it is.
func responseKey(hash *NTHash, user, domain string) []byte {
	var text []byte
	for _, c := range user {
		text = wire.AppendUTF16(text, string(upperCase(c)))
	}
	return hmacMD5(hash[:], wire.AppendUTF16(text, domain))
}

// EqualUser reports whether two user names are the same to NTLM, which
// upper-cases them (MS-NLMP 3.3.2). To compare in another way is to find
// accounts whose key is that of another name.
func EqualUser(a, b string) bool {
	return strings.Map(upperCase, a) == strings.Map(upperCase, b)
}

// upperCase is the table of MS-UCODEREF 3.1.5.3 (that of Windows 8), which maps
// one UTF-16 code unit to another. Compared with Unicode's simple mapping it leaves alone what would
// not come back in lower case (the dotless i, the final sigma), what lies
// outside the BMP, and the scripts that got capitals later: Georgian and
// Cherokee.
func upperCase(c rune) rune {
	switch {
	case c > 0xFFFF, 0x10D0 <= c && c <= 0x10FF, 0x13F8 <= c && c <= 0x13FD, 0xAB70 <= c && c <= 0xABBF:
		return c
	}
	if up := unicode.ToUpper(c); unicode.ToLower(up) == c {
		return up
	}
	return c
}

// clientChallenge is the NTLMv2_CLIENT_CHALLENGE of MS-NLMP 2.2.2.7, called
// temp in 3.3.2.
type clientChallenge struct {
	time      uint64 // FILETIME
	challenge [8]byte
	pairs     AvPairs
}

func (c *clientChallenge) append(dst []byte) []byte {
	dst = append(dst, 1, 1, 0, 0, 0, 0, 0, 0)
	dst = binary.LittleEndian.AppendUint64(dst, c.time)
	dst = append(dst, c.challenge[:]...)
	dst = append(dst, 0, 0, 0, 0)
	return append(c.pairs.Append(dst), 0, 0, 0, 0)
}

// parseClientChallenge reads what follows NTProofStr in an NTLMv2_RESPONSE.
func parseClientChallenge(b []byte) (*clientChallenge, error) {
	r := wire.NewReader("NTLMv2_CLIENT_CHALLENGE", b)
	if v := r.U16LE("RespType"); r.Err() == nil && v != 0x0101 {
		r.Failf("RespType", "wants 01 01, got %#04x", v)
	}
	r.Bytes("Reserved1", 6)
	c := &clientChallenge{time: r.U64LE("TimeStamp")}
	copy(c.challenge[:], r.Bytes("ChallengeFromClient", 8))
	r.Bytes("Reserved3", 4)
	rest := r.Rest()
	if err := r.Err(); err != nil {
		return nil, err
	}
	pairs, err := ParseAvPairs(rest)
	c.pairs = pairs
	return c, err
}

// targetName is MsvAvTargetName, "" if it is not there or the client itself does
// not trust it (MS-NLMP 3.2.5.1.2).
func (c *clientChallenge) targetName() string {
	if c.pairs.flags()&avFlagUntrustedName != 0 {
		return ""
	}
	return c.pairs.Text(AvTargetName)
}

func (c *clientChallenge) when() time.Time { return fileTime(c.time) }

// lmv2Response is the LMv2_RESPONSE of MS-NLMP 2.2.2.4.
func lmv2Response(key []byte, serverChallenge, challenge [8]byte) []byte {
	return append(hmacMD5(key, serverChallenge[:], challenge[:]), challenge[:]...)
}

// channelBindingHash is the MD5 of a gss_channel_bindings_struct whose
// addresses are empty (MS-NLMP 2.2.2.1, RFC 2744 3.11).
func channelBindingHash(applicationData []byte) []byte {
	b := make([]byte, 16, 20+len(applicationData))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(applicationData)))
	sum := md5.Sum(append(b, applicationData...))
	return sum[:]
}

func hmacMD5(key []byte, parts ...[]byte) []byte {
	h := hmac.New(md5.New, key)
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}

// rc4Once encrypts or decrypts with a fresh RC4 state: RC4K of MS-NLMP 6.
func rc4Once(key, in []byte) []byte {
	out := make([]byte, len(in))
	newRC4(key).XORKeyStream(out, in)
	return out
}

// newRC4 is for keys of our own making, which are 16 bytes long: the only error
// left is a process that forbids RC4, and checkAlgorithms has ruled that out.
func newRC4(key []byte) *rc4.Cipher {
	c, err := rc4.NewCipher(key)
	if err != nil {
		panic("ntlm: " + err.Error())
	}
	return c
}

// checkAlgorithms finds out whether this process may use RC4 and MD5 at all
// (GODEBUG=fips140=only forbids both).
func checkAlgorithms() error {
	if _, err := rc4.NewCipher(make([]byte, 16)); err != nil {
		return newError("ntlm.fips", "incompatible", SecUnsupported, "this process allows only FIPS 140 algorithms")
	}
	return nil
}
