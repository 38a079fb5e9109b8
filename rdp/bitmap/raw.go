package bitmap

import (
	"encoding/binary"
	"slices"

	"github.com/fumidai/fumidai/rdp/wire"
)

const rawName = "uncompressed bitmap"

// rawRow is the bytes of a row of the specification, which ends at a multiple
// of four (MS-RDPBCGR 2.2.9.1.1.3.1.2.2).
func rawRow(width, depth int) int { return (width*bytesPerPixel(depth) + 3) &^ 3 }

// DecodeRaw reads an uncompressed bitmap of dst's size with 15, 16, 24 or 32
// bits per pixel. FreeRDP and rdesktop neither write nor expect the padding at
// the end of a row, so data that is too short with it is read without. Bytes
// after the last row are ignored. Another depth is a *wire.MisuseError.
func DecodeRaw(dst Pixels, depth int, data []byte) error {
	size := bytesPerPixel(depth)
	if size == 0 {
		return wire.Misuse(rawName, "%d bits per pixel", depth)
	}
	step := rawRow(dst.Width, depth)
	if len(data) < step*dst.Height {
		step = dst.Width * size
	}
	r := wire.NewReader(rawName, data)
	r.Bytes("rows", step*dst.Height)
	if err := r.Err(); err != nil {
		return err
	}
	for y := range dst.Height {
		decodeRawRow(dst.Row(dst.Height-1-y), depth, data[y*step:][:dst.Width*size])
	}
	return nil
}

func decodeRawRow(row []uint32, depth int, data []byte) {
	switch depth {
	case 15:
		for x := range row {
			row[x] = expand555(binary.LittleEndian.Uint16(data[2*x:]))
		}
	case 16:
		for x := range row {
			row[x] = expand565(binary.LittleEndian.Uint16(data[2*x:]))
		}
	case 24:
		for x := range row {
			p := data[3*x:][:3:3]
			row[x] = uint32(p[0]) | uint32(p[1])<<8 | uint32(p[2])<<16
		}
	case 32:
		for x := range row {
			row[x] = binary.LittleEndian.Uint32(data[4*x:]) & white
		}
	}
}

// AppendRaw appends src as an uncompressed bitmap with 15, 16, 24 or 32 bits per
// pixel, rows padded to a multiple of four bytes. It panics at another depth.
//
// Clients differ about the padding; a width that is a multiple of four needs
// none.
func AppendRaw(dst []byte, src Pixels, depth int) []byte {
	mustBeDepth(depth)
	pad := rawRow(src.Width, depth) - src.Width*bytesPerPixel(depth)
	for y := src.Height - 1; y >= 0; y-- {
		dst = appendRawRow(dst, src.Row(y), depth)
		for range pad {
			dst = append(dst, 0)
		}
	}
	return dst
}

func appendRawRow(dst []byte, row []uint32, depth int) []byte {
	old, size := len(dst), len(row)*bytesPerPixel(depth)
	dst = slices.Grow(dst, size)[:old+size]
	out := dst[old:]
	switch depth {
	case 15:
		for x, p := range row {
			binary.LittleEndian.PutUint16(out[2*x:], shorten555(p))
		}
	case 16:
		for x, p := range row {
			binary.LittleEndian.PutUint16(out[2*x:], shorten565(p))
		}
	case 24:
		for x, p := range row {
			o := out[3*x:][:3:3]
			o[0], o[1], o[2] = byte(p), byte(p>>8), byte(p>>16)
		}
	case 32:
		for x, p := range row {
			binary.LittleEndian.PutUint32(out[4*x:], p&white)
		}
	}
	return dst
}

// mustBeDepth: the depth of what we send is our own choice, so a wrong one is a
// bug of the program.
func mustBeDepth(depth int) {
	if bytesPerPixel(depth) == 0 {
		panic("bitmap: depth is none of 15, 16, 24, 32")
	}
}
