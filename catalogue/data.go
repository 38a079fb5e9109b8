package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

//go:embed data/*.json
var files embed.FS

type data struct {
	builds        []buildRow
	packages      []*entry
	index         map[string]*entry   // by KB number
	byBuild       map[uint16][]*entry // in the order of their dates
	phases        []phase
	prerequisites []prerequisiteRow
	issues        []issueRow
}

// tables is the embedded data. It is part of the program, so a fault in it is a
// fault of the program; a test loads it.
var tables = sync.OnceValue(func() data {
	d, err := load()
	if err != nil {
		panic("catalogue: embedded data: " + err.Error())
	}
	return d
})

func load() (data, error) {
	var d data
	var sources map[string]string
	var packages []packageRow
	var lines []lineRow
	var external []externalRow
	var support []supportRow
	for _, f := range []struct {
		name string
		into any
	}{
		{"sources.json", &sources},
		{"builds.json", &d.builds},
		{"packages.json", &packages},
		{"lines.json", &lines},
		{"external.json", &external},
		{"support.json", &support},
		{"prerequisites.json", &d.prerequisites},
		{"issues.json", &d.issues},
	} {
		if err := read(f.name, f.into); err != nil {
			return data{}, err
		}
	}
	r := resolver{sources: sources}
	for i := range d.builds {
		r.cite(d.builds[i].Source)
		r.cite(d.builds[i].CredSSP.Source)
	}
	for _, row := range support {
		r.cite(row.Source)
		d.phases = append(d.phases, phase{row.Build, row.Products, row.Licence, r.day(row.Until)})
	}
	for _, row := range packages {
		r.cite(row.Source)
		d.packages = append(d.packages, row.entry(r.day(row.Released)))
	}
	for _, row := range lines {
		r.cite(row.Source)
		d.packages = append(d.packages, r.line(row, d.phases)...)
	}
	for i := range d.prerequisites {
		r.cite(d.prerequisites[i].Source)
		d.prerequisites[i].from = r.day(d.prerequisites[i].From)
	}
	for i := range d.issues {
		r.cite(d.issues[i].Source)
	}
	for _, row := range external {
		r.cite(row.Source)
	}
	d.index, d.byBuild = map[string]*entry{}, map[uint16][]*entry{}
	for _, e := range d.packages {
		d.index[e.KB] = e
		for _, build := range e.builds {
			d.byBuild[build] = append(d.byBuild[build], e)
		}
	}
	for _, list := range d.byBuild {
		slices.SortStableFunc(list, func(a, b *entry) int { return a.Released.Compare(b.Released) })
	}
	r.check(d.packages, d.issues, external)
	return d, r.err
}

func read(name string, into any) error {
	text, err := files.ReadFile("data/" + name)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// resolver turns what rows refer to into what it stands for, and keeps the
// first fault.
type resolver struct {
	sources map[string]string
	err     error
}

func (r *resolver) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// cite replaces the short names of sources in place by their descriptions.
func (r *resolver) cite(list []string) {
	if len(list) == 0 {
		r.fail("a row without a source")
	}
	for i, key := range list {
		text, ok := r.sources[key]
		if !ok {
			r.fail("no source %q", key)
		}
		list[i] = text
	}
}

func (r *resolver) day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.fail("%w", err)
	}
	return t
}

// check sees to it that every KB number stands in one row, and that every KB
// number that a row refers to stands in some row.
func (r *resolver) check(packages []*entry, issues []issueRow, external []externalRow) {
	listed := map[string]bool{}
	for _, e := range packages {
		if listed[e.KB] {
			r.fail("%s stands twice", e.KB)
		}
		listed[e.KB] = true
	}
	for _, row := range external {
		listed[row.KB] = true
	}
	refer := func(from string, kbs ...string) {
		for _, kb := range kbs {
			if !listed[kb] {
				r.fail("%s refers to %s, which is not listed", from, kb)
			}
		}
	}
	for _, e := range packages {
		refer(e.KB, e.Supersedes...)
	}
	for _, row := range issues {
		refer(string(row.Code), slices.Concat(row.KBs, row.First)...)
		if row.After != "" {
			refer(string(row.Code), row.After)
		}
	}
}
