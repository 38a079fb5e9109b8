package main

import (
	"slices"
	"testing"
)

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text  string
		width int
		want  []string
	}{
		{"one two three", 7, []string{"one two", "three"}},
		{"a\nb", 7, []string{"a", "b"}},
		{`run HKLM\SOFTWARE\Long now`, 8, []string{"run", `HKLM\SOFTWARE\Long`, "now"}},
		{"修正がありません。", 8, []string{"修正があ", "りませ", "ん。"}},
		{"「修正」です", 6, []string{"「修", "正」で", "す"}},
		{"更新KB4103718を適用", 12, []string{"更新", "KB4103718を", "適用"}},
		{"run:\n    reg add x /v y\nnow and then", 8, []string{"run:", "    reg add x /v y", "now and", "then"}},
		{"", 5, []string{""}},
	} {
		if got := wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}
