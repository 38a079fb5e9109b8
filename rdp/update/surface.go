package update

import (
	"image"
	"math"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/wire"
)

// CommandType is the field cmdType that a surface command begins with
// (MS-RDPBCGR 2.2.9.1.2.1.10.1).
type CommandType uint16

// The surface commands.
const (
	SetSurfaceBits    CommandType = 0x0001
	FrameMarker       CommandType = 0x0004
	StreamSurfaceBits CommandType = 0x0006
)

const (
	surfaceName     = "TS_SURFCMD"
	surfaceBitsName = "TS_SURFCMD_SET_SURF_BITS"
)

// SurfaceCommand is one of TS_SURFCMD_SET_SURF_BITS, TS_SURFCMD_STREAM_SURF_BITS,
// which differ in nothing but their type, and TS_FRAME_MARKER (MS-RDPBCGR 2.2.9.2).
// Which says which; the fields of the other kind are zero.
type SurfaceCommand struct {
	Which CommandType

	// Set and Stream Surface Bits. The bitmap is drawn with its top left pixel
	// at Left, Top; the other two sides of the rectangle on the wire are to be
	// ignored and are.
	Left, Top     uint16
	Width, Height uint16
	BitsPerPixel  uint8
	CodecID       uint8 // 0 is uncompressed; others are what the client numbered so
	Data          []byte

	// Frame Marker.
	Action  FrameAction
	FrameID uint32
}

// FrameAction is the field frameAction of TS_FRAME_MARKER (MS-RDPBCGR 2.2.9.2.3).
type FrameAction uint16

// The frame actions.
const (
	FrameBegin FrameAction = 0
	FrameEnd   FrameAction = 1
)

// Rectangle is where the bitmap of Surface Bits belongs.
func (c *SurfaceCommand) Rectangle() image.Rectangle {
	return image.Rect(int(c.Left), int(c.Top), int(c.Left)+int(c.Width), int(c.Top)+int(c.Height))
}

// Decode decodes the bitmap of Surface Bits into dst, which must have its size.
// A codec other than none is an *UnsupportedError.
func (c *SurfaceCommand) Decode(dst bitmap.Pixels) error {
	if dst.Width != int(c.Width) || dst.Height != int(c.Height) {
		return wire.Misuse(surfaceBitsName, "%dx%d pixels for a bitmap of %dx%d", dst.Width, dst.Height, c.Width, c.Height)
	}
	if c.CodecID != 0 {
		return unsupportedCodec(c.CodecID)
	}
	return bitmap.DecodeRaw(dst, int(c.BitsPerPixel), c.Data)
}

// SurfaceReader reads surface commands one by one.
type SurfaceReader struct {
	rest []byte
	err  error
}

// ParseSurfaceCommands opens the data of an update with surface commands
// (MS-RDPBCGR 2.2.9.1.2.1.10). There may be none.
func ParseSurfaceCommands(data []byte) SurfaceReader { return SurfaceReader{rest: data} }

// Err is what made Next stop before the end, nil if nothing did.
func (r *SurfaceReader) Err() error { return r.err }

// Next reads the next command. It returns false at the end and after an error.
func (r *SurfaceReader) Next() (SurfaceCommand, bool) {
	if len(r.rest) == 0 || r.err != nil {
		return SurfaceCommand{}, false
	}
	in := wire.NewReader(surfaceName, r.rest)
	c := SurfaceCommand{Which: CommandType(in.U16LE("cmdType"))}
	switch c.Which {
	case SetSurfaceBits, StreamSurfaceBits:
		readSurfaceBits(in, &c)
	case FrameMarker:
		c.Action = FrameAction(in.U16LE("frameAction"))
		if in.Len() > 0 { // some servers leave it out
			c.FrameID = in.U32LE("frameId")
		}
	default:
		in.Failf("cmdType", "got %#04x", uint16(c.Which))
	}
	r.rest = in.Rest()
	if r.err = in.Err(); r.err != nil {
		return SurfaceCommand{}, false
	}
	return c, true
}

// The extended bitmap data of surface bits (MS-RDPBCGR 2.2.9.2.1.1).
const (
	extendedHeaderPresent = 0x01 // EX_COMPRESSED_BITMAP_HEADER_PRESENT

	// TS_COMPRESSED_BITMAP_HEADER_EX: 4 /* highUniqueId */ + 4 /* lowUniqueId */ +
	// 8 /* tmMilliseconds */ + 8 /* tmSeconds */. It is about frames, not pixels.
	extendedHeaderSize = 24
)

func readSurfaceBits(r *wire.Reader, c *SurfaceCommand) {
	c.Left, c.Top = r.U16LE("destLeft"), r.U16LE("destTop")
	r.U16LE("destRight")
	r.U16LE("destBottom")
	c.BitsPerPixel = r.U8("bpp")
	flags := r.U8("flags")
	r.U8("reserved")
	c.CodecID = r.U8("codecID")
	c.Width, c.Height = r.U16LE("width"), r.U16LE("height")
	if c.Width == 0 || c.Height == 0 {
		r.Failf("width", "bitmap of %dx%d pixels", c.Width, c.Height)
	}
	length := r.U32LE("bitmapDataLength")
	if flags&extendedHeaderPresent != 0 {
		r.Bytes("exBitmapDataHeader", extendedHeaderSize)
	}
	if length > math.MaxInt32 { // an int may have no more bits
		r.Failf("bitmapDataLength", "announces %d bytes", length)
	}
	c.Data = r.Bytes("bitmapData", int(length))
	switch c.BitsPerPixel {
	case 15, 16, 24, 32:
	default:
		if c.CodecID == 0 {
			r.Failf("bpp", "got %d", c.BitsPerPixel)
		}
	}
}

// AppendSetSurfaceBits appends a TS_SURFCMD_SET_SURF_BITS with src uncompressed in
// 16, 24 or 32 bits per pixel. The bottom row comes first, as in a Bitmap Update:
// the specification does not say so, FreeRDP and IronRDP do. A place that the
// fields cannot say is a *wire.MisuseError.
func AppendSetSurfaceBits(dst []byte, at image.Point, src bitmap.Pixels, depth int) ([]byte, error) {
	switch {
	case src.Width < 1 || src.Height < 1 || at.X < 0 || at.Y < 0 || at.X+src.Width > 0xFFFF || at.Y+src.Height > 0xFFFF:
		return dst, wire.Misuse(surfaceBitsName, "%dx%d pixels at %d,%d", src.Width, src.Height, at.X, at.Y)
	case depth != 16 && depth != 24 && depth != 32:
		return dst, wire.Misuse(surfaceBitsName, "%d bits per pixel", depth)
	case src.Width*depth/8%4 != 0:
		// Nobody has said whether such rows are padded.
		return dst, wire.Misuse(surfaceBitsName, "rows of %d pixels do not end at a multiple of four bytes", src.Width)
	}
	dst = appendU16(dst, int(SetSurfaceBits), at.X, at.Y, at.X+src.Width, at.Y+src.Height)
	dst = append(dst, byte(depth), 0, 0, 0)
	dst = appendU16(dst, src.Width, src.Height)
	length := src.Width * src.Height * (depth / 8)
	dst = appendU16(dst, length&0xFFFF, length>>16)
	return bitmap.AppendRaw(dst, src, depth), nil
}

// AppendFrameMarker appends a TS_FRAME_MARKER.
func AppendFrameMarker(dst []byte, action FrameAction, id uint32) []byte {
	return appendU16(dst, int(FrameMarker), int(action), int(id&0xFFFF), int(id>>16))
}
