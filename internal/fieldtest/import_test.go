package fieldtest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
)

// checkout makes the directories of one.
func checkout(t *testing.T, dir string) {
	t.Helper()
	for _, part := range []string{"credssp", "docs"} {
		if err := os.MkdirAll(filepath.Join(dir, part), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// everyKind is a file with a result of each kind, as Windows could have made it.
func everyKind(t *testing.T) *File {
	t.Helper()
	f := someFile(t)
	logon, listen := step(t, "logon-force"), step(t, "listen-mitigated")
	recording, err := labHost(t, "FORCE-2022").LogOn(t.Context(), logon, alice())
	if err != nil {
		t.Fatal(err)
	}
	f.Put(result(recording, logon, map[string]string{"build": "10.0.20348.1"}))
	recording = listening(t, listen, visitAs(t, credssp.Mitigated))
	f.Put(result(recording, listen, map[string]string{"build": "10.0.19045.1", "message.v4": "long", "event.v4": "4", "message.v6": "内部エラー | <b>"}))
	return f
}

// What is imported comes back whole, reads the same to everybody, and makes the
// same page.
func TestImportRoundTrip(t *testing.T) {
	dir := t.TempDir()
	checkout(t, dir)
	f := everyKind(t)
	done, err := Import(f, dir, true, noText)
	if err != nil {
		t.Fatal(err)
	}
	connections := 0
	for _, r := range f.Results {
		connections += max(1, len(r.Connections))
	}
	if done.Vectors != connections || done.LeftOut != 0 {
		t.Errorf("%+v, %d connections", done, connections)
	}
	vectors := filepath.Join(dir, VectorDir)
	files, err := ReadVectors(vectors)
	if err != nil {
		t.Fatal(err)
	}
	byStep := func(a, b Result) int { return strings.Compare(a.Step, b.Step) }
	slices.SortFunc(f.Results, byStep)
	if len(files) != 1 {
		t.Fatalf("%d files", len(files))
	}
	slices.SortFunc(files[0].Results, byStep)
	f.About = nil // vectors have no header of their own
	if diff := cmp.Diff(f, files[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	replayAll(t, vectors, connections-1) // observe-oracle has no connection

	page, _ := os.ReadFile(filepath.Join(dir, VerifiedPage))
	again, seen := Verified([]*File{f}, noText)
	if string(page) != again || seen != done.Seen {
		t.Errorf("%s", cmp.Diff(string(page), again))
	}
}

// Simulated results prove nothing and are left out; a file imported again takes
// the place of itself, and of nobody else.
func TestImportAgain(t *testing.T) {
	dir := t.TempDir()
	checkout(t, dir)
	f, other := everyKind(t), New()
	other.ID = "0badcafe"
	windows := f.Results[1]
	windows.Step = "observe-oracle"
	other.Put(windows)
	count := func() int {
		names, _ := filepath.Glob(filepath.Join(dir, VectorDir, "*.txt"))
		return len(names)
	}
	if _, err := Import(other, dir, false, noText); err != nil || count() != 1 {
		t.Fatalf("%v, %d vectors", err, count())
	}
	if done, err := Import(f, dir, true, noText); err != nil || count() != done.Vectors+1 {
		t.Fatalf("%v, %+v, %d vectors", err, done, count())
	}
	// only the observation and the visits, of which nobody can tell
	done, err := Import(f, dir, false, noText)
	if err != nil || done.LeftOut != 2 || done.Vectors != 6 || count() != 7 {
		t.Errorf("%v, %+v, %d vectors", err, done, count())
	}
	f.Results = nil
	if done, err = Import(f, dir, false, noText); err != nil || count() != 1 || done.Seen != 1 {
		t.Errorf("%v, %+v, %d vectors", err, done, count())
	}
	_, err = Import(f, filepath.Join(dir, "docs"), false, noText)
	if _, ok := errors.AsType[*NotACheckoutError](err); !ok {
		t.Errorf("%v", err)
	}
}

// The page names build, date, step and whether it is as said; nothing that was
// simulated, and nothing of an unknown Windows.
func TestVerified(t *testing.T) {
	f := New()
	look := step(t, "look-patched")
	recording, err := labHost(t, "OLD-2016").Look(t.Context(), look)
	if err != nil {
		t.Fatal(err)
	}
	r := result(recording, look, map[string]string{"build": "10.0.14393.1"})
	r.Label = Confirmed
	r.At = time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
	f.Put(r)
	page, seen := Verified([]*File{f}, noText)
	for _, row := range []string{
		"2 of 28 claims",
		"| fieldtest.claim.version.patched | `5`, `6` | `4` | **differs** | 10.0.14393.1 | 2026-12-24 | `look-patched` |",
		"| fieldtest.claim.version.own_number | `own` | `own` | agrees | 10.0.14393.1 | 2026-12-24 | `look-patched` |",
		"| fieldtest.claim.force.moment | open | `logon-force` |",
	} {
		if !strings.Contains(page, row) {
			t.Errorf("no %s in\n%s", row, page)
		}
	}
	for name, change := range map[string]func(*Result){
		"simulated": func(r *Result) { r.Label = Simulated },
		"no build":  func(r *Result) { r.Answers = nil },
	} {
		g := New()
		other := r
		change(&other)
		g.Put(other)
		if _, n := Verified([]*File{g}, noText); n != 0 || seen != 2 {
			t.Errorf("%s: %d seen, before %d", name, n, seen)
		}
	}
}

// A vector that was changed by hand is found out.
func TestBadVectors(t *testing.T) {
	f := someFile(t)
	good := string(vectors(f.ID, &f.Results[0])[0].content)
	for what, bad := range map[string]string{
		"empty":          "",
		"reading":        strings.Replace(good, "reads: version 6", "reads: version 5", 1),
		"version":        strings.Replace(good, "a003020106a1", "a003020105a1", 2),
		"no hex":         strings.Replace(good, "> 30", "> zz", 1),
		"no line":        good + "something\n",
		"no date":        strings.Replace(good, "at: 2", "at: x", 1),
		"step":           strings.Replace(good, "step: look-patched", "step: look-at-me", 1),
		"source":         strings.Replace(good, "source: ", "source: ..", 1),
		"no TSRequest":   strings.Replace(good, "> 30", "> 31", 1),
		"a name in it":   strings.Replace(good, "tool: fumidai devel", "tool: x@y", 1),
		"a number wrong": strings.Replace(good, "stated: ", "stated: -", 1),
	} {
		dir := t.TempDir()
		if bad == good {
			t.Fatalf("%s: nothing changed", what)
		}
		if err := os.WriteFile(filepath.Join(dir, "x.txt"), []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadVectors(dir); err == nil {
			t.Errorf("%s: not found out", what)
		}
	}
}
