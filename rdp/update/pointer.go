package update

import (
	"math"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/wire"
)

// The largest sides of a pointer in pixels: MS-RDPBCGR 2.2.9.1.1.4.4 (with
// LARGE_POINTER_FLAG_96x96) and 2.2.9.1.2.1.11.
const (
	maxColorPointer = 96
	maxLargePointer = 384
)

// CheckPointer reads the data of one of the pointer updates of the fast path
// (MS-RDPBCGR 2.2.9.1.2.1.5 to 2.2.9.1.2.1.9 and 2.2.9.1.2.1.11) and checks every
// length in it. It is all that a client without a pointer of its own does.
// Another update code is a *wire.MisuseError.
func CheckPointer(code fastpath.UpdateCode, data []byte) error {
	switch code {
	case fastpath.UpdatePointerHidden, fastpath.UpdatePointerDefault:
		return nil // there is no data
	case fastpath.UpdatePointerPosition:
		r := wire.NewReader("TS_POINTERPOSATTRIBUTE", data)
		r.U16LE("xPos")
		r.U16LE("yPos")
		return r.Err()
	case fastpath.UpdateCachedPointer:
		r := wire.NewReader("TS_CACHEDPOINTERATTRIBUTE", data)
		r.U16LE("cacheIndex")
		return r.Err()
	case fastpath.UpdateColorPointer:
		r := wire.NewReader("TS_COLORPOINTERATTRIBUTE", data)
		checkPointer(r, 24, false)
		return r.Err()
	case fastpath.UpdateNewPointer:
		r := wire.NewReader("TS_POINTERATTRIBUTE", data)
		checkPointer(r, readPointerDepth(r), false)
		return r.Err()
	case fastpath.UpdateLargePointer:
		r := wire.NewReader("TS_FP_LARGEPOINTERATTRIBUTE", data)
		checkPointer(r, readPointerDepth(r), true)
		return r.Err()
	}
	return wire.Misuse("TS_POINTER_PDU", "%v is no pointer update", code)
}

func readPointerDepth(r *wire.Reader) int {
	depth := int(r.U16LE("xorBpp"))
	switch depth {
	case 1, 4, 8, 15, 16, 24, 32:
	default:
		r.Failf("xorBpp", "got %d", depth)
	}
	return depth
}

// checkPointer reads what the three kinds of pointer have in common. A hot spot
// outside occurs and is harmless. Masks may be absent. One byte of padding may
// follow.
func checkPointer(r *wire.Reader, depth int, large bool) {
	r.U16LE("cacheIndex")
	r.U16LE("hotSpot.xPos")
	r.U16LE("hotSpot.yPos")
	width, height := int(r.U16LE("width")), int(r.U16LE("height"))
	limit := maxColorPointer
	if large {
		limit = maxLargePointer
	}
	if width > limit || height > limit {
		r.Failf("width", "pointer of %dx%d pixels, limit is %d", width, height, limit)
	}
	length := func(field string) int {
		if !large {
			return int(r.U16LE(field))
		}
		return int(min(r.U32LE(field), math.MaxInt32))
	}
	and, xor := length("lengthAndMask"), length("lengthXorMask")
	if n := maskSize(width, height, depth); xor != 0 && xor != n {
		r.Failf("lengthXorMask", "%d bytes, wants %d", xor, n)
	}
	if n := maskSize(width, height, 1); and != 0 && and != n {
		r.Failf("lengthAndMask", "%d bytes, wants %d", and, n)
	}
	r.Bytes("xorMaskData", xor)
	r.Bytes("andMaskData", and)
}

// maskSize is the bytes of a mask whose rows end at a multiple of two bytes.
func maskSize(width, height, depth int) int { return (width*depth + 15) / 16 * 2 * height }
