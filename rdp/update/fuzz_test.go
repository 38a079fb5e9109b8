package update

import (
	"errors"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/wire"
)

func FuzzBitmapUpdate(f *testing.F) {
	for _, c := range bitmapUpdates {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parseBitmaps(data)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		// Written again without TS_CD_HEADER they say the same.
		again := appendU16(nil, int(TypeBitmap), len(all))
		for i := range all {
			b := &all[i]
			if b.Flags&BitmapCompression != 0 {
				b.Flags |= NoCompressionHeader
			}
			again = appendU16(again, int(b.Left), int(b.Top), int(b.Right), int(b.Bottom), int(b.Width), int(b.Height),
				int(b.BitsPerPixel), int(b.Flags), len(b.Data))
			again = append(again, b.Data...)
		}
		got, err := parseBitmaps(again)
		if d := cmp.Diff(all, got); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}

func FuzzSurfaceCommands(f *testing.F) {
	for _, c := range surfaceCommands {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := parseSurface(data)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
		}
		for _, c := range all {
			if c.Which != FrameMarker {
				continue
			}
			got, err := parseSurface(AppendFrameMarker(nil, c.Action, c.FrameID))
			if d := cmp.Diff([]SurfaceCommand{c}, got); err != nil || d != "" {
				t.Fatalf("%v %s", err, d)
			}
		}
	})
}

// FuzzScreen applies an update on both paths: nothing panics, errors are of the
// two kinds, and nothing is drawn outside of what is reported.
func FuzzScreen(f *testing.F) {
	for _, c := range bitmapUpdates {
		f.Add(byte(fastpath.UpdateBitmap), wiretest.Unhex(f, c.hex))
	}
	for _, c := range surfaceCommands {
		f.Add(byte(fastpath.UpdateSurfaceCommands), wiretest.Unhex(f, c.hex))
	}
	for _, c := range pointers {
		f.Add(byte(c.code), wiretest.Unhex(f, c.hex))
	}
	for _, depth := range depths {
		data, err := AppendBitmapUpdate(nil, image.Pt(20, 30), filled(61, 20, text), depth, true)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(fastpath.UpdateBitmap), data)
	}
	f.Add(byte(fastpath.UpdatePalette), wiretest.Unhex(f, "0200 0000 02000000 010203 040506"))
	f.Add(byte(fastpath.UpdateOrders), wiretest.Unhex(f, "0000"))
	f.Fuzz(func(t *testing.T, code byte, data []byte) {
		s := newScreen(t, 90, 70)
		for _, apply := range []func() (image.Rectangle, error){
			func() (image.Rectangle, error) { return s.Apply(fastpath.UpdateCode(code), data) },
			func() (image.Rectangle, error) { return s.ApplySlowPath(data) },
		} {
			for i := range s.Pixels.Pix {
				s.Pixels.Pix[i] = 0xDEADBEEF
			}
			dirty, err := apply()
			var unsupported *UnsupportedError
			var malformed *wire.Error
			if err != nil && !errors.As(err, &unsupported) && !errors.As(err, &malformed) {
				t.Fatalf("error %v", err)
			}
			if !dirty.In(s.Bounds()) {
				t.Fatalf("dirty %v", dirty)
			}
			for y := range s.Pixels.Height {
				for x, p := range s.Pixels.Row(y) {
					if err == nil && p != 0xDEADBEEF && !image.Pt(x, y).In(dirty) {
						t.Fatalf("drew at %d,%d, dirty is %v", x, y, dirty)
					}
				}
			}
		}
	})
}

func FuzzPointer(f *testing.F) {
	for _, c := range pointers {
		f.Add(byte(c.code), wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, code byte, data []byte) {
		switch c := fastpath.UpdateCode(code); c {
		case fastpath.UpdatePointerPosition, fastpath.UpdateColorPointer, fastpath.UpdateCachedPointer,
			fastpath.UpdateNewPointer, fastpath.UpdateLargePointer:
			if err := CheckPointer(c, data); err != nil {
				wiretest.WantMalformed(t, "check", err)
			}
		}
	})
}
