package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The values of General.OSMajorType and General.OSMinorType (MS-RDPBCGR
// 2.2.7.1.1) that desktop peers send.
const (
	OSMajorUnspecified = 0x0000
	OSMajorWindows     = 0x0001
	OSMajorUnix        = 0x0004

	OSMinorUnspecified = 0x0000
	OSMinorWindowsNT   = 0x0003
	OSMinorNativeX     = 0x0007
)

// ProtocolVersion is the only value of General.ProtocolVersion,
// TS_CAPS_PROTOCOLVERSION.
const ProtocolVersion = 0x0200

// The flags of General.ExtraFlags (MS-RDPBCGR 2.2.7.1.1).
const (
	FastPathOutputSupported  = 0x0001
	LongCredentialsSupported = 0x0004
	AutoReconnectSupported   = 0x0008
	EncSaltedChecksum        = 0x0010
	NoBitmapCompressionHdr   = 0x0400 // compressed bitmaps without TS_CD_HEADER
)

// General is TS_GENERAL_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.1). The two fields at
// the end may be missing: 0.
type General struct {
	OSMajorType             uint16
	OSMinorType             uint16
	ProtocolVersion         uint16
	GeneralCompressionTypes uint16 // always 0
	ExtraFlags              uint16
	UpdateCapabilityFlag    uint16 // always 0
	RemoteUnshareFlag       uint16 // always 0
	GeneralCompressionLevel uint16 // always 0
	RefreshRectSupport      uint8  // a server's, 1: it reads the Refresh Rect PDU
	SuppressOutputSupport   uint8  // a server's, 1: it reads the Suppress Output PDU
}

func (*General) name() string { return "TS_GENERAL_CAPABILITYSET" }

func (m *General) read(r *wire.Reader) {
	m.OSMajorType = r.U16LE("osMajorType")
	m.OSMinorType = r.U16LE("osMinorType")
	m.ProtocolVersion = r.U16LE("protocolVersion")
	r.Bytes("pad2octetsA", 2)
	m.GeneralCompressionTypes = r.U16LE("generalCompressionTypes")
	m.ExtraFlags = r.U16LE("extraFlags")
	m.UpdateCapabilityFlag = r.U16LE("updateCapabilityFlag")
	m.RemoteUnshareFlag = r.U16LE("remoteUnshareFlag")
	m.GeneralCompressionLevel = r.U16LE("generalCompressionLevel")
	if r.Len() > 0 {
		m.RefreshRectSupport = r.U8("refreshRectSupport")
	}
	if r.Len() > 0 {
		m.SuppressOutputSupport = r.U8("suppressOutputSupport")
	}
}

func (m *General) appendTo(dst []byte) ([]byte, error) {
	dst = appendU16s(dst, m.OSMajorType, m.OSMinorType, m.ProtocolVersion, 0,
		m.GeneralCompressionTypes, m.ExtraFlags, m.UpdateCapabilityFlag, m.RemoteUnshareFlag,
		m.GeneralCompressionLevel)
	return append(dst, m.RefreshRectSupport, m.SuppressOutputSupport), nil
}

func appendU16s(dst []byte, values ...uint16) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint16(dst, v)
	}
	return dst
}
