package share

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// PDUType is the type in the pduType of a Share Control Header, its low four bits,
// or TypeFlow.
type PDUType uint16

// The types of MS-RDPBCGR 2.2.8.1.1.1.1.
const (
	TypeDemandActive      PDUType = 1  // PDUTYPE_DEMANDACTIVEPDU
	TypeConfirmActive     PDUType = 3  // PDUTYPE_CONFIRMACTIVEPDU
	TypeDeactivateAll     PDUType = 6  // PDUTYPE_DEACTIVATEALLPDU
	TypeData              PDUType = 7  // PDUTYPE_DATAPDU
	TypeServerRedirection PDUType = 10 // PDUTYPE_SERVER_REDIR_PKT

	// TypeFlow stands for the flow control PDUs of T.128, which have no Share
	// Control Header. Windows may send them; they have no meaning and are to be
	// ignored.
	TypeFlow PDUType = 0x8000
)

// String is the name in the specification, or a number.
func (t PDUType) String() string {
	switch t {
	case TypeDemandActive:
		return "DEMANDACTIVEPDU"
	case TypeConfirmActive:
		return "CONFIRMACTIVEPDU"
	case TypeDeactivateAll:
		return "DEACTIVATEALLPDU"
	case TypeData:
		return "DATAPDU"
	case TypeServerRedirection:
		return "SERVER_REDIR_PKT"
	case TypeFlow:
		return "FlowPDU"
	}
	return fmt.Sprintf("PDUType(%#x)", uint16(t))
}

// Control is one Share Control PDU (TS_SHARECONTROLHEADER and what follows).
type Control struct {
	Type   PDUType
	Source uint16 // the MCS channel of the sender; 0 if an old server left it out
	Body   []byte // what follows the header
}

const (
	controlName       = "TS_SHARECONTROLHEADER"
	controlHeaderSize = 6
	bareHeaderSize    = 4      // of a Deactivate All from Windows XP: no pduSource
	flowLength        = 0x8000 // totalLength of a flow PDU
	flowSize          = 8
	typeMask          = 0x000F
	pduVersion        = 0x0010 // TS_PROTOCOL_VERSION, in pduType
)

// MaxControlBody is the longest Body of a Share Control PDU, in bytes: a
// totalLength of 0x8000 would announce a flow PDU. MCS carries less, see rdp/mcs.
const MaxControlBody = flowLength - 1 - controlHeaderSize

// NextControl reads the first Share Control PDU of payload, the user data of an
// MCS PDU, and returns what is left of it; payload must not be empty. Flow PDUs
// have TypeFlow.
//
// A Deactivate All without pduSource is legal, because Windows XP sends it.
func NextControl(payload []byte) (c Control, rest []byte, err error) {
	r := wire.NewReader(controlName, payload)
	length := int(r.U16LE("totalLength"))
	switch {
	case length == flowLength:
		// totalLengthFlag, pad8bits, pduTypeFlow, flowIdentifier, flowNumber, pduSource
		c.Type = TypeFlow
		c.Body = r.Bytes("flow", flowSize-4)
		c.Source = r.U16LE("pduSource")
	case length == bareHeaderSize:
		c.Type = PDUType(r.U16LE("pduType")) & typeMask
		if c.Type != TypeDeactivateAll {
			r.Failf("totalLength", "%v announces %d bytes", c.Type, length)
		}
	case length < controlHeaderSize:
		r.Failf("totalLength", "announces %d bytes", length)
	default:
		c.Type = PDUType(r.U16LE("pduType")) & typeMask
		c.Source = r.U16LE("pduSource")
		c.Body = r.Bytes("body", length-controlHeaderSize)
	}
	rest = r.Rest()
	if err := r.Err(); err != nil {
		return Control{}, nil, err
	}
	return c, rest, nil
}

// AppendControl appends a Share Control PDU. A type that has no four bits and a
// body longer than MaxControlBody are a *wire.MisuseError.
func AppendControl(dst []byte, t PDUType, source uint16, body []byte) ([]byte, error) {
	out, start := beginControl(dst, t, source)
	return endControl(dst, append(out, body...), start, t)
}

func beginControl(dst []byte, t PDUType, source uint16) (out []byte, start int) {
	start = len(dst)
	dst = append(dst, 0, 0) // totalLength, by endControl
	version := uint16(pduVersion)
	if t == TypeServerRedirection { // MS-RDPBCGR 2.2.13.3.1 wants no version
		version = 0
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(t)|version)
	return binary.LittleEndian.AppendUint16(dst, source), start
}

// endControl writes the length of the PDU that begins at start; if it is too long
// it returns dst as it was.
func endControl(dst, out []byte, start int, t PDUType) ([]byte, error) {
	if t > typeMask {
		return dst, wire.Misuse(controlName, "type %v", t)
	}
	n := len(out) - start
	if n > MaxControlBody+controlHeaderSize {
		return dst, wire.Misuse(controlName, "%v of %d bytes", t, n)
	}
	binary.LittleEndian.PutUint16(out[start:], uint16(n))
	return out, nil
}
