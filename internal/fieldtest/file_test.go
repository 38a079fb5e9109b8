package fieldtest

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func noText(code string) string { return code }

// someFile is a file with a look and an observation in it.
func someFile(t *testing.T) *File {
	t.Helper()
	f := New("what is in here", "内容")
	look := step(t, "look-patched")
	recording, err := labHost(t, "NEW-2019").Look(t.Context(), look)
	if err != nil {
		t.Fatal(err)
	}
	f.Put(result(recording, look, map[string]string{"build": "10.0.17763.1"}))
	f.Put(result(&Recording{}, step(t, "observe-oracle"), map[string]string{"build": "10.0.19045.1", "message": "long"}))
	return f
}

func TestFileRoundTrip(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fieldtest.json")
	if _, err := Load(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	f := someFile(t)
	if err := f.Save(name); err != nil {
		t.Fatal(err)
	}
	got, err := Load(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	content, _ := os.ReadFile(name)
	if head := string(content[:min(200, len(content))]); !strings.Contains(head, Schema) || !strings.Contains(head, "what is in here") || !strings.Contains(head, "内容") {
		t.Errorf("the header does not say what the file is:\n%s", head)
	}
}

// A run replaces itself and nothing else.
func TestPut(t *testing.T) {
	f := New()
	for _, r := range []Result{{Step: "look-patched", Run: 2}, {Step: "look-patched", Run: 1}, {Step: "look-policy", Run: 1}, {Step: "look-patched", Run: 2, Tool: "new"}} {
		f.Put(r)
	}
	if len(f.Results) != 3 || f.Results[0].Tool != "new" {
		t.Errorf("%+v", f.Results)
	}
	if diff := cmp.Diff([]int{1, 2}, f.Done("look-patched")); diff != "" {
		t.Error(diff)
	}
}

// Whatever happens while a file is written, the old one stays whole.
func TestInterruptedWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "fieldtest.json")
	f := someFile(t)
	if err := f.Save(name); err != nil {
		t.Fatal(err)
	}
	old, _ := os.ReadFile(name)

	// the old content is not written over: whoever has it open keeps it
	before := filepath.Join(dir, "before.json")
	if err := os.Link(name, before); err != nil {
		t.Fatal(err)
	}
	if err := New().Save(name); err != nil {
		t.Fatal(err)
	}
	if kept, _ := os.ReadFile(before); string(kept) != string(old) {
		t.Error("written over")
	}
	if err := f.Save(name); err != nil {
		t.Fatal(err)
	}

	// a program that died left half a file next to it
	if err := os.WriteFile(filepath.Join(dir, ".fumidai-fieldtest-1"), old[:len(old)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Load(name); err != nil || len(got.Results) != 2 {
		t.Errorf("%v", err)
	}
	// the content cannot be made
	f.Results[0].At = f.Results[0].At.AddDate(9000, 0, 0)
	if err := f.Save(name); err == nil {
		t.Error("saved")
	}
	// the name cannot be replaced
	taken := filepath.Join(dir, "taken")
	if err := os.MkdirAll(filepath.Join(taken, "inside"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := New().Save(taken); err == nil {
		t.Error("replaced a directory")
	}
	// the place is not there
	if err := New().Save(filepath.Join(dir, "nowhere", "f.json")); err == nil {
		t.Error("saved nowhere")
	}
	if now, _ := os.ReadFile(name); string(now) != string(old) {
		t.Error("the old content is gone")
	}
	left, _ := filepath.Glob(filepath.Join(dir, ".fumidai-fieldtest-*"))
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// Each malformed file is refused with what is wrong and where.
func TestMalformedFiles(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fieldtest.json")
	if err := someFile(t).Save(name); err != nil {
		t.Fatal(err)
	}
	content, _ := os.ReadFile(name)
	good := string(content)
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in\n%s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	challenge := strings.Index(good, "4e544c4d5353500002000000") + 48 // ServerChallenge, which must be zero
	for _, c := range []struct{ what, content, code, where, problem string }{
		{"empty", "", "fieldtest.file.syntax", "", "EOF"},
		{"no JSON", "step 1: done\n", "fieldtest.file.syntax", "", "invalid character"},
		{"cut", good[:len(good)/2], "fieldtest.file.syntax", "", "unexpected EOF"},
		{"twice", good + good, "fieldtest.file.syntax", "", "more than one value"},
		{"another program's", `{"schema": "fumidai.check/1"}`, "fieldtest.file.schema", "", ""},
		{"a later schema", replace(Schema, "fumidai.fieldtest/2"), "fieldtest.file.schema", "", ""},
		{"unknown field", replace(`"run": 1`, `"run": 1, "host": "hmi-07"`), "fieldtest.file.syntax", "", `unknown field "host"`},
		{"wrong type", replace(`"run": 1`, `"run": "one"`), "fieldtest.file.syntax", "", "cannot unmarshal string"},
		{"bad hex", replace(`"confirm": "0300`, `"confirm": "03zz`), "fieldtest.file.syntax", "", "invalid byte"},
		{"a line in the header", replace(`"what is`, `"\n\u001bwhat is`), "fieldtest.file.value", "about", ""},
		{"path for an id", replace(`"id": "`, `"id": "../`), "fieldtest.file.value", "id", ""},
		{"no such step", replace(`"look-patched"`, `"look-../x"`), "fieldtest.file.value", "results[0].step", "no such step"},
		{"run 0", replace(`"run": 1`, `"run": 0`), "fieldtest.file.value", "results[0].run", "1 to 99"},
		{"two runs 1", replace(`"observe-oracle",`, `"observe-oracle", "run": 1, "at": "2026-11-01T00:00:00Z", "label": "simulated", "tool": ""}, {"step": "observe-oracle",`),
			"fieldtest.file.value", "results[2]", "twice"},
		{"label", replace(`"simulated"`, `"certain"`), "fieldtest.file.value", "results[0].label", "confirmed or simulated"},
		{"answer", replace(`"build": "10.0.17763.1"`, `"build": "HMI-07"`), "fieldtest.file.value", "results[0].answers", "build"},
		{"another step's answer", replace(`"build": "10.0.17763.1"`, `"policy": "0"`), "fieldtest.file.value", "results[0].answers", "policy"},
		{"a line in an answer", replace(`"message": "long"`, `"message": "x\nlabel: confirmed"`), "fieldtest.file.value", "results[1].answers", "message"},
		{"stated", replace(`"stated": 6`, `"stated": 7`), "fieldtest.file.value", "results[0].connections[0].stated", ""},
		{"end", replace(`"end": "ours"`, `"end": "o u r s"`), "fieldtest.file.value", "results[0].connections[0].end", ""},
		{"TLS", replace(`"RSA 2048"`, `"RSA\n2048"`), "fieldtest.file.value", "results[0].connections[0].tls", ""},
		{"time", replace(`"at": "2`, `"at": "0`), "fieldtest.file.value", "results[0].at", ""},
		{"a name in an answer", replace(`"message": "long"`, `"message": "at hmi-07.plant.example"`), "fieldtest.file.unredacted", "results[1]", ""},
		{"a byte too many", good[:challenge] + "ff" + good[challenge+2:], "fieldtest.file.unredacted", "results[0]", ""},
		{"too long", good + strings.Repeat(" ", maxFile), "fieldtest.file.size", "", ""},
	} {
		if err := os.WriteFile(name, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Load(name)
		e, ok := errors.AsType[*FileError](err)
		if !ok || e.Code() != c.code || e.Kind() != "malformed" {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		args, _ := json.Marshal(e.Args())
		where, _ := e.Args()["where"].(string)
		problem, _ := e.Args()["problem"].(string)
		if where != c.where || !strings.Contains(problem, c.problem) || e.Args()["file"] != name {
			t.Errorf("%s: %s", c.what, args)
		}
		if line, ok := e.Args()["line"].(int); (c.code == "fieldtest.file.syntax") != ok || ok && line < 1 {
			t.Errorf("%s: line %v", c.what, e.Args()["line"])
		}
	}
}

// The time of a result is to the second and in UTC, whatever the clock says.
func TestResultTime(t *testing.T) {
	at := time.Date(2026, 11, 1, 9, 30, 15, 999, time.FixedZone("JST", 9*3600))
	r := (&Recording{}).Result(About{Step: "observe-force", Run: 1, At: at, Tool: "fumidai devel"}, map[string]string{"build": "6.1.7601"})
	if want := time.Date(2026, 11, 1, 0, 30, 15, 0, time.UTC); r.At != want || r.Label != Confirmed {
		t.Errorf("%v %s", r.At, r.Label)
	}
}
