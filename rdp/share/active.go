package share

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/wire"
)

// DemandActive is TS_DEMAND_ACTIVE_PDU, with which a server begins a share
// (MS-RDPBCGR 2.2.1.13.1.1).
type DemandActive struct {
	ShareID          uint32
	SourceDescriptor []byte // Windows: "RDP" and a NUL; nobody reads it
	Capabilities     *capset.Sets
	SessionID        uint32 // no meaning; 0 if it was missing
}

// OriginatorID is what a client must write as ConfirmActive.OriginatorID: the MCS
// channel of servers.
const OriginatorID = 0x03EA

// ConfirmActive is TS_CONFIRM_ACTIVE_PDU, the client's answer (MS-RDPBCGR
// 2.2.1.13.2.1).
type ConfirmActive struct {
	ShareID          uint32
	OriginatorID     uint16
	SourceDescriptor []byte // Windows: "MSTSC" and a NUL; nobody reads it
	Capabilities     *capset.Sets
}

// DeactivateAll is TS_DEACTIVATE_ALL_PDU, which ends a share (MS-RDPBCGR
// 2.2.3.1).
type DeactivateAll struct {
	ShareID          uint32
	SourceDescriptor []byte // Windows: one zero byte
}

const (
	demandActiveName  = "TS_DEMAND_ACTIVE_PDU"
	confirmActiveName = "TS_CONFIRM_ACTIVE_PDU"
	deactivateAllName = "TS_DEACTIVATE_ALL_PDU"
)

// ParseDemandActive reads the Body of a Demand Active PDU.
func ParseDemandActive(body []byte) (*DemandActive, error) {
	r := wire.NewReader(demandActiveName, body)
	m := &DemandActive{ShareID: r.U32LE("shareId")}
	var err error
	if m.SourceDescriptor, m.Capabilities, err = readCapabilities(r); err != nil {
		return nil, err
	}
	if r.Len() > 0 {
		m.SessionID = r.U32LE("sessionId")
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendDemandActive appends the whole Share Control PDU; source is the server's
// MCS channel. Fields that are too long are a *wire.MisuseError.
func AppendDemandActive(dst []byte, source uint16, m *DemandActive) ([]byte, error) {
	out, start := beginControl(dst, TypeDemandActive, source)
	out = binary.LittleEndian.AppendUint32(out, m.ShareID)
	out, err := appendCapabilities(out, demandActiveName, m.SourceDescriptor, m.Capabilities)
	if err != nil {
		return dst, err
	}
	out = binary.LittleEndian.AppendUint32(out, m.SessionID)
	return endControl(dst, out, start, TypeDemandActive)
}

// ParseConfirmActive reads the Body of a Confirm Active PDU.
func ParseConfirmActive(body []byte) (*ConfirmActive, error) {
	r := wire.NewReader(confirmActiveName, body)
	m := &ConfirmActive{ShareID: r.U32LE("shareId"), OriginatorID: r.U16LE("originatorId")}
	var err error
	if m.SourceDescriptor, m.Capabilities, err = readCapabilities(r); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendConfirmActive appends the whole Share Control PDU; source is the client's
// user channel. Fields that are too long are a *wire.MisuseError.
func AppendConfirmActive(dst []byte, source uint16, m *ConfirmActive) ([]byte, error) {
	out, start := beginControl(dst, TypeConfirmActive, source)
	out = binary.LittleEndian.AppendUint32(out, m.ShareID)
	out = binary.LittleEndian.AppendUint16(out, m.OriginatorID)
	out, err := appendCapabilities(out, confirmActiveName, m.SourceDescriptor, m.Capabilities)
	if err != nil {
		return dst, err
	}
	return endControl(dst, out, start, TypeConfirmActive)
}

// readCapabilities reads what both PDUs have from lengthSourceDescriptor on.
func readCapabilities(r *wire.Reader) (descriptor []byte, sets *capset.Sets, err error) {
	descriptorLength := int(r.U16LE("lengthSourceDescriptor"))
	combined := int(r.U16LE("lengthCombinedCapabilities"))
	descriptor = r.Bytes("sourceDescriptor", descriptorLength)
	if combined < 4 {
		r.Failf("lengthCombinedCapabilities", "announces %d bytes", combined)
	}
	count := int(r.U16LE("numberCapabilities"))
	r.Bytes("pad2Octets", 2)
	b := r.Bytes("capabilitySets", combined-4)
	if err := r.Err(); err != nil {
		return nil, nil, err
	}
	sets, err = capset.Parse(b, count)
	return descriptor, sets, err
}

func appendCapabilities(dst []byte, name string, descriptor []byte, sets *capset.Sets) ([]byte, error) {
	if len(descriptor) > MaxControlBody {
		return dst, wire.Misuse(name, "sourceDescriptor of %d bytes", len(descriptor))
	}
	if sets == nil {
		return dst, wire.Misuse(name, "no capabilities")
	}
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(descriptor)))
	lengthAt := len(dst)
	dst = append(dst, 0, 0)
	dst = append(dst, descriptor...)
	countAt := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	dst, count, err := capset.Append(dst, sets)
	if err != nil {
		return dst, err
	}
	binary.LittleEndian.PutUint16(dst[lengthAt:], uint16(len(dst)-countAt))
	binary.LittleEndian.PutUint16(dst[countAt:], uint16(count))
	return dst, nil
}

// ParseDeactivateAll reads the Body of a Deactivate All PDU. It may be empty, or
// end after the share ID, as old servers write it.
func ParseDeactivateAll(body []byte) (*DeactivateAll, error) {
	r := wire.NewReader(deactivateAllName, body)
	m := &DeactivateAll{}
	if r.Len() > 0 {
		m.ShareID = r.U32LE("shareId")
	}
	if r.Len() > 0 {
		m.SourceDescriptor = r.Bytes("sourceDescriptor", int(r.U16LE("lengthSourceDescriptor")))
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendDeactivateAll appends the whole Share Control PDU; source is the server's
// MCS channel. A descriptor that is too long is a *wire.MisuseError.
func AppendDeactivateAll(dst []byte, source uint16, m *DeactivateAll) ([]byte, error) {
	out, start := beginControl(dst, TypeDeactivateAll, source)
	out = binary.LittleEndian.AppendUint32(out, m.ShareID)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(m.SourceDescriptor)))
	return endControl(dst, append(out, m.SourceDescriptor...), start, TypeDeactivateAll)
}
