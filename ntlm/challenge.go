package ntlm

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

const challengeFixed = 56

// ChallengeMessage is the CHALLENGE_MESSAGE of MS-NLMP 2.2.1.2.
type ChallengeMessage struct {
	Flags           Flags
	TargetName      string
	ServerChallenge [8]byte
	TargetInfo      AvPairs
	Version         Version // zero if Flags lacks FlagVersion
}

// Append encodes the message: 56 bytes and the payload.
func (m *ChallengeMessage) Append(dst []byte) []byte {
	p := payload{fixed: challengeFixed}
	dst = p.add(appendHeader(dst, typeChallenge), wire.AppendUTF16(nil, m.TargetName))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Flags))
	dst = append(dst, m.ServerChallenge[:]...)
	dst = append(dst, make([]byte, 8)...) // Reserved
	dst = p.add(dst, m.TargetInfo.Append(nil))
	dst = m.Version.append(dst)
	return append(dst, p.data...)
}

// timestamp returns MsvAvTimestamp as it is on the wire. A server that sends it
// gets a MIC and no LMv2 response (MS-NLMP 3.1.5.1.2).
func (m *ChallengeMessage) timestamp() ([]byte, bool) {
	v, ok := m.TargetInfo.Get(AvTimestamp)
	return v, ok && len(v) == 8
}

// ParseChallenge decodes a CHALLENGE_MESSAGE. Servers without NTLMv2 end it
// after the challenge.
func ParseChallenge(b []byte) (*ChallengeMessage, error) {
	r := wire.NewReader("CHALLENGE_MESSAGE", b)
	if len(b) > MaxMessage {
		r.Failf("message", "%d bytes, limit is %d", len(b), MaxMessage)
	}
	header(r, typeChallenge)
	name := readField(r, "TargetName")
	m := &ChallengeMessage{Flags: Flags(r.U32LE("NegotiateFlags"))}
	copy(m.ServerChallenge[:], r.Bytes("ServerChallenge", 8))
	fixed := r.Offset()
	var info field
	if r.Len() >= 16 {
		r.Bytes("Reserved", 8)
		info = readField(r, "TargetInfo")
		fixed = r.Offset()
	}
	if m.Flags.Has(FlagVersion) && r.Len() >= 8 {
		m.Version = readVersion(r)
		fixed = r.Offset()
	}
	if n := name.content(r, "TargetName", b, fixed); m.Flags.Has(FlagUnicode) {
		m.TargetName = wire.DecodeUTF16(n)
	} else {
		m.TargetName = string(n)
	}
	ti := info.content(r, "TargetInfo", b, fixed)
	if err := r.Err(); err != nil {
		return nil, err
	}
	if len(ti) > 0 {
		pairs, err := ParseAvPairs(ti)
		if err != nil {
			return nil, err
		}
		m.TargetInfo = pairs
	}
	return m, nil
}
