package draw

import (
	"image"
	"unicode/utf8"

	"github.com/fumidai/fumidai/internal/font"
)

// TextHeight is the height of a line of text at scale 1, in pixels. The lowest row
// is free in nearly all glyphs; lines that shall not stick together want
// more room.
const TextHeight = font.Height

// Text paints one line, at its top left corner, each dot of the font a square of
// scale pixels. It returns the width.
func (c *Canvas) Text(at image.Point, s string, scale int, colour Colour) (advance int) {
	visible := c.Bounds().Overlaps(lineAt(at, scale))
	for _, r := range s {
		rows, width := font.Lookup(r)
		if visible {
			c.picture(image.Pt(at.X+advance, at.Y), rows, scale, colour)
		}
		advance += width * scale
	}
	return advance
}

// TextBytes is Text for a line that is not a string.
func (c *Canvas) TextBytes(at image.Point, s []byte, scale int, colour Colour) (advance int) {
	visible := c.Bounds().Overlaps(lineAt(at, scale))
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		s = s[size:]
		rows, width := font.Lookup(r)
		if visible {
			c.picture(image.Pt(at.X+advance, at.Y), rows, scale, colour)
		}
		advance += width * scale
	}
	return advance
}

// lineAt is the room of a line whose length is not known yet.
func lineAt(at image.Point, scale int) image.Rectangle {
	const farther = 1 << 24
	return image.Rect(at.X, at.Y, at.X+farther, at.Y+TextHeight*scale)
}

// Width is the width of a line in pixels.
func Width(s string, scale int) int {
	width := 0
	for _, r := range s {
		_, advance := font.Lookup(r)
		width += advance
	}
	return width * scale
}
