package capset

import "github.com/fumidai/fumidai/rdp/wire"

// The flags of Bitmap.DrawingFlags (MS-RDPBCGR 2.2.7.1.2).
const (
	DrawAllowDynamicColorFidelity = 0x02 // DRAW_ALLOW_DYNAMIC_COLOR_FIDELITY
	DrawAllowColorSubsampling     = 0x04 // DRAW_ALLOW_COLOR_SUBSAMPLING
	DrawAllowSkipAlpha            = 0x08 // DRAW_ALLOW_SKIP_ALPHA
)

// Bitmap is TS_BITMAP_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.2).
type Bitmap struct {
	PreferredBitsPerPixel    uint16 // a server's: the color depth of the session
	Receive1BitPerPixel      uint16 // always 1
	Receive4BitsPerPixel     uint16 // always 1
	Receive8BitsPerPixel     uint16 // always 1
	DesktopWidth             uint16 // pixels
	DesktopHeight            uint16 // pixels
	DesktopResizeFlag        uint16 // 1: the desktop may get another size
	BitmapCompressionFlag    uint16 // always 1
	HighColorFlags           uint8  // always 0
	DrawingFlags             uint8
	MultipleRectangleSupport uint16 // always 1
}

func (*Bitmap) name() string { return "TS_BITMAP_CAPABILITYSET" }

func (m *Bitmap) read(r *wire.Reader) {
	m.PreferredBitsPerPixel = r.U16LE("preferredBitsPerPixel")
	m.Receive1BitPerPixel = r.U16LE("receive1BitPerPixel")
	m.Receive4BitsPerPixel = r.U16LE("receive4BitsPerPixel")
	m.Receive8BitsPerPixel = r.U16LE("receive8BitsPerPixel")
	m.DesktopWidth = r.U16LE("desktopWidth")
	m.DesktopHeight = r.U16LE("desktopHeight")
	r.Bytes("pad2octets", 2)
	m.DesktopResizeFlag = r.U16LE("desktopResizeFlag")
	m.BitmapCompressionFlag = r.U16LE("bitmapCompressionFlag")
	m.HighColorFlags = r.U8("highColorFlags")
	m.DrawingFlags = r.U8("drawingFlags")
	m.MultipleRectangleSupport = r.U16LE("multipleRectangleSupport")
	r.Bytes("pad2octetsB", 2)
}

func (m *Bitmap) appendTo(dst []byte) ([]byte, error) {
	dst = appendU16s(dst, m.PreferredBitsPerPixel, m.Receive1BitPerPixel, m.Receive4BitsPerPixel,
		m.Receive8BitsPerPixel, m.DesktopWidth, m.DesktopHeight, 0, m.DesktopResizeFlag,
		m.BitmapCompressionFlag)
	dst = append(dst, m.HighColorFlags, m.DrawingFlags)
	return appendU16s(dst, m.MultipleRectangleSupport, 0), nil
}
