package update

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
)

var depths = []int{15, 16, 24, 32}

// TestAppendBitmapUpdateBytes holds whole updates: rows of the bitmap widened to
// four pixels while the rectangle is not, the form with and without
// TS_CD_HEADER, and one that is not worth compressing.
func TestAppendBitmapUpdateBytes(t *testing.T) {
	red := filled(5, 3, func(x, y int) uint32 { return 0xFF0000 })
	colours := filled(3, 1, func(x, y int) uint32 { return []uint32{0xFF0000, 0x00FF00, 0x0000FF}[x] })
	for _, c := range []struct {
		name   string
		src    bitmap.Pixels
		depth  int
		header bool
		want   string
	}{
		{"header", red, 16, true, "0100 0100 0a00 1400 0e00 1600 0800 0300 1000 0100 0c00 0000 0400 0800 3000 6800f8 10"},
		{"no header", red, 16, false, "0100 0100 0a00 1400 0e00 1600 0800 0300 1000 0104 0400 6800f8 10"},
		{"planar", red, 32, false, `0100 0100 0a00 1400 0e00 1600 0800 0300 2000 0104 0f00
			10 17ff 08 08 17ff 08 08 08 08 08 08 08 08`},
		{"raw", colours, 16, true, "0100 0100 0a00 1400 0c00 1400 0400 0100 1000 0000 0800 00f8e0071f001f00"},
		{"raw, 24 bits", colours, 24, true, "0100 0100 0a00 1400 0c00 1400 0400 0100 1800 0000 0c00 0000ff 00ff00 ff0000 ff0000"},
	} {
		got, err := AppendBitmapUpdate([]byte{9}, image.Pt(10, 20), c.src, c.depth, c.header)
		if err != nil || got[0] != 9 {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if want := wiretest.Unhex(t, c.want); !bytes.Equal(got[1:], want) {
			t.Errorf("%s:\n% x, want\n% x", c.name, got[1:], want)
		}
	}
}

// TestAppendBitmapUpdate: in every size and depth the client sees what was
// meant, in a form that all clients read alike.
func TestAppendBitmapUpdate(t *testing.T) {
	screen, err := NewScreen(200, 200)
	if err != nil {
		t.Fatal(err)
	}
	at := image.Pt(3, 5)
	pictures := map[string]func(x, y int) uint32{
		"flat": func(x, y int) uint32 { return 0x336699 }, "text": text, "noise": noise(),
	}
	dst := make([]byte, 0, MaxBitmapUpdateSize)
	for name, pixel := range pictures {
		for _, depth := range depths {
			for width := 1; width <= MaxTileWidth; width++ {
				for _, height := range []int{1, 2, 3, 17, MaxTileHeight} {
					what := fmt.Sprintf("%s %dx%d, %d bits", name, width, height, depth)
					src := filled(width+2, height, pixel).Sub(1, 0, width, height)
					data, err := AppendBitmapUpdate(dst, at, src, depth, width%2 == 0)
					if err != nil {
						t.Fatalf("%s: %v", what, err)
					}
					if &data[0] != &dst[:1][0] {
						t.Fatalf("%s: %d bytes do not fit into MaxBitmapUpdateSize", what, len(data))
					}
					all, err := parseBitmaps(data)
					if err != nil || len(all) != 1 {
						t.Fatalf("%s: %d bitmaps, %v", what, len(all), err)
					}
					checkForm(t, what, all[0], width%2 == 0)
					for i := range screen.Pixels.Pix {
						screen.Pixels.Pix[i] = 0xDEADBEEF
					}
					dirty, err := screen.Apply(fastpath.UpdateBitmap, data)
					if want := (image.Rectangle{Min: at, Max: at.Add(image.Pt(width, height))}); err != nil || dirty != want {
						t.Fatalf("%s: %v, want %v: %v", what, dirty, want, err)
					}
					same(t, what, screen.Pixels.Sub(at.X, at.Y, width, height), src, depth)
					if screen.Pixels.Row(at.Y)[at.X+width] != 0xDEADBEEF {
						t.Errorf("%s: wrote beside the rectangle", what)
					}
				}
			}
		}
	}
}

// checkForm: the width is a multiple of four, the height that of the rectangle
// (IronRDP drops the bitmap otherwise), and it is compressed only if that made it
// smaller.
func checkForm(t *testing.T, what string, b Bitmap, header bool) {
	t.Helper()
	size := b.Rectangle().Size()
	if b.Width%4 != 0 || int(b.Width) < size.X || int(b.Width) > size.X+3 || int(b.Height) != size.Y {
		t.Errorf("%s: bitmap of %dx%d in %v", what, b.Width, b.Height, size)
	}
	raw := int(b.Width) * int(b.Height) * ((int(b.BitsPerPixel) + 7) / 8)
	switch {
	case b.Flags == 0 && len(b.Data) != raw:
		t.Errorf("%s: %d bytes, uncompressed has %d", what, len(b.Data), raw)
	case b.Flags != 0 && len(b.Data) >= raw:
		t.Errorf("%s: compressed %d bytes, uncompressed has %d", what, len(b.Data), raw)
	case b.Flags != 0 && b.Flags&NoCompressionHeader != 0 == header:
		t.Errorf("%s: flags %#04x with header %v", what, b.Flags, header)
	}
}

// TestTileFits: what the doc of MaxTileWidth promises.
func TestTileFits(t *testing.T) {
	src := filled(MaxTileWidth, MaxTileHeight, noise())
	for _, depth := range depths {
		data, err := AppendBitmapUpdate(nil, image.Pt(0, 0), src, depth, true)
		if err != nil {
			t.Fatal(err)
		}
		if frame, err := fastpath.AppendOutput(nil, fastpath.UpdateBitmap, data); err != nil || len(frame) > 16383 {
			t.Errorf("%d bits: frame of %d bytes, %v", depth, len(frame), err)
		}
	}
	if raw := MaxTileWidth*MaxTileHeight*4 + 22 + 8; raw > fastpath.MaxOutputData {
		t.Errorf("a whole tile has %d bytes", raw)
	}
}

func TestAppendBitmapUpdateMisuse(t *testing.T) {
	tile := bitmap.NewPixels(8, 8)
	for name, f := range map[string]func() ([]byte, error){
		"too wide": func() ([]byte, error) {
			return AppendBitmapUpdate([]byte{9}, image.Pt(0, 0), bitmap.NewPixels(65, 1), 16, true)
		},
		"too high": func() ([]byte, error) {
			return AppendBitmapUpdate([]byte{9}, image.Pt(0, 0), bitmap.NewPixels(1, 61), 16, true)
		},
		"no width": func() ([]byte, error) {
			return AppendBitmapUpdate([]byte{9}, image.Pt(0, 0), bitmap.NewPixels(0, 1), 16, true)
		},
		"no height": func() ([]byte, error) {
			return AppendBitmapUpdate([]byte{9}, image.Pt(0, 0), bitmap.NewPixels(1, 0), 16, true)
		},
		"left":   func() ([]byte, error) { return AppendBitmapUpdate([]byte{9}, image.Pt(-1, 0), tile, 16, true) },
		"above":  func() ([]byte, error) { return AppendBitmapUpdate([]byte{9}, image.Pt(0, -1), tile, 16, true) },
		"right":  func() ([]byte, error) { return AppendBitmapUpdate([]byte{9}, image.Pt(65529, 0), tile, 16, true) },
		"below":  func() ([]byte, error) { return AppendBitmapUpdate([]byte{9}, image.Pt(0, 65529), tile, 16, true) },
		"8 bits": func() ([]byte, error) { return AppendBitmapUpdate([]byte{9}, image.Pt(0, 0), tile, 8, true) },
	} {
		out, err := f()
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	if _, err := AppendBitmapUpdate(nil, image.Pt(65528, 65528), tile, 16, true); err != nil {
		t.Errorf("in the last corner: %v", err)
	}
}

func BenchmarkAppendBitmapUpdate(b *testing.B) {
	dst := make([]byte, 0, MaxBitmapUpdateSize)
	for name, pixel := range map[string]func(x, y int) uint32{"text": text, "noise": noise()} {
		src := filled(MaxTileWidth, MaxTileHeight, pixel)
		for _, depth := range []int{16, 24, 32} {
			b.Run(fmt.Sprintf("%s-%d", name, depth), func(b *testing.B) {
				b.SetBytes(MaxTileWidth * MaxTileHeight * 4)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := AppendBitmapUpdate(dst, image.Pt(0, 0), src, depth, true); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
