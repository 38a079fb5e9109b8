package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/verdict"
)

// What a terminal or a reader can be deceived by: control characters of both
// sets, direction marks, what has no width, and what is no text at all.
const hostile = "A\x1b[2J\x1b]0;owned\x07\r\n✓ fine\t\x00\u009b31m\u202e\u2066\u200f\u061c\u200b\u2028\ufeff\U000e0041\xff\xfeZ"

// everywhere is a host that says it wherever a host has a word.
func everywhere(s string) checked {
	f := verdict.Facts{
		Reach: verdict.Reached, Selected: verdict.LayerNLA, TLSAlone: verdict.No, TLSAloneFailure: 5,
		TLS:         &verdict.TLS{Version: 0x0303, CipherSuite: 0xC030},
		Certificate: &verdict.Certificate{Subject: s, Issuer: s, KeyType: "RSA", KeyBits: 1024, SignatureAlgorithm: "SHA1-RSA", DNSNames: []string{s}},
		CredSSP:     &verdict.CredSSP{Version: 2},
		NTLM: &verdict.NTLM{NetBIOSComputer: s, NetBIOSDomain: s + "D", DNSComputer: s, DNSDomain: s, DNSForest: s,
			VersionPresent: true, Major: 6, Minor: 1, Build: 7601, Revision: 15},
		At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC),
	}
	return checked{target{s, 3389}, f, verdict.Decide(f)}
}

func TestHostileNamesInText(t *testing.T) {
	for _, lang := range i18n.Langs() {
		var stdout strings.Builder
		p := &program{stdout: &stdout, lang: lang}
		if err := p.writeText(everywhere(hostile)); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(stdout.String(), "\n") {
			for _, c := range line {
				if !unicode.IsPrint(c) || unicode.Is(unicode.Bidi_Control, c) {
					t.Errorf("%s: line %d has %U: %q", lang, i+1, c, line)
				}
			}
			if strings.HasPrefix(line, "✓ fine") {
				t.Errorf("%s: line %d is the host's: %q", lang, i+1, line)
			}
		}
		if !strings.Contains(stdout.String(), `\u001b[2J`) {
			t.Errorf("%s: the name is not shown:\n%s", lang, stdout.String())
		}
	}
}

// JSON carries the names as they are; what is not UTF-8 cannot be carried.
func TestHostileNamesInJSON(t *testing.T) {
	var stdout strings.Builder
	p := &program{stdout: &stdout}
	if err := p.writeJSON(everywhere(hostile)); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(stdout.String(), "\n"); n != 1 || strings.ContainsAny(stdout.String(), "\x00\x07\x1b\r") {
		t.Errorf("%d lines: %q", n, stdout.String())
	}
	var h jsonHost
	if err := json.Unmarshal([]byte(stdout.String()), &h); err != nil {
		t.Fatal(err)
	}
	want := strings.ReplaceAll(strings.ReplaceAll(hostile, "\xff", "\ufffd"), "\xfe", "\ufffd")
	for _, got := range []string{h.Host, h.Names.DNSForest, h.Names.NetBIOSComputer, h.Certificate.Subject, h.Certificate.DNSNames[0]} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"HMI-07 工場 é":               "HMI-07 工場 é",
		"\x1b[31m":                  `\u001b[31m`,
		"a\nb\tc\x00\x7f":           `a\u000ab\u0009c\u0000\u007f`,
		"\u009b31m":                 `\u009b31m`,
		"\u202eexe.txt\u200f\u061c": `\u202eexe.txt\u200f\u061c`,
		"\u200b\ufeff\u2028":        `\u200b\ufeff\u2028`,
		"\U000e0041":                `\ue0041`,
		"\xff":                      "\ufffd",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
