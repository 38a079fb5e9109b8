package main

import (
	"errors"
	"strings"
	"testing"
)

func TestParseTarget(t *testing.T) {
	for in, want := range map[string]target{
		"server":              {"server", 3389},
		"server.example.com":  {"server.example.com", 3389},
		"server.example.com.": {"server.example.com.", 3389},
		"SERVER_7:3390":       {"SERVER_7", 3390},
		"工場.example:1":        {"工場.example", 1},
		"192.0.2.10":          {"192.0.2.10", 3389},
		"192.0.2.10:65535":    {"192.0.2.10", 65535},
		"2001:db8::1":         {"2001:db8::1", 3389},
		"[2001:db8::1]":       {"2001:db8::1", 3389},
		"[2001:db8::1]:3390":  {"2001:db8::1", 3390},
		"2001:DB8:0:0::1":     {"2001:db8::1", 3389},
		"fe80::1%eth0":        {"fe80::1%eth0", 3389},
		"[fe80::1%eth0]:3390": {"fe80::1%eth0", 3390},
		"::1":                 {"::1", 3389},
		"127.0.0.1：3389":      {"127.0.0.1", 3389}, // as an input method writes it
		"１２７．０．０．１：３３９０": {"127.0.0.1", 3390},
		"ｓｅｒｖｅｒ。ｅｘａｍｐｌｅ": {"server.example", 3389},
		"［：：１］：３３９０":     {"::1", 3390},
	} {
		if got, err := parseTarget(in); err != nil || got != want {
			t.Errorf("%q: %+v, %v; want %+v", in, got, err, want)
		}
	}
	for in, hint := range map[string]string{ // "": none
		"":                                "fumidai check server.example.com",
		" ":                               "fumidai check server.example.com",
		"\u3000":                          "fumidai check server.example.com",
		`\\server`:                        "fumidai check server",
		`\\server.example\share\x`:        "fumidai check server.example",
		`\\`:                              "",
		`DOMAIN\server`:                   "",
		"server：０":                        "fumidai check server:3389",
		":3389":                           "",
		"-server":                         "",
		"no host":                         "",
		"server:":                         "fumidai check server:3389",
		"server:0":                        "fumidai check server:3389",
		"server:65536":                    "fumidai check server:3389",
		"server:rdp":                      "fumidai check server:3389",
		"[2001:db8::1]:0":                 "fumidai check [2001:db8::1]:3389",
		"rdp://server":                    "fumidai check server",
		"https://user@server.example/x":   "fumidai check server.example",
		"server.example/rdweb":            "fumidai check server.example",
		"https://u@server:3390/x":         "fumidai check server:3390",
		"192.0.2.0/24":                    "fumidai check 192.0.2.0",
		"server\x1b[31m":                  "",
		strings.Repeat("a", 254):          "",
		"rdp://" + strings.Repeat("-", 3): "",
	} {
		_, err := parseTarget(in)
		var misuse *misuseError
		if !errors.As(err, &misuse) || misuse.code != "ui.error.target" || misuse.hint != hint {
			t.Errorf("%q: %+v, want hint %q", in, misuse, hint)
		}
	}
}
