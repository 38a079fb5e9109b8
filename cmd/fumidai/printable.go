package main

import (
	"fmt"
	"strings"
	"unicode"
)

// printable makes text of a foreign host safe for a terminal: what is not
// printable, such as an escape sequence, is shown as a code point. Direction
// marks count as not printable.
func printable(s string) string {
	var b strings.Builder
	for _, c := range s {
		if unicode.IsPrint(c) && !unicode.Is(unicode.Bidi_Control, c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "\\u%04x", c)
		}
	}
	return b.String()
}
