package bitmap

import (
	"math/rand"
	"testing"
)

// filled makes pixels by a function of the place.
func filled(width, height int, pixel func(x, y int) uint32) Pixels {
	p := NewPixels(width, height)
	for y := range height {
		for x := range width {
			p.Row(y)[x] = pixel(x, y)
		}
	}
	return p
}

// pictures are contents that screens have, and the worst.
var pictures = []struct {
	name  string
	pixel func(r *rand.Rand) func(x, y int) uint32
}{
	{"black", func(*rand.Rand) func(x, y int) uint32 { return func(x, y int) uint32 { return 0 } }},
	{"white", func(*rand.Rand) func(x, y int) uint32 { return func(x, y int) uint32 { return white } }},
	{"flat", func(r *rand.Rand) func(x, y int) uint32 {
		p := r.Uint32() & white
		return func(x, y int) uint32 { return p }
	}},
	{"random", func(r *rand.Rand) func(x, y int) uint32 { return func(x, y int) uint32 { return r.Uint32() & white } }},
	{"text", func(r *rand.Rand) func(x, y int) uint32 {
		paper, ink := r.Uint32()&white, r.Uint32()&white
		glyphs := r.Uint64()
		return func(x, y int) uint32 {
			if y%16 < 10 && x%9 < 7 && glyphs>>((x*5+y*3)%64)&1 != 0 {
				return ink
			}
			return paper
		}
	}},
	{"gradient", func(*rand.Rand) func(x, y int) uint32 {
		return func(x, y int) uint32 { return uint32(x*4&0xFF)<<16 | uint32(y*4&0xFF)<<8 | uint32((x+y)&0xFF) }
	}},
	{"runs", func(r *rand.Rand) func(x, y int) uint32 {
		p := uint32(0)
		return func(x, y int) uint32 {
			if r.Intn(9) == 0 {
				p = r.Uint32() & white
			}
			return p
		}
	}},
	{"dots", func(r *rand.Rand) func(x, y int) uint32 {
		return func(x, y int) uint32 {
			if r.Intn(40) == 0 {
				return r.Uint32() & white
			}
			return 0x204060
		}
	}},
	{"few colours", func(r *rand.Rand) func(x, y int) uint32 {
		return func(x, y int) uint32 { return uint32(r.Intn(3)) * 0x405060 }
	}},
	{"columns", func(*rand.Rand) func(x, y int) uint32 {
		return func(x, y int) uint32 { return uint32(x%3) * 0x112233 }
	}},
}

// sizes are widths and heights at which something ends.
var sizes = [][2]int{
	{1, 1}, {1, 7}, {2, 2}, {3, 5}, {7, 1}, {4, 4}, {15, 3}, {16, 3}, {17, 9}, {31, 2}, {32, 2}, {33, 2},
	{47, 3}, {48, 3}, {49, 3}, {64, 64}, {64, 60}, {63, 33}, {65, 4}, {255, 2}, {256, 2}, {257, 2}, {300, 3}, {600, 2}, {1, 300},
}

// eachPicture calls f with every picture in every size, as a part of something
// larger so that stride and width differ.
func eachPicture(t *testing.T, f func(name string, p Pixels)) {
	r := rand.New(rand.NewSource(1))
	for _, s := range sizes {
		for _, c := range pictures {
			whole := filled(s[0]+3, s[1]+2, func(x, y int) uint32 { return 0xABCDEF })
			p := whole.Sub(2, 1, s[0], s[1])
			pixel := c.pixel(r)
			for y := range p.Height {
				for x := range p.Width {
					p.Row(y)[x] = pixel(x, y)
				}
			}
			f(c.name, p)
		}
	}
}

// wantPixels fails unless got is want as that depth shows it.
func wantPixels(t *testing.T, what string, got, want Pixels, depth int) {
	t.Helper()
	for y := range want.Height {
		for x, p := range want.Row(y) {
			if g, w := got.Row(y)[x], Quantise(p, depth); g != w {
				t.Errorf("%s: %dx%d at %d,%d: %06x, want %06x", what, want.Width, want.Height, x, y, g, w)
				return
			}
		}
	}
}

// garbage makes pixels that no decoder may leave behind.
func garbage(width, height int) Pixels {
	return filled(width, height, func(x, y int) uint32 { return 0xDEADBEEF })
}
