package main

import (
	"fmt"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The font draws dots: squares of 73 units, a little larger than their distance,
// so that neighbours melt into one outline. Its em has 1000 units.
const (
	unitsPerEm = 1000
	pitch      = 61.84 // from one dot to the next
	radius     = 36.4  // from the edge of a dot to its centre
	core       = 19    // as far around a centre all is ink, or nothing is

	top       = -850 // the upper edge of the first row of most glyphs
	wideLeft  = 31   // the left edge of the first column, with an advance of 16 dots
	halfLeft  = 28   // and with one of 8
	rowsOfAll = 16
)

// glyph is a picture of 16 rows; bit 15 is the leftmost dot.
type glyph struct {
	rows    [rowsOfAll]uint16
	advance int // 8 or 16
}

type point struct{ x, y float64 }

// outline is the edges of a glyph, y downwards.
type outline [][2]point

// addGlyphs adds those glyphs of a font that are not there yet: the slices
// repeat the basic letters.
func addGlyphs(glyphs map[rune]glyph, file []byte) error {
	f, err := sfnt.Parse(file)
	if err != nil {
		return err
	}
	if f.UnitsPerEm() != unitsPerEm {
		return fmt.Errorf("%d units per em", f.UnitsPerEm())
	}
	var buf sfnt.Buffer
	for r := rune(' '); r <= 0x2FFFF; r++ {
		if _, ok := glyphs[r]; ok {
			continue
		}
		index, err := f.GlyphIndex(&buf, r)
		if err != nil {
			return err
		}
		if index == 0 {
			continue
		}
		advance, err := f.GlyphAdvance(&buf, index, fixed.I(rowsOfAll), font.HintingNone)
		if err != nil {
			return err
		}
		if advance != fixed.I(8) && advance != fixed.I(16) {
			return fmt.Errorf("U+%04X advances by %v", r, advance)
		}
		segments, err := f.LoadGlyph(&buf, index, fixed.I(unitsPerEm), nil)
		if err != nil {
			return fmt.Errorf("U+%04X: %w", r, err)
		}
		edges, err := edgesOf(segments)
		if err != nil {
			return fmt.Errorf("U+%04X: %w", r, err)
		}
		glyphs[r] = edges.dots(advance.Round())
	}
	return nil
}

func edgesOf(segments sfnt.Segments) (outline, error) {
	var o outline
	var at, start point
	closePath := func() {
		if at != start {
			o = append(o, [2]point{at, start})
		}
	}
	for _, s := range segments {
		to := point{float64(s.Args[0].X) / 64, float64(s.Args[0].Y) / 64}
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			closePath()
			start = to
		case sfnt.SegmentOpLineTo:
			o = append(o, [2]point{at, to})
		default:
			return nil, fmt.Errorf("a curve, which a font of dots has none of")
		}
		at = to
	}
	closePath()
	return o, nil
}

// dots finds the picture that the outline was made of. A glyph of an even
// number of columns is shifted by half a dot against one of an odd number, to
// stand in the middle of its cell, and so are rows. Which of both it is shows
// at the edges; the few glyphs that were not drawn on a grid get the offset
// that fits best.
func (o outline) dots(advance int) glyph {
	g := glyph{advance: advance}
	if len(o) == 0 {
		return g
	}
	low, high := o.bounds()
	left := float64(wideLeft)
	if advance == 8 {
		left = halfLeft
	}
	best := math.MaxInt
	for _, from := range []point{
		low, {low.x, high.y - 2*radius}, {high.x - 2*radius, low.y}, {high.x - 2*radius, high.y - 2*radius},
	} {
		offset := point{cellOffset(from.x - left), cellOffset(from.y - top)}
		rows, faults := o.sample(point{left + offset.x + radius, top + offset.y + radius}, advance)
		if faults < best {
			g.rows, best = rows, faults
		}
	}
	return g
}

// cellOffset is how far a grid through the edge lies off the grid of the cell,
// from a little less than minus half a dot to half a dot: halves go to the right
// and down, where the cells have their blank column and row.
func cellOffset(edge float64) float64 {
	const almostHalf = 0.52
	return edge - math.Floor(edge/pitch+almostHalf)*pitch
}

// sample reads the dots of a grid and counts the places where the outline does
// not agree that there is a dot, or none.
func (o outline) sample(first point, columns int) (rows [rowsOfAll]uint16, faults int) {
	for y := range rowsOfAll {
		for x := range columns {
			c := point{first.x + float64(x)*pitch, first.y + float64(y)*pitch}
			ink := o.inside(c)
			if ink {
				rows[y] |= 0x8000 >> x
			}
			for _, d := range []point{{-core, -core}, {core, -core}, {-core, core}, {core, core}} {
				if o.inside(point{c.x + d.x, c.y + d.y}) != ink {
					faults++
				}
			}
		}
	}
	return rows, faults
}

// inside is the rule of TrueType: ink is where the outline winds around.
func (o outline) inside(p point) bool {
	winding := 0
	for _, edge := range o {
		a, b := edge[0], edge[1]
		if (a.y <= p.y) == (b.y <= p.y) || a.x+(p.y-a.y)/(b.y-a.y)*(b.x-a.x) <= p.x {
			continue
		}
		if b.y > a.y {
			winding++
		} else {
			winding--
		}
	}
	return winding != 0
}

func (o outline) bounds() (low, high point) {
	low, high = o[0][0], o[0][0]
	for _, edge := range o {
		low = point{min(low.x, edge[1].x), min(low.y, edge[1].y)}
		high = point{max(high.x, edge[1].x), max(high.y, edge[1].y)}
	}
	return low, high
}
