package update

import (
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/bitmap"
)

// "IronRDP" is the one of its tests (crates/ironrdp-pdu/src/basic_output/bitmap/tests.rs);
// its TS_CD_HEADER contradicts bitmapLength and the size of the bitmap, in a way
// that does no harm. The others are made by hand from MS-RDPBCGR
// 2.2.9.1.1.3.1.2.
var bitmapUpdates = []struct {
	name string
	hex  string
	want []Bitmap
}{
	{"IronRDP", `0100 0100 0007 0004 3f07 3704 4000 3800 1000 0100 5c00 0000 5000 1c00 0400
		210021000100200984210021002100120010d820000b00000000000000601e210000a883210055adffff
		45297acea3100e8245297aced582100100000000800e45299ef7ffff9ef74529210055ad1010a8d86012`, nil},
	{"none", "0100 0000", nil},
	{"uncompressed", "0100 0100 0100 0200 0200 0200 0200 0100 1000 0000 0400 00f81f00", []Bitmap{
		{Left: 1, Top: 2, Right: 2, Bottom: 2, Width: 2, Height: 1, BitsPerPixel: 16, Data: []byte{0, 0xf8, 0x1f, 0}},
	}},
	{"compressed", "0100 0100 0000 0000 0300 0000 0400 0100 1000 0100 0b00 0000 0300 0400 0800 64ff7f", []Bitmap{
		{Right: 3, Width: 4, Height: 1, BitsPerPixel: 16, Flags: BitmapCompression, Data: []byte{0x64, 0xff, 0x7f}},
	}},
	{"compressed, FreeRDP's length", "0100 0100 0000 0000 0300 0000 0400 0100 1000 0100 0300 0000 0300 0800 0800 64ff7f", []Bitmap{
		{Right: 3, Width: 4, Height: 1, BitsPerPixel: 16, Flags: BitmapCompression, Data: []byte{0x64, 0xff, 0x7f}},
	}},
	{"compressed, no header", "0100 0100 0000 0000 0300 0000 0400 0100 1000 0104 0300 64ff7f", []Bitmap{
		{Right: 3, Width: 4, Height: 1, BitsPerPixel: 16, Flags: BitmapCompression | NoCompressionHeader, Data: []byte{0x64, 0xff, 0x7f}},
	}},
	{"two", `0100 0200 0000 0000 0000 0000 0100 0100 2000 0000 0400 11223344
		ffff ffff ffff ffff 0100 0100 1800 0004 0300 556677`, []Bitmap{
		{Width: 1, Height: 1, BitsPerPixel: 32, Data: []byte{0x11, 0x22, 0x33, 0x44}},
		{Left: 65535, Top: 65535, Right: 65535, Bottom: 65535, Width: 1, Height: 1, BitsPerPixel: 24, Flags: NoCompressionHeader, Data: []byte{0x55, 0x66, 0x77}},
	}},
}

func parseBitmaps(data []byte) (all []Bitmap, err error) {
	r, err := ParseBitmapUpdate(data)
	if err != nil {
		return nil, err
	}
	for b, ok := r.Next(); ok; b, ok = r.Next() {
		all = append(all, b)
	}
	return all, r.Err()
}

func TestBitmapUpdate(t *testing.T) {
	for _, c := range bitmapUpdates {
		data := wiretest.Unhex(t, c.hex)
		got, err := parseBitmaps(data)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if c.name == "IronRDP" {
			data := got[0].Data
			got[0].Data = nil
			want := Bitmap{Left: 1792, Top: 1024, Right: 1855, Bottom: 1079, Width: 64, Height: 56, BitsPerPixel: 16, Flags: BitmapCompression}
			if d := cmp.Diff([]Bitmap{want}, got); d != "" || len(data) != 80 || data[0] != 0x21 {
				t.Errorf("%s: %s, %d bytes", c.name, d, len(data))
			}
		} else if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		for n := range data {
			_, err := parseBitmaps(data[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		if _, err := parseBitmaps(append(data, 1, 2, 3)); err != nil {
			t.Errorf("%s with bytes at its end: %v", c.name, err)
		}
	}
}

func TestBitmapUpdateMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"another type":                  "0200 0000",
		"right of left":                 "0100 0100 0200 0200 0100 0200 0200 0100 1000 0000 0400 00f81f00",
		"bottom above top":              "0100 0100 0100 0200 0200 0100 0200 0100 1000 0000 0400 00f81f00",
		"no width":                      "0100 0100 0100 0200 0200 0200 0000 0100 1000 0000 0400 00f81f00",
		"no height":                     "0100 0100 0100 0200 0200 0200 0200 0000 1000 0000 0400 00f81f00",
		"8 bits":                        "0100 0100 0100 0200 0200 0200 0200 0100 0800 0000 0400 00f81f00",
		"0 bits":                        "0100 0100 0100 0200 0200 0200 0200 0100 0000 0000 0400 00f81f00",
		"length beyond the end":         "0100 0100 0100 0200 0200 0200 0200 0100 1000 0000 0500 00f81f00",
		"length of the header and less": "0100 0100 0000 0000 0300 0000 0400 0100 1000 0100 0700 0000 0300 0400 0800 64ff7f",
		"body longer than the length":   "0100 0100 0000 0000 0300 0000 0400 0100 1000 0100 0a00 0000 0300 0400 0800 64ff7f",
		"more announced":                "0100 0200 0000 0000 0000 0000 0100 0100 2000 0000 0400 11223344",
	} {
		_, err := parseBitmaps(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

// TestReaderStops: after an error there is nothing more, and the error stays.
func TestReaderStops(t *testing.T) {
	r, err := ParseBitmapUpdate(wiretest.Unhex(t, "0100 0300 00"))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if b, ok := r.Next(); ok || b.Data != nil {
			t.Error("a bitmap after the end")
		}
		wiretest.WantMalformed(t, "Err", r.Err())
	}
}

func TestDecodeWantsTheSize(t *testing.T) {
	b := Bitmap{Right: 3, Width: 4, Height: 1, BitsPerPixel: 16, Data: make([]byte, 8)}
	for _, size := range []image.Point{{3, 1}, {4, 2}, {5, 1}} {
		wiretest.WantMisuse(t, size.String(), b.Decode(bitmap.NewPixels(size.X, size.Y)))
	}
	if err := b.Decode(bitmap.NewPixels(4, 1)); err != nil {
		t.Error(err)
	}
	if got, want := b.Rectangle(), image.Rect(0, 0, 4, 1); got != want {
		t.Errorf("%v", got)
	}
}
