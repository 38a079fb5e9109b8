package bitmap

import "testing"

func TestExpandedPixels(t *testing.T) {
	for _, c := range []struct {
		depth int
		short uint16
		want  uint32
	}{
		{16, 0x0000, 0x000000}, {16, 0xFFFF, 0xFFFFFF},
		{16, 0xF800, 0xFF0000}, {16, 0x07E0, 0x00FF00}, {16, 0x001F, 0x0000FF},
		{16, 0x0841, 0x080808}, {16, 0x8410, 0x848284},
		{15, 0x0000, 0x000000}, {15, 0x7FFF, 0xFFFFFF},
		{15, 0x7C00, 0xFF0000}, {15, 0x03E0, 0x00FF00}, {15, 0x001F, 0x0000FF},
		{15, 0x4210, 0x848484},
	} {
		got := expand565(c.short)
		if c.depth == 15 {
			got = expand555(c.short)
		}
		if got != c.want {
			t.Errorf("%d bits, %04x: %06x, want %06x", c.depth, c.short, got, c.want)
		}
	}
}

// TestExpandingIsExact: no short pixel changes on its way, and expanding goes
// together with exclusive or, on which interleaved RLE relies.
func TestExpandingIsExact(t *testing.T) {
	for p := range uint32(0x10000) {
		s := uint16(p)
		if shorten565(expand565(s)) != s {
			t.Fatalf("16 bits: %04x", s)
		}
		if s < 0x8000 && shorten555(expand555(s)) != s {
			t.Fatalf("15 bits: %04x", s)
		}
		for _, q := range []uint16{0x0001, 0x0420, 0x8000, 0x5A5A, 0xFFFF} {
			if expand565(s^q) != expand565(s)^expand565(q) || expand555(s&0x7FFF^q&0x7FFF) != expand555(s)^expand555(q) {
				t.Fatalf("%04x ^ %04x", s, q)
			}
		}
	}
}

// TestKeptBits: two pixels become the same short one if and only if they agree
// in these bits.
func TestKeptBits(t *testing.T) {
	for _, depth := range []int{15, 16, 24, 32} {
		kept := keptBits(depth)
		for bit := range 24 {
			same := Quantise(1<<bit, depth) == Quantise(0, depth)
			if kept>>bit&1 != 0 == same {
				t.Errorf("%d bits per pixel, bit %d", depth, bit)
			}
		}
		if p := Quantise(0xFF123456, depth); p > white {
			t.Errorf("%d bits per pixel: %08x", depth, p)
		}
	}
}
