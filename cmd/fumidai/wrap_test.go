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
		{"", 5, []string{""}},
	} {
		if got := wrap(c.text, c.width); !slices.Equal(got, c.want) {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.width, got, c.want)
		}
	}
}

func TestPrintable(t *testing.T) {
	if got, want := printable("a\x1b[31mb\u202ec\n修"), `a\u001b[31mb\u202ec\u000a修`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestParseTarget(t *testing.T) {
	for s, want := range map[string]target{
		"server":             {"server", 3389},
		"server:1":           {"server", 1},
		"192.0.2.1":          {"192.0.2.1", 3389},
		"2001:db8::1":        {"2001:db8::1", 3389},
		"[2001:db8::1]":      {"2001:db8::1", 3389},
		"[2001:db8::1]:3390": {"2001:db8::1", 3390},
		"[fe80::1%eth0]:1":   {"fe80::1%eth0", 1},
		"サーバー.example":       {"サーバー.example", 3389},
	} {
		if got, err := parseTarget(s); err != nil || got != want {
			t.Errorf("%s: %v, %v", s, got, err)
		}
	}
	for s, hint := range map[string]string{
		"":                        "",
		"server:0":                "fumidai check server:3389",
		"server:99999":            "fumidai check server:3389",
		"rdp://server/":           "fumidai check server",
		"https://u@server:3390/x": "fumidai check server:3390",
		"server/share":            "fumidai check server",
		"-x":                      "",
		"a b":                     "",
	} {
		_, err := parseTarget(s)
		if e, ok := err.(*misuseError); !ok || e.hint != hint {
			t.Errorf("%q: %#v", s, err)
		}
	}
}
