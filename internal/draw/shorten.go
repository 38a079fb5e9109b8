package draw

import "github.com/fumidai/fumidai/internal/font"

const ellipsis = "…"

// Shorten returns a line as it is if it is at most width pixels wide at that
// scale, else as much of its beginning as fits with an ellipsis; nothing if not
// even that has room.
func Shorten(s string, width, scale int) string {
	if Width(s, scale) <= width {
		return s
	}
	room := width - Width(ellipsis, scale)
	if room < 0 {
		return ""
	}
	for i, r := range s {
		_, advance := font.Lookup(r)
		if room -= advance * scale; room < 0 {
			return s[:i] + ellipsis
		}
	}
	return s
}
