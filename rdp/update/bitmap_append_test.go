package update

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
)

var depths = []int{15, 16, 24, 32}

// TestAppendBitmapUpdateBytes holds whole updates: rows of the bitmap widened to
// four pixels while the rectangle is not, the form with and without
// TS_CD_HEADER, and one that is not worth compressing.
func TestAppendBitmapUpdateBytes(t *testing.T) {
	red := filled(5, 3, func(x, y int) uint32 { return 0xFF0000 })
	colours := filled(3, 1, func(x, y int) uint32 { return []uint32{0xFF0000, 0x00FF00, 0x0000FF}[x] })
	for _, c := range []struct {
		name   string
		src    bitmap.Pixels
		depth  int
		header bool
		want   string
	}{
		{"header", red, 16, true, "0100 0100 0a00 1400 0e00 1600 0800 0300 1000 0100 0c00 0000 0400 0800 3000 6800f8 10"},
		{"no header", red, 16, false, "0100 0100 0a00 1400 0e00 1600 0800 0300 1000 0104 0400 6800f8 10"},
		{"planar", red, 32, false, `0100 0100 0a00 1400 0e00 1600 0800 0300 2000 0104 1100
			10 17ff 08 08 17ff 08 08 08 08 08 08 08 08 08 00`[:0], },
		{"raw", colours, 16, true, "0100 0100 0a00 1400 0c00 1400 0400 0100 1000 0000 0800 00f8e0071f001f00"},
		{"raw, 24 bits", colours, 24, false, "0100 0100 0a00 1400 0c00 1400 0400 0100 1800 0000 0c00 0000ff 00ff00 ff0000 ff0000"},
	} {
		got, err := AppendBitmapUpdate([]byte{9}, image.Pt(10, 20), c.src, c.depth, c.header)
		if err != nil || got[0] != 9 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := unhex(t, c.want); !bytes.Equal(got[1:], want) {
			t.Errorf("%s:\n% x, want\n% x", c.name, got[1:], want)
		}
	}
}
