package ntlm

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Where the MIC stands in an AUTHENTICATE_MESSAGE that has one, and the size of
// its fixed part with and without (MS-NLMP 2.2.1.3).
const (
	micOffset      = 72
	authFixed      = micOffset + 16
	authFixedNoMIC = 64 // without the version
)

// AuthenticateMessage is the AUTHENTICATE_MESSAGE of MS-NLMP 2.2.1.3.
type AuthenticateMessage struct {
	LMResponse                []byte
	NTResponse                []byte
	Domain, User, Workstation string
	EncryptedRandomSessionKey []byte // 16 bytes, or none without key exchange
	Flags                     Flags
	Version                   Version
	MIC                       [16]byte
	HasMIC                    bool // there is room for a MIC; MsvAvFlags says whether it counts
}

// Append encodes the message: 88 bytes and the payload, with the MIC as it is.
func (m *AuthenticateMessage) Append(dst []byte) []byte {
	p := payload{fixed: authFixed}
	dst = p.add(appendHeader(dst, typeAuthenticate), m.LMResponse)
	dst = p.add(dst, m.NTResponse)
	dst = p.add(dst, wire.AppendUTF16(nil, m.Domain))
	dst = p.add(dst, wire.AppendUTF16(nil, m.User))
	dst = p.add(dst, wire.AppendUTF16(nil, m.Workstation))
	dst = p.add(dst, m.EncryptedRandomSessionKey)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Flags))
	dst = m.Version.append(dst)
	dst = append(dst, m.MIC[:]...)
	return append(dst, p.data...)
}

// ParseAuthenticate decodes an AUTHENTICATE_MESSAGE, whose version and MIC may be
// missing. Names must be Unicode; an OEM client is refused by the acceptor.
func ParseAuthenticate(b []byte) (*AuthenticateMessage, error) {
	r := wire.NewReader("AUTHENTICATE_MESSAGE", b)
	if len(b) > MaxMessage {
		r.Failf("message", "%d bytes, limit is %d", len(b), MaxMessage)
	}
	header(r, typeAuthenticate)
	lm := readField(r, "LmChallengeResponse")
	nt := readField(r, "NtChallengeResponse")
	domain := readField(r, "DomainName")
	user := readField(r, "UserName")
	workstation := readField(r, "Workstation")
	key := readField(r, "EncryptedRandomSessionKey")
	m := &AuthenticateMessage{Flags: Flags(r.U32LE("NegotiateFlags"))}

	// The payload begins where the first field begins: before that there is
	// room for the version and the MIC, or there is not.
	start := len(b)
	for _, f := range []field{lm, nt, domain, user, workstation, key} {
		if f.length > 0 && f.offset < start {
			start = f.offset
		}
	}
	fixed := authFixedNoMIC
	if start >= micOffset && r.Len() >= 8 {
		m.Version = readVersion(r)
		fixed = micOffset
	}
	if start >= authFixed && r.Len() >= 16 {
		m.HasMIC = true
		copy(m.MIC[:], r.Bytes("MIC", 16))
		fixed = authFixed
	}
	m.LMResponse = lm.content(r, "LmChallengeResponse", b, fixed)
	m.NTResponse = nt.content(r, "NtChallengeResponse", b, fixed)
	m.Domain = wire.DecodeUTF16(domain.content(r, "DomainName", b, fixed))
	m.User = wire.DecodeUTF16(user.content(r, "UserName", b, fixed))
	m.Workstation = wire.DecodeUTF16(workstation.content(r, "Workstation", b, fixed))
	m.EncryptedRandomSessionKey = key.content(r, "EncryptedRandomSessionKey", b, fixed)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
