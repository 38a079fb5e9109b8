package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fumidai/fumidai/internal/font"
)

// Characters that do not begin a line (JIS X 4051, 行頭禁則): closing brackets,
// stops, small kana, marks that belong to what stands before them.
const noStart = "、。，．・：；？！゛゜´｀¨ヽヾゝゞ々ー―‐–〜～…‥’”）〕］｝〉》」』】" +
	"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ" +
	"｡｣､･ｰﾞﾟｧｨｩｪｫｬｭｮｯ" +
	",.:;?!)]}%»›％℃°′″"

// Characters that do not end a line (行末禁則): opening brackets, and signs
// that belong to the number after them.
const noEnd = "‘“（〔［｛〈《「『【｢([{«‹¥$€£￥＄＃#"

// Characters that are not torn from another of their kind (分離禁則).
const inseparable = "…‥―—"

// Wrap breaks text into lines of at most width pixels at that scale. Line breaks
// of the text stay. English breaks at spaces, which are not shown at the end of a
// line then; Japanese between any two characters that the rules allow; a word or
// a number stays whole. What finds no place to break and is longer than a line is
// cut where the line ends, and a line has at least one character, whatever the
// width. The lines are parts of s.
func Wrap(s string, width, scale int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(s, "\n") {
		lines = wrapParagraph(lines, strings.TrimSuffix(paragraph, "\r"), width, scale)
	}
	return lines
}

func wrapParagraph(lines []string, s string, width, scale int) []string {
	start, end := 0, 0 // of the line, in bytes
	breakAt := 0       // the last place where the line may end
	used := 0          // pixels since start
	before := rune(0)
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if end > start && mayBreak(before, r) {
			breakAt = end
		}
		_, advance := font.Lookup(r)
		used += advance * scale
		for used > width && end > start && !unicode.IsSpace(r) {
			if breakAt <= start {
				breakAt = end
			}
			lines = append(lines, strings.TrimRightFunc(s[start:breakAt], unicode.IsSpace))
			start = breakAt
			used = Width(s[start:end], scale) + advance*scale
		}
		before = r
		end += size
	}
	return append(lines, strings.TrimRightFunc(s[start:], unicode.IsSpace))
}

// mayBreak reports whether a line may end between two characters.
func mayBreak(a, b rune) bool {
	switch {
	case unicode.IsSpace(b), strings.ContainsRune(noStart, b), strings.ContainsRune(noEnd, a):
		return false
	case a == b && strings.ContainsRune(inseparable, a):
		return false
	case unicode.IsSpace(a):
		return a != '\u00A0' // the space that is made for this
	}
	return isIdeographic(a) || isIdeographic(b)
}

// isIdeographic reports whether a character is written without spaces between
// words: kanji, kana, and the punctuation and forms that go with them.
func isIdeographic(r rune) bool {
	return r >= 0x2E80 && r <= 0xA4CF || // radicals to Yi, with kana and CJK punctuation
		r >= 0xAC00 && r <= 0xD7AF || // Hangul syllables
		r >= 0xF900 && r <= 0xFAFF || // compatibility ideographs
		r >= 0xFE30 && r <= 0xFE4F || // compatibility forms
		r >= 0xFF01 && r <= 0xFFEF || // half-width and full-width forms
		r >= 0x1F000 && r <= 0x3FFFF || // pictures, further ideographs
		r >= 0x2190 && r <= 0x27BF || // arrows, shapes, enclosed numbers
		strings.ContainsRune("…‥―—“”‘’※", r)
}
