package font

// firstFull is where runes begin that East Asian text sets as wide as a kanji:
// the box of a missing one is as wide, and columns stay columns.
const firstFull = 0x1100

var blank [Height]uint16

var halfBox = box(0x7E00, 0x4200)
var fullBox = box(0x7FFC, 0x4004)

func box(edge, sides uint16) (rows [Height]uint16) {
	const top, bottom = 1, 13
	for y := top; y <= bottom; y++ {
		rows[y] = sides
	}
	rows[top], rows[bottom] = edge, edge
	return rows
}

// variant returns the glyph that readers accept for a rune which the font has
// not: family names are written with forms of kanji outside JIS X 0208, and
// different systems turn the same bytes of Shift_JIS into different signs.
func variant(r rune) rune {
	switch r {
	case '髙':
		return '高'
	case '﨑':
		return '崎'
	case '\u00A0', '\u2007', '\u2009', '\u202F': // spaces that do not break or are narrow
		return ' '
	case '\u2225': // parallel to
		return '\u2016' // double vertical line
	}
	return r
}

// invisible reports whether a rune says how its neighbours are to be drawn and
// has no picture: variation selectors follow the kanji of some names.
func invisible(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200F, r == 0x2060, r == 0xFEFF:
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF:
		return true
	}
	return false
}
