package update

import (
	"encoding/binary"
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/wire"
)

const (
	bitmapUpdateName = "TS_UPDATE_BITMAP_DATA"
	bitmapName       = "TS_BITMAP_DATA"
)

// BitmapFlags is the field flags of TS_BITMAP_DATA.
type BitmapFlags uint16

// The flags of TS_BITMAP_DATA.
const (
	BitmapCompression   BitmapFlags = 0x0001 // BITMAP_COMPRESSION
	NoCompressionHeader BitmapFlags = 0x0400 // NO_BITMAP_COMPRESSION_HDR: TS_CD_HEADER is absent
)

// Bitmap is TS_BITMAP_DATA (MS-RDPBCGR 2.2.9.1.1.3.1.2.2): a rectangle of the
// desktop and a bitmap for it, whose rows and columns beyond the rectangle are
// not shown. Data is without the TS_CD_HEADER.
type Bitmap struct {
	Left, Top, Right, Bottom uint16 // inclusive
	Width, Height            uint16 // of the bitmap, in pixels
	BitsPerPixel             uint16
	Flags                    BitmapFlags
	Data                     []byte
}

// Rectangle is the rectangle of the desktop, its maximum exclusive as usual in
// Go.
func (b *Bitmap) Rectangle() image.Rectangle {
	return image.Rect(int(b.Left), int(b.Top), int(b.Right)+1, int(b.Bottom)+1)
}

// Decode decodes the whole bitmap into dst, which must have its size. A depth
// other than 15, 16, 24 and 32 bits per pixel is a *wire.Error: nobody offers
// less.
func (b *Bitmap) Decode(dst bitmap.Pixels) error {
	if dst.Width != int(b.Width) || dst.Height != int(b.Height) {
		return wire.Misuse(bitmapName, "%dx%d pixels for a bitmap of %dx%d", dst.Width, dst.Height, b.Width, b.Height)
	}
	switch depth := int(b.BitsPerPixel); {
	case b.Flags&BitmapCompression == 0:
		return bitmap.DecodeRaw(dst, depth, b.Data)
	case depth == 32:
		return bitmap.DecodePlanar(dst, b.Data)
	default:
		return bitmap.DecodeRLE(dst, depth, b.Data)
	}
}

// BitmapReader reads the bitmaps of a TS_UPDATE_BITMAP_DATA one by one.
type BitmapReader struct {
	rest  []byte
	count int
	err   error
}

// ParseBitmapUpdate opens a TS_UPDATE_BITMAP_DATA (MS-RDPBCGR
// 2.2.9.1.1.3.1.2.1), as both paths carry it.
func ParseBitmapUpdate(data []byte) (BitmapReader, error) {
	r := wire.NewReader(bitmapUpdateName, data)
	if t := Type(r.U16LE("updateType")); t != TypeBitmap {
		r.Failf("updateType", "wants %d, got %d", TypeBitmap, t)
	}
	count := int(r.U16LE("numberRectangles"))
	rest := r.Rest()
	if err := r.Err(); err != nil {
		return BitmapReader{}, err
	}
	return BitmapReader{rest: rest, count: count}, nil
}

// Err is what made Next stop before the announced number of bitmaps, nil if
// nothing did.
func (r *BitmapReader) Err() error { return r.err }

// Next reads the next bitmap. It returns false after the last one and after an
// error.
func (r *BitmapReader) Next() (Bitmap, bool) {
	if r.count == 0 || r.err != nil {
		return Bitmap{}, false
	}
	r.count--
	in := wire.NewReader(bitmapName, r.rest)
	b := readBitmap(in)
	r.rest = in.Rest()
	if r.err = in.Err(); r.err != nil {
		return Bitmap{}, false
	}
	return b, true
}

func readBitmap(r *wire.Reader) Bitmap {
	b := Bitmap{Left: r.U16LE("destLeft"), Top: r.U16LE("destTop"), Right: r.U16LE("destRight"), Bottom: r.U16LE("destBottom")}
	if b.Right < b.Left || b.Bottom < b.Top {
		r.Failf("destRight", "rectangle from %d,%d to %d,%d", b.Left, b.Top, b.Right, b.Bottom)
	}
	b.Width, b.Height = r.U16LE("width"), r.U16LE("height")
	if b.Width == 0 || b.Height == 0 {
		r.Failf("width", "bitmap of %dx%d pixels", b.Width, b.Height)
	}
	switch b.BitsPerPixel = r.U16LE("bitsPerPixel"); b.BitsPerPixel {
	case 15, 16, 24, 32:
	default:
		r.Failf("bitsPerPixel", "got %d", b.BitsPerPixel)
	}
	b.Flags = BitmapFlags(r.U16LE("flags"))
	length := int(r.U16LE("bitmapLength"))
	if b.Flags&BitmapCompression != 0 && b.Flags&NoCompressionHeader == 0 {
		b.Data = readCompressed(r, length)
	} else {
		b.Data = r.Bytes("bitmapDataStream", length)
	}
	return b
}

// compressionHeaderSize is TS_CD_HEADER (MS-RDPBCGR 2.2.9.1.1.3.1.2.3):
// 2 /* cbCompFirstRowSize */ + 2 /* cbCompMainBodySize */ + 2 /* cbScanWidth */ + 2 /* cbUncompressedSize */.
const compressionHeaderSize = 8

// readCompressed reads a TS_CD_HEADER and the data after it. bitmapLength counts
// the header; FreeRDP's server does not count it. The other fields of the
// header say nothing that is not known already, and peers fill them
// differently.
func readCompressed(r *wire.Reader, length int) []byte {
	r.U16LE("cbCompFirstRowSize")
	size := int(r.U16LE("cbCompMainBodySize"))
	r.U16LE("cbScanWidth")
	r.U16LE("cbUncompressedSize")
	if length == size {
		return r.Bytes("bitmapDataStream", size)
	}
	length -= compressionHeaderSize
	if size > length {
		r.Failf("cbCompMainBodySize", "%d bytes in a bitmapLength with room for %d", size, length)
	}
	data := r.Bytes("bitmapDataStream", size)
	r.Bytes("bitmapDataStream", length-size)
	return data
}

func appendU16(dst []byte, v ...int) []byte {
	for _, v := range v {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(v))
	}
	return dst
}
