package explain

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxText bounds what is read of a text, in bytes: a dialog has a few hundred,
// a pasted log can be long and is cut.
const MaxText = 64 << 10

// input is a text in the two forms in which signals are looked for.
type input struct {
	spaced   string // normalised, lower case, white space folded to one space: for codes
	squeezed string // the same without anything but letters and digits: for fragments
}

// normalise prepares a text. Compatibility normalisation makes ＣｒｅｄＳＳＰ and
// ﾘﾓｰﾄ what they look like.
func normalise(text string) input {
	if len(text) > MaxText {
		text = text[:MaxText]
	}
	text = strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " ")))
	return input{spaced: strings.Join(strings.Fields(text), " "), squeezed: squeeze(text)}
}

// squeeze keeps letters, digits and the marks that are part of Japanese words.
func squeeze(text string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c) {
			return c
		}
		return -1
	}, text)
}
