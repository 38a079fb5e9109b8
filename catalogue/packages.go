package catalogue

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Kind says how a package relates to the packages before and after it.
type Kind string

// The kinds of packages.
const (
	Cumulative   Kind = "cumulative"    // Windows 10 and later: everything up to its date
	Rollup       Kind = "rollup"        // 7 to 8.1: the monthly rollup, everything up to its date
	Preview      Kind = "preview"       // 7 to 8.1: an early look at the next rollup, everything up to its date
	SecurityOnly Kind = "security-only" // 7 to 8.1: the security fixes of one month and no other
	Standalone   Kind = "standalone"    // Server 2008: one fix
)

// Default is the value of the policy "Encryption Oracle Remediation" that
// holds after a package where nobody has set one.
type Default string

// The two defaults: that of March 2018 and that of May 2018.
const (
	DefaultVulnerable Default = "vulnerable"
	DefaultMitigated  Default = "mitigated"
)

// Role says what a package was published for. Most have none: they contain the
// fix because they contain what came before.
type Role string

// The two roles.
const (
	BringsFix    Role = "fix"     // March 2018: the first of its kind with the fix
	TurnsDefault Role = "default" // May 2018: the first of its kind with the default Mitigated
)

// Package is an update of Windows, published in March 2018 or later.
type Package struct {
	KB       string    // such as "KB4103723"
	Kind     Kind      //
	Role     Role      // empty for most
	Released time.Time // midnight UTC of the day
	Fix      bool      // whether it contains the fix for CVE-2018-0886
	Default  Default   // empty without the fix
	Revision int       // the fourth number of the Windows version after it; 0 = not known or none

	// Accumulates says that every later package of the same line contains this
	// one (recalled; consistent with the published supersedence). Where it is
	// false, a later security-only package does not bring the fix: the one of
	// April 2018 does not contain that of March.
	Accumulates bool
	Supersedes  []string // KB numbers of the packages that it replaced, as far as known

	Restart  bool              // it is not in force before a restart (confirmed by KB4093492)
	Sizes    map[string]string // download size by architecture as published ("650.15 MB"); nil = not known
	Products []string          // the products it was published for; others of the same build get nothing
	Licence  Licence           // what it takes to install it
	Mark     Mark              // the weakest of its facts
	Sources  []string
}

// Fixes returns the packages of March and May 2018 that bring the fix to a
// build, the oldest first. It returns none if the build shipped with the fix
// or the catalogue lists no package for it; [ProductOf] tells which.
func Fixes(build uint16) []Package {
	if shipped(build) {
		return nil
	}
	var fixes []Package
	for _, e := range tables().byBuild[build] {
		if e.Role != "" {
			fixes = append(fixes, e.clone())
		}
	}
	return fixes
}

// Lookup returns the package of a KB number, which may be written with or
// without "KB" and in any case, and false if the catalogue does not list it.
func Lookup(kb string) (Package, bool) {
	if e, ok := find(kb); ok {
		return e.clone(), true
	}
	return Package{}, false
}

// Contains reports whether the package of a KB number contains the fix for
// CVE-2018-0886, and whether the catalogue knows. It does not say that the fix
// is in force where the package is installed: that takes a restart.
func Contains(kb string) (has, known bool) {
	e, ok := find(kb)
	return ok && e.Fix, ok
}

// SupersededBy returns the KB numbers of the packages that directly replaced
// that of a KB number. No answer means that none is known.
func SupersededBy(kb string) []string {
	var by []string
	kb = canonical(kb)
	for _, e := range tables().packages {
		if slices.Contains(e.Supersedes, kb) {
			by = append(by, e.KB)
		}
	}
	return by
}

func find(kb string) (*entry, bool) {
	e, ok := tables().index[canonical(kb)]
	return e, ok
}

func canonical(kb string) string {
	return "KB" + strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(kb)), "KB")
}

// entry is a package of the tables with the builds it is for.
type entry struct {
	Package
	builds []uint16
}

// clone returns a package that the caller may change.
func (e *entry) clone() Package {
	p := e.Package
	p.Supersedes = slices.Clone(p.Supersedes)
	p.Sizes = maps.Clone(p.Sizes)
	p.Products = slices.Clone(p.Products)
	p.Sources = slices.Clone(p.Sources)
	return p
}
