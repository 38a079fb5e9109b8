package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestNetworks(t *testing.T) {
	for in, want := range map[string]struct {
		n           int
		first, last string
	}{
		"192.0.2.0/24": {256, "192.0.2.0:3389", "192.0.2.255:3389"},
		"１９２．０．２．０／３０：３３９０": {4, "192.0.2.0:3390", "192.0.2.3:3390"},
		"192.0.2.77/24:3390":        {256, "192.0.2.0:3390", "192.0.2.255:3390"},
		"192.0.2.4/30":              {4, "192.0.2.4:3389", "192.0.2.7:3389"},
		"192.0.2.4/32":              {1, "192.0.2.4:3389", "192.0.2.4:3389"},
		"255.255.255.0/24":          {256, "255.255.255.0:3389", "255.255.255.255:3389"},
		"2001:db8::/120":            {256, "[2001:db8::]:3389", "[2001:db8::ff]:3389"},
		"2001:db8::/127:1":          {2, "[2001:db8::]:1", "[2001:db8::1]:1"},
		"[2001:db8::/120]":          {256, "[2001:db8::]:3389", "[2001:db8::ff]:3389"},
		"[2001:db8::/120]:3390":     {256, "[2001:db8::]:3390", "[2001:db8::ff]:3390"},
		"::ffff:192.0.2.0/120":      {256, "[::ffff:192.0.2.0]:3389", "[::ffff:192.0.2.255]:3389"},
		"server.example.com":        {1, "server.example.com:3389", "server.example.com:3389"},
		"[fe80::1%eth0]:3390":       {1, "[fe80::1%eth0]:3390", "[fe80::1%eth0]:3390"},
		"server.example.com:3390":   {1, "server.example.com:3390", "server.example.com:3390"},
		"2001:db8::1":               {1, "[2001:db8::1]:3389", "[2001:db8::1]:3389"},
		"[2001:DB8:0::ff:0/127]:22": {2, "[2001:db8::ff:0]:22", "[2001:db8::ff:1]:22"},
	} {
		got, err := parseTargets([]string{in})
		if err != nil || len(got) != want.n || got[0].String() != want.first || got[len(got)-1].String() != want.last {
			t.Errorf("%s: %d targets, %v, %v", in, len(got), got, err)
		}
	}
	for in, want := range map[string]misuseError{
		"192.0.2.0/23":          {code: "ui.error.network", hint: "fumidai check 192.0.2.0/24"},
		"10.9.8.7/8:3390":       {code: "ui.error.network", hint: "fumidai check 10.9.8.0/24"},
		"0.0.0.0/0":             {code: "ui.error.network", hint: "fumidai check 0.0.0.0/24"},
		"2001:db8::/119":        {code: "ui.error.network", hint: "fumidai check 2001:db8::/120"},
		"192.0.2.0/24:0":        {code: "ui.error.target", hint: "fumidai check 192.0.2.0/24"},
		"[2001:db8::/120]:rdp":  {code: "ui.error.target", hint: "fumidai check 2001:db8::/120"},
		"192.0.2.0/33":          {code: "ui.error.target", hint: "fumidai check 192.0.2.0"},
		"192.0.2.0/":            {code: "ui.error.target", hint: "fumidai check 192.0.2.0"},
		"[2001:db8::/120]x3390": {code: "ui.error.target"},
		"[":                     {code: "ui.error.target"},
	} {
		got, err := parseTargets([]string{in})
		var misuse *misuseError
		if !errors.As(err, &misuse) || got != nil || misuse.code != want.code || misuse.hint != want.hint {
			t.Errorf("%s: %v, %+v", in, got, misuse)
		}
	}
}

// Files as Unix and as Windows write them.
func TestTargetFiles(t *testing.T) {
	text := "server-1\n# server-2\n\n  192.0.2.0/31:3390  # two of them\nserver-1\n工場.example\n"
	utf16le := []byte{0xFF, 0xFE}
	for _, unit := range utf16.Encode([]rune(text)) {
		utf16le = append(utf16le, byte(unit), byte(unit>>8))
	}
	want := []target{{"server-1", 3389}, {"192.0.2.0", 3390}, {"192.0.2.1", 3390}, {"工場.example", 3389}}
	for name, content := range map[string]string{
		"UTF-8":              text,
		"without a last end": strings.TrimSuffix(text, "\n"),
		"CR LF":              strings.ReplaceAll(text, "\n", "\r\n"),
		"UTF-8 with a mark":  "\ufeff" + text,
		"UTF-16":             string(utf16le),
	} {
		file := filepath.Join(t.TempDir(), "hosts.txt")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := parseTargets([]string{"@" + file})
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(target{})); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestBadTargetFiles(t *testing.T) {
	for content, line := range map[string]int{
		"a\nb c\n":           2,
		"\n\n@other.txt":     3, // no file in a file
		"10.0.0.0/8":         1,
		"a\n\x1b[31m\n":      2,
		"server:99999 # x\n": 1,
	} {
		file := filepath.Join(t.TempDir(), "hosts.txt")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := parseTargets([]string{"server", "@" + file})
		var misuse *misuseError
		if !errors.As(err, &misuse) || misuse.code != "ui.error.file_line" || misuse.args["line"] != line {
			t.Errorf("%q: %+v", content, misuse)
		}
	}
	_, err := parseTargets([]string{"@" + t.TempDir()})
	var misuse *misuseError
	if !errors.As(err, &misuse) || misuse.code != "ui.error.read" {
		t.Errorf("a directory: %v", err)
	}
}
