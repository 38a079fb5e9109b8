package catalogue

import (
	"slices"
	"time"
)

// Advice is how to bring the fix to a host of one build.
type Advice struct {
	// Shipped says that the build shipped with the fix. There is nothing to
	// install, and the rest is empty.
	Shipped bool

	// Newest are the newest packages with the fix that need no paid licence, and
	// Licensed those that need one, by licence. There is more than one of
	// Newest if the products of the build stopped getting packages on different
	// days; a build alone does not tell its products apart.
	Newest, Licensed []Offer

	// Smallest is the least that contains the fix: a package of the kind that
	// holds least, and of those the first after which the default is Mitigated.
	// The sizes of the packages of March and May 2018 are not known. It is nil
	// if the catalogue lists no package for the build.
	Smallest   *Package
	LeavesOpen []Gap // what Smallest does not close

	Prerequisites []Prerequisite // of Newest; of any package if there is none
	Unserved      []string       // products of the build for which no package with the fix was published
}

// Offer is the newest package that some products of a build get under a licence.
type Offer struct {
	Package
	For   []string  // the products
	Until time.Time // the last day on which they get packages under this licence; zero = not known
	Last  bool      // no later one comes under this licence; if not, take the latest
}

// Gap is what a package leaves open.
type Gap string

// The gaps.
const (
	GapLaterFixes  Gap = "later_fixes"  // security fixes published after it
	GapOtherMonths Gap = "other_months" // security fixes published before it, except those of its month
	GapDefault     Gap = "default"      // the policy of the host's own client stays Vulnerable unless set
)

// Advise returns the advice for a version of Windows, and false if the
// catalogue does not list it.
func Advise(major, minor byte, build uint16) (Advice, bool) {
	product, ok := ProductOf(major, minor, build)
	switch {
	case !ok:
		return Advice{}, false
	case shipped(build):
		return Advice{Shipped: true}, true
	}
	var a Advice
	fixes := Fixes(build)
	if a.Smallest = smallest(fixes); a.Smallest != nil {
		a.LeavesOpen = gaps(*a.Smallest)
	}
	a.offers(build)
	day := AsOf()
	if len(a.Newest) > 0 {
		day = slices.MaxFunc(a.Newest, func(x, y Offer) int { return x.Released.Compare(y.Released) }).Released
	}
	a.Prerequisites = Prerequisites(build, day)
	for _, name := range product.Names() {
		if !slices.ContainsFunc(fixes, func(p Package) bool { return slices.Contains(p.Products, name) }) {
			a.Unserved = append(a.Unserved, name)
		}
	}
	return a, true
}

// shipped reports whether a build shipped with the fix.
func shipped(build uint16) bool {
	return slices.ContainsFunc(tables().builds, func(r buildRow) bool {
		return r.Build == build && len(r.CredSSP.Unfixed) == 0
	})
}

// offers fills Newest and Licensed. Where no line of packages follows the fix,
// the only package is the newest as well.
func (a *Advice) offers(build uint16) {
	for _, ph := range tables().phases {
		if ph.build != build {
			continue
		}
		p, ok := newest(build, ph.until)
		if !ok {
			continue
		}
		list := &a.Newest
		if ph.licence != NoLicence {
			list = &a.Licensed
		}
		offer := Offer{Package: p, For: slices.Clone(ph.products), Until: ph.until, Last: !ph.until.After(AsOf())}
		i := slices.IndexFunc(*list, func(o Offer) bool { return o.KB == p.KB && o.Last == offer.Last })
		if i < 0 {
			*list = append(*list, offer)
			continue
		}
		same := &(*list)[i]
		same.For = append(same.For, offer.For...)
		if offer.Until.After(same.Until) {
			same.Until = offer.Until
		}
	}
	if p := a.Smallest; len(a.Newest) == 0 && p != nil {
		a.Newest = []Offer{{Package: *p, For: slices.Clone(p.Products), Last: true}}
	}
}

// newest returns the last package with the fix that replaces all earlier ones of
// a build, published not later than a day.
func newest(build uint16, day time.Time) (Package, bool) {
	for _, e := range slices.Backward(tables().byBuild[build]) {
		if e.Fix && e.Accumulates && e.Kind != Preview && !e.Released.After(day) {
			return e.clone(), true
		}
	}
	return Package{}, false
}

func smallest(fixes []Package) *Package {
	var least *Package
	for _, p := range fixes {
		if least == nil || holds(p.Kind) < holds(least.Kind) ||
			p.Kind == least.Kind && p.Default == DefaultMitigated && least.Default != DefaultMitigated {
			least = &p
		}
	}
	return least
}

// holds orders the kinds by how much a package of the kind holds.
func holds(k Kind) int {
	return slices.Index([]Kind{Standalone, SecurityOnly, Rollup, Preview, Cumulative}, k)
}

func gaps(p Package) []Gap {
	open := []Gap{GapLaterFixes}
	if !p.Accumulates {
		open = append(open, GapOtherMonths)
	}
	if p.Default != DefaultMitigated {
		open = append(open, GapDefault)
	}
	return open
}
