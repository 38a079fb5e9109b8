package bitmap

import (
	"bytes"
	"fmt"
	"math/rand"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// TestRoundTrip: what was encoded decodes to what the depth can show.
func TestRoundTrip(t *testing.T) {
	for _, depth := range []int{15, 16, 24, 32} {
		eachPicture(t, func(name string, p Pixels) {
			name = fmt.Sprintf("%s, %d bits", name, depth)
			data := encode([]byte{9}, p, depth)
			if data[0] != 9 {
				t.Errorf("%s: wrote over what was there", name)
			}
			got := garbage(p.Width, p.Height)
			if err := decode(got, depth, data[1:]); err != nil {
				t.Errorf("%s: %dx%d: %v", name, p.Width, p.Height, err)
				return
			}
			wantPixels(t, name, got, p, depth)
		})
	}
}

// TestDecodingStaysInside: a decoder that was given a part of something larger
// leaves the rest alone.
func TestDecodingStaysInside(t *testing.T) {
	for _, depth := range []int{16, 24, 32} {
		eachPicture(t, func(name string, p Pixels) {
			whole := garbage(p.Width+5, p.Height+4)
			if err := decode(whole.Sub(3, 2, p.Width, p.Height), depth, encode(nil, p, depth)); err != nil {
				t.Error(err)
			}
			for y := range whole.Height {
				for x, v := range whole.Row(y) {
					inside := x >= 3 && x < 3+p.Width && y >= 2 && y < 2+p.Height
					if !inside && v != 0xDEADBEEF {
						t.Fatalf("%s, %d bits, %dx%d: wrote at %d,%d", name, depth, p.Width, p.Height, x-3, y-2)
					}
				}
			}
		})
	}
}

// TestCompression holds what a tile of each picture may cost.
func TestCompression(t *testing.T) {
	limits := map[string][3]int{ // 16, 24 and 32 bits per pixel, in bytes
		"black":       {5, 5, 520},
		"white":       {5, 5, 530},
		"flat":        {7, 8, 530},
		"random":      {64*64*2 + 2*64, 64*64*3 + 2*64, 64*64*3 + 1200},
		"text":        {400, 410, 7100},
		"gradient":    {2340, 64*64*3 + 2*64, 910},
		"runs":        {1600, 2100, 5600},
		"dots":        {650, 820, 2300},
		"few colours": {5300, 6300, 13000},
		"columns":     {135, 175, 720},
	}
	r := rand.New(rand.NewSource(1))
	for _, c := range pictures {
		p := filled(64, 64, c.pixel(r))
		for i, depth := range []int{16, 24, 32} {
			n := len(encode(nil, p, depth))
			t.Logf("%s, %d bits: %d bytes", c.name, depth, n)
			if n > limits[c.name][i] {
				t.Errorf("%s, %d bits: %d bytes, limit is %d", c.name, depth, n, limits[c.name][i])
			}
		}
	}
}

// TestRLEEndsWithTheFirstRow: no order of ours begins in the first row and ends
// in a later one. The tile is black, which would tempt an encoder.
func TestRLEEndsWithTheFirstRow(t *testing.T) {
	got := AppendRLE(nil, NewPixels(20, 3), 16)
	if want := wiretest.Unhex(t, "14 0008"); !bytes.Equal(got, want) { // 20, and 40 as 32 + 8
		t.Errorf("% x, want % x", got, want)
	}
}

// TestRLEVeryLongBackground: a run longer than its field is not followed by
// another one, which would mean a foreground pixel.
func TestRLEVeryLongBackground(t *testing.T) {
	for _, width := range []int{1000, 1024, 65535} {
		p := NewPixels(width, 3+140000/width)
		got := garbage(p.Width, p.Height)
		if err := DecodeRLE(got, 16, AppendRLE(nil, p, 16)); err != nil {
			t.Error(err)
			continue
		}
		wantPixels(t, fmt.Sprint(width), got, p, 16)
	}
}

// TestRLELongestOrders reaches the mega-mega form of every order we write.
func TestRLELongestOrders(t *testing.T) {
	for name, pixel := range map[string]func(x, y int) uint32{
		"color run":      func(x, y int) uint32 { return 0x101010 },
		"color image":    func(x, y int) uint32 { return uint32(x*x*x+y*77+x*y*0x10101) & white },
		"foreground run": func(x, y int) uint32 { return uint32(y&1) * white },
		"set foreground": func(x, y int) uint32 { return uint32(y&1) * 0x8040C0 },
		"image":          func(x, y int) uint32 { return uint32((x^y)&1) * white },
		"set image":      func(x, y int) uint32 { return uint32((x^y)&1) * 0x8040C0 },
	} {
		for _, width := range []int{31, 32, 248, 249, 256, 257, 287, 288, 700} {
			p := filled(width, 4, pixel)
			got := garbage(p.Width, p.Height)
			if err := DecodeRLE(got, 24, AppendRLE(nil, p, 24)); err != nil {
				t.Errorf("%s %d: %v", name, width, err)
				continue
			}
			wantPixels(t, fmt.Sprint(name, " ", width), got, p, 24)
		}
	}
}

func TestNothingAllocates(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	dst := make([]byte, 0, 64*64*5)
	got := NewPixels(61, 64)
	for _, c := range pictures {
		p := filled(64, 64, c.pixel(r)).Sub(1, 0, 61, 64)
		for _, depth := range []int{16, 24, 32} {
			if n := testing.AllocsPerRun(5, func() { encode(dst, p, depth) }); n != 0 {
				t.Errorf("%s, %d bits: encoding makes %v allocations", c.name, depth, n)
			}
			data := encode(nil, p, depth)
			if n := testing.AllocsPerRun(5, func() { _ = decode(got, depth, data) }); n != 0 {
				t.Errorf("%s, %d bits: decoding makes %v allocations", c.name, depth, n)
			}
			raw := AppendRaw(nil, p, depth)
			if n := testing.AllocsPerRun(5, func() { _ = DecodeRaw(got, depth, AppendRaw(dst, p, depth)) }); n != 0 || len(raw) == 0 {
				t.Errorf("%s, %d bits: raw makes %v allocations", c.name, depth, n)
			}
		}
	}
}
