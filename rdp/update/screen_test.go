package update

import (
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
)

func newScreen(t testing.TB, width, height int) *Screen {
	t.Helper()
	s, err := NewScreen(width, height)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bitmapUpdate writes one bitmap as a foreign server might: uncompressed, with a
// rectangle of its own.
func bitmapUpdate(r image.Rectangle, src bitmap.Pixels, depth int) []byte {
	data := bitmap.AppendRaw(nil, src, depth)
	b := appendU16(nil, int(TypeBitmap), 1, r.Min.X, r.Min.Y, r.Max.X-1, r.Max.Y-1, src.Width, src.Height, depth, 0, len(data))
	return append(b, data...)
}

func TestNewScreen(t *testing.T) {
	for _, c := range []struct {
		width, height int
		ok            bool
	}{
		{1, 1, true}, {1, 8192, true}, {8192, 4096, true},
		{0, 1, false}, {1, 0, false}, {-1, -1, false}, {8193, 1, false}, {1, 8193, false}, {8192, 4097, false}, {8192, 8192, false},
	} {
		s, err := NewScreen(c.width, c.height)
		if c.ok {
			if err != nil || s.Bounds() != image.Rect(0, 0, c.width, c.height) {
				t.Errorf("%dx%d: %v", c.width, c.height, err)
			}
			continue
		}
		wiretest.WantMisuse(t, fmt.Sprint(c), err)
	}
}

// A few bytes can stand for any number of pixels: an update of very many bitmaps is
// cut off.
func TestScreenEffort(t *testing.T) {
	const side = 256
	s := newScreen(t, side, side)
	black := bitmap.AppendRLE(nil, bitmap.NewPixels(side, side), 16)
	many := func(n int) []byte {
		b := appendU16(nil, int(TypeBitmap), n)
		for range n {
			b = appendU16(b, 0, 0, side-1, side-1, side, side, 16, int(BitmapCompression|NoCompressionHeader), len(black))
			b = append(b, black...)
		}
		return b
	}
	if _, err := s.Apply(fastpath.UpdateBitmap, many(2)); err != nil {
		t.Error(err)
	}
	_, err := s.Apply(fastpath.UpdateBitmap, many(3))
	wiretest.WantMalformed(t, "three screens", err)
}

// TestScreenClips: a bitmap is drawn where its rectangle, its own size and the
// screen agree, and nowhere else.
func TestScreenClips(t *testing.T) {
	src := filled(8, 6, func(x, y int) uint32 { return uint32(0x800000 + x*0x100 + y) })
	for _, c := range []struct {
		name string
		r    image.Rectangle
		want image.Rectangle
	}{
		{"whole", image.Rect(2, 3, 10, 9), image.Rect(2, 3, 10, 9)},
		{"narrower", image.Rect(2, 3, 7, 9), image.Rect(2, 3, 7, 9)},
		{"lower", image.Rect(2, 3, 10, 5), image.Rect(2, 3, 10, 5)},
		{"larger than the bitmap", image.Rect(2, 3, 15, 15), image.Rect(2, 3, 10, 9)},
		{"right edge", image.Rect(16, 3, 24, 9), image.Rect(16, 3, 20, 9)},
		{"bottom edge", image.Rect(2, 13, 10, 19), image.Rect(2, 13, 10, 15)},
		{"corner", image.Rect(19, 14, 27, 20), image.Rect(19, 14, 20, 15)},
	} {
		s := newScreen(t, 20, 15)
		dirty, err := s.Apply(fastpath.UpdateBitmap, bitmapUpdate(c.r, src, 32))
		if err != nil || dirty != c.want {
			t.Errorf("%s: %v, want %v: %v", c.name, dirty, c.want, err)
			continue
		}
		for y := range 15 {
			for x := range 20 {
				want := uint32(0)
				if image.Pt(x, y).In(c.want) {
					want = src.Row(y - c.r.Min.Y)[x-c.r.Min.X]
				}
				if got := s.Pixels.Row(y)[x]; got != want {
					t.Fatalf("%s: at %d,%d: %06x, want %06x", c.name, x, y, got, want)
				}
			}
		}
	}
}

func TestScreenRejects(t *testing.T) {
	src := bitmap.NewPixels(4, 4)
	for name, data := range map[string][]byte{
		"right of the screen": bitmapUpdate(image.Rect(20, 0, 24, 4), src, 32),
		"below the screen":    bitmapUpdate(image.Rect(0, 15, 4, 19), src, 32),
		"too wide":            bitmapUpdate(image.Rect(0, 0, 4, 1), bitmap.NewPixels(65, 1), 32),
		"too high":            bitmapUpdate(image.Rect(0, 0, 1, 4), bitmap.NewPixels(1, 65), 32),
		"data too short":      bitmapUpdate(image.Rect(0, 0, 4, 4), src, 32)[:4+18+60],
		"not compressed well": append(appendU16(nil, 1, 1, 0, 0, 3, 3, 4, 4, 16, 0x0401, 1), 0x01),
	} {
		_, err := newScreen(t, 20, 15).Apply(fastpath.UpdateBitmap, data)
		wiretest.WantMalformed(t, name, err)
	}
	// What is before the bad one is drawn, and said to be.
	good := bitmapUpdate(image.Rect(0, 0, 4, 4), filled(4, 4, text), 32)
	both := append(good[:len(good):len(good)], bitmapUpdate(image.Rect(20, 0, 24, 4), src, 32)[4:]...)
	both[2] = 2
	dirty, err := newScreen(t, 20, 15).Apply(fastpath.UpdateBitmap, both)
	wiretest.WantMalformed(t, "second", err)
	if dirty != image.Rect(0, 0, 4, 4) {
		t.Errorf("dirty %v", dirty)
	}
}

func TestScreenOfSurfaceBits(t *testing.T) {
	s := newScreen(t, 20, 15)
	bits := func(at image.Point) []byte {
		data, err := AppendSetSurfaceBits(nil, at, filled(8, 6, text), 32)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	dirty, err := s.Apply(fastpath.UpdateSurfaceCommands, append(bits(image.Pt(1, 2)), bits(image.Pt(16, 12))...))
	if want := image.Rect(1, 2, 20, 15); err != nil || dirty != want {
		t.Errorf("%v, want %v: %v", dirty, want, err)
	}
	same(t, "clipped", s.Pixels.Sub(16, 12, 4, 3), filled(8, 6, text).Sub(0, 0, 4, 3), 32)
	_, err = s.Apply(fastpath.UpdateSurfaceCommands, bits(image.Pt(20, 0)))
	wiretest.WantMalformed(t, "outside", err)
}

// TestScreenIgnores: updates that draw nothing here leave nothing dirty, and are
// checked all the same.
func TestScreenIgnores(t *testing.T) {
	palette := "0200 0000 02000000 010203 040506"
	for _, c := range []struct {
		name string
		code fastpath.UpdateCode
		hex  string
		bad  bool
	}{
		{"synchronize", fastpath.UpdateSynchronize, "", false},
		{"palette", fastpath.UpdatePalette, palette, false},
		{"palette cut", fastpath.UpdatePalette, palette[:len(palette)-2], true},
		{"palette of 257", fastpath.UpdatePalette, "0200 0000 01010000" + zeros(3*257), true},
		{"palette of another type", fastpath.UpdatePalette, "0100" + palette[4:], true},
		{"hidden", fastpath.UpdatePointerHidden, "", false},
		{"position", fastpath.UpdatePointerPosition, "0100 0200", false},
		{"position cut", fastpath.UpdatePointerPosition, "0100 02", true},
		{"no orders", fastpath.UpdateOrders, "0000", false},
		{"orders cut", fastpath.UpdateOrders, "01", true},
		{"code 7", 7, "", true},
		{"code 15", 15, "", true},
	} {
		dirty, err := newScreen(t, 4, 4).Apply(c.code, wiretest.Unhex(t, c.hex))
		if !dirty.Empty() {
			t.Errorf("%s: dirty %v", c.name, dirty)
		}
		if c.bad {
			wiretest.WantMalformed(t, c.name, err)
		} else if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	_, err := newScreen(t, 4, 4).Apply(fastpath.UpdateOrders, wiretest.Unhex(t, "0100 09"))
	wantUnsupported(t, "orders", "update.orders.unsupported", err)
}

func TestSlowPath(t *testing.T) {
	src := filled(4, 4, text)
	s := newScreen(t, 20, 15)
	dirty, err := s.ApplySlowPath(bitmapUpdate(image.Rect(1, 1, 5, 5), src, 24))
	if err != nil || dirty != image.Rect(1, 1, 5, 5) {
		t.Errorf("%v, %v", dirty, err)
	}
	same(t, "bitmap", s.Pixels.Sub(1, 1, 4, 4), src, 24)
	for body, bad := range map[string]bool{
		"0200 0000 00000000": false, "0300 0000": false, "0000 0000 0000 0000": false,
		"": true, "02": true, "0200 0000": true, "0000 0000": true, "0400 0000": true, "0100": true,
	} {
		dirty, err := s.ApplySlowPath(wiretest.Unhex(t, body))
		if bad {
			wiretest.WantMalformed(t, body, err)
		} else if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		if !dirty.Empty() {
			t.Errorf("%s: dirty %v", body, dirty)
		}
	}
	_, err = s.ApplySlowPath(wiretest.Unhex(t, "0000 0000 0300 0000 09"))
	wantUnsupported(t, "orders", "update.orders.unsupported", err)
	if got := fmt.Sprint(TypeOrders, TypeSynchronize, Type(4)); got != "UPDATETYPE_ORDERS UPDATETYPE_SYNCHRONIZE Type(4)" {
		t.Error(got)
	}
}

func TestScreenImage(t *testing.T) {
	s := newScreen(t, 3, 2)
	s.Pixels.Row(1)[2] = 0x123456
	m := s.Image()
	if r, g, b, a := m.At(2, 1).RGBA(); r>>8 != 0x12 || g>>8 != 0x34 || b>>8 != 0x56 || a != 0xFFFF {
		t.Errorf("%v", m.At(2, 1))
	}
	s.Pixels.Row(1)[2] = 0
	if r, _, _, _ := m.At(2, 1).RGBA(); r>>8 != 0x12 {
		t.Error("the image is no copy")
	}
}

// TestNothingAllocates: writing tiles never does, applying them not after the
// first.
func TestNothingAllocates(t *testing.T) {
	s := newScreen(t, 100, 100)
	dst := make([]byte, 0, MaxBitmapUpdateSize)
	for _, size := range []image.Point{{64, 60}, {61, 60}, {1, 1}} {
		for _, depth := range depths {
			src := filled(size.X, size.Y, text)
			round := func() {
				data, err := AppendBitmapUpdate(dst, image.Pt(50, 50), src, depth, true)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.Apply(fastpath.UpdateBitmap, data); err != nil {
					t.Fatal(err)
				}
			}
			round() // the scratch buffer grows
			if n := testing.AllocsPerRun(20, round); n != 0 {
				t.Errorf("%v, %d bits: %v allocations", size, depth, n)
			}
		}
	}
	data := AppendFrameMarker(nil, FrameBegin, 1)
	data, err := AppendSetSurfaceBits(data, image.Pt(96, 96), bitmap.NewPixels(8, 8), 32)
	if err != nil {
		t.Fatal(err)
	}
	pointer := wiretest.Unhex(t, pointers[4].hex)
	if n := testing.AllocsPerRun(20, func() {
		if _, err := s.Apply(fastpath.UpdateSurfaceCommands, data); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Apply(fastpath.UpdateNewPointer, pointer); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("surface commands and a pointer: %v allocations", n)
	}
}

// TestScratchIsBounded: the buffer has the size of the largest bitmap that was
// cut, not of what a bitmap may announce.
func TestScratchIsBounded(t *testing.T) {
	s := newScreen(t, 64, 64)
	cut := appendU16(nil, 1, 1, 0, 0, 0, 0, 64, 64, 16, 0x0401, 3)
	if _, err := s.Apply(fastpath.UpdateBitmap, append(cut, 0xf0, 0x00, 0x10)); err != nil {
		t.Fatal(err)
	}
	huge := appendU16(nil, 1, 1, 0, 0, 0, 0, 65535, 65535, 16, 0x0401, 3)
	_, err := s.Apply(fastpath.UpdateBitmap, append(huge, 0xf0, 0xff, 0xff))
	wiretest.WantMalformed(t, "65535x65535", err)
	if len(s.scratch) > 64*64 {
		t.Errorf("the buffer has %d pixels", len(s.scratch))
	}
}
