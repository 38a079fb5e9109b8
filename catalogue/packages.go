package catalogue

import (
	"slices"
	"time"
)

// Kind says how a package relates to the packages before and after it.
type Kind string

// The kinds of packages that brought the fix.
const (
	Cumulative   Kind = "cumulative"    // Windows 10 and later: everything up to its date
	Rollup       Kind = "rollup"        // 7 to 8.1: the monthly rollup, everything up to its date
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

// Package is an update that brings the fix for CVE-2018-0886.
type Package struct {
	KB       string    // such as "KB4103723"
	Kind     Kind      //
	Released time.Time // midnight UTC of the day
	Default  Default   //
	Revision int       // the fourth number of the Windows version after it; 0 = not known or none

	// Accumulates says that every later package of the same kind contains this
	// one (recalled; consistent with the published supersedence). Where it is
	// false, a later security-only package does not bring the fix: the one of
	// April 2018 does not contain that of March.
	Accumulates bool

	Restart  bool     // the fix is not in force before a restart (confirmed by KB4093492)
	Products []string // the products it was published for; others of the same build get nothing
	Mark     Mark     // of the KB number and its build
	Sources  []string
}

// Fixes returns the packages of March and May 2018 that bring the fix to a
// build, the oldest first. It returns none if the build shipped with the fix
// or the catalogue lists no package for it; [ProductOf] tells which.
func Fixes(build uint16) []Package {
	var fixes []Package
	for _, r := range tables().packages {
		if slices.Contains(r.Builds, build) {
			fixes = append(fixes, r.pkg())
		}
	}
	slices.SortStableFunc(fixes, func(a, b Package) int { return a.Released.Compare(b.Released) })
	return fixes
}
