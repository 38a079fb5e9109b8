package bitmap

import "encoding/binary"

// AppendRLE appends src with 15, 16 or 24 bits per pixel as an
// RLE_BITMAP_STREAM (MS-RDPBCGR 3.1.9). It panics at another depth. What 15 or 16
// bits cannot hold is dropped. A row must have at most 65535 pixels.
//
// It is greedy: at each place it takes what covers the most pixels for a byte.
// It never writes an order that begins in the first row and ends in a later one,
// since decoders disagree about the pixels in the latter.
func AppendRLE(dst []byte, src Pixels, depth int) []byte {
	mustBeDepth(depth)
	if depth == 32 {
		panic("bitmap: interleaved RLE of 32 bits per pixel")
	}
	e := rleEncoder{dst: dst, depth: depth, size: bytesPerPixel(depth), mask: keptBits(depth)}
	e.foreground = white & e.mask
	for y := src.Height - 1; y >= 0; y-- {
		if y == src.Height-1 {
			// Below the first row is black: any row, seen through a mask of nothing.
			e.row(src.Row(y), src.Row(y), 0)
			e.flush()
		} else {
			e.row(src.Row(y), src.Row(y+1), e.mask)
		}
	}
	e.flush()
	return e.dst
}

type rleEncoder struct {
	dst   []byte
	depth int
	size  int    // bytes of a pixel
	mask  uint32 // the bits of a pixel that are sent

	foreground uint32 // as the decoder has it now
	background int    // a background run not written yet: it may go on in the next row
}

const (
	// minBackground is the background run that interrupts everything else.
	minBackground = 16
	// maxImage is the longest foreground/background image considered, the
	// longest whose length fits into its first byte.
	maxImage = regularLengthMask * pixelsPerMask
)

// row encodes one row over the one below it, of which only the bits in
// belowMask count.
func (e *rleEncoder) row(row, below []uint32, belowMask uint32) {
	below = below[:len(row)]
	start := 0 // of the pixels passed by, for which nothing was worth an order
	for x := 0; x < len(row); {
		if e.plain(row[x:], below[x:], belowMask) {
			x++
			continue
		}
		n := e.backgroundAt(row[x:], below[x:], belowMask)
		if n >= minBackground || n > 0 && (x+n == len(row) || x == start && e.background > 0) {
			e.colorImage(row[start:x])
			if e.background+n > maxRunLength {
				// Two background runs in a row would mean something else.
				n = 1
				e.colorImage(row[x : x+1])
			} else {
				e.background += n
			}
			x += n
			start = x
			continue
		}
		repeat := e.repeatAt(row[x:])
		image, fg, all := e.imageAt(row[x:], below[x:], belowMask)
		imageCost := 1
		if !all {
			imageCost += (image + pixelsPerMask - 1) / pixelsPerMask
		}
		if fg != e.foreground {
			imageCost += e.size
		}

		// Which of the three covers the most pixels for a byte?
		pixels, cost, kind := n, 1, megaBackgroundRun
		if repeat*cost > pixels*(1+e.size) {
			pixels, cost, kind = repeat, 1+e.size, megaColorRun
		}
		if image*cost > pixels*imageCost {
			pixels, cost, kind = image, imageCost, megaFgBgImage
		}
		// Is it better than to pass by? In the middle of a colour image it
		// costs another header as well.
		passing := pixels*e.size + 1
		if x > start {
			passing -= 2
		}
		if cost >= passing {
			x++
			continue
		}
		e.colorImage(row[start:x])
		switch {
		case kind == megaBackgroundRun:
			e.background = n
		case kind == megaColorRun:
			e.colorRun(repeat, row[x])
		case all:
			e.foregroundRun(image, fg)
		default:
			e.fgBgImage(row[x:x+image], below[x:], belowMask, fg)
		}
		x += pixels
		start = x
	}
	e.colorImage(row[start:])
}

// plain is true if there cannot be anything better for the first pixel than to
// pass it by. The full search would say the same; this is what most pixels of a
// photograph take.
func (e *rleEncoder) plain(row, below []uint32, belowMask uint32) bool {
	if len(row) < 2 || len(below) < 2 {
		return false
	}
	p, q := row[0], row[1]
	first := (p ^ below[0]&belowMask) & e.mask
	second := (q ^ below[1]&belowMask) & e.mask
	return first != 0 && first != e.foreground && second != 0 && second != first && (p^q)&e.mask != 0
}

// backgroundAt is how many of the first pixels equal what is below.
func (e *rleEncoder) backgroundAt(row, below []uint32, belowMask uint32) int {
	below = below[:len(row)]
	for i, p := range row {
		if (p^below[i]&belowMask)&e.mask != 0 {
			return i
		}
	}
	return len(row)
}

// repeatAt is how many of the first pixels equal the very first.
func (e *rleEncoder) repeatAt(row []uint32) int {
	for i, p := range row {
		if (p^row[0])&e.mask != 0 {
			return i
		}
	}
	return len(row)
}

// imageAt is how many of the first pixels are either background or one
// foreground, which it also returns, and whether all are foreground. The pixels
// end with one of foreground, or with the background that fills up its mask.
func (e *rleEncoder) imageAt(row, below []uint32, belowMask uint32) (n int, fg uint32, all bool) {
	if len(row) > maxImage {
		row = row[:maxImage]
	}
	below = below[:len(row)]
	seen := len(row)     // pixels looked at
	gaps, inside := 0, 0 // background pixels since the last foreground one, and before it
	fg = e.foreground
	for i, p := range row {
		diff := (p ^ below[i]&belowMask) & e.mask
		if diff == 0 {
			if gaps++; gaps == minBackground {
				seen = i
				break
			}
			continue
		}
		if n == 0 {
			fg = diff
		} else if diff != fg {
			seen = i
			break
		}
		n = i + 1
		inside += gaps
		gaps = 0
	}
	if inside == 0 {
		return n, fg, true
	}
	return min((n+pixelsPerMask-1)/pixelsPerMask*pixelsPerMask, seen), fg, false
}

// order appends the header of an order in its shortest form: short is the code
// in its place in the first byte, mask the room for the length beside it, base
// what the byte after a length of zero counts from.
func (e *rleEncoder) order(short, mask byte, base int, mega byte, n int) {
	e.flush()
	switch {
	case n <= int(mask):
		e.dst = append(e.dst, short|byte(n))
	case n-base <= 0xFF:
		e.dst = append(e.dst, short, byte(n-base))
	default:
		e.dst = binary.LittleEndian.AppendUint16(append(e.dst, mega), uint16(n))
	}
}

// flush writes the pending background run.
func (e *rleEncoder) flush() {
	if n := e.background; n > 0 {
		e.background = 0
		e.order(regularBackgroundRun<<regularShift, regularLengthMask, regularLengthBase, megaBackgroundRun, n)
	}
}

func (e *rleEncoder) pixel(p uint32) {
	switch e.depth {
	case 15:
		e.dst = binary.LittleEndian.AppendUint16(e.dst, shorten555(p))
	case 16:
		e.dst = binary.LittleEndian.AppendUint16(e.dst, shorten565(p))
	default:
		e.dst = append(e.dst, byte(p), byte(p>>8), byte(p>>16))
	}
}

// colorImage writes pixels as they are.
func (e *rleEncoder) colorImage(row []uint32) {
	if len(row) > 0 {
		e.order(regularColorImage<<regularShift, regularLengthMask, regularLengthBase, megaColorImage, len(row))
		e.dst = appendRawRow(e.dst, row, e.depth)
	}
}

func (e *rleEncoder) colorRun(n int, p uint32) {
	e.order(regularColorRun<<regularShift, regularLengthMask, regularLengthBase, megaColorRun, n)
	e.pixel(p)
}

func (e *rleEncoder) foregroundRun(n int, fg uint32) {
	if fg == e.foreground {
		e.order(regularForegroundRun<<regularShift, regularLengthMask, regularLengthBase, megaForegroundRun, n)
		return
	}
	e.order(liteSetForegroundRun<<liteShift, liteLengthMask, liteLengthBase, megaSetForegroundRun, n)
	e.foreground = fg
	e.pixel(fg)
}

func (e *rleEncoder) fgBgImage(row, below []uint32, belowMask, fg uint32) {
	e.flush()
	set := fg != e.foreground
	short, mask, mega := byte(regularFgBgImage<<regularShift), byte(regularLengthMask), byte(megaFgBgImage)
	if set {
		short, mask, mega = liteSetFgBgImage<<liteShift, liteLengthMask, megaSetFgBgImage
	}
	switch n := len(row); {
	case n%pixelsPerMask == 0 && n/pixelsPerMask <= int(mask):
		e.dst = append(e.dst, short|byte(n/pixelsPerMask))
	case n-fgBgShortLengthBase <= 0xFF:
		e.dst = append(e.dst, short, byte(n-fgBgShortLengthBase))
	default:
		e.dst = binary.LittleEndian.AppendUint16(append(e.dst, mega), uint16(n))
	}
	if set {
		e.foreground = fg
		e.pixel(fg)
	}
	for len(row) > 0 {
		n := min(len(row), pixelsPerMask)
		var bits byte
		for i, p := range row[:n] {
			if (p^below[i]&belowMask)&e.mask != 0 {
				bits |= 1 << i
			}
		}
		e.dst = append(e.dst, bits)
		row, below = row[n:], below[n:]
	}
}
