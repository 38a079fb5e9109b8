package catalogue

import (
	"slices"
	"strings"
	"time"
)

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

// packageRow is a line of data/packages.json: a package of March, April or May
// 2018. Those of later months stand in data/lines.json.
type packageRow struct {
	KB          string
	Builds      []uint16
	Kind        Kind
	Released    string
	Role        Role
	Fix         bool
	Default     Default
	Accumulates bool
	Restart     bool
	Revision    int
	Products    []string
	Supersedes  []string
	Sizes       map[string]string
	Mark        Mark
	Source      []string
}

// lineRow is an entry of data/lines.json: the packages of a build that replaced
// each other month by month, the first of them the one named in After. They
// contain the fix because that one does.
type lineRow struct {
	Build    uint16
	Kind     Kind
	After    string
	Packages []string // "2018-06-12 KB4284826"
	Mark     Mark
	Source   []string
}

// externalRow is a line of data/external.json: a package that rows refer to and
// that neither brings the fix nor follows one that does.
type externalRow struct {
	KB, What string
	Mark     Mark
	Source   []string
}

// supportRow is a line of data/support.json; see [phase].
type supportRow struct {
	Build    uint16
	Products []string
	Licence  Licence
	Until    string
	Mark     Mark
	Source   []string
}

// prerequisiteRow is a line of data/prerequisites.json: packages for the builds
// that were released on the day From or later need it.
type prerequisiteRow struct {
	KB     string
	Kind   PrerequisiteKind
	Builds []uint16
	From   string
	Mark   Mark
	Source []string

	from time.Time
}

// issueRow is a line of data/issues.json. It is about the packages named in KBs
// and about all that follow the one named in After.
type issueRow struct {
	Code   IssueCode
	KBs    []string
	After  string
	First  []string
	Mark   Mark
	Source []string
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

func (r packageRow) entry(released time.Time) *entry {
	return &entry{builds: r.Builds, Package: Package{
		KB: r.KB, Kind: r.Kind, Role: r.Role, Released: released,
		Fix: r.Fix, Default: r.Default, Revision: r.Revision,
		Accumulates: r.Accumulates, Supersedes: r.Supersedes,
		Restart: r.Restart, Sizes: r.Sizes, Products: r.Products,
		Mark: r.Mark, Sources: r.Source,
	}}
}

// line returns the packages of a line.
func (r *resolver) line(row lineRow, phases []phase) []*entry {
	var entries []*entry
	before := row.After
	for _, text := range row.Packages {
		day, kb, ok := strings.Cut(text, " ")
		if !ok {
			r.fail("line of %d: %q", row.Build, text)
		}
		e := &entry{builds: []uint16{row.Build}, Package: Package{
			KB: kb, Kind: row.Kind, Released: r.day(day),
			Fix: true, Default: DefaultMitigated, Accumulates: true, Supersedes: []string{before},
			Restart: true, Mark: row.Mark, Sources: row.Source,
		}}
		e.Products, e.Licence = published(phases, row.Build, e.Released)
		entries = append(entries, e)
		before = kb
	}
	return entries
}
