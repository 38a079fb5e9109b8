package bitmap

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// Two rows of three pixels, made by hand: the bottom row first, each row padded
// to four bytes (MS-RDPBCGR 2.2.9.1.1.3.1.2.2).
var rawBitmaps = []struct {
	depth int
	hex   string
}{
	{16, "00f8 ffff 0000 0000  1f00 e007 00f8 0000"},
	{15, "007c ff7f 0000 0000  1f00 e003 007c 0000"},
	{24, "0000ff ffffff 000000 000000  ff0000 00ff00 0000ff 000000"},
	{32, "0000ff00 ffffff00 00000000  ff000000 00ff0000 0000ff00"},
}

var rawPixels = Pixels{Width: 3, Height: 2, Stride: 3, Pix: []uint32{
	0x0000FF, 0x00FF00, 0xFF0000,
	0xFF0000, 0xFFFFFF, 0x000000,
}}

func TestRaw(t *testing.T) {
	for _, c := range rawBitmaps {
		data := wiretest.Unhex(t, c.hex)
		got := garbage(3, 2)
		if err := DecodeRaw(got, c.depth, data); err != nil {
			t.Errorf("%d: %v", c.depth, err)
			continue
		}
		wantPixels(t, fmt.Sprint(c.depth), got, rawPixels, c.depth)
		if again := AppendRaw([]byte{9}, rawPixels, c.depth); !bytes.Equal(again[1:], data) || again[0] != 9 {
			t.Errorf("%d: written as % x", c.depth, again)
		}
	}
}

func TestRawWithoutPadding(t *testing.T) {
	for _, c := range rawBitmaps {
		data := wiretest.Unhex(t, c.hex)
		row, padded := 3*bytesPerPixel(c.depth), len(data)/2
		tight := append(append([]byte(nil), data[:row]...), data[padded:padded+row]...)
		got := garbage(3, 2)
		if err := DecodeRaw(got, c.depth, tight); err != nil {
			t.Errorf("%d: %v", c.depth, err)
			continue
		}
		wantPixels(t, fmt.Sprint(c.depth), got, rawPixels, c.depth)
		for n := range tight {
			wiretest.WantMalformed(t, fmt.Sprintf("%d cut to %d", c.depth, n), DecodeRaw(got, c.depth, tight[:n]))
		}
		if err := DecodeRaw(got, c.depth, append(data, 1, 2, 3)); err != nil {
			t.Errorf("%d with bytes at its end: %v", c.depth, err)
		}
	}
}

func TestRawRoundTrip(t *testing.T) {
	for _, depth := range []int{15, 16, 24, 32} {
		eachPicture(t, func(name string, p Pixels) {
			got := garbage(p.Width, p.Height)
			if err := DecodeRaw(got, depth, AppendRaw(nil, p, depth)); err != nil {
				t.Errorf("%s: %v", name, err)
				return
			}
			wantPixels(t, name, got, p, depth)
		})
	}
}

func TestDepthsThatDoNotExist(t *testing.T) {
	p := NewPixels(1, 1)
	data := make([]byte, 64)
	for _, depth := range []int{-1, 0, 1, 4, 8, 17, 30, 64} {
		wiretest.WantMisuse(t, fmt.Sprint("raw ", depth), DecodeRaw(p, depth, data))
		wiretest.WantMisuse(t, fmt.Sprint("rle ", depth), DecodeRLE(p, depth, data))
		mustPanic(t, func() { AppendRaw(nil, p, depth) })
		mustPanic(t, func() { AppendRLE(nil, p, depth) })
	}
	wiretest.WantMisuse(t, "rle 32", DecodeRLE(p, 32, data))
	mustPanic(t, func() { AppendRLE(nil, p, 32) })
}

func mustPanic(t *testing.T, f func()) {
	t.Helper()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	f()
}
