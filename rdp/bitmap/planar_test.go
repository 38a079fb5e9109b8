package bitmap

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// Streams made by hand from MS-RDPEGDI 2.2.2.5.1 and 3.1.9. The pixels are in the
// order of the stream: the bottom row first. padded says that the last byte is
// the padding of planes that are not run length encoded.
var planarStreams = []struct {
	name          string
	width, height int
	hex           string
	padded        bool
	pixels        []uint32
}{
	{"raw, no alpha", 2, 1, "20 1122 3344 5566 00", true, []uint32{0x113355, 0x224466}},
	{"raw, no alpha, no padding", 2, 1, "20 1122 3344 5566", false, []uint32{0x113355, 0x224466}},
	{"raw, alpha", 2, 1, "00 ff00 1122 3344 5566 00", true, []uint32{0x113355, 0x224466}},
	{"raw, two rows", 1, 2, "20 1122 3344 5566 00", true, []uint32{0x113355, 0x224466}},
	{"segments with raw bytes alone", 3, 1, "30 30010203 10 04 20 0506 30 070809", false, []uint32{0x010407, 0x020508, 0x030609}},
	{"runs", 5, 1, "30 14ab 20 0102 03 05", false, []uint32{0xAB0100, 0xAB0200, 0xAB0200, 0xAB0200, 0xAB0200}},
	{"alpha with runs", 5, 1, "10 14ff 14ab 05 05", false, slices.Repeat([]uint32{0xAB0000}, 5)},
	{"long runs", 47, 1, "30 1001 e1 01 f2 02 0f", false, slices.Repeat([]uint32{0x010000}, 47)},
	{"differences", 2, 2, "30 201020 200203 200000 2001ff 2000ff 200102", false, []uint32{0x100000, 0x2000FF, 0x11FFFF, 0x1E8000}},
	{"a run of a difference", 4, 2, "30 400102030a 1303 04 04 04 04", false, []uint32{
		0x010000, 0x020000, 0x030000, 0x0A0000, 0xFF0000, 0x000000, 0x010000, 0x080000,
	}},
	{"a run at the start of a row has difference zero", 4, 2, "30 13 07 04 04 04 04 04", false, slices.Repeat([]uint32{0x070000}, 8)},
	{"luma alone", 1, 1, "21 80 00 00", false, []uint32{0x808080}},
	{"chroma, red and blue exchanged", 1, 1, "21 64 0a 14", false, []uint32{0x46785A}},
	{"chroma with alpha", 1, 1, "01 ff 64 0a 14", false, []uint32{0x5A7846}},
	{"colour loss", 1, 1, "03 ff 64 0a 05", false, []uint32{0x787828}},
	{"negative chroma", 1, 1, "02 ff 64 ff fe", false, []uint32{0x66606A}},
	{"chroma that becomes negative when it is shifted", 1, 1, "07 ff 80 02 00", false, []uint32{0x0080FF}},
	{"clipped", 1, 1, "02 ff f0 3f 3f", false, []uint32{0xF0FF00}},
	{"subsampled", 3, 3, "09 ffffffffffffffffff 646464646464646464 0a0014f6 00050000 00", true, []uint32{
		0x6E645A, 0x6E645A, 0x5F695F,
		0x6E645A, 0x6E645A, 0x5F695F,
		0x786450, 0x786450, 0x5A646E,
	}},
	{"reserved bits", 1, 1, "e0 01 02 03", false, []uint32{0x010203}},
}

func TestPlanarStreams(t *testing.T) {
	for _, c := range planarStreams {
		data := wiretest.Unhex(t, c.hex)
		dst := garbage(c.width, c.height)
		if err := DecodePlanar(dst, data); err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := inStreamOrder(dst); !slices.Equal(got, c.pixels) {
			t.Errorf("%s: %06x, want %06x", c.name, got, c.pixels)
		}
		if err := DecodePlanar(dst, append(data[:len(data):len(data)], 1, 2)); err != nil {
			t.Errorf("%s with bytes at its end: %v", c.name, err)
		}
		end := len(data)
		if c.padded {
			end--
		}
		for n := range end {
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), DecodePlanar(dst, data[:n]))
		}
	}
}

func TestPlanarMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"nothing":                             "",
		"header alone":                        "30",
		"subsampled red, green and blue":      "28 01 02 03 04 05 06 07 08 09 0a 0b 0c",
		"empty segment":                       "30 00 20 0102 20 0102 20 0102",
		"empty segment within a row":          "30 10 01 00 10 02 20 0102 20 0102",
		"run longer than the row":             "30 03 20 0102 20 0102",
		"run of 16 longer than the row":       "30 01 20 0102 20 0102",
		"run of 47 longer than the row":       "30 f2 20 0102 20 0102",
		"raw bytes longer than the row":       "30 30 010203 20 0102 20 0102",
		"raw bytes and run longer than a row": "30 13 01 20 0102 20 0102",
		"a plane missing":                     "30 20 0102 20 0102",
	} {
		wiretest.WantMalformed(t, name, DecodePlanar(garbage(2, 1), wiretest.Unhex(t, s)))
	}
}

// TestPlanarSegments: what our encoder writes for runs of every length, alone and
// after raw bytes. Lengths 1 and 2 have no code, and no run may leave them.
func TestPlanarSegments(t *testing.T) {
	for raw := range 35 {
		for run := range 200 {
			width := raw + run
			if width == 0 {
				continue
			}
			p := filled(width, 1, func(x, y int) uint32 { return uint32(min(x, max(raw-1, 0))+1) * 0x010101 })
			if raw == 0 {
				p = NewPixels(width, 1)
			}
			got := garbage(width, 1)
			data := AppendPlanar(nil, p)
			if err := DecodePlanar(got, data); err != nil {
				t.Fatalf("%d raw, run of %d: % x: %v", raw, run, data, err)
			}
			wantPixels(t, fmt.Sprintf("%d raw, run of %d", raw, run), got, p, 32)
		}
	}
}

// TestPlanarFlat: a row of 64 equal pixels over another one is two bytes a plane.
func TestPlanarFlat(t *testing.T) {
	flat := filled(64, 2, func(x, y int) uint32 { return 0x123456 })
	want := wiretest.Unhex(t, "10  1fff c2 04 f2 11  1f12 c2 04 f2 11  1f34 c2 04 f2 11  1f56 c2 04 f2 11")
	if got := AppendPlanar(nil, flat); !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}

// TestPlanarHeader: rdesktop 1.9 shows nothing unless the header is exactly this,
// and a client that has not announced DRAW_ALLOW_SKIP_ALPHA may expect it.
func TestPlanarHeader(t *testing.T) {
	want := wiretest.Unhex(t, `10
		10ff 10 00
		10aa 10 00
		10bb 10 00
		10cc 10 02`)
	got := AppendPlanar(nil, Pixels{Width: 1, Height: 2, Stride: 1, Pix: []uint32{0xAABBCD, 0xAABBCC}})
	if !bytes.Equal(got, want) {
		t.Errorf("% x, want % x", got, want)
	}
}
