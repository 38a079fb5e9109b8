package card

import (
	"image"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/input"
)

// A client gets the page in tiles; together they are the page.
func TestTilesAreThePage(t *testing.T) {
	for _, name := range pageNames() {
		c := newCard(name, 500, 333)
		whole := paint(c)
		tiles := bitmap.NewPixels(500, 333)
		for y := 0; y < 333; y += 64 {
			for x := 0; x < 500; x += 64 {
				width, height := min(64, 500-x), min(64, 333-y)
				canvas := draw.Canvas{Pixels: bitmap.NewPixels(width, height), Origin: image.Pt(x, y)}
				c.Draw(&canvas)
				for row := range height {
					copy(tiles.Row(y + row)[x:], canvas.Pixels.Row(row))
				}
			}
		}
		if !slices.Equal(whole.Pix, tiles.Pix) {
			t.Errorf("%s: tiles differ", name)
		}
	}
}

func TestDrawStaysOnTheDesktop(t *testing.T) {
	c := newCard("explanation", 100, 50)
	canvas := draw.Canvas{Pixels: bitmap.NewPixels(120, 70), Origin: image.Pt(-10, -10)}
	for i := range canvas.Pixels.Pix {
		canvas.Pixels.Pix[i] = 0xABCDEF
	}
	c.Draw(&canvas)
	for y := range 70 {
		for x, v := range canvas.Pixels.Row(y) {
			inside := image.Pt(x-10, y-10).In(image.Rect(0, 0, 100, 50))
			if (v == 0xABCDEF) == inside {
				t.Fatalf("%d,%d: %06x", x, y, v)
			}
		}
	}
}

func TestDrawDoesNotAllocate(t *testing.T) {
	for _, name := range pageNames() {
		c := newCard(name, 640, 480)
		canvas := draw.Canvas{Pixels: bitmap.NewPixels(64, 64), Origin: image.Pt(64, 128)}
		if n := testing.AllocsPerRun(20, func() { c.Draw(&canvas) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// What is reported as changed is all that changed: whoever repaints only that has
// the same picture as whoever repaints everything.
func TestDirtyIsEnough(t *testing.T) {
	for _, size := range []image.Point{{640, 480}, {320, 240}, {97, 61}} {
		for _, name := range pageNames() {
			random := rand.New(rand.NewPCG(uint64(size.X), uint64(len(name))))
			c := newCard(name, size.X, size.Y)
			shown := draw.Canvas{Pixels: paint(c)}
			for i := range 100 {
				var dirty []image.Rectangle
				e := randomEvent(random, c)
				if i%10 == 9 && name == "waiting" {
					dirty = c.SetElapsed(c.elapsed + time.Duration(random.IntN(2000))*time.Millisecond)
				} else {
					dirty, _ = c.Input(e)
				}
				for _, r := range dirty {
					if !r.In(image.Rectangle{Max: size}) || r.Empty() {
						t.Fatalf("%s: dirty %v of %v", name, r, size)
					}
					part := shown.Within(r)
					c.Draw(&part)
				}
				if !slices.Equal(shown.Pixels.Pix, paint(c).Pix) {
					t.Fatalf("%s at %v: event %d, %+v: not all of the change was reported", name, size, i, e)
				}
			}
		}
	}
}

func randomEvent(random *rand.Rand, c *Card) input.Event {
	at := image.Pt(random.IntN(c.size.X), random.IntN(c.size.Y))
	if n := len(c.zones); n > 0 && random.IntN(2) == 0 {
		z := c.zones[random.IntN(n)].rect
		at = z.Min.Add(z.Size().Div(2))
	}
	at.X, at.Y = max(at.X, 0), max(at.Y, 0)
	switch random.IntN(6) {
	case 0:
		return arrow([]uint16{scanUp, scanDown, scanPageUp, scanPageDown, scanHome, scanEnd}[random.IntN(6)])
	case 1:
		return press([]uint16{scanF2, scanEnter, 0x03, 0x05}[random.IntN(4)])
	case 2:
		return wheel(random.IntN(5) - 2)
	case 3:
		return mouse(input.PointerButton1|input.PointerDown, at)
	case 4:
		return mouse(input.PointerButton1, at)
	}
	return mouse(input.PointerMove, at)
}

// Every size and scale gives a page, however little of it there is to see.
func TestSizes(t *testing.T) {
	sizes := []image.Point{{0, 0}, {1, 1}, {1, 600}, {600, 1}, {2, 7}, {16, 16}, {64, 48}, {150, 90}, {200, 200}, {320, 200},
		{559, 419}, {560, 420}, {4096, 2160}, {8192, 64}, {-5, 10}}
	for _, size := range sizes {
		for _, percent := range []int{-1, 0, 100, 125, 150, 200, 300, 500, 1 << 30} {
			for _, name := range pageNames() {
				c := New(pages()[name], size, percent, i18n.Japanese)
				if got := c.m.scale; got < 1 || got > maxScale {
					t.Fatalf("%v at %d %%: scale %d", size, percent, got)
				}
				if size.X*size.Y < 1<<20 {
					paint(c)
				}
				c.Input(arrow(scanEnd))
				c.Input(press(scanF2))
				click(c, image.Pt(0, 0))
			}
		}
	}
}

func TestScales(t *testing.T) {
	for _, c := range []struct{ width, height, percent, largest, smallest int }{
		{320, 200, 100, 1, 1}, {640, 480, 100, 1, 1}, {1024, 768, 100, 1, 1}, {1280, 1024, 100, 1, 1},
		{1920, 1080, 100, 2, 1}, {1920, 1080, 150, 2, 1}, {3840, 2160, 100, 3, 1}, {3840, 2160, 200, 3, 2},
		{4096, 2160, 400, 4, 4}, {4096, 2160, 500, 4, 4}, // the largest there is
		{1366, 768, 150, 2, 1}, {800, 600, 200, 2, 2},
		{640, 480, 300, 1, 1}, {320, 240, 500, 1, 1}, // no room for what the client asks for
	} {
		largest, smallest := scales(image.Pt(c.width, c.height), c.percent)
		if largest != c.largest || smallest != c.smallest {
			t.Errorf("%d x %d at %d %%: %d to %d, want %d to %d", c.width, c.height, c.percent, largest, smallest, c.largest, c.smallest)
		}
	}
}

// Colours that 16 bits per pixel have not would be dithered or shifted.
func TestColoursSurvive16Bits(t *testing.T) {
	for _, size := range []int{320, 640} {
		for _, name := range pageNames() {
			c := newCard(name, size, 480)
			c.hover = target{listRow, 1}
			c.compose()
			for _, v := range paint(c).Pix {
				r, g, b := v>>16, v>>8&0xFF, v&0xFF
				r5, g6, b5 := r>>3, g>>2, b>>3
				if again := (r5<<3|r5>>2)<<16 | (g6<<2|g6>>4)<<8 | (b5<<3 | b5>>2); again != v {
					t.Fatalf("%s: %06x becomes %06x", name, v, again)
				}
			}
		}
	}
}

// luminance and contrast are those of WCAG 2.1, which asks for 4.5 for text.
func luminance(v draw.Colour) float64 {
	linear := func(part draw.Colour) float64 {
		x := float64(part&0xFF) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(v>>16) + 0.7152*linear(v>>8) + 0.0722*linear(v)
}

func TestContrast(t *testing.T) {
	contrast := func(a, b draw.Colour) float64 {
		x, y := luminance(a)+0.05, luminance(b)+0.05
		return max(x, y) / min(x, y)
	}
	check := func(a, b draw.Colour) {
		if got := contrast(a, b); got < 4.5 {
			t.Errorf("%06x on %06x: %.1f", a, b, got)
		}
	}
	for _, back := range []draw.Colour{colourPanel, colourFooter, colourChosen} {
		check(colourText, back)
		check(colourMuted, back)
	}
	for _, side := range []Side{SideClient, SideGateway, SideBetween, SideServer, SideUnknown} {
		check(accent(side), colourPanel)
		check(accent(side), colourFooter)
		check(colourOnDark, accent(side))
	}
}

func BenchmarkDraw(b *testing.B) {
	c := New(pages()["explanation"], image.Pt(1920, 1080), 100, i18n.Japanese)
	canvas := draw.Canvas{Pixels: bitmap.NewPixels(64, 64)}
	b.ReportAllocs()
	for b.Loop() {
		for y := 0; y < 1080; y += 64 {
			for x := 0; x < 1920; x += 64 {
				canvas.Origin = image.Pt(x, y)
				c.Draw(&canvas)
			}
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		New(pages()["explanation"], image.Pt(1920, 1080), 100, i18n.Japanese)
	}
}
