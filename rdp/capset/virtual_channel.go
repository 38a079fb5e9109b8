package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The flags of VirtualChannel.Flags (MS-RDPBCGR 2.2.7.1.10).
const (
	VirtualChannelNoCompression         = 0x00000000 // VCCAPS_NO_COMPR
	VirtualChannelCompressionToClient   = 0x00000001 // VCCAPS_COMPR_SC
	VirtualChannelCompressionToServer8K = 0x00000002 // VCCAPS_COMPR_CS_8K
)

// VirtualChannel is TS_VIRTUALCHANNEL_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.10).
// VCChunkSize, which only a server's set gives a meaning, may be missing: 0. It is
// written unless it is 0.
type VirtualChannel struct {
	Flags       uint32
	VCChunkSize uint32 // bytes of data in a chunk, 1600 to 16256
}

func (*VirtualChannel) name() string { return "TS_VIRTUALCHANNEL_CAPABILITYSET" }

func (m *VirtualChannel) read(r *wire.Reader) {
	m.Flags = r.U32LE("flags")
	if r.Len() > 0 {
		m.VCChunkSize = r.U32LE("VCChunkSize")
	}
}

func (m *VirtualChannel) appendTo(dst []byte) ([]byte, error) {
	dst = binary.LittleEndian.AppendUint32(dst, m.Flags)
	if m.VCChunkSize != 0 {
		dst = binary.LittleEndian.AppendUint32(dst, m.VCChunkSize)
	}
	return dst, nil
}
