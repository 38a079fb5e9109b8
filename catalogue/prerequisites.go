package catalogue

import (
	"slices"
	"time"
)

// Prerequisite is a package that must be there before another one installs. A
// later package that replaces it does as well.
type Prerequisite struct {
	KB      string
	Kind    PrerequisiteKind
	Mark    Mark
	Sources []string
}

// PrerequisiteKind says why a prerequisite is one.
type PrerequisiteKind string

// The kinds of prerequisites.
const (
	ServicePack    PrerequisiteKind = "service-pack"
	BaseUpdate     PrerequisiteKind = "base-update"     // the level that later packages are built for
	ServicingStack PrerequisiteKind = "servicing-stack" // the part of Windows that installs updates
	SHA2Support    PrerequisiteKind = "sha-2"           // to check the signature of packages since July 2019
	Licensing      PrerequisiteKind = "licensing"       // to accept the key of Extended Security Updates
)

// KnownIssue is a harm that a package can do, or a way in which it can fail,
// and what avoids it.
type KnownIssue struct {
	Code         IssueCode
	InstallFirst []string // KB numbers; empty = no package avoids it
	Mark         Mark
	Sources      []string
}

// IssueCode names a known issue.
type IssueCode string

// The known issues.
const (
	// NetworkSettingsLost: network adapters come back as new ones, without
	// their static addresses or without a driver. The host is then out of reach.
	NetworkSettingsLost IssueCode = "network_settings_lost"
	// FileMissing: the installation fails with error 0x80070002.
	FileMissing IssueCode = "file_missing"
)

// Prerequisites returns what a package for a build that was released on a day
// needs to be installed before it.
func Prerequisites(build uint16, released time.Time) []Prerequisite {
	var needed []Prerequisite
	for _, r := range tables().prerequisites {
		if slices.Contains(r.Builds, build) && !released.Before(r.from) {
			needed = append(needed, Prerequisite{KB: r.KB, Kind: r.Kind, Mark: r.Mark, Sources: slices.Clone(r.Source)})
		}
	}
	return needed
}

// KnownIssues returns the known issues of the package of a KB number.
func KnownIssues(kb string) []KnownIssue {
	var issues []KnownIssue
	kb = canonical(kb)
	for _, r := range tables().issues {
		if slices.Contains(r.KBs, kb) || r.After != "" && follows(kb, r.After) {
			issues = append(issues, KnownIssue{
				Code: r.Code, InstallFirst: slices.Clone(r.First), Mark: r.Mark, Sources: slices.Clone(r.Source),
			})
		}
	}
	return issues
}

// follows reports whether a package comes after another one in its line.
func follows(kb, earlier string) bool {
	e, ok := find(kb)
	return ok && slices.ContainsFunc(e.Supersedes, func(s string) bool {
		return s == earlier || follows(s, earlier)
	})
}
