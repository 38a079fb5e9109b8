package catalogue

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"
)

var number = regexp.MustCompile(`^KB[0-9]{6,7}$`)

// Every row of every file says where it comes from and how far to trust it.
func TestEveryRowHasSourceAndMark(t *testing.T) {
	names, err := files.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range names {
		if file.Name() == "sources.json" {
			continue
		}
		var rows []struct {
			KB     string
			Mark   Mark
			Source []string
		}
		text, _ := files.ReadFile("data/" + file.Name())
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatalf("%s: %v", file.Name(), err)
		}
		if len(rows) == 0 {
			t.Errorf("%s is empty", file.Name())
		}
		for i, r := range rows {
			if !slices.Contains([]Mark{Confirmed, Recalled, Inferred}, r.Mark) || len(r.Source) == 0 {
				t.Errorf("%s, row %d: mark %q, source %v", file.Name(), i+1, r.Mark, r.Source)
			}
			if r.KB != "" && !number.MatchString(r.KB) {
				t.Errorf("%s: %q", file.Name(), r.KB)
			}
		}
	}
}

// Every source is used, and none that is not listed (load says so).
func TestEverySourceIsUsed(t *testing.T) {
	var sources map[string]string
	if err := read("sources.json", &sources); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	names, _ := files.ReadDir("data")
	for _, file := range names {
		text, _ := files.ReadFile("data/" + file.Name())
		if file.Name() == "sources.json" {
			continue
		}
		var rows []struct {
			Source  []string
			CredSSP struct{ Source []string }
		}
		if err := json.Unmarshal(text, &rows); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			for _, key := range slices.Concat(r.Source, r.CredSSP.Source) {
				used[key] = true
			}
		}
	}
	for key := range sources {
		if !used[key] {
			t.Errorf("source %q is not used", key)
		}
	}
}

// A reference to a row that is not there is a fault of the data, not silence.
func TestReferencesAreChecked(t *testing.T) {
	good := &entry{Package: Package{KB: "KB4000001"}}
	next := &entry{Package: Package{KB: "KB4000002", Supersedes: []string{"KB4"}}}
	for name, c := range map[string]struct {
		packages []*entry
		issue    issueRow
		external []externalRow
		ok       bool
	}{
		"nothing referred to":  {packages: []*entry{good}, ok: true},
		"unknown predecessor":  {packages: []*entry{next}},
		"external predecessor": {packages: []*entry{next}, external: []externalRow{{KB: "KB4"}}, ok: true},
		"twice":                {packages: []*entry{good, good}},
		"issue of unknown":     {issue: issueRow{KBs: []string{"KB5"}}},
		"unknown remedy":       {packages: []*entry{good}, issue: issueRow{KBs: []string{"KB4000001"}, First: []string{"KB5"}}},
		"after unknown":        {issue: issueRow{After: "KB5"}},
	} {
		var r resolver
		r.check(c.packages, []issueRow{c.issue}, c.external)
		if (r.err == nil) != c.ok {
			t.Errorf("%s: %v", name, r.err)
		}
	}
	r := resolver{sources: map[string]string{"a": "b"}}
	if r.cite([]string{"a"}); r.err != nil {
		t.Error(r.err)
	}
	for _, list := range [][]string{nil, {"x"}} {
		r := resolver{sources: map[string]string{"a": "b"}}
		if r.cite(list); r.err == nil {
			t.Errorf("cite(%v) passed", list)
		}
	}
	var day resolver
	if day.day("2018-13-01"); day.err == nil {
		t.Error("month 13 passed")
	}
}

// On one day the products of a build get packages under one licence, or the
// licence of a package would depend on the product.
func TestOneLicenceADay(t *testing.T) {
	phases := tables().phases
	for _, p := range phases {
		for _, q := range phases {
			if p.build != q.build || p.licence == q.licence {
				continue
			}
			_, licence := published(phases, p.build, p.until)
			if licence != p.licence {
				t.Errorf("%d on %s: %q, want %q", p.build, p.until, licence, p.licence)
			}
		}
	}
}
