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
	builds   []buildRow
	packages []packageRow
}

// buildRow is a line of data/builds.json.
type buildRow struct {
	Major, Minor byte
	Build        uint16
	Clients      []string
	Servers      []string
	CredSSP      struct {
		Unfixed []int
		Fixed   int
		Mark    Mark
		Source  []string
	}
	Mark   Mark
	Source []string
}

// packageRow is a line of data/packages.json.
type packageRow struct {
	KB          string
	Builds      []uint16
	Kind        Kind
	Released    string
	Default     Default
	Revision    int
	Accumulates bool
	Restart     bool
	Products    []string
	Mark        Mark
	Source      []string

	released time.Time
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
	if err := read("sources.json", &sources); err != nil {
		return data{}, err
	}
	if err := read("builds.json", &d.builds); err != nil {
		return data{}, err
	}
	if err := read("packages.json", &d.packages); err != nil {
		return data{}, err
	}
	for i := range d.builds {
		r := &d.builds[i]
		if err := cite(sources, r.Source, r.CredSSP.Source); err != nil {
			return data{}, fmt.Errorf("build %d: %w", r.Build, err)
		}
	}
	for i := range d.packages {
		r := &d.packages[i]
		if err := cite(sources, r.Source); err != nil {
			return data{}, fmt.Errorf("%s: %w", r.KB, err)
		}
		var err error
		if r.released, err = time.Parse(time.DateOnly, r.Released); err != nil {
			return data{}, fmt.Errorf("%s: %w", r.KB, err)
		}
	}
	return d, nil
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

// cite replaces the short names of sources in place by their descriptions.
func cite(sources map[string]string, lists ...[]string) error {
	for _, list := range lists {
		for i, key := range list {
			text, ok := sources[key]
			if !ok {
				return fmt.Errorf("no source %q", key)
			}
			list[i] = text
		}
	}
	return nil
}

// product returns a copy that the caller may change.
func (r buildRow) product() Product {
	return Product{
		Major: r.Major, Minor: r.Minor, Build: r.Build,
		Clients: slices.Clone(r.Clients),
		Servers: slices.Clone(r.Servers),
		CredSSP: CredSSP{
			Unfixed: slices.Clone(r.CredSSP.Unfixed),
			Fixed:   r.CredSSP.Fixed,
			Mark:    r.CredSSP.Mark,
			Sources: slices.Clone(r.CredSSP.Source),
		},
		Mark:    r.Mark,
		Sources: slices.Clone(r.Source),
	}
}

// pkg returns a copy that the caller may change.
func (r packageRow) pkg() Package {
	return Package{
		KB: r.KB, Kind: r.Kind, Released: r.released, Default: r.Default,
		Revision: r.Revision, Accumulates: r.Accumulates, Restart: r.Restart,
		Products: slices.Clone(r.Products),
		Mark:     r.Mark,
		Sources:  slices.Clone(r.Source),
	}
}
