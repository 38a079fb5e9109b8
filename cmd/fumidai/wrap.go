package main

import (
	"strings"

	"charm.land/lipgloss/v2"
)

// Characters that may not begin a line and that may not end one in Japanese
// (禁則処理, JIS X 4051), as far as the messages use them.
const (
	notFirst = "、。，．・：；？！）］｝」』】〉》ー々ゃゅょっァィゥェォャュョッ…"
	notLast  = "（［｛「『【〈《"
)

// commandIndent begins a line of a message that is a command: it stays whole,
// however long, so that it can be copied.
const commandIndent = "    "

// wrap breaks text into lines of at most width terminal columns: between words,
// and between wide characters where Japanese allows it. A word longer than a
// line, such as a registry path, stands on a line of its own and sticks out,
// so that it can be copied.
func wrap(text string, width int) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(paragraph, commandIndent) {
			lines = append(lines, paragraph)
			continue
		}
		line, column := "", 0
		for _, piece := range pieces(paragraph) {
			w := lipgloss.Width(piece)
			if column > 0 && column+lipgloss.Width(strings.TrimRight(piece, " ")) > width {
				lines = append(lines, strings.TrimRight(line, " "))
				line, column = "", 0
			}
			line, column = line+piece, column+w
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// pieces splits a paragraph into the parts between which a line may end. A
// piece keeps the spaces that follow it.
func pieces(text string) []string {
	var all []string
	from, previous := 0, ' '
	for i, c := range text {
		if i > from && breaks(previous, c) {
			all = append(all, text[from:i])
			from = i
		}
		previous = c
	}
	return append(all, text[from:])
}

// breaks reports whether a line may end between two characters.
func breaks(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case before == ' ':
		return true
	case strings.ContainsRune(notLast, before) || strings.ContainsRune(notFirst, after):
		return false
	}
	return wide(before) || wide(after)
}

func wide(c rune) bool { return lipgloss.Width(string(c)) == 2 }
