package update

import (
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/wire"
)

// The largest bitmap that AppendBitmapUpdate writes. A client may rely on
// nothing larger than one fast-path frame of 16383 bytes (see
// fastpath.MaxOutputData) unless it announced more, and what does not compress
// is sent as it is: 64 x 60 pixels of four bytes are 15360. Clients decode tiles
// up to 64 x 64 from a buffer that they have anyway, and 60 divides the usual
// heights of screens.
const (
	MaxTileWidth  = 64
	MaxTileHeight = 60
)

// MaxBitmapUpdateSize is the room in bytes with which AppendBitmapUpdate never
// allocates: a whole tile as it is, the headers, and what a compressed bitmap
// may be longer before that is noticed.
const MaxBitmapUpdateSize = MaxTileWidth*MaxTileHeight*4 + 128

// AppendBitmapUpdate appends a TS_UPDATE_BITMAP_DATA with one bitmap: src, whose
// top left pixel belongs at that point of the desktop, with 15, 16, 24 or 32 bits
// per pixel, the depth of the session. It is compressed, with interleaved RLE or
// the planar codec, if that makes it smaller.
//
// header says whether a compressed bitmap has its TS_CD_HEADER. It may be left
// out only if the client announced NO_BITMAP_COMPRESSION_HDR in the extraFlags of
// its General Capability Set (MS-RDPBCGR 2.2.7.1.1).
//
// The bitmap on the wire is widened to a multiple of four pixels, which
// TS_CD_HEADER demands and which makes rows end where all clients think they do;
// the rectangle is not. More pixels than MaxTileWidth x MaxTileHeight, none, and
// a place that the fields cannot say are a *wire.MisuseError.
func AppendBitmapUpdate(dst []byte, at image.Point, src bitmap.Pixels, depth int, header bool) ([]byte, error) {
	if err := checkTile(at, src, depth); err != nil {
		return dst, err
	}
	if src.Width%4 == 0 {
		return appendTile(dst, at, src, src.Width, depth, header), nil
	}
	return appendWidened(dst, at, src, depth, header), nil
}

// appendWidened is apart from AppendBitmapUpdate so that only tiles that need the
// copy pay for it.
func appendWidened(dst []byte, at image.Point, src bitmap.Pixels, depth int, header bool) []byte {
	var pix [MaxTileWidth * MaxTileHeight]uint32
	tile := bitmap.Pixels{Width: (src.Width + 3) &^ 3, Height: src.Height, Stride: MaxTileWidth, Pix: pix[:]}
	for y := range src.Height {
		row := tile.Row(y)
		for x := copy(row, src.Row(y)); x < len(row); x++ {
			row[x] = row[x-1] // what compresses best
		}
	}
	return appendTile(dst, at, tile, src.Width, depth, header)
}

// appendTile appends an update with a tile of which so many columns are shown.
func appendTile(dst []byte, at image.Point, tile bitmap.Pixels, shown, depth int, header bool) []byte {
	dst = appendU16(dst, int(TypeBitmap), 1)
	dst = appendU16(dst, at.X, at.Y, at.X+shown-1, at.Y+tile.Height-1, tile.Width, tile.Height, depth)
	flags, length := len(dst), len(dst)+2
	dst = appendU16(dst, 0, 0)
	data := len(dst)
	raw := tile.Width * tile.Height * ((depth + 7) / 8)
	if header {
		dst = appendU16(dst, 0, 0, tile.Width, raw)
	}
	body := len(dst)
	if depth == 32 {
		dst = bitmap.AppendPlanar(dst, tile)
	} else {
		dst = bitmap.AppendRLE(dst, tile, depth)
	}
	switch {
	case len(dst)-data >= raw:
		dst = bitmap.AppendRaw(dst[:data], tile, depth)
	case header:
		putU16(dst[flags:], int(BitmapCompression))
		putU16(dst[data+2:], len(dst)-body)
	default:
		putU16(dst[flags:], int(BitmapCompression|NoCompressionHeader))
	}
	putU16(dst[length:], len(dst)-data)
	return dst
}

func checkTile(at image.Point, src bitmap.Pixels, depth int) error {
	switch {
	case src.Width < 1 || src.Width > MaxTileWidth || src.Height < 1 || src.Height > MaxTileHeight:
		return wire.Misuse(bitmapName, "%dx%d pixels, limit is %dx%d", src.Width, src.Height, MaxTileWidth, MaxTileHeight)
	case at.X < 0 || at.Y < 0 || at.X+src.Width > 0x10000 || at.Y+src.Height > 0x10000:
		return wire.Misuse(bitmapName, "%dx%d pixels at %d,%d", src.Width, src.Height, at.X, at.Y)
	case depth != 15 && depth != 16 && depth != 24 && depth != 32:
		return wire.Misuse(bitmapName, "%d bits per pixel", depth)
	}
	return nil
}

func putU16(b []byte, v int) { b[0], b[1] = byte(v), byte(v>>8) }
