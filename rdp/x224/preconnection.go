package x224

import (
	"encoding/binary"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// PreconnectionVersion is the Version field of a pre-connection PDU.
type PreconnectionVersion uint32

// The two versions of MS-RDPEPS 2.2.1.
const (
	PreconnectionV1 PreconnectionVersion = 1
	PreconnectionV2 PreconnectionVersion = 2
)

// Preconnection is RDP_PRECONNECTION_PDU_V1 or _V2 (MS-RDPEPS 2.2.1). A client
// sends it before anything else to say which of several servers behind one
// port it means.
type Preconnection struct {
	Version PreconnectionVersion
	ID      uint32

	// PCB is the text of version 2, without its terminator. It crosses the
	// network in the clear; it may still be a ticket, which does not belong
	// into a log.
	PCB string
}

// Sizes of a pre-connection PDU in bytes.
const (
	// MaxPreconnectionSize is our limit; the format allows 128 KiB. It leaves
	// room for about eight thousand characters; the longest known use, a signed
	// token, needs one or two thousand (inferred).
	MaxPreconnectionSize = 16384

	preconnectionV1Size  = 16 // 4 /* cbSize */ + 4 /* Flags */ + 4 /* Version */ + 4 /* Id */
	preconnectionV2Size  = 18 // that and 2 /* cchPCB */
	preconnectionName    = "RDP_PRECONNECTION_PDU"
	preconnectionMinHead = 4
)

// IsPreconnection tells from the first four bytes of a connection whether a
// pre-connection PDU begins there; with fewer bytes it is false. Its size field
// is little endian and small, so the third and fourth byte are zero. A TPKT
// packet has its length there, a TLS record its version and length.
func IsPreconnection(head []byte) bool {
	if len(head) < preconnectionMinHead {
		return false
	}
	tpkt := head[0] == tpktVersion && head[1] == 0
	return !tpkt && head[2] == 0 && head[3] == 0
}

// PreconnectionSize tells how long the pre-connection PDU is whose first bytes
// are head. It wants four bytes; size is 0 while it needs more. Sizes that
// MS-RDPEPS 3.2.5.1 forbids, and any above MaxPreconnectionSize, are an error.
func PreconnectionSize(head []byte) (size int, err error) {
	if len(head) < preconnectionMinHead {
		return 0, nil
	}
	r := wire.NewReader(preconnectionName, head)
	n := readPreconnectionSize(r)
	if err := r.Err(); err != nil {
		return 0, err
	}
	return n, nil
}

func readPreconnectionSize(r *wire.Reader) int {
	n := r.U32LE("cbSize")
	switch {
	case n > MaxPreconnectionSize:
		r.Failf("cbSize", "announces %d bytes, limit is %d", n, MaxPreconnectionSize)
	case n != preconnectionV1Size && n < preconnectionV2Size:
		r.Failf("cbSize", "announces %d bytes", n)
	}
	return int(n)
}

// ParsePreconnection reads a whole pre-connection PDU. Following MS-RDPEPS
// 3.2.5.1 the size decides about the version, a version field that contradicts
// it by saying 1 is an error, flags are ignored, and so are bytes between the
// text and the end. The text ends at its first NUL, or at the end of the field.
func ParsePreconnection(b []byte) (*Preconnection, error) {
	r := wire.NewReader(preconnectionName, b)
	if n := readPreconnectionSize(r); n != len(b) {
		r.Failf("cbSize", "announces %d bytes, got %d", n, len(b))
	}
	r.U32LE("Flags")
	version := PreconnectionVersion(r.U32LE("Version"))
	m := &Preconnection{Version: PreconnectionV1, ID: r.U32LE("Id")}
	if len(b) != preconnectionV1Size {
		if version == PreconnectionV1 {
			r.Failf("Version", "says 1 in a message of %d bytes", len(b))
		}
		m.Version = PreconnectionV2
		text := wire.DecodeUTF16(r.Bytes("wszPCB", 2*int(r.U16LE("cchPCB"))))
		m.PCB, _, _ = strings.Cut(text, "\x00")
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendPreconnection appends m. Text is written with its terminator, and no
// text without one. Text in version 1, text with a NUL, a version that does not
// exist and more than MaxPreconnectionSize bytes are a *wire.MisuseError.
func AppendPreconnection(dst []byte, m *Preconnection) ([]byte, error) {
	switch {
	case m.Version != PreconnectionV1 && m.Version != PreconnectionV2:
		return dst, wire.Misuse(preconnectionName, "version %d", m.Version)
	case m.Version == PreconnectionV1 && m.PCB != "":
		return dst, wire.Misuse(preconnectionName, "text in version 1")
	case strings.Contains(m.PCB, "\x00"):
		return dst, wire.Misuse(preconnectionName, "NUL in the text")
	}
	size := preconnectionV1Size
	var text []byte
	if m.Version == PreconnectionV2 {
		if m.PCB != "" {
			text = append(wire.AppendUTF16(nil, m.PCB), 0, 0)
		}
		size = preconnectionV2Size + len(text)
	}
	if size > MaxPreconnectionSize {
		return dst, wire.Misuse(preconnectionName, "%d bytes, limit is %d", size, MaxPreconnectionSize)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(size))
	dst = binary.LittleEndian.AppendUint32(dst, 0) // Flags
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.Version))
	dst = binary.LittleEndian.AppendUint32(dst, m.ID)
	if m.Version == PreconnectionV2 {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(text)/2))
		dst = append(dst, text...)
	}
	return dst, nil
}
