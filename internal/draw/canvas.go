package draw

import (
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
)

// Colour is 0x00RRGGBB.
type Colour uint32

// Canvas is a window on the desktop: what is drawn elsewhere does not reach it.
type Canvas struct {
	Pixels bitmap.Pixels
	Origin image.Point // where the top left of Pixels lies on the desktop
}

// Bounds is the part of the desktop that the canvas holds.
func (c *Canvas) Bounds() image.Rectangle {
	return image.Rectangle{Max: image.Pt(c.Pixels.Width, c.Pixels.Height)}.Add(c.Origin)
}

// Within is the part of the canvas in r, over the same pixels: what is drawn into
// it stays in r. It is empty if they do not meet.
func (c *Canvas) Within(r image.Rectangle) Canvas {
	r = r.Intersect(c.Bounds())
	if r.Empty() {
		return Canvas{Origin: c.Origin}
	}
	at := r.Min.Sub(c.Origin)
	return Canvas{Pixels: c.Pixels.Sub(at.X, at.Y, r.Dx(), r.Dy()), Origin: r.Min}
}

// Fill paints a rectangle.
func (c *Canvas) Fill(r image.Rectangle, colour Colour) {
	r = r.Intersect(c.Bounds()).Sub(c.Origin)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := c.Pixels.Row(y)[r.Min.X:r.Max.X]
		for x := range row {
			row[x] = uint32(colour)
		}
	}
}

// Frame paints the inner edge of a rectangle, width pixels wide on each side.
func (c *Canvas) Frame(r image.Rectangle, width int, colour Colour) {
	inner := r.Inset(width)
	if inner.Empty() {
		c.Fill(r, colour)
		return
	}
	c.Fill(image.Rect(r.Min.X, r.Min.Y, r.Max.X, inner.Min.Y), colour)
	c.Fill(image.Rect(r.Min.X, inner.Max.Y, r.Max.X, r.Max.Y), colour)
	c.Fill(image.Rect(r.Min.X, inner.Min.Y, inner.Min.X, inner.Max.Y), colour)
	c.Fill(image.Rect(inner.Max.X, inner.Min.Y, r.Max.X, inner.Max.Y), colour)
}

// picture paints the ink of a picture of dots, each a square of scale pixels;
// bit 15 of a row is its leftmost dot.
func (c *Canvas) picture(at image.Point, rows []uint16, scale int, colour Colour) {
	const size = 16
	if !image.Rect(at.X, at.Y, at.X+size*scale, at.Y+len(rows)*scale).Overlaps(c.Bounds()) {
		return
	}
	for y, row := range rows {
		top := at.Y + y*scale
		for x := 0; row != 0; {
			for row&0x8000 == 0 {
				row, x = row<<1, x+1
			}
			from := x
			for row&0x8000 != 0 {
				row, x = row<<1, x+1
			}
			c.Fill(image.Rect(at.X+from*scale, top, at.X+x*scale, top+scale), colour)
		}
	}
}
