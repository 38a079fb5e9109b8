package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/i18n"
)

// fieldtestFailsafe ends a test whose two ends wait for each other.
const fieldtestFailsafe = 20 * time.Second

// listenInBackground runs a listening step and returns the addresses it prints.
func listenInBackground(t *testing.T, hosts int, args ...string) (addresses []string, done <-chan int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), fieldtestFailsafe)
	t.Cleanup(cancel)
	reader, writer := io.Pipe()
	p := &program{stdout: writer, stderr: os.Stderr, env: func(string) string { return "" }}
	status := make(chan int, 1)
	go func() {
		status <- p.run(ctx, args)
		writer.Close()
	}()
	lines := bufio.NewScanner(reader)
	for len(addresses) < hosts && lines.Scan() {
		if address := labAddress.FindString(lines.Text()); address != "" {
			addresses = append(addresses, address)
		}
	}
	go io.Copy(io.Discard, reader)
	if len(addresses) != hosts {
		t.Fatalf("%d addresses", len(addresses))
	}
	return addresses, status
}

// A listening step and a looking step meet, and both are recorded.
func TestFieldtestListens(t *testing.T) {
	out := filepath.Join(t.TempDir(), "fieldtest.json")
	addresses, done := listenInBackground(t, 2, "fieldtest", "run", "listen-force", "--listen", "127.0.0.1:0",
		"--connections", "2", "--answer", "build=10.0.19045.1", "--answer", "message.v4=long", "--simulated", "--out", out)
	for i, address := range addresses {
		other := filepath.Join(t.TempDir(), "look.json")
		if r := run(t.Context(), "fieldtest", "run", "look-not-restarted", address, "--out", other); r.status != exitOK {
			t.Errorf("look at host %d: status %d, %s", i, r.status, r.stderr)
		}
	}
	if status := <-done; status != exitOK {
		t.Errorf("status %d", status)
	}
	file, err := fieldtest.Load(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Results) != 1 || len(file.Results[0].Connections) != 2 || file.Results[0].Label != fieldtest.Simulated {
		t.Fatalf("%+v", file.Results)
	}
	for i, want := range []string{"v4", "v6"} {
		if c := file.Results[0].Connections[i]; c.Host != want || len(c.Messages) != 2 {
			t.Errorf("%+v", c)
		}
	}
	inBoth(t, func(t *testing.T, run func(args ...string) result) {
		r := run("fieldtest", "show", out)
		if r.status != exitOK || !strings.Contains(r.stdout, "before_authenticate (v4)") || strings.Contains(r.stdout, "[") {
			t.Errorf("status %d\n%s", r.status, r.stdout)
		}
		if r := run("fieldtest", "--list", "--out", out); !strings.Contains(r.stdout, "event.v4 (--run 1)") || strings.Contains(r.stdout, "[") {
			t.Errorf("%s", r.stdout)
		}
	})
}

// In English a reading is said as vectors repeat it, in Japanese without English.
func TestReadingInWords(t *testing.T) {
	in := func(lang i18n.Lang, r fieldtest.Reading) string { return (&program{lang: lang}).reading(r) }
	for _, r := range []fieldtest.Reading{
		{},
		{Count: 1, Version: 6},
		{Count: 3, Version: 5, Changed: true, Mechanism: "spnego", Build: "10.0.17763", Challenge: true, Authenticate: true,
			Proof: true, Credentials: true, HasStatus: true, Status: 0xC000006D, StatusAt: 2, Nonce: "with_binding"},
	} {
		if got := in(i18n.English, r); got != r.String() {
			t.Errorf("%q, want %q", got, r)
		}
		japanese := in(i18n.Japanese, r)
		for _, word := range []string{"nothing", "version", "changed", "build", "message", "["} {
			if strings.Contains(japanese, word) {
				t.Errorf("%q in %q", word, japanese)
			}
		}
	}
}

// Every question has its words, asked in both languages.
func TestFieldtestWords(t *testing.T) {
	inBoth(t, func(t *testing.T, run func(args ...string) result) {
		for _, s := range fieldtest.Steps() {
			if s.Kind != fieldtest.Observe {
				continue
			}
			out := filepath.Join(t.TempDir(), "f.json")
			r := run("fieldtest", "run", s.ID, "--answer", "build=10.0.19045.1", "--out", out)
			if r.status != exitOK || strings.Contains(r.stdout, "[") || strings.Count(r.stdout, "  1) ") != 2 {
				t.Errorf("%s: status %d\n%s%s", s.ID, r.status, r.stdout, r.stderr)
			}
		}
	})
}

// The help of the subcommands has examples that run.
func TestFieldtestHelpExamplesRun(t *testing.T) {
	addresses := startLab(t)
	t.Chdir(t.TempDir())
	for _, part := range []string{"credssp", "docs"} {
		if err := os.MkdirAll(filepath.Join("fumidai", part), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	inBoth(t, func(t *testing.T, run func(args ...string) result) {
		for _, name := range []string{"run", "show", "import"} { // in the order in which one does it
			help := run("help", "fieldtest", name)
			if same := run("fieldtest", name, "--help"); same.stdout != help.stdout || help.status != exitOK {
				t.Errorf("help of %s differs", name)
			}
			found := examples(help.stdout)
			if len(found) != 1 {
				t.Fatalf("help of %s has %d examples:\n%s", name, len(found), help.stdout)
			}
			words := strings.Fields(strings.ReplaceAll(found[0], "server.example.com", addresses["NEW-2019"]))
			if r := run(words[1:]...); r.status != exitOK || r.stderr != "" || r.stdout == "" {
				t.Errorf("%q: status %d, %s%s", words, r.status, r.stdout, r.stderr)
			}
		}
	})
}

// A password is never in the file, wherever it came from.
func TestFieldtestPassword(t *testing.T) {
	addresses := startLab(t)
	out := filepath.Join(t.TempDir(), "f.json")
	var stdout, stderr strings.Builder
	p := &program{stdout: &stdout, stderr: &stderr, env: func(name string) string {
		return map[string]string{fieldtestPassword: "Passw0rd!"}[name]
	}}
	status := p.run(t.Context(), []string{"fieldtest", "run", "logon-early-auth", addresses["NEW-2019"], "--user", `FUMIDAI\alice`,
		"--answer", "member=member", "--answer", "build=10.0.17763.1", "--out", out})
	content, err := os.ReadFile(out)
	if err != nil || status != exitOK || !strings.Contains(stdout.String(), "member 0") {
		t.Fatalf("status %d, %v\n%s%s", status, err, stdout.String(), stderr.String())
	}
	for _, secret := range []string{"Passw0rd", "5000610073007300", "alice", "61006c00690063006500", "FUMIDAI", "460055004d004900"} {
		if strings.Contains(string(content), secret) {
			t.Errorf("%s is in the file", secret)
		}
	}
}
