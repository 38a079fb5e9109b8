package card

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
)

// A layout is the page as shapes in the order of painting. It is made anew when
// something changes, so that painting needs no decisions and no memory.
type layout struct {
	frame layer // desktop, panel, title, buttons
	body  layer // what scrolls, from (0, 0) on
	bar   layer // the scroll bar

	panel  image.Rectangle
	view   image.Rectangle // where the body shows
	height int             // of the body, in pixels
	ticker image.Rectangle // what moves with the time, in the body
	track  image.Rectangle // of the scroll bar, empty without
	thumb  image.Rectangle
	zones  []zone
}

func (l *layout) reset() {
	l.frame, l.body, l.bar, l.zones = l.frame[:0], l.body[:0], l.bar[:0], l.zones[:0]
	none := image.Rectangle{}
	l.panel, l.view, l.ticker, l.track, l.thumb, l.height = none, none, none, none, none, 0
}

type layer []shape

// shape is one thing to paint: a text, an icon, a frame, or else a filled
// rectangle.
type shape struct {
	rect   image.Rectangle
	colour draw.Colour
	border int // pixels, of a frame
	text   string
	icon   *draw.Icon
	scale  int
}

func (s *shape) draw(canvas *draw.Canvas, offset image.Point) {
	r := s.rect.Add(offset)
	switch {
	case !r.Overlaps(canvas.Bounds()):
	case s.text != "":
		canvas.Text(r.Min, s.text, s.scale, s.colour)
	case s.icon != nil:
		canvas.Icon(r.Min, s.icon, s.scale, s.colour)
	case s.border > 0:
		canvas.Frame(r, s.border, s.colour)
	default:
		canvas.Fill(r, s.colour)
	}
}

func (l *layer) fill(r image.Rectangle, colour draw.Colour) {
	*l = append(*l, shape{rect: r, colour: colour})
}

func (l *layer) outline(r image.Rectangle, border int, colour draw.Colour) {
	*l = append(*l, shape{rect: r, border: border, colour: colour})
}

func (l *layer) text(at image.Point, s string, scale int, colour draw.Colour) {
	if s == "" {
		return
	}
	size := image.Pt(draw.Width(s, scale), draw.TextHeight*scale)
	*l = append(*l, shape{rect: image.Rectangle{at, at.Add(size)}, text: s, scale: scale, colour: colour})
}

func (l *layer) symbol(at image.Point, icon *draw.Icon, scale int, colour draw.Colour) {
	size := image.Pt(draw.IconSize*scale, draw.IconSize*scale)
	*l = append(*l, shape{rect: image.Rectangle{at, at.Add(size)}, icon: icon, scale: scale, colour: colour})
}

// box is a rectangle by its corner and size.
func box(x, y, width, height int) image.Rectangle { return image.Rect(x, y, x+width, y+height) }
