package main

// change makes the only differences to the font of its authors, who draw the
// half-width zero exactly like the letter O, and I, l and the vertical bar nearly
// alike: the zero gets a dot, I gets serifs and l a foot. Names of computers and
// numbers for a help desk are read off these pages and typed elsewhere.
func change(glyphs map[rune]glyph) {
	for _, c := range []struct {
		r      rune
		row    int
		column int
	}{
		{'0', 6, 3}, {'0', 7, 3}, {'0', 8, 3},
		{'I', 2, 2}, {'I', 2, 4}, {'I', 13, 2}, {'I', 13, 4},
		{'l', 13, 4},
	} {
		g := glyphs[c.r]
		g.rows[c.row] |= 0x8000 >> c.column
		glyphs[c.r] = g
	}
}
