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
	dst = appendFlatRow(dst, width, 0xFF)
	if height == 1 {
		return dst
	}
	start := len(dst)
	dst = appendFlatRow(dst, width, 0)
	row := dst[start:]
	for range height - 2 {
		dst = append(dst, row...)
	}
	return dst
}

// appendFlatRow appends one row of equal values.
func appendFlatRow(dst []byte, width int, value byte) []byte {
	var values [planeChunk]byte
	for i := range values {
		values[i] = value
	}
	last := byte(0)
	for left := width; left > 0; left -= planeChunk {
		dst, last = appendSegments(dst, values[:min(left, planeChunk)], last)
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
		var below []uint32
		if y < src.Height-1 {
			below = src.Row(y + 1)
		}
		last := byte(0)
		for len(row) > 0 {
			n := min(len(row), planeChunk)
			chunk := values[:n]
			if below != nil {
				differences(chunk, row[:n], below[:n], shift)
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

// differences are those of one channel of row to the row below, signed ones
// folded into unsigned bytes (MS-RDPEGDI 3.1.9.2.1): 0, -1, 1, -2, 2, ...
func differences(out []byte, row, below []uint32, shift uint) {
	row, below = row[:len(out)], below[:len(out)]
	for i := range out {
		d := int8(byte(row[i]>>shift) - byte(below[i]>>shift))
		out[i] = byte(d<<1 ^ d>>7)
	}
}

// appendSegments appends values of one row as RDP6_RLE_SEGMENTs. A run repeats
// the raw byte before it, or before the segment; last is that byte, zero at the
// start of a row.
func appendSegments(dst, values []byte, last byte) ([]byte, byte) {
	for len(values) > 0 {
		raw, prev := 0, last
		// The raw bytes end where the byte before is repeated often enough.
		for ; raw < len(values); raw++ {
			v := values[raw]
			if v == prev && raw+2 < len(values) && values[raw+1] == v && values[raw+2] == v {
				break
			}
			prev = v
		}
		end := raw
		for end < len(values) && values[end] == prev {
			end++
		}
		last = prev
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
