package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MultifragmentUpdate is TS_MULTIFRAGMENTUPDATE_CAPABILITYSET (MS-RDPBCGR
// 2.2.7.2.6).
type MultifragmentUpdate struct {
	MaxRequestSize uint32 // bytes of a fast-path update put together; 0: no fragments
}

func (*MultifragmentUpdate) name() string { return "TS_MULTIFRAGMENTUPDATE_CAPABILITYSET" }

func (m *MultifragmentUpdate) read(r *wire.Reader) { m.MaxRequestSize = r.U32LE("MaxRequestSize") }

func (m *MultifragmentUpdate) appendTo(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(dst, m.MaxRequestSize), nil
}

// The flags of SurfaceCommands.Flags (MS-RDPBCGR 2.2.7.2.9).
const (
	SurfaceSetSurfaceBits    = 0x00000002 // SURFCMDS_SETSURFACEBITS
	SurfaceFrameMarker       = 0x00000010 // SURFCMDS_FRAMEMARKER
	SurfaceStreamSurfaceBits = 0x00000040 // SURFCMDS_STREAMSURFACEBITS
)

// SurfaceCommands is TS_SURFCMDS_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.9).
type SurfaceCommands struct {
	Flags uint32 // cmdFlags
}

func (*SurfaceCommands) name() string { return "TS_SURFCMDS_CAPABILITYSET" }

func (m *SurfaceCommands) read(r *wire.Reader) {
	m.Flags = r.U32LE("cmdFlags")
	r.Bytes("reserved", 4)
}

func (m *SurfaceCommands) appendTo(dst []byte) ([]byte, error) {
	return append(binary.LittleEndian.AppendUint32(dst, m.Flags), 0, 0, 0, 0), nil
}

// FrameAcknowledge is TS_FRAME_ACKNOWLEDGE_CAPABILITYSET (MS-RDPRFX 2.2.1.3).
type FrameAcknowledge struct {
	MaxUnacknowledged uint32 // maxUnacknowledgedFrameCount
}

func (*FrameAcknowledge) name() string { return "TS_FRAME_ACKNOWLEDGE_CAPABILITYSET" }

func (m *FrameAcknowledge) read(r *wire.Reader) {
	m.MaxUnacknowledged = r.U32LE("maxUnacknowledgedFrameCount")
}

func (m *FrameAcknowledge) appendTo(dst []byte) ([]byte, error) {
	return binary.LittleEndian.AppendUint32(dst, m.MaxUnacknowledged), nil
}
