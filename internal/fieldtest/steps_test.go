package fieldtest_test

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/i18n"
)

var update = flag.Bool("update", false, "write the generated pages anew")

func TestStepsFitTogether(t *testing.T) {
	settled := map[string]bool{}
	var ids []string
	for _, s := range fieldtest.Steps() {
		ids = append(ids, s.ID)
		if len(s.Claims) == 0 || s.Runs < 1 || s.Runs > fieldtest.MaxRun || s.Questions[0] != "build" {
			t.Errorf("%s: %+v", s.ID, s)
		}
		for _, id := range s.Claims {
			settled[id] = true
			if fieldtest.FindClaim(id).ID != id {
				t.Errorf("%s settles %s, which is no claim", s.ID, id)
			}
		}
		for _, id := range s.Questions {
			if _, ok := fieldtest.FindQuestion(id); !ok {
				t.Errorf("%s asks %s, which is no question", s.ID, id)
			}
		}
		onWire := s.Kind == fieldtest.Look || s.Kind == fieldtest.LogOn
		if onWire != (len(s.Versions) > 0) || (s.Kind == fieldtest.Listen) != (len(s.Hosts) > 0) {
			t.Errorf("%s is a %s with versions %v and %d hosts", s.ID, s.Kind, s.Versions, len(s.Hosts))
		}
		if !strings.HasPrefix(s.ID, string(s.Kind)+"-") || !strings.HasPrefix(s.Example(), "fumidai fieldtest run "+s.ID) {
			t.Errorf("%s: kind %s, example %s", s.ID, s.Kind, s.Example())
		}
	}
	if slices.Sort(ids); len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Errorf("names twice: %v", ids)
	}
	for _, c := range fieldtest.Claims() {
		if !settled[c.ID] {
			t.Errorf("nothing settles %s", c.ID)
		}
	}
}

const (
	stepsBegin = "<!-- steps: generated from internal/fieldtest, see its test -->\n"
	stepsEnd   = "<!-- /steps -->\n"
)

// The guides hold the steps as they are. After a change: go test -update.
func TestGuides(t *testing.T) {
	for lang, name := range map[i18n.Lang]string{i18n.English: "fieldtest.md", i18n.Japanese: "fieldtest.ja.md"} {
		path := filepath.Join("..", "..", "docs", name)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, rest, ok := strings.Cut(string(content), stepsBegin)
		got, tail, closed := strings.Cut(rest, stepsEnd)
		if !ok || !closed || tail != "" {
			t.Fatalf("%s: the marks of the steps are not there", name)
		}
		want := "\n" + guide(func(code string, args map[string]any) string { return i18n.Text(lang, code, args) }) + "\n"
		if *update {
			if err := os.WriteFile(path, []byte(head+stepsBegin+want+stepsEnd), 0o644); err != nil {
				t.Fatal(err)
			}
			got = want
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		for _, missing := range []string{"[fieldtest.", "{", "[ui."} {
			if strings.Contains(want, missing) {
				t.Errorf("%s: %q in the steps", name, missing)
			}
		}
	}
}

// The page of claims is what an import of nothing makes of the vectors here.
func TestVerifiedPage(t *testing.T) {
	root := filepath.Join("..", "..")
	files, err := fieldtest.ReadVectors(filepath.Join(root, fieldtest.VectorDir))
	if err != nil {
		t.Fatal(err)
	}
	want, _ := fieldtest.Verified(files, english)
	path := filepath.Join(root, fieldtest.VerifiedPage)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func english(code string) string { return i18n.Text(i18n.English, code, nil) }

func TestAnswers(t *testing.T) {
	ask := func(id string) fieldtest.Question {
		q, _ := fieldtest.FindQuestion(id)
		return q
	}
	for _, c := range []struct {
		question, answer string
		want             bool
	}{
		{"build", "10.0.14393.2248", true}, {"build", "6.1.7601", true}, {"build", "2016", false}, {"build", "10.0.14393 HMI07", false},
		{"policy", "0", true}, {"policy", "3", false}, {"policy", "", false},
		{"message", "long", true}, {"message", "内部エラーが発生しました", true}, {"message", "two\nlines", false},
		{"message", strings.Repeat("x", 2001), false}, {"message", "\x1b[2J", false}, {"event", "6167", true},
	} {
		if got := ask(c.question).Valid(c.answer); got != c.want {
			t.Errorf("%s %q: %v", c.question, c.answer, got)
		}
	}
	for typed, want := range map[string]string{
		"  one\r\ntwo\n": "one / two", "\x1b[31mred\u202e": "[31mred", "全角　空白": "全角 空白", strings.Repeat("長", 1000): strings.Repeat("長", 666),
	} {
		if got := fieldtest.Answer(typed); got != want {
			t.Errorf("%q: %q", typed, got)
		}
	}
}
