package bitmap

import "github.com/fumidai/fumidai/rdp/wire"

// Where a plane goes while it is decoded: into the channel of dst of the same
// rank. Y, Co and Cg wait there for their conversion.
const (
	redShift   = 16 // also Y
	greenShift = 8  // also Co
	blueShift  = 0  // also Cg
)

// DecodePlanar reads a bitmap of dst's size that is compressed with the planar
// codec (MS-RDPEGDI 3.1.9.1), the bottom row first. Alpha, which means nothing
// on a screen, is dropped. Bytes after the last plane are ignored: one of
// padding belongs there if the planes are not run length encoded.
func DecodePlanar(dst Pixels, data []byte) error {
	d := planarDecoder{r: wire.NewReader(planarName, data), dst: dst}
	header := d.r.U8("formatHeader")
	loss := int(header & planarLossMask)
	d.rle = header&planarRLE != 0
	chroma := dst
	if header&planarSubsampling != 0 {
		if loss == 0 {
			d.r.Failf("formatHeader", "chroma subsampling of red, green and blue")
		}
		chroma.Width, chroma.Height = (dst.Width+1)/2, (dst.Height+1)/2
	}
	alpha := header&planarNoAlpha == 0
	if alpha {
		// Whatever it is, the red plane overwrites it.
		d.plane("alpha", dst.Width, dst.Height, redShift)
	}
	d.plane("red or luma", dst.Width, dst.Height, redShift)
	d.plane("green or orange chroma", chroma.Width, chroma.Height, greenShift)
	d.plane("blue or green chroma", chroma.Width, chroma.Height, blueShift)
	if err := d.r.Err(); err != nil {
		return err
	}
	if loss > 0 {
		fromYCoCg(dst, loss-1, header&planarSubsampling != 0, alpha)
	} else {
		dropAlpha(dst)
	}
	return nil
}

type planarDecoder struct {
	r   *wire.Reader
	dst Pixels
	rle bool
}

// plane reads one plane of that size into one channel of the bottom left part
// of dst.
func (d *planarDecoder) plane(field string, width, height int, shift uint) {
	var below []uint32
	for y := range height {
		row := d.dst.Row(d.dst.Height - 1 - y)[:width]
		if d.rle {
			d.segments(field, row, below, shift)
		} else {
			for x, v := range d.r.Bytes(field, width) {
				row[x] = row[x]&^(0xFF<<shift) | uint32(v)<<shift
			}
		}
		if d.r.Err() != nil {
			return
		}
		below = row
	}
}

// segments reads one row of a run length encoded plane. Only the first row of a
// plane has the values themselves; later ones have the difference to the row
// below, its sign in the lowest bit (MS-RDPEGDI 3.1.9.2).
func (d *planarDecoder) segments(field string, row, below []uint32, shift uint) {
	mask := uint32(0xFF) << shift
	var value byte // what a run repeats: a value or a difference
	for x := 0; x < len(row); {
		control := d.r.U8(field)
		run, raw := int(control&segmentRunMask), int(control>>segmentRawShift)
		switch run {
		case segmentLong16:
			run, raw = 16+raw, 0
		case segmentLong32:
			run, raw = 32+raw, 0
		}
		if control == 0 {
			d.r.Failf(field, "empty segment")
		}
		if raw+run > len(row)-x {
			d.r.Failf(field, "%d pixels where %d are left in the row", raw+run, len(row)-x)
		}
		values := d.r.Bytes(field, raw)
		if d.r.Err() != nil {
			return
		}
		if below == nil {
			for _, v := range values {
				value = v
				row[x] = row[x]&^mask | uint32(v)<<shift
				x++
			}
			setChannel(row[x:x+run], mask, uint32(value)<<shift)
		} else {
			for _, v := range values {
				value = difference(v)
				row[x] = row[x]&^mask | (below[x]&mask+uint32(value)<<shift)&mask
				x++
			}
			addChannel(row[x:x+run], below[x:x+run], mask, uint32(value)<<shift)
		}
		x += run
	}
}

// setChannel makes the channel of that mask v.
func setChannel(row []uint32, mask, v uint32) {
	for i := range row {
		row[i] = row[i]&^mask | v
	}
}

// addChannel makes the channel of that mask what it is below, plus v.
func addChannel(row, below []uint32, mask, v uint32) {
	below = below[:len(row)]
	for i := range row {
		row[i] = row[i]&^mask | (below[i]&mask+v)&mask
	}
}

// difference undoes the folding of a signed difference into an unsigned byte:
// 0, -1, 1, -2, 2, ... Wrapping around is part of the format.
func difference(v byte) byte { return v>>1 ^ -(v & 1) }

func dropAlpha(dst Pixels) {
	for y := range dst.Height {
		row := dst.Row(y)
		for x := range row {
			row[x] &= white
		}
	}
}

// fromYCoCg converts in place (MS-RDPEGDI 3.1.9.1.2). Chroma was divided by a
// power of two, whose exponent less one is shift, since the half that the
// conversion wants is built in. A subsampled chroma plane stands in the bottom
// left quarter of dst; every pixel is read there before it is written, because
// the loop ends in that corner.
//
// Without an alpha plane red and blue are exchanged. IronRDP and FreeRDP
// read it so (confirmed); what Windows sends is said to differ from case to case.
func fromYCoCg(dst Pixels, shift int, subsampled, alpha bool) {
	half := 0
	if subsampled {
		half = 1
	}
	for y := dst.Height - 1; y >= 0; y-- { // rows from the bottom
		row := dst.Row(dst.Height - 1 - y)
		chroma := dst.Row(dst.Height - 1 - y>>half)
		for x := dst.Width - 1; x >= 0; x-- {
			c := chroma[x>>half]
			luma := int(row[x] >> redShift & 0xFF)
			co := int(int8(byte(c>>greenShift) << shift))
			cg := int(int8(byte(c>>blueShift) << shift))
			r, g, b := clamp(luma-cg+co), clamp(luma+cg), clamp(luma-cg-co)
			if !alpha {
				r, b = b, r
			}
			row[x] = r<<redShift | g<<greenShift | b<<blueShift
		}
	}
}

func clamp(v int) uint32 { return uint32(min(max(v, 0), 0xFF)) }
