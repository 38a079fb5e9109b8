package font

import (
	"bytes"
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"io"
	"slices"
	"sync"
)

// Height is the number of rows of every glyph.
const Height = 16

// The advances, in dots.
const (
	half = 8
	full = 16
)

// Lookup returns the picture of a rune: Height rows, bit 15 the leftmost dot,
// and how far the next glyph stands from it, in dots: 16, 8, or 0 for a rune that
// is only a hint about its neighbours. A rune that the font does not have is a
// box, never nothing: whoever reads the text shall see that something is missing.
// The rows are shared; they must not be changed.
//
// The first call unpacks the table, which takes some milliseconds and keeps about
// 300 KB.
func Lookup(r rune) (rows []uint16, advance int) {
	t := table()
	if i, ok := t.index(r); ok {
		return t.glyph(i)
	}
	if i, ok := t.index(variant(r)); ok {
		return t.glyph(i)
	}
	switch {
	case invisible(r):
		return blank[:], 0
	case r < firstFull:
		return halfBox[:], half
	}
	return fullBox[:], full
}

// Has reports whether the font has a picture of this very rune.
func Has(r rune) bool {
	_, ok := table().index(r)
	return ok
}

//go:embed dotgothic16.bin
var packed []byte

// License is the licence of the font, which goes wherever the font goes.
//
//go:embed OFL.txt
var License string

type glyphs struct {
	runes []rune   // sorted
	wide  []bool   // by index of runes
	rows  []uint16 // Height for each rune
}

func (t *glyphs) index(r rune) (int, bool) { return slices.BinarySearch(t.runes, r) }

func (t *glyphs) glyph(i int) (rows []uint16, advance int) {
	if advance = half; t.wide[i] {
		advance = full
	}
	return t.rows[i*Height:][:Height:Height], advance
}

// table is the embedded file, in the format of generate/pack.go. It is part of
// the program, so a fault in it is a fault of the program; a test loads it.
var table = sync.OnceValue(func() *glyphs {
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	if err != nil {
		panic("font: " + err.Error())
	}
	t := &glyphs{}
	for r := rune(0); ; {
		n, size := binary.Uvarint(raw)
		raw = raw[size:]
		if n == 0 {
			break
		}
		r += rune(n >> 1)
		t.runes = append(t.runes, r)
		t.wide = append(t.wide, n&1 == 1)
	}
	t.runes, t.wide = slices.Clip(t.runes), slices.Clip(t.wide)
	t.rows = make([]uint16, len(t.runes)*Height)
	for i := range t.rows {
		if t.wide[i/Height] {
			t.rows[i] = binary.BigEndian.Uint16(raw)
			raw = raw[2:]
		} else {
			t.rows[i] = uint16(raw[0]) << 8
			raw = raw[1:]
		}
	}
	return t
})
