package ntlm

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// NegotiateMessage is the NEGOTIATE_MESSAGE of MS-NLMP 2.2.1.1, without the
// domain and workstation names, which no one uses.
type NegotiateMessage struct {
	Flags   Flags
	Version Version // sent if Flags has FlagVersion
}

// Append encodes the message: 40 bytes.
func (m *NegotiateMessage) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(appendHeader(dst, typeNegotiate), uint32(m.Flags))
	dst = append(dst, make([]byte, 16)...) // DomainNameFields, WorkstationFields
	v := m.Version
	if !m.Flags.Has(FlagVersion) {
		v = Version{}
	}
	return v.append(dst)
}

// ParseNegotiate decodes a NEGOTIATE_MESSAGE. Old clients end it after the flags
// or before the version.
func ParseNegotiate(b []byte) (*NegotiateMessage, error) {
	r := wire.NewReader("NEGOTIATE_MESSAGE", b)
	if len(b) > MaxMessage {
		r.Failf("message", "%d bytes, limit is %d", len(b), MaxMessage)
	}
	header(r, typeNegotiate)
	m := &NegotiateMessage{Flags: Flags(r.U32LE("NegotiateFlags"))}
	if r.Len() >= 16 {
		r.Bytes("DomainNameFields", 8)
		r.Bytes("WorkstationFields", 8)
	}
	if m.Flags.Has(FlagVersion) && r.Len() >= 8 {
		m.Version = readVersion(r)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
