package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/interop"
)

const (
	nmapRan     = `{"case":"probe","peers":[{"name":"nmap","version":"7.93"}],"outcome":"ran"}` + "\n"
	nmapFailed  = `{"case":"probe","peers":[{"name":"nmap","version":"7.93"}],"outcome":"failed"}` + "\n"
	pairSkipped = `{"case":"login","peers":[{"name":"nmap","version":"7.93"},{"name":"xrdp","version":"missing"}],"outcome":"skipped","reason":"xrdp is missing"}` + "\n"
)

func TestRun(t *testing.T) {
	all, others := strconv.Itoa(len(interop.Peers())), strconv.Itoa(len(interop.Peers())-1)
	for _, c := range []struct {
		name, record, minimum string
		required              bool
		code                  int
		lines                 string // how the output ends
	}{
		{"all ran", nmapRan, "nmap: probe\n", true, 0,
			"1 passed, 0 failed, 0 skipped\npeers: 1 ran, " + others + " missing; cases: 1 ran, 0 skipped; minimum list: 1 of 1\n"},
		{"skipped", nmapRan + pairSkipped, "# comment\n\nnmap: probe\nnmap+xrdp: login\n", false, 0,
			"skipped: nmap+xrdp: login (xrdp is missing)\nin the minimum list, but did not run and pass: nmap+xrdp: login\n" +
				"1 passed, 0 failed, 1 skipped\npeers: 1 ran, " + others + " missing; cases: 1 ran, 1 skipped; minimum list: 1 of 2\n"},
		{"skipped but required", nmapRan + pairSkipped, "nmap+xrdp: login\n", true, 1, "minimum list: 0 of 1\n"},
		{"failed", nmapFailed, "", false, 1, "failed: nmap: probe\n0 passed, 1 failed, 0 skipped\n" +
			"peers: 1 ran, " + others + " missing; cases: 1 ran, 0 skipped; minimum list: 0 of 0\n"},
		{"ran and failed is failed", nmapFailed + nmapRan, "nmap: probe\n", false, 1, "minimum list: 0 of 1\n"},
		{"nothing ran", "", "", false, 0, "0 passed, 0 failed, 0 skipped\npeers: 0 ran, " + all + " missing; cases: 0 ran, 0 skipped; minimum list: 0 of 0\n"},
		{"nothing ran but required", "", "", true, 1, "minimum list: 0 of 0\n"},
		{"no JSON", "nonsense\n", "", false, 2, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			record, minimum := write(t, c.record), write(t, c.minimum)
			var out, errs strings.Builder
			if code := run([]string{"-minimum", minimum, record}, c.required, &out, &errs); code != c.code {
				t.Errorf("exit code %d, want %d; %s", code, c.code, &errs)
			}
			if !strings.HasSuffix(out.String(), c.lines) {
				t.Errorf("output:\n%s\nwant it to end with:\n%s", &out, c.lines)
			}
		})
	}
}

func TestUpdate(t *testing.T) {
	other := strings.ReplaceAll(nmapRan, "probe", "a first one")
	record, minimum := write(t, nmapRan+pairSkipped+other), write(t, "nmap: gone\n")
	var out, errs strings.Builder
	if code := run([]string{"-update", "-minimum", minimum, record}, true, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s%s", code, &out, &errs)
	}
	got, err := os.ReadFile(minimum)
	if err != nil {
		t.Fatal(err)
	}
	if want := minimumHead + "nmap: a first one\nnmap: probe\n"; string(got) != want {
		t.Errorf("minimum list:\n%s\nwant:\n%s", got, want)
	}
}

func TestMissingRecord(t *testing.T) {
	var out, errs strings.Builder
	absent := filepath.Join(t.TempDir(), "absent")
	if code := run([]string{"-minimum", absent, absent}, true, &out, &errs); code != 1 {
		t.Errorf("exit code %d, want 1", code)
	}
}

func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
