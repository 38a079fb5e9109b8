package card

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/i18n"
)

var update = flag.Bool("update", false, "write testdata anew; look at it before you commit it")

// The pictures are looked at by people, at two sizes in both languages: a change
// of the layout or of a text shows in review.
func TestPictures(t *testing.T) {
	for _, size := range []image.Point{{320, 240}, {640, 480}} {
		for _, lang := range i18n.Langs() {
			for _, name := range []string{"explanation", "list", "waiting"} {
				t.Run(fmt.Sprintf("%s-%d-%s", name, size.X, lang), func(t *testing.T) {
					c := New(pages()[name], size, 100, lang)
					c.SetElapsed(63 * time.Second)
					compare(t, filepath.Join("testdata", filepath.Base(t.Name())+".png"), picture(paint(c)))
				})
			}
		}
	}
}

func compare(t *testing.T, name string, got *image.NRGBA) {
	t.Helper()
	if *update {
		write(t, name, got)
		return
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if want.Bounds() != got.Bounds() {
		t.Fatalf("%v, want %v", got.Bounds(), want.Bounds())
	}
	different := 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			if color.NRGBAModel.Convert(want.At(x, y)) != got.NRGBAAt(x, y) {
				different++
			}
		}
	}
	if different > 0 {
		t.Errorf("%d pixels differ from %s", different, name)
	}
}

// write saves a picture with a palette, which makes it small.
func write(t *testing.T, name string, m *image.NRGBA) {
	t.Helper()
	var palette color.Palette
	index := map[color.NRGBA]uint8{}
	p := image.NewPaletted(m.Rect, nil)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			at := m.NRGBAAt(x, y)
			i, ok := index[at]
			if !ok {
				i = uint8(len(palette))
				index[at] = i
				palette = append(palette, at)
			}
			p.SetColorIndex(x, y, i)
		}
	}
	p.Palette = palette
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, p); err != nil {
		t.Fatal(err)
	}
}
