package card

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
)

// density is how close things stand.
type density uint8

const (
	roomy   density = iota
	snug            // for a text that would have to be scrolled otherwise
	compact         // a desktop with room for little more than the text
)

// metrics are the distances of a layout, in pixels.
type metrics struct {
	density density
	scale   int // pixels per dot of the font

	width  int // of the panel
	margin int // around the panel, at least
	pad    int // inside it, at the sides
	gap    int // between parts
	line   int // from one line of text to the next

	title  int // pixels per dot of the title
	code   int // and of the code for the help desk
	button int // the height of a button
	border int
	bar    int // the width of the scroll bar
	tile   int // a stop of the way from the reader to the destination
	link   int // the line between two of them
}

const maxScale = 4

// scales returns the largest and the smallest number of pixels per dot of the
// font that suit a desktop. What the client says about its display counts, and a
// large desktop gets large letters even if the client says nothing. The smallest
// is for a text that does not fit: it is not below what the client asked for,
// but a page must not shrink to a few words either.
func scales(size image.Point, percent int) (largest, smallest int) {
	percent = min(max(percent, 100), 500)
	room := clamp(min(size.X/400, size.Y/300))
	bySize := min(size.X/860, size.Y/540, 3)
	largest = clamp(min(max((percent+50)/100, bySize), room))
	return largest, clamp(min(percent/100, largest))
}

func clamp(scale int) int { return min(max(scale, 1), maxScale) }

func metricsFor(size image.Point, scale int, d density) metrics {
	dots := size.Div(scale)
	if dots.X < 560 || dots.Y < 420 {
		d = compact
	}
	m := metrics{
		margin: 16, pad: 24, gap: 16, line: 22, title: 2, code: 2, button: 30, border: 1, bar: 8, tile: 28, link: 32,
	}
	switch d {
	case snug:
		m.margin, m.pad, m.gap, m.line, m.button = 8, 20, 10, 20, 26
	case compact:
		m = metrics{pad: 8, gap: 6, line: 18, title: 1, code: 1, button: 22, border: 1, bar: 4, tile: 22, link: 18}
	}
	m.width = max(min(dots.X-2*m.margin, 720), 1)
	for _, d := range []*int{
		&m.width, &m.margin, &m.pad, &m.gap, &m.line, &m.title, &m.code, &m.button, &m.border, &m.bar, &m.tile, &m.link,
	} {
		*d *= scale
	}
	m.density, m.scale = d, scale
	return m
}

// inner is the width of the text.
func (m *metrics) inner() int { return m.width - 2*m.pad }

// high is the height of the letters.
func (m *metrics) high() int { return draw.TextHeight * m.scale }

// footPad is above and below the buttons.
func (m *metrics) footPad() int { return m.gap * 5 / 8 }
