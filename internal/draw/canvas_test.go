package draw

import (
	"image"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
)

const ink Colour = 0x123456

func canvas(width, height int) *Canvas { return &Canvas{Pixels: bitmap.NewPixels(width, height)} }

// show writes a canvas as text, a # for each pixel of ink.
func show(c *Canvas) string {
	var b strings.Builder
	for y := range c.Pixels.Height {
		for _, v := range c.Pixels.Row(y) {
			switch Colour(v) {
			case 0:
				b.WriteByte('.')
			case ink:
				b.WriteByte('#')
			default:
				b.WriteByte('?')
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func want(t *testing.T, what string, c *Canvas, picture string) {
	t.Helper()
	if got := show(c); got != strings.ReplaceAll(strings.TrimPrefix(picture, "\n"), "\t", "") {
		t.Errorf("%s:\n%s", what, got)
	}
}

func TestFillAndFrame(t *testing.T) {
	c := canvas(8, 5)
	c.Fill(image.Rect(1, 1, 3, 4), ink)
	c.Frame(image.Rect(4, 0, 8, 5), 1, ink)
	want(t, "both", c, `
	....####
	.##.#..#
	.##.#..#
	.##.#..#
	....####
	`)
	c = canvas(8, 5)
	c.Frame(image.Rect(1, 0, 7, 5), 2, ink)
	want(t, "wide", c, `
	.######.
	.######.
	.##..##.
	.######.
	.######.
	`)
	c = canvas(4, 3)
	c.Frame(image.Rect(0, 0, 4, 3), 9, ink)
	want(t, "wider than the rectangle", c, `
	####
	####
	####
	`)
	c.Fill(image.Rectangle{image.Pt(3, 2), image.Pt(1, 1)}, 0)
	c.Fill(image.Rectangle{}, 0)
	want(t, "nothing", c, `
	####
	####
	####
	`)
}

func TestOrigin(t *testing.T) {
	c := canvas(4, 3)
	c.Origin = image.Pt(100, 50)
	if c.Bounds() != image.Rect(100, 50, 104, 53) {
		t.Error(c.Bounds())
	}
	c.Fill(image.Rect(0, 0, 102, 52), ink)
	want(t, "fill", c, `
	##..
	##..
	....
	`)
}

func TestWithin(t *testing.T) {
	c := canvas(6, 4)
	c.Origin = image.Pt(10, 10)
	part := c.Within(image.Rect(12, 0, 15, 12))
	if part.Bounds() != image.Rect(12, 10, 15, 12) {
		t.Error(part.Bounds())
	}
	part.Fill(image.Rect(0, 0, 100, 100), ink)
	want(t, "within", c, `
	..###.
	..###.
	......
	......
	`)
	for _, r := range []image.Rectangle{{}, image.Rect(0, 0, 10, 10), image.Rect(16, 10, 20, 20)} {
		none := c.Within(r)
		none.Fill(image.Rect(0, 0, 100, 100), 1)
		none.Text(image.Pt(10, 10), "A", 1, 1)
		if !none.Bounds().Empty() {
			t.Errorf("%v: %v", r, none.Bounds())
		}
	}
}

func TestText(t *testing.T) {
	c := canvas(18, 16)
	if got := c.Text(image.Pt(1, 0), "iL", 1, ink); got != 16 {
		t.Errorf("advance %d", got)
	}
	want(t, "text", c, `
	..................
	.........#........
	....#....#........
	....#....#........
	.........#........
	....#....#........
	....#....#........
	....#....#........
	....#....#........
	....#....#........
	....#....#........
	....#....#........
	....#....#........
	....#....#######..
	..................
	..................
	`)
}

// At scale 3 each dot is nine pixels.
func TestScale(t *testing.T) {
	const s = "A国ｱ…"
	one, three := canvas(Width(s, 1), TextHeight), canvas(Width(s, 3), 3*TextHeight)
	one.Text(image.Point{}, s, 1, ink)
	if got := three.Text(image.Point{}, s, 3, ink); got != Width(s, 3) || got != 3*48 {
		t.Errorf("advance %d", got)
	}
	for y := range three.Pixels.Height {
		for x, v := range three.Pixels.Row(y) {
			if v != one.Pixels.Row(y / 3)[x/3] {
				t.Fatalf("%d,%d: %x", x, y, v)
			}
		}
	}
}

// What a window on the desktop shows is what the whole desktop shows there.
func TestClipping(t *testing.T) {
	page := func(c *Canvas) {
		c.Text(image.Pt(5, 3), "接続先の PC", 2, ink)
		c.TextBytes(image.Pt(-7, 30), []byte("日本語 \xff"), 1, ink)
		c.Icon(image.Pt(50, 44), &Warning, 3, ink)
		c.Frame(image.Rect(-5, -5, 105, 70), 9, ink)
	}
	whole := canvas(110, 80)
	page(whole)
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		at := image.Pt(random.IntN(130)-10, random.IntN(100)-10)
		c := canvas(random.IntN(20), random.IntN(20))
		c.Origin = at
		page(c)
		for y := range c.Pixels.Height {
			for x, v := range c.Pixels.Row(y) {
				p := at.Add(image.Pt(x, y))
				if p.In(whole.Bounds()) && v != whole.Pixels.Row(p.Y)[p.X] {
					t.Fatalf("window at %v: %v is %06x", at, p, v)
				}
			}
		}
	}
}

func TestTextBytes(t *testing.T) {
	const s = "許可 ok \xe3\x81" // cut in the middle of a character
	a, b := canvas(120, 16), canvas(120, 16)
	if x, y := a.Text(image.Point{}, s, 1, ink), b.TextBytes(image.Point{}, []byte(s), 1, ink); x != y || x != Width(s, 1) {
		t.Errorf("%d, %d, %d", x, y, Width(s, 1))
	}
	if show(a) != show(b) {
		t.Error("the same text looks different")
	}
}

func TestIcons(t *testing.T) {
	for name, icon := range map[string]*Icon{"Screen": &Screen, "Server": &Server, "Gate": &Gate, "Warning": &Warning,
		"Clock": &Clock, "Check": &Check, "Cross": &Cross, "Disc": &Disc} {
		c := canvas(IconSize, IconSize)
		c.Icon(image.Point{}, icon, 1, ink)
		if n := strings.Count(show(c), "#"); n < 20 || n > 200 {
			t.Errorf("%s has %d dots", name, n)
		}
	}
	c := canvas(16, 16)
	c.Icon(image.Point{}, &Check, 1, ink)
	if c.Pixels.Row(2)[13] == 0 || c.Pixels.Row(2)[12] != 0 || c.Pixels.Row(12)[5] == 0 {
		t.Errorf("check:\n%s", show(c))
	}
}

func TestNothingAllocates(t *testing.T) {
	c := canvas(200, 40)
	line := []byte("接続先 srv-01")
	if n := testing.AllocsPerRun(100, func() {
		c.Fill(c.Bounds(), 0)
		c.Frame(c.Bounds(), 2, ink)
		c.Text(image.Pt(3, 3), "ヘルプデスク FD-1", 2, ink)
		c.TextBytes(image.Pt(3, 3), line, 1, ink)
		c.Icon(image.Pt(9, 9), &Gate, 2, ink)
		part := c.Within(image.Rect(5, 5, 30, 30))
		part.Text(image.Pt(0, 0), "部分", 1, ink)
		Width("幅", 1)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"abc", 24, "abc"}, {"abc", 23, "…"}, {"abcd", 31, "a…"}, {"接続先", 48, "接続先"}, {"接続先", 47, "接…"},
		{"abc", 15, ""}, {"", 0, ""}, {"abc", -5, ""},
	} {
		if got := Shorten(c.s, c.width, 1); got != c.want {
			t.Errorf("%q in %d: %q, want %q", c.s, c.width, got, c.want)
		}
		if got := Shorten(c.s, 3*c.width, 3); got != c.want {
			t.Errorf("%q in %d at scale 3: %q, want %q", c.s, 3*c.width, got, c.want)
		}
	}
}

func BenchmarkText(b *testing.B) {
	c := canvas(640, 16)
	for b.Loop() {
		c.Text(image.Point{}, "接続先のコンピューターから応答がありません。電源が切れている、", 1, ink)
	}
}

func BenchmarkFill(b *testing.B) {
	c := canvas(64, 64)
	for b.Loop() {
		c.Fill(c.Bounds(), ink)
	}
}
