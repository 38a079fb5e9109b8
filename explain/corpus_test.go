package explain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// report is one file of testdata: what somebody saw, and the cause it
// had.
type report struct {
	name     string
	source   string
	language string
	expected string
	also     []string
	text     string
}

func corpus(t *testing.T, folder string) []report {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/[0-9]*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []report
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		head, text, ok := strings.Cut(string(b), "\n\n")
		if !ok {
			t.Fatalf("%s has no text", name)
		}
		r := report{name: filepath.Base(name), text: text}
		for line := range strings.Lines(head) {
			field, value, _ := strings.Cut(strings.TrimSpace(line), ":")
			value = strings.TrimSpace(value)
			switch field {
			case "source":
				r.source = value
			case "language":
				r.language = value
			case "expected":
				r.expected = value
			case "also":
				r.also = strings.Fields(value)
			}
		}
		if r.source == "" || r.expected == "" {
			t.Errorf("%s has no source or no expectation", name)
		}
		if _, known := load().causes[r.expected]; !known {
			t.Errorf("%s expects %q, which is no cause", name, r.expected)
		}
		all = append(all, r)
	}
	return all
}

// The least rates of a corpus: the first hypothesis is right, and the right one
// is among the first three.
const (
	leastFirst = 0.85
	leastThree = 0.95
)

// TestCorpus explains real reports and prints how often the first and one of
// the first three is right. The texts of testdata/explain were collected before
// the rules were written, those of testdata/second to measure rules that had
// never seen them; what was found then stands in its README.
func TestCorpus(t *testing.T) {
	for _, c := range []struct {
		folder       string
		leastUnknown float64 // of unrelated texts that must be unknown
	}{{"explain", 1}, {"second", 0.8}} {
		t.Run(c.folder, func(t *testing.T) {
			reports := corpus(t, c.folder)
			if len(reports) < 100 {
				t.Fatalf("%d reports", len(reports))
			}
			rate(t, reports, "Remote Desktop", leastFirst, leastThree, func(r report) bool { return r.expected != Unknown })
			rate(t, reports, "in Japanese", leastFirst, leastThree, func(r report) bool {
				return r.expected != Unknown && strings.HasPrefix(strings.ToLower(r.language), "ja")
			})
			rate(t, reports, "of the CredSSP family", leastFirst, leastThree, func(r report) bool { return strings.HasPrefix(r.expected, "credssp.") })
			rate(t, reports, "unrelated", c.leastUnknown, c.leastUnknown, func(r report) bool { return r.expected == Unknown })
			for _, r := range reports {
				if found := codes(Explain(r.text, Observation{})); found[0] != r.expected {
					t.Logf("%s expects %s: %v", r.name, r.expected, found)
				}
			}
		})
	}
}

// rate counts the reports that are explained rightly.
func rate(t *testing.T, reports []report, name string, leastFirst, leastThree float64, which func(report) bool) {
	t.Helper()
	first, three, n := 0, 0, 0
	for _, r := range reports {
		if !which(r) {
			continue
		}
		n++
		found := codes(Explain(r.text, Observation{}))
		if found[0] == r.expected {
			first++
		}
		if slices.Contains(found[:min(3, len(found))], r.expected) {
			three++
		}
	}
	if n < 20 {
		t.Errorf("only %d reports %s", n, name)
	}
	rateFirst, rateThree := float64(first)/float64(n), float64(three)/float64(n)
	t.Logf("%s: %d of %d right at once (%.0f %%), %d among the first three (%.0f %%)", name, first, n, 100*rateFirst, three, 100*rateThree)
	if rateFirst < leastFirst || rateThree < leastThree {
		t.Errorf("%s: below %.0f %% and %.0f %%", name, 100*leastFirst, 100*leastThree)
	}
}

func codes(hypotheses []Hypothesis) []string {
	var all []string
	for _, h := range hypotheses {
		all = append(all, h.Code)
	}
	return all
}

// TestNoRuleIsASample: a fragment that is a whole sentence of a report would
// only ever match that report.
func TestNoRuleIsASample(t *testing.T) {
	sentences := map[string]string{}
	for _, r := range slices.Concat(corpus(t, "explain"), corpus(t, "second")) {
		for _, s := range strings.FieldsFunc(r.text, func(c rune) bool { return strings.ContainsRune(".。!！?？\n", c) }) {
			if s := squeeze(strings.ToLower(s)); len([]rune(s)) > 40 {
				sentences[s] = r.name
			}
		}
	}
	for _, s := range load().signals {
		for _, p := range s.Phrases {
			if name, ok := sentences[p]; ok {
				t.Errorf("%s: %q is a sentence of %s", s.ID, p, name)
			}
		}
	}
}
