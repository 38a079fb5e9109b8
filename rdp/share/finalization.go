package share

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Synchronize is TS_SYNCHRONIZE_PDU (MS-RDPBCGR 2.2.1.14.1).
type Synchronize struct {
	TargetUser uint16 // the MCS channel of the receiver
}

const messageTypeSync = 1 // SYNCMSGTYPE_SYNC

// ParseSynchronize reads the body of a Synchronize PDU.
func ParseSynchronize(body []byte) (Synchronize, error) {
	r := wire.NewReader("TS_SYNCHRONIZE_PDU", body)
	if t := r.U16LE("messageType"); t != messageTypeSync {
		r.Failf("messageType", "wants %d, got %d", messageTypeSync, t)
	}
	m := Synchronize{TargetUser: r.U16LE("targetUser")}
	return m, r.Err()
}

// AppendSynchronize appends the body of a Synchronize PDU.
func AppendSynchronize(dst []byte, m Synchronize) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, messageTypeSync)
	return binary.LittleEndian.AppendUint16(dst, m.TargetUser)
}

// ControlAction is the action of a Control PDU.
type ControlAction uint16

// The actions of MS-RDPBCGR 2.2.1.15.1.
const (
	ControlRequest   ControlAction = 1 // CTRLACTION_REQUEST_CONTROL
	ControlGranted   ControlAction = 2 // CTRLACTION_GRANTED_CONTROL
	ControlDetach    ControlAction = 3 // CTRLACTION_DETACH
	ControlCooperate ControlAction = 4 // CTRLACTION_COOPERATE
)

// String is the name in the specification without its prefix, or a number.
func (a ControlAction) String() string {
	switch a {
	case ControlRequest:
		return "REQUEST_CONTROL"
	case ControlGranted:
		return "GRANTED_CONTROL"
	case ControlDetach:
		return "DETACH"
	case ControlCooperate:
		return "COOPERATE"
	}
	return fmt.Sprintf("ControlAction(%d)", uint16(a))
}

// ControlPDU is TS_CONTROL_PDU (MS-RDPBCGR 2.2.1.15.1).
type ControlPDU struct {
	Action    ControlAction
	GrantID   uint16 // with ControlGranted the user that has control, else 0
	ControlID uint32 // with ControlGranted the server's MCS channel, else 0
}

// ParseControlPDU reads the body of a Control PDU.
func ParseControlPDU(body []byte) (ControlPDU, error) {
	r := wire.NewReader("TS_CONTROL_PDU", body)
	m := ControlPDU{
		Action:    ControlAction(r.U16LE("action")),
		GrantID:   r.U16LE("grantId"),
		ControlID: r.U32LE("controlId"),
	}
	if err := r.Err(); err != nil {
		return ControlPDU{}, err
	}
	return m, nil
}

// AppendControlPDU appends the body of a Control PDU.
func AppendControlPDU(dst []byte, m ControlPDU) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(m.Action))
	dst = binary.LittleEndian.AppendUint16(dst, m.GrantID)
	return binary.LittleEndian.AppendUint32(dst, m.ControlID)
}

// The bodies of the Font List and the Font Map PDU (MS-RDPBCGR 2.2.1.18.1 and
// 2.2.1.22.1) are left from a time when clients told their fonts: no fonts, first
// and last PDU of the list, and the size of an entry.
var (
	fontList = [...]byte{0, 0, 0, 0, 3, 0, 0x32, 0}
	fontMap  = [...]byte{0, 0, 0, 0, 3, 0, 4, 0}
)

// ParseFontList checks that the body of a Font List PDU has its eight bytes, which
// have no meaning.
func ParseFontList(body []byte) error {
	r := wire.NewReader("TS_FONT_LIST_PDU", body)
	r.Bytes("numberFonts to entrySize", len(fontList))
	return r.Err()
}

// AppendFontList appends the body of a Font List PDU.
func AppendFontList(dst []byte) []byte { return append(dst, fontList[:]...) }

// ParseFontMap checks that the body of a Font Map PDU is empty, as some servers
// send it, or has its eight bytes, which have no meaning.
func ParseFontMap(body []byte) error {
	r := wire.NewReader("TS_FONT_MAP_PDU", body)
	if r.Len() > 0 {
		r.Bytes("numberEntries to entrySize", len(fontMap))
	}
	return r.Err()
}

// AppendFontMap appends the body of a Font Map PDU.
func AppendFontMap(dst []byte) []byte { return append(dst, fontMap[:]...) }
