package main

import (
	"fmt"
	"strings"
	"unicode"
)

// longest is how many characters of a foreign text are shown; the longest honest
// one is a DNS name of 253.
const longest = 2000

// printable makes text of a foreign host safe for a terminal: what is not
// printable, such as an escape sequence, is shown as a code point. Direction
// marks count as not printable. A text that has no end is cut.
func printable(s string) string {
	var b strings.Builder
	for n, c := range []rune(s) {
		if n == longest {
			b.WriteString("…")
			break
		}
		if unicode.IsPrint(c) && !unicode.Is(unicode.Bidi_Control, c) {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "\\u%04x", c)
		}
	}
	return b.String()
}
