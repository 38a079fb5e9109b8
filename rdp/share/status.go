package share

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// StatusInfo is TS_STATUS_INFO_PDU: how far a connection broker is with starting
// the target (MS-RDPBCGR 2.2.5.2).
type StatusInfo struct {
	Code uint32
}

// The codes of MS-RDPBCGR 2.2.5.2.
const (
	StatusFindingDestination       = 0x00000401 // TS_STATUS_FINDING_DESTINATION
	StatusLoadingDestination       = 0x00000402 // TS_STATUS_LOADING_DESTINATION
	StatusBringingSessionOnline    = 0x00000403 // TS_STATUS_BRINGING_SESSION_ONLINE
	StatusRedirectingToDestination = 0x00000404 // TS_STATUS_REDIRECTING_TO_DESTINATION
	StatusVMLoading                = 0x00000501 // TS_STATUS_VM_LOADING
	StatusVMWaking                 = 0x00000502 // TS_STATUS_VM_WAKING
	StatusVMStarting               = 0x00000503 // TS_STATUS_VM_STARTING
	StatusVMStartingMonitoring     = 0x00000504 // TS_STATUS_VM_STARTING_MONITORING
	StatusVMRetryingMonitoring     = 0x00000505 // TS_STATUS_VM_RETRYING_MONITORING
)

// ParseStatusInfo reads the body of a Status Info PDU.
func ParseStatusInfo(body []byte) (StatusInfo, error) {
	code, err := parseU32("TS_STATUS_INFO_PDU", "statusCode", body)
	return StatusInfo{Code: code}, err
}

// AppendStatusInfo appends the body of a Status Info PDU.
func AppendStatusInfo(dst []byte, m StatusInfo) []byte {
	return binary.LittleEndian.AppendUint32(dst, m.Code)
}

// ARCStatus is TS_AUTORECONNECT_STATUS_PDU: the cookie of a client that came back
// was not accepted (MS-RDPBCGR 2.2.4.1.1).
type ARCStatus struct {
	Code uint32 // an NTSTATUS
}

// ParseARCStatus reads the body of an Auto-Reconnect Status PDU.
func ParseARCStatus(body []byte) (ARCStatus, error) {
	code, err := parseU32("TS_AUTORECONNECT_STATUS_PDU", "arcStatus", body)
	return ARCStatus{Code: code}, err
}

// AppendARCStatus appends the body of an Auto-Reconnect Status PDU.
func AppendARCStatus(dst []byte, m ARCStatus) []byte {
	return binary.LittleEndian.AppendUint32(dst, m.Code)
}

// FrameAcknowledge is TS_FRAME_ACKNOWLEDGE_PDU: a client has shown the frame
// (MS-RDPRFX 2.2.3.1).
type FrameAcknowledge struct {
	FrameID uint32 // of a Frame Marker; all before it are acknowledged, too
}

// ParseFrameAcknowledge reads the body of a Frame Acknowledge PDU.
func ParseFrameAcknowledge(body []byte) (FrameAcknowledge, error) {
	id, err := parseU32("TS_FRAME_ACKNOWLEDGE_PDU", "frameID", body)
	return FrameAcknowledge{FrameID: id}, err
}

// AppendFrameAcknowledge appends the body of a Frame Acknowledge PDU.
func AppendFrameAcknowledge(dst []byte, m FrameAcknowledge) []byte {
	return binary.LittleEndian.AppendUint32(dst, m.FrameID)
}

// SetKeyboardIndicators is TS_SET_KEYBOARD_INDICATORS_PDU: the lock keys of the
// session, which the client's lamps are to show (MS-RDPBCGR 2.2.8.2.1.1).
type SetKeyboardIndicators struct {
	LEDs uint16 // LockFlags of rdp/input
}

// ParseSetKeyboardIndicators reads the body of a Set Keyboard Indicators PDU.
func ParseSetKeyboardIndicators(body []byte) (SetKeyboardIndicators, error) {
	r := wire.NewReader("TS_SET_KEYBOARD_INDICATORS_PDU", body)
	r.U16LE("UnitId")
	m := SetKeyboardIndicators{LEDs: r.U16LE("LedFlags")}
	return m, r.Err()
}

// AppendSetKeyboardIndicators appends the body of a Set Keyboard Indicators PDU.
func AppendSetKeyboardIndicators(dst []byte, m SetKeyboardIndicators) []byte {
	return binary.LittleEndian.AppendUint16(append(dst, 0, 0), m.LEDs)
}

func parseU32(structure, field string, body []byte) (uint32, error) {
	r := wire.NewReader(structure, body)
	v := r.U32LE(field)
	return v, r.Err()
}
