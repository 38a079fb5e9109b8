package bitmap

// AppendPlanar appends src as an RDP6_BITMAP_STREAM: four planes with run length
// encoding, nothing lost (MS-RDPEGDI 3.1.9.1).
//
// The alpha plane is all opaque and costs two bytes a row or so. It may be left
// out only for clients that announced DRAW_ALLOW_SKIP_ALPHA (MS-RDPBCGR
// 2.2.7.1.2), and rdesktop shows nothing without it.
func AppendPlanar(dst []byte, src Pixels) []byte {
	dst = append(dst, planarRLE)
	dst = appendOpaquePlane(dst, src.Width, src.Height)
	dst = appendPlane(dst, src, redShift)
	dst = appendPlane(dst, src, greenShift)
	return appendPlane(dst, src, blueShift)
}

// appendOpaquePlane appends a plane of 0xFF: one row of it, then no difference.
func appendOpaquePlane(dst []byte, width, height int) []byte {
	var values [planeChunk]byte
	for i := range values {
		values[i] = 0xFF
	}
	for y := range height {
		last := byte(0)
		for left := width; left > 0; left -= planeChunk {
			dst, last = appendSegments(dst, values[:min(left, planeChunk)], last)
		}
		if y == 0 {
			clear(values[:])
		}
	}
	return dst
}

// planeChunk is how many bytes of a row are looked at together. Segments do not
// reach beyond a chunk; that costs a wide bitmap next to nothing, and tiles fit.
const planeChunk = 256

func appendPlane(dst []byte, src Pixels, shift uint) []byte {
	var values [planeChunk]byte
	for y := src.Height - 1; y >= 0; y-- {
		row := src.Row(y)
		below := row[:0]
		if y < src.Height-1 {
			below = src.Row(y + 1)
		}
		last := byte(0)
		for len(row) > 0 {
			n := min(len(row), planeChunk)
			chunk := values[:n]
			if len(below) > 0 {
				under := below[:n]
				for i, p := range row[:n] {
					d := int8(byte(p>>shift) - byte(under[i]>>shift))
					chunk[i] = byte(d<<1 ^ d>>7)
				}
				below = below[n:]
			} else {
				for i, p := range row[:n] {
					chunk[i] = byte(p >> shift)
				}
			}
			dst, last = appendSegments(dst, chunk, last)
			row = row[n:]
		}
	}
	return dst
}

// appendSegments appends values of one row as RDP6_RLE_SEGMENTs. A run repeats
// the raw byte before it, or before the segment; last is that byte, zero at the
// start of a row.
func appendSegments(dst, values []byte, last byte) ([]byte, byte) {
	for len(values) > 0 {
		// The raw bytes end where the byte before is repeated often enough.
		raw := 0
		for prev := last; raw < len(values); raw++ {
			if values[raw] == prev && raw+2 < len(values) && values[raw+1] == prev && values[raw+2] == prev {
				break
			}
			prev = values[raw]
		}
		end := raw
		if raw > 0 {
			last = values[raw-1]
		}
		for end < len(values) && values[end] == last {
			end++
		}
		dst = appendSegment(dst, values[:raw], end-raw)
		values = values[end:]
	}
	return dst, last
}

// appendSegment appends any number of raw bytes and a run after them, as one or
// more segments. There is no code for a run of one or two.
func appendSegment(dst, raw []byte, run int) []byte {
	for len(raw) > segmentMaxRaw {
		dst = append(append(dst, segmentMaxRaw<<segmentRawShift), raw[:segmentMaxRaw]...)
		raw = raw[segmentMaxRaw:]
	}
	if len(raw) > 0 {
		n := splitRun(run, segmentShortRun)
		dst = append(append(dst, byte(len(raw)<<segmentRawShift|n)), raw...)
		run -= n
	}
	for run > 0 {
		n := splitRun(run, segmentMaxRun)
		switch {
		case n >= 32:
			dst = append(dst, byte((n-32)<<segmentRawShift|segmentLong32))
		case n >= 16:
			dst = append(dst, byte((n-16)<<segmentRawShift|segmentLong16))
		default:
			dst = append(dst, byte(n))
		}
		run -= n
	}
	return dst
}

// splitRun is how much of a run goes into a segment that can hold max, so that
// what is left is nothing or long enough to be a run itself.
func splitRun(run, max int) int {
	if left := run - max; left > 0 && left < segmentMinRun {
		return max - segmentMinRun
	}
	return min(run, max)
}
