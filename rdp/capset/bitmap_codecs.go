package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The GUIDs of codecs in the byte order of the wire (MS-RDPBCGR 2.2.7.2.10.1.1).
var (
	// CodecNSCodec is CODEC_GUID_NSCODEC, CA8D1BB9-000F-154F-589F-AE2D1A87E2D6.
	CodecNSCodec = [16]byte{0xB9, 0x1B, 0x8D, 0xCA, 0x0F, 0x00, 0x4F, 0x15, 0x58, 0x9F, 0xAE, 0x2D, 0x1A, 0x87, 0xE2, 0xD6}
	// CodecRemoteFX is CODEC_GUID_REMOTEFX, 76772F12-BD72-4463-AFB3-B73C9C6F7886.
	CodecRemoteFX = [16]byte{0x12, 0x2F, 0x77, 0x76, 0x72, 0xBD, 0x63, 0x44, 0xAF, 0xB3, 0xB7, 0x3C, 0x9C, 0x6F, 0x78, 0x86}
	// CodecImageRemoteFX is CODEC_GUID_IMAGE_REMOTEFX, 2744CCD4-9D8A-4E74-803C-0ECBEEA19C54.
	CodecImageRemoteFX = [16]byte{0xD4, 0xCC, 0x44, 0x27, 0x8A, 0x9D, 0x74, 0x4E, 0x80, 0x3C, 0x0E, 0xCB, 0xEE, 0xA1, 0x9C, 0x54}
	// CodecIgnore is CODEC_GUID_IGNORE, 9C4351A6-3535-42AE-910C-CDFCE5760B58.
	CodecIgnore = [16]byte{0xA6, 0x51, 0x43, 0x9C, 0x35, 0x35, 0xAE, 0x42, 0x91, 0x0C, 0xCD, 0xFC, 0xE5, 0x76, 0x0B, 0x58}
)

// BitmapCodecs is TS_BITMAPCODECS_CAPABILITYSET (MS-RDPBCGR 2.2.7.2.10), at most
// 255 codecs.
type BitmapCodecs struct {
	Codecs []Codec
}

// Codec is TS_BITMAPCODEC (MS-RDPBCGR 2.2.7.2.10.1.1). ID is how the surface
// commands of this connection will name it; Properties depend on the codec.
type Codec struct {
	GUID       [16]byte
	ID         uint8
	Properties []byte
}

const codecSize = 19 // without its properties

func (*BitmapCodecs) name() string { return "TS_BITMAPCODECS_CAPABILITYSET" }

func (m *BitmapCodecs) read(r *wire.Reader) {
	count := int(r.U8("bitmapCodecCount"))
	if count > r.Len()/codecSize {
		r.Failf("bitmapCodecCount", "%d codecs in %d bytes", count, r.Len())
		return
	}
	for range count {
		var c Codec
		copy(c.GUID[:], r.Bytes("codecGUID", len(c.GUID)))
		c.ID = r.U8("codecID")
		c.Properties = r.Bytes("codecProperties", int(r.U16LE("codecPropertiesLength")))
		m.Codecs = append(m.Codecs, c)
	}
}

func (m *BitmapCodecs) appendTo(dst []byte) ([]byte, error) {
	if len(m.Codecs) > 0xFF {
		return dst, wire.Misuse(m.name(), "%d codecs", len(m.Codecs))
	}
	dst = append(dst, byte(len(m.Codecs)))
	for _, c := range m.Codecs {
		if len(c.Properties) > 0xFFFF {
			return dst, wire.Misuse(m.name(), "codecProperties of %d bytes", len(c.Properties))
		}
		dst = append(append(dst, c.GUID[:]...), c.ID)
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(c.Properties)))
		dst = append(dst, c.Properties...)
	}
	return dst, nil
}
