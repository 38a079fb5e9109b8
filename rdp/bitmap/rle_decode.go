package bitmap

import "github.com/fumidai/fumidai/rdp/wire"

// DecodeRLE reads a bitmap of dst's size with 15, 16 or 24 bits per pixel that is
// compressed with interleaved RLE (MS-RDPBCGR 3.1.9). Orders that write beyond
// the last pixel, or fewer pixels than there are, are a *wire.Error; another
// depth is a *wire.MisuseError.
func DecodeRLE(dst Pixels, depth int, data []byte) error {
	if size := bytesPerPixel(depth); size == 0 || size == 4 {
		return wire.Misuse(rleName, "%d bits per pixel", depth)
	}
	d := rleDecoder{r: *wire.NewReader(rleName, data), dst: dst, depth: depth, left: dst.Width * dst.Height, foreground: white}
	d.enterRow()
	for d.r.Len() > 0 {
		d.order()
	}
	if d.left > 0 {
		d.r.Failf("orders", "%d pixels missing", d.left)
	}
	return d.r.Err()
}

// rleDecoder writes pixels from left to right, from the bottom row upwards.
type rleDecoder struct {
	r     wire.Reader
	dst   Pixels
	depth int
	left  int // pixels not written yet

	y     int      // rows finished
	row   []uint32 // what is left of the row being written
	below []uint32 // the pixels under it; nil in the first row

	foreground uint32
	insert     bool // a background run now begins with a foreground pixel
	firstLine  bool // the current order began in the first row
}

// enterRow makes the next row the one being written.
func (d *rleDecoder) enterRow() {
	if d.left == 0 {
		return
	}
	d.row = d.dst.Row(d.dst.Height - 1 - d.y)
	if d.y > 0 {
		d.below = d.dst.Row(d.dst.Height - d.y)
	}
}

// segment returns as many of the next n pixels as the row still has, and what
// lies below them. In the first row there is nothing below; an order that
// began there is drawn on black to its end, also beyond the row
// (MS-RDPBCGR 3.1.9).
func (d *rleDecoder) segment(n int) (row, below []uint32) {
	n = min(n, len(d.row))
	row, d.row = d.row[:n], d.row[n:]
	if d.below != nil {
		below, d.below = d.below[:n], d.below[n:]
	}
	if d.firstLine {
		below = nil
	}
	d.left -= n
	if len(d.row) == 0 {
		d.y++
		d.enterRow()
	}
	return row, below
}

// room fails unless n pixels, at least one, are left to write.
func (d *rleDecoder) room(n int) bool {
	if n < 1 || n > d.left {
		d.r.Failf("runLength", "%d pixels where %d are left", n, d.left)
	}
	return d.r.Err() == nil
}

func (d *rleDecoder) order() {
	if d.y > 0 && d.firstLine || d.y == 0 && !d.firstLine {
		d.firstLine = d.y == 0
		d.insert = false
	}
	header := d.r.U8("orderHeader")
	inserted := d.insert
	d.insert = false
	switch {
	case header>>regularShift <= regularColorImage:
		d.regular(header>>regularShift, header, inserted)
	case header>>liteShift >= liteSetForegroundRun && header>>liteShift <= liteDitheredRun:
		d.lite(header)
	case header >= megaBackgroundRun:
		d.mega(header, inserted)
	default:
		d.r.Failf("orderHeader", "got %#02x", header)
	}
}

func (d *rleDecoder) regular(code, header byte, inserted bool) {
	n := int(header & regularLengthMask)
	switch {
	case n == 0 && code == regularFgBgImage:
		n = int(d.r.U8("runLength")) + fgBgShortLengthBase
	case n == 0:
		n = int(d.r.U8("runLength")) + regularLengthBase
	case code == regularFgBgImage:
		n *= pixelsPerMask
	}
	switch code {
	case regularBackgroundRun:
		d.backgroundRun(n, inserted)
	case regularForegroundRun:
		d.foregroundRun(n)
	case regularFgBgImage:
		d.fgBgImage(n)
	case regularColorRun:
		d.colorRun(n)
	case regularColorImage:
		d.colorImage(n)
	}
}

func (d *rleDecoder) lite(header byte) {
	n := int(header & liteLengthMask)
	code := header >> liteShift
	switch {
	case n == 0 && code == liteSetFgBgImage:
		n = int(d.r.U8("runLength")) + fgBgShortLengthBase
	case n == 0:
		n = int(d.r.U8("runLength")) + liteLengthBase
	case code == liteSetFgBgImage:
		n *= pixelsPerMask
	}
	switch code {
	case liteSetForegroundRun:
		d.foreground = d.pixel()
		d.foregroundRun(n)
	case liteSetFgBgImage:
		d.foreground = d.pixel()
		d.fgBgImage(n)
	case liteDitheredRun:
		d.ditheredRun(n)
	}
}

func (d *rleDecoder) mega(header byte, inserted bool) {
	switch header {
	case megaBackgroundRun:
		d.backgroundRun(int(d.r.U16LE("runLength")), inserted)
	case megaForegroundRun:
		d.foregroundRun(int(d.r.U16LE("runLength")))
	case megaFgBgImage:
		d.fgBgImage(int(d.r.U16LE("runLength")))
	case megaColorRun:
		d.colorRun(int(d.r.U16LE("runLength")))
	case megaColorImage:
		d.colorImage(int(d.r.U16LE("runLength")))
	case megaSetForegroundRun:
		n := int(d.r.U16LE("runLength"))
		d.foreground = d.pixel()
		d.foregroundRun(n)
	case megaSetFgBgImage:
		n := int(d.r.U16LE("runLength"))
		d.foreground = d.pixel()
		d.fgBgImage(n)
	case megaDitheredRun:
		d.ditheredRun(int(d.r.U16LE("runLength")))
	case specialFgBg1:
		d.fgBg(specialFgBgLength, specialFgBg1Mask)
	case specialFgBg2:
		d.fgBg(specialFgBgLength, specialFgBg2Mask)
	case specialWhite:
		d.fill(1, white)
	case specialBlack:
		d.fill(1, 0)
	default:
		d.r.Failf("orderHeader", "got %#02x", header)
	}
}

// pixel reads one pixel.
func (d *rleDecoder) pixel() uint32 {
	switch d.depth {
	case 15:
		return expand555(d.r.U16LE("pixel"))
	case 16:
		return expand565(d.r.U16LE("pixel"))
	}
	if b := d.r.Bytes("pixel", 3); b != nil {
		return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
	}
	return 0
}

// backgroundRun repeats what is below. Two such runs in a row would be one, so
// the second means something else: its first pixel is foreground.
func (d *rleDecoder) backgroundRun(n int, inserted bool) {
	if !d.room(n) {
		return
	}
	if inserted {
		d.foregroundRun(1)
		n--
	}
	for n > 0 {
		row, below := d.segment(n)
		if below == nil {
			clear(row)
		} else {
			copy(row, below)
		}
		n -= len(row)
	}
	d.insert = true
}

// foregroundRun is what is below, exclusive or the foreground.
func (d *rleDecoder) foregroundRun(n int) {
	if !d.room(n) {
		return
	}
	for n > 0 {
		row, below := d.segment(n)
		for i := range row {
			row[i] = d.foreground
		}
		for i, p := range below {
			row[i] ^= p
		}
		n -= len(row)
	}
}

func (d *rleDecoder) colorRun(n int) { d.fill(n, d.pixel()) }

func (d *rleDecoder) fill(n int, p uint32) {
	if !d.room(n) {
		return
	}
	for n > 0 {
		row, _ := d.segment(n)
		for i := range row {
			row[i] = p
		}
		n -= len(row)
	}
}

// ditheredRun repeats a pair of pixels n times.
func (d *rleDecoder) ditheredRun(n int) {
	a, b := d.pixel(), d.pixel()
	if !d.room(2 * n) {
		return
	}
	for n *= 2; n > 0; {
		row, _ := d.segment(n)
		for i := range row {
			row[i] = a
			a, b = b, a
		}
		n -= len(row)
	}
}

func (d *rleDecoder) colorImage(n int) {
	if !d.room(n) {
		return
	}
	data := d.r.Bytes("pixels", n*bytesPerPixel(d.depth))
	for n > 0 && data != nil {
		row, _ := d.segment(n)
		size := len(row) * bytesPerPixel(d.depth)
		decodeRawRow(row, d.depth, data[:size])
		data = data[size:]
		n -= len(row)
	}
}

// fgBgImage has a bit per pixel, the lowest first: background or foreground.
func (d *rleDecoder) fgBgImage(n int) {
	if !d.room(n) {
		return
	}
	masks := d.r.Bytes("masks", (n+pixelsPerMask-1)/pixelsPerMask)
	for _, mask := range masks {
		d.fgBg(min(n, pixelsPerMask), mask)
		n -= pixelsPerMask
	}
}

func (d *rleDecoder) fgBg(n int, mask byte) {
	if !d.room(n) {
		return
	}
	for n > 0 {
		row, below := d.segment(n)
		for i := range row {
			row[i] = d.foreground & -uint32(mask&1)
			mask >>= 1
		}
		for i, p := range below {
			row[i] ^= p
		}
		n -= len(row)
	}
}
