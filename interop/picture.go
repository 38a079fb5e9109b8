package interop

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Similarity is how far two pictures are from each other.
type Similarity struct {
	Different float64         // share of pixels, 0 to 1, that differ by more than the tolerance in some channel
	Max       uint8           // the largest difference in any channel of any pixel
	Where     image.Rectangle // the smallest rectangle that holds the different pixels; empty if there are none
	SizesMeet bool            // without it everything differs
}

// Same reports whether no pixel differs by more than the tolerance.
func (s Similarity) Same() bool { return s.SizesMeet && s.Different == 0 }

func (s Similarity) String() string {
	if !s.SizesMeet {
		return "sizes differ"
	}
	return fmt.Sprintf("%.4f %% of the pixels differ, by %d at most, all in %v", 100*s.Different, s.Max, s.Where)
}

// Compare compares the red, green and blue (0 to 255) of two pictures pixel by
// pixel, from their upper left corners.
func Compare(got, want image.Image, tolerance uint8) Similarity {
	g, w := rgba(got), rgba(want)
	size := w.Rect.Size()
	if g.Rect.Size() != size || size.X == 0 || size.Y == 0 {
		return Similarity{Different: 1, Max: 0xff, Where: image.Rectangle{Max: size}}
	}
	s, different := Similarity{SizesMeet: true}, 0
	for y := range size.Y {
		a := g.Pix[y*g.Stride:][:4*size.X]
		b := w.Pix[y*w.Stride:][:4*size.X]
		for x := 0; x < len(a); x += 4 {
			d := max(distance(a[x], b[x]), distance(a[x+1], b[x+1]), distance(a[x+2], b[x+2]))
			s.Max = max(s.Max, d)
			if d > tolerance {
				different++
				s.Where = s.Where.Union(image.Rect(x/4, y, x/4+1, y+1))
			}
		}
	}
	s.Different = float64(different) / float64(size.X*size.Y)
	return s
}

func distance(a, b uint8) uint8 { return max(a, b) - min(a, b) }

// rgba returns the picture itself if it can, with Pix beginning at its corner.
func rgba(img image.Image) *image.RGBA {
	if r, ok := img.(*image.RGBA); ok {
		return &image.RGBA{Pix: r.Pix[r.PixOffset(r.Rect.Min.X, r.Rect.Min.Y):], Stride: r.Stride, Rect: r.Rect}
	}
	r := image.NewRGBA(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(r, r.Rect, img, img.Bounds().Min, draw.Src)
	return r
}

// CheckPicture fails the test if more than the share atMost (0 to 1) of the
// pixels differ by more than the tolerance in some channel. Both pictures are
// then in build/interop, named after the test: …-got.png and …-want.png.
func CheckPicture(t testing.TB, got, want image.Image, tolerance uint8, atMost float64) {
	t.Helper()
	s := Compare(got, want, tolerance)
	if s.SizesMeet && s.Different <= atMost {
		return
	}
	t.Errorf("interop: the picture is wrong: %v (tolerance %d, %.4f %% allowed); see %s and %s", s, tolerance, 100*atMost,
		SavePicture(t, got, "got"), SavePicture(t, want, "want"))
}

// SavePicture writes a picture to build/interop, named after the test and the
// kind, and returns the file's name.
func SavePicture(t testing.TB, img image.Image, kind string) string {
	t.Helper()
	dir := filepath.Join(ModuleRoot(t), "build", "interop")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, pictureName(t.Name())+"-"+kind+".png")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, img); err != nil {
		t.Fatal(err)
	}
	return name
}

// pictureName makes a file's name of a test's name.
func pictureName(test string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '.', r == '+':
			return r
		}
		return '_'
	}, test), "_.")
}

// ModuleRoot is the folder with go.mod, above the one in which the tests of a
// package run.
func ModuleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		if parent := filepath.Dir(dir); parent != dir {
			dir = parent
			continue
		}
		t.Fatal("interop: no go.mod above the test")
	}
}

// Pattern is a picture in which every mistake of a codec shows: a smooth
// ramp, the corners of the colour cube in flat bars, lines of one pixel, and
// squares that no block of 16 or 64 pixels fits. It has the same content for the
// same size.
func Pattern(width, height int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetRGBA(x, y, patternPixel(x, y, width, height))
		}
	}
	return img
}

func patternPixel(x, y, width, height int) color.RGBA {
	switch third := height / 3; {
	case y < third:
		return color.RGBA{uint8(x * 255 / max(width-1, 1)), uint8(y * 255 / max(third-1, 1)), uint8(x ^ y), 0xff}
	case y < 2*third:
		bar := x * 8 / width
		return color.RGBA{uint8(bar & 1 * 0xff), uint8(bar >> 1 & 1 * 0xff), uint8(bar >> 2 & 1 * 0xff), 0xff}
	case x < width/2:
		if (x/11+y/11)%2 == 0 {
			return color.RGBA{0xf0, 0xf0, 0xe0, 0xff}
		}
		return color.RGBA{0x20, 0x40, 0x60, 0xff}
	case x%7 == 0 || y%13 == 0:
		return color.RGBA{0xff, 0x80, 0x00, 0xff}
	}
	return color.RGBA{0x10, 0x10, 0x10, 0xff}
}
