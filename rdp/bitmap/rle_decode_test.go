package bitmap

import (
	"fmt"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

const (
	w16 = 0xFFFFFF // the foreground at the start
	r16 = 0xFF0000 // 00f8 on the wire
	b16 = 0x0000FF // 1f00
	m16 = 0xFF00FF // red ^ blue
	c16 = 0x00FFFF // white ^ red
	y16 = 0xFFFF00 // white ^ blue
)

// Every order once or more, made by hand from MS-RDPBCGR 2.2.9.1.1.3.1.2.4 and
// the pseudocode of 3.1.9, 16 bits per pixel. The pixels are in the order of the
// stream: the bottom row first.
var rleOrders = []struct {
	name   string
	width  int
	hex    string
	pixels []uint32
}{
	{"background run in the first row", 4, "04", []uint32{0, 0, 0, 0}},
	{"background run", 2, "8200f81f00 02", []uint32{r16, b16, r16, b16}},
	{"background run, long form", 33, "0001", slices.Repeat([]uint32{0}, 33)},
	{"background run, mega mega", 3, "f00300", []uint32{0, 0, 0}},
	{"second background run of the first row", 4, "02 02", []uint32{0, 0, w16, 0}},
	{"second background run", 4, "8400f81f00 00f81f00 02 02", []uint32{r16, b16, r16, b16, r16, b16, c16, b16}},
	{"third background run", 3, "01 01 01", []uint32{0, w16, w16}},
	{"nothing inserted after another order", 4, "01 8100f8 02", []uint32{0, r16, 0, 0}},
	{"nothing inserted in the second row", 2, "02 02", []uint32{0, 0, 0, 0}},
	{"foreground run in the first row", 3, "23", []uint32{w16, w16, w16}},
	{"foreground run", 2, "8200f81f00 22", []uint32{r16, b16, c16, y16}},
	{"foreground run, long form", 34, "2002", slices.Repeat([]uint32{w16}, 34)},
	{"foreground run, mega mega", 2, "f10200", []uint32{w16, w16}},
	{"set foreground run", 2, "c2 1f00 c2 00f8", []uint32{b16, b16, m16, m16}},
	{"set foreground run, long form", 17, "c001 1f00", slices.Repeat([]uint32{b16}, 17)},
	{"set foreground run, mega mega", 2, "f60200 1f00", []uint32{b16, b16}},
	{"the foreground stays set", 2, "c1 1f00 21", []uint32{b16, b16}},
	{"foreground/background image in the first row", 8, "41 a5", []uint32{w16, 0, w16, 0, 0, w16, 0, w16}},
	{"foreground/background image", 4, "c4 00f8 4003 06", []uint32{r16, r16, r16, r16, r16, 0, 0, r16}},
	{"foreground/background image, two masks", 16, "42 ff00", append(slices.Repeat([]uint32{w16}, 8), make([]uint32, 8)...)},
	{"foreground/background image, part of a mask", 9, "4008 0101", []uint32{w16, 0, 0, 0, 0, 0, 0, 0, w16}},
	{"foreground/background image, mega mega", 3, "f20300 05", []uint32{w16, 0, w16}},
	{"set foreground/background image", 8, "d1 1f00 0f", []uint32{b16, b16, b16, b16, 0, 0, 0, 0}},
	{"set foreground/background image, part of a mask", 3, "d002 1f00 02", []uint32{0, b16, 0}},
	{"set foreground/background image, mega mega", 3, "f70300 1f00 02", []uint32{0, b16, 0}},
	{"color run", 3, "63 1f00", []uint32{b16, b16, b16}},
	{"color run over rows", 2, "64 1f00", []uint32{b16, b16, b16, b16}},
	{"color run, long form", 32, "6000 1f00", slices.Repeat([]uint32{b16}, 32)},
	{"color run, mega mega", 2, "f30200 1f00", []uint32{b16, b16}},
	{"color image", 2, "82 1f00 00f8", []uint32{b16, r16}},
	{"color image over rows", 1, "82 1f00 00f8", []uint32{b16, r16}},
	{"color image, mega mega", 1, "f40100 1f00", []uint32{b16}},
	{"dithered run", 4, "e2 00f8 1f00", []uint32{r16, b16, r16, b16}},
	{"dithered run over rows", 3, "e3 00f8 1f00", []uint32{r16, b16, r16, b16, r16, b16}},
	{"dithered run, long form", 32, "e000 00f8 1f00", slices.Repeat([]uint32{r16, b16}, 16)},
	{"dithered run, mega mega", 2, "f80100 00f8 1f00", []uint32{r16, b16}},
	{"special 1", 8, "f9", []uint32{w16, w16, 0, 0, 0, 0, 0, 0}},
	{"special 2", 8, "fa", []uint32{w16, 0, w16, 0, 0, 0, 0, 0}},
	{"special 1 in a later row", 8, "68 00f8 f9", []uint32{
		r16, r16, r16, r16, r16, r16, r16, r16, c16, c16, r16, r16, r16, r16, r16, r16,
	}},
	{"white and black", 3, "fd fe fd", []uint32{w16, 0, w16}},
	{"white and black in a later row", 1, "61 00f8 fd fe", []uint32{r16, w16, 0}},
	// An order keeps looking at black to its end (3.1.9), so the last two
	// pixels are not r16 ^ white.
	{"an order that leaves the first row", 2, "81 00f8 23", []uint32{r16, w16, w16, w16}},
	{"a background run that leaves the first row", 2, "81 00f8 03", []uint32{r16, 0, 0, 0}},
}

func TestRLEOrders(t *testing.T) {
	for _, c := range rleOrders {
		dst := garbage(c.width, len(c.pixels)/c.width)
		if err := DecodeRLE(dst, 16, wiretest.Unhex(t, c.hex)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := inStreamOrder(dst); !slices.Equal(got, c.pixels) {
			t.Errorf("%s: %06x, want %06x", c.name, got, c.pixels)
		}
	}
}

func inStreamOrder(p Pixels) []uint32 {
	var all []uint32
	for y := range p.Height {
		all = append(all, p.Row(p.Height-1-y)...)
	}
	return all
}

func TestRLEOtherDepths(t *testing.T) {
	for _, c := range []struct {
		depth int
		hex   string
		want  []uint32
	}{
		{24, "82 0000ff ff0000 c1 00ff00 21", []uint32{0xFF0000, 0x0000FF, 0xFFFF00, 0x00FFFF}},
		{24, "21 61 332211 e1 010203 040506", []uint32{0xFFFFFF, 0x112233, 0x030201, 0x060504}},
		{15, "82 007c 1f00 c1 e003 21", []uint32{0xFF0000, 0x0000FF, 0xFFFF00, 0x00FFFF}},
		{15, "fd 03", []uint32{0xFFFFFF, 0, 0, 0}},
	} {
		dst := garbage(2, 2)
		if err := DecodeRLE(dst, c.depth, wiretest.Unhex(t, c.hex)); err != nil {
			t.Errorf("%d, %s: %v", c.depth, c.hex, err)
		} else if got := inStreamOrder(dst); !slices.Equal(got, c.want) {
			t.Errorf("%d, %s: %06x, want %06x", c.depth, c.hex, got, c.want)
		}
	}
}

// TestRLETruncated: a stream that is cut anywhere lacks pixels.
func TestRLETruncated(t *testing.T) {
	for _, c := range rleOrders {
		data := wiretest.Unhex(t, c.hex)
		for n := range data {
			dst := garbage(c.width, len(c.pixels)/c.width)
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), DecodeRLE(dst, 16, data[:n]))
		}
		for _, extra := range []string{"01", "21", "61 1f00", "81 1f00", "4000 00", "e1 1f00 1f00", "fd", "fe", "f9"} {
			dst := garbage(c.width, len(c.pixels)/c.width)
			wiretest.WantMalformed(t, c.name+" and "+extra, DecodeRLE(dst, 16, append(data[:len(data):len(data)], wiretest.Unhex(t, extra)...)))
		}
	}
}

func TestRLEMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":                                  "",
		"unassigned code 101":                      "a1",
		"unassigned code 1011":                     "b1",
		"unassigned f5":                            "f50400",
		"unassigned fb":                            "fb",
		"unassigned fc":                            "fc",
		"unassigned ff":                            "ff",
		"background run too long":                  "05",
		"background run of the largest length":     "f0ffff",
		"no background":                            "f00000 04",
		"no background to insert into":             "02 f00000 02",
		"no foreground":                            "f10000 04",
		"no image":                                 "f20000 04",
		"no color":                                 "f30000 1f00 04",
		"no color image":                           "f40000 04",
		"no dither":                                "f80000 1f00 1f00 04",
		"foreground run too long":                  "25",
		"image too long":                           "4004 00",
		"image longer than its last mask":          "41 00",
		"color run too long":                       "65 1f00",
		"color image too long":                     "85 1f00 1f00 1f00 1f00 1f00",
		"color image longer than the data":         "84 1f00",
		"color image of the largest length":        "f4ffff 1f00",
		"dithered run too long":                    "e3 1f00 1f00",
		"dithered run of the largest length":       "f8ffff 1f00 1f00",
		"special 1 too long":                       "f9",
		"special 2 too long":                       "fa",
		"five whites":                              "fd fd fd fd fd",
		"five blacks":                              "fe fe fe fe fe",
		"a pixel short":                            "03",
		"a pixel short with a foreground inserted": "01 02",
	} {
		wiretest.WantMalformed(t, name, DecodeRLE(garbage(2, 2), 16, wiretest.Unhex(t, s)))
	}
}
