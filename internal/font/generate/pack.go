package main

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"maps"
	"slices"
)

// pack writes the table that internal/font reads: per rune, in their order, a
// varint of twice the distance from the rune before plus 1 for a full-width
// glyph; a zero; then the pictures in the same order, each row one byte or, full
// width, two, the leftmost dots first. All of it is deflated.
func pack(glyphs map[rune]glyph) ([]byte, error) {
	runes := slices.Sorted(maps.Keys(glyphs))
	var raw []byte
	before := rune(0)
	for _, r := range runes {
		wide := 0
		if glyphs[r].advance == 16 {
			wide = 1
		}
		raw = binary.AppendUvarint(raw, uint64(int(r-before)<<1|wide))
		before = r
	}
	raw = append(raw, 0)
	for _, r := range runes {
		for _, row := range glyphs[r].rows {
			raw = append(raw, byte(row>>8))
			if glyphs[r].advance == 16 {
				raw = append(raw, byte(row))
			}
		}
	}
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(raw); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
