package main

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/verdict"
)

// What makes a page ask somebody else for something, or run something.
var loads = regexp.MustCompile(`(?i)https?:|\ssrc=|\shref=|<(script|link|img|iframe|object|embed|base|form)|url\(|@import|\son[a-z]+=`)

// The page is whole by itself and names every host and every outcome.
func TestDemoPage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "page.html")
	inBoth(t, func(t *testing.T, run func(...string) result) {
		r := run("demo", "--out", file)
		if r.status != exitOK || r.stderr != "" || !strings.Contains(r.stdout, file) {
			t.Fatalf("status %d: %s%s", r.status, r.stderr, r.stdout)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page := string(content)
		if found := loads.FindAllString(page, -1); found != nil {
			t.Errorf("the page is not whole by itself: %q", found)
		}
		for _, h := range lab.Hosts() {
			if n := strings.Count(page, "<b>"+h.Name+"</b>"); n != 1 {
				t.Errorf("%s: %d times", h.Name, n)
			}
		}
		for outcome, want := range map[verdict.Outcome]int{
			verdict.ConnectsInsecurely: 9 + 4, verdict.RefusedByClient: 6 + 2, verdict.RefusedByServer: 1 + 1, verdict.Connects: 12 + 9, // hosts and published table
			verdict.NotByCredSSP: 12, verdict.OutcomeUnknown: 0, verdict.DependsOnServerPolicy: 0,
		} {
			if n := strings.Count(page, `<td class="cell `+string(outcome)+`"`); n != want {
				t.Errorf("%d cells %s, want %d", n, outcome, want)
			}
		}
		for update, want := range map[verdict.Update]int{verdict.UpdateAbsent: 3, verdict.UpdatePresent: 4, verdict.UpdateUnknown: 3} {
			if n := strings.Count(page, `class="tag `+string(update)+`"`); n != want {
				t.Errorf("%d hosts %s, want %d", n, update, want)
			}
		}
		if n := strings.Count(page, "<th "); n != strings.Count(page, "<th")-strings.Count(page, "<thead") || n != strings.Count(page, "<th scope=") {
			t.Errorf("%d of the heads of columns and rows say which", strings.Count(page, "<th scope="))
		}
		if strings.ContainsAny(r.stdout, "\x1b[]{}") || strings.Contains(page, "[ui.") {
			t.Errorf("a text is missing or coloured:\n%s", r.stdout)
		}
		if n := strings.Count(r.stdout, "✓"); n < 10 || strings.Contains(r.stdout, "✗") {
			t.Errorf("%d hosts agree:\n%s", n, r.stdout)
		}
	})
}

// A page that was there survives a run that fails, and nothing else stays.
func TestDemoIsAtomic(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, []byte("the old page"), 0o644); err != nil {
		t.Fatal(err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if r := run(cancelled, "demo", "--out", file); r.status != exitInterrupted {
		t.Errorf("interrupted: status %d", r.status)
	}
	p := &program{stdout: &failing{after: 1}, stderr: &strings.Builder{}, env: func(string) string { return "" }}
	if status := p.run(t.Context(), []string{"demo", "--out", file}); status != exitFailure {
		t.Errorf("unwritable output: status %d", status)
	}
	taken := filepath.Join(dir, "taken") // a page cannot take the place of a directory
	if err := os.MkdirAll(filepath.Join(taken, "inside"), 0o755); err != nil {
		t.Fatal(err)
	}
	if r := run(t.Context(), "demo", "--out", taken); r.status != exitFailure || !strings.Contains(r.stderr, "taken") {
		t.Errorf("in place of a directory: status %d, %s", r.status, r.stderr)
	}
	if err := os.RemoveAll(taken); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(file); string(content) != "the old page" {
		t.Errorf("%q, %v", content, err)
	}
	if files, err := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}

	if r := run(t.Context(), "demo", "--out", file); r.status != exitOK {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if content, err := os.ReadFile(file); !strings.HasPrefix(string(content), "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(string(content)), "</html>") {
		t.Errorf("%q, %v", content, err)
	}
	if files, err := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
}
