package ntlm

import (
	"encoding/binary"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// AvID numbers the AV_PAIRs of MS-NLMP 2.2.2.1.
type AvID uint16

// The AV_PAIRs of MS-NLMP 2.2.2.1.
const (
	AvEOL             AvID = 0
	AvNbComputerName  AvID = 1
	AvNbDomainName    AvID = 2
	AvDNSComputerName AvID = 3
	AvDNSDomainName   AvID = 4
	AvDNSTreeName     AvID = 5
	AvFlags           AvID = 6
	AvTimestamp       AvID = 7
	AvSingleHost      AvID = 8
	AvTargetName      AvID = 9
	AvChannelBindings AvID = 10
)

// Bits of MsvAvFlags.
const (
	avFlagConstrained   = 0x1 // the account authentication is constrained
	avFlagMIC           = 0x2 // the AUTHENTICATE_MESSAGE has a MIC
	avFlagUntrustedName = 0x4 // MsvAvTargetName comes from an untrusted source
)

// AvPair is one AV_PAIR; Value is as on the wire.
type AvPair struct {
	ID    AvID
	Value []byte
}

// maxAvPairs bounds a list: eleven kinds are defined, none is worth repeating.
const maxAvPairs = 32

// AvPairs is a list without its closing MsvAvEOL.
type AvPairs []AvPair

// ParseAvPairs decodes a list up to and including MsvAvEOL. What follows it is
// ignored.
func ParseAvPairs(b []byte) (AvPairs, error) {
	r := wire.NewReader("AV_PAIR", b)
	var pairs AvPairs
	for r.Err() == nil {
		id := AvID(r.U16LE("AvId"))
		value := r.Bytes("Value", int(r.U16LE("AvLen")))
		if r.Err() != nil {
			break
		}
		if id == AvEOL {
			return pairs, nil
		}
		if len(pairs) == maxAvPairs {
			r.Failf("AvId", "more than %d pairs", maxAvPairs)
			break
		}
		pairs = append(pairs, AvPair{id, value})
	}
	return nil, r.Err()
}

// Append encodes the list and its MsvAvEOL.
func (p AvPairs) Append(dst []byte) []byte {
	for _, a := range p {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(a.ID))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(a.Value)))
		dst = append(dst, a.Value...)
	}
	return append(dst, 0, 0, 0, 0)
}

// Get returns the value of the first pair of this kind.
func (p AvPairs) Get(id AvID) ([]byte, bool) {
	for _, a := range p {
		if a.ID == id {
			return a.Value, true
		}
	}
	return nil, false
}

// Text returns a name out of the list, "" if it is not there.
func (p AvPairs) Text(id AvID) string {
	v, _ := p.Get(id)
	return wire.DecodeUTF16(v)
}

// Time returns MsvAvTimestamp.
func (p AvPairs) Time() (time.Time, bool) {
	if v, ok := p.Get(AvTimestamp); ok && len(v) == 8 {
		return fileTime(binary.LittleEndian.Uint64(v)), true
	}
	return time.Time{}, false
}

// set replaces the first pair of this kind or adds one.
func (p AvPairs) set(id AvID, value []byte) AvPairs {
	for i := range p {
		if p[i].ID == id {
			p[i].Value = value
			return p
		}
	}
	return append(p, AvPair{id, value})
}

// flags returns MsvAvFlags, 0 if it is not there. A second pair of this kind,
// which only somebody in between would add to hide the first, counts as well.
func (p AvPairs) flags() uint32 {
	var flags uint32
	for _, a := range p {
		if a.ID == AvFlags && len(a.Value) == 4 {
			flags |= binary.LittleEndian.Uint32(a.Value)
		}
	}
	return flags
}

// epochDifference is 1601-01-01 to 1970-01-01 in FILETIME units of 100 ns.
const epochDifference = 116444736000000000

func fileTime(ft uint64) time.Time {
	if ft < epochDifference || ft-epochDifference > 1<<62/100 {
		return time.Time{}
	}
	return time.Unix(0, 0).Add(time.Duration(ft-epochDifference) * 100).UTC()
}

func toFileTime(t time.Time) uint64 {
	return uint64(t.UnixNano()/100 + epochDifference)
}
