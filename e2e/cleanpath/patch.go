package cleanpath

import (
	"bytes"
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/x224"
)

// Places in TS_UD_CS_CORE (MS-RDPBCGR 2.2.1.3.2), counted from its header.
const (
	coreType                 = 0xC001
	coreHighColorDepth       = 140
	coreSupportedColorDepths = 142
	coreEarlyCapabilityFlags = 144
	coreSelectedProtocol     = 212
	coreWhole                = 216 // with the last of them

	highColor24    = 24
	supports32BPP  = 0x0008
	wants32BPP     = 0x0002
	clientDataMark = "Duca" // the client's H.221 key, before the blocks
)

// core finds TS_UD_CS_CORE in a frame with an MCS Connect Initial, or nil.
func core(frame []byte) []byte {
	at := bytes.Index(frame, []byte(clientDataMark))
	if at < 0 {
		return nil
	}
	b := frame[at+len(clientDataMark):]
	// A PER length of one or two bytes.
	switch {
	case len(b) < 2:
		return nil
	case b[0]&0x80 != 0:
		b = b[2:]
	default:
		b = b[1:]
	}
	for len(b) >= 4 {
		size := int(binary.LittleEndian.Uint16(b[2:]))
		if size < 4 || size > len(b) {
			return nil
		}
		if binary.LittleEndian.Uint16(b) == coreType {
			return b[:size]
		}
		b = b[size:]
	}
	return nil
}

// patchInitial changes what the browser says about itself, and reports whether the
// frame was an MCS Connect Initial.
//
// It believes that TLS was selected: the server refuses it unless it repeats what
// really was. And it asks for 16 bpp, for which version 0.7.0 shears and loses parts
// of the picture (IronRDP issues 1251 and 1693); at 32 bpp it gets codecs that work.
func patchInitial(frame []byte, selected x224.Protocol) bool {
	c := core(frame)
	if c == nil {
		return false
	}
	if len(c) >= coreWhole {
		le := binary.LittleEndian
		le.PutUint32(c[coreSelectedProtocol:], uint32(selected))
		le.PutUint16(c[coreHighColorDepth:], highColor24)
		le.PutUint16(c[coreSupportedColorDepths:], le.Uint16(c[coreSupportedColorDepths:])|supports32BPP)
		le.PutUint16(c[coreEarlyCapabilityFlags:], le.Uint16(c[coreEarlyCapabilityFlags:])|wants32BPP)
	}
	return true
}
