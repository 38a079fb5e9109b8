package interop_test

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/interop"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	want := interop.Pattern(100, 50)
	one := interop.Pattern(100, 50)
	p := one.RGBAAt(30, 40)
	one.SetRGBA(30, 40, color.RGBA{p.R, p.G + 9, p.B - 4, 0xff}) // wraps nowhere: see the pattern
	two := interop.Pattern(100, 50)
	for _, at := range []image.Point{{1, 2}, {90, 45}} {
		p := two.RGBAAt(at.X, at.Y)
		two.SetRGBA(at.X, at.Y, color.RGBA{p.R ^ 0x80, p.G, p.B, 0xff})
	}
	for _, c := range []struct {
		name      string
		got       image.Image
		tolerance uint8
		want      interop.Similarity
	}{
		{"itself", want, 0, interop.Similarity{SizesMeet: true}},
		{"one pixel by 9, 8 allowed", one, 8, interop.Similarity{SizesMeet: true, Different: 1.0 / 5000, Max: 9, Where: image.Rect(30, 40, 31, 41)}},
		{"one pixel by 9, 9 allowed", one, 9, interop.Similarity{SizesMeet: true, Max: 9}},
		{"two pixels", two, 0, interop.Similarity{SizesMeet: true, Different: 2.0 / 5000, Max: 128, Where: image.Rect(1, 2, 91, 46)}},
		{"another size", interop.Pattern(100, 49), 255, interop.Similarity{Different: 1, Max: 255, Where: image.Rect(0, 0, 100, 50)}},
		{"a part of a larger one", shifted(want), 0, interop.Similarity{SizesMeet: true}},
		{"another kind", paletted(want), 255, interop.Similarity{SizesMeet: true, Max: 255}},
	} {
		if got := interop.Compare(c.got, want, c.tolerance); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	if s := interop.Compare(image.NewRGBA(image.Rectangle{}), image.NewRGBA(image.Rectangle{}), 0); s.Same() {
		t.Error("nothing is the same as nothing")
	}
}

// shifted is the same picture as a part of another.
func shifted(img *image.RGBA) image.Image {
	size := img.Rect.Size()
	large := image.NewRGBA(image.Rect(0, 0, size.X+7, size.Y+9))
	for y := range size.Y {
		for x := range size.X {
			large.SetRGBA(x+3, y+5, img.RGBAAt(x, y))
		}
	}
	return large.SubImage(image.Rect(3, 5, 3+size.X, 5+size.Y))
}

// paletted is black of the same size.
func paletted(img *image.RGBA) image.Image {
	return image.NewPaletted(img.Rect, color.Palette{color.Black})
}

// A picture that fails is kept for the person who looks into it.
func TestCheckPicture(t *testing.T) {
	want, got := interop.Pattern(64, 48), interop.Pattern(64, 48)
	got.SetRGBA(0, 0, color.RGBA{0xff, 0xff, 0xff, 0xff})
	f := &failing{TB: t}
	if interop.CheckPicture(f, got, want, 0, 1.0/(64*48)); len(f.messages) > 0 {
		t.Errorf("one pixel is allowed: %s", f.messages)
	}
	interop.CheckPicture(f, got, want, 0, 0)
	if len(f.messages) != 1 {
		t.Fatalf("one pixel is wrong: %s", f.messages)
	}
	for kind, picture := range map[string]*image.RGBA{"got": got, "want": want} {
		name := filepath.Join("..", "build", "interop", "TestCheckPicture-"+kind+".png")
		if !strings.Contains(f.messages[0], filepath.Base(name)) {
			t.Errorf("%s does not name %s", f.messages[0], name)
		}
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer os.Remove(name)
		defer file.Close()
		kept, err := png.Decode(file)
		if err != nil || !interop.Compare(kept, picture, 0).Same() {
			t.Errorf("%s is not the picture: %v", name, err)
		}
	}
}

// failing notes what a helper reports.
type failing struct {
	testing.TB
	messages []string
}

func (f *failing) Errorf(format string, args ...any) {
	f.messages = append(f.messages, fmt.Sprintf(format, args...))
}
func (f *failing) Helper() {}
