package update

import (
	"errors"
	"math/rand"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
)

// wantUnsupported fails unless err is an *UnsupportedError with that code.
func wantUnsupported(t *testing.T, what, code string, err error) {
	t.Helper()
	var e *UnsupportedError
	if !errors.As(err, &e) || e.Code() != code {
		t.Errorf("%s: want %s, got %v", what, code, err)
	}
}

// filled makes pixels by a function of the place.
func filled(width, height int, pixel func(x, y int) uint32) bitmap.Pixels {
	p := bitmap.NewPixels(width, height)
	for y := range height {
		for x := range width {
			p.Row(y)[x] = pixel(x, y)
		}
	}
	return p
}

// text looks like a little of it; noise does not compress.
func text(x, y int) uint32 {
	if y%12 < 8 && (x*x+3*y)%7 < 2 {
		return 0x101418
	}
	return 0xF8FCF8
}

func noise() func(x, y int) uint32 {
	r := rand.New(rand.NewSource(1))
	return func(x, y int) uint32 { return r.Uint32() & 0xFFFFFF }
}

// same fails unless the two are equal as that depth shows them.
func same(t *testing.T, what string, got, want bitmap.Pixels, depth int) {
	t.Helper()
	for y := range want.Height {
		for x, p := range want.Row(y) {
			if g, w := got.Row(y)[x], bitmap.Quantise(p, depth); g != w {
				t.Errorf("%s: at %d,%d: %06x, want %06x", what, x, y, g, w)
				return
			}
		}
	}
}
