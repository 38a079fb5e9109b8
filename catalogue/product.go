package catalogue

import (
	"fmt"
	"slices"
)

// Product is what one Windows build number stands for. Client and server
// editions share numbers: 10.0.14393 is Windows 10 1607 and Windows Server
// 2016 alike, so a build alone never tells one from the other.
type Product struct {
	Major, Minor byte
	Build        uint16
	Clients      []string // names of the client editions, may be empty
	Servers      []string // names of the server editions, may be empty
	CredSSP      CredSSP
	Mark         Mark     // of the names
	Sources      []string // of the names
}

// CredSSP is what a build states as its version (MS-CSSP 2.2.1).
type CredSSP struct {
	Unfixed []int // before the fix for CVE-2018-0886; empty: the build shipped with it
	Fixed   int   // with the fix
	Mark    Mark
	Sources []string
}

// Speaks reports whether a Windows of this build, fixed or not, is expected to
// state version v.
func (c CredSSP) Speaks(v int) bool { return v == c.Fixed || slices.Contains(c.Unfixed, v) }

// Names lists all products of the build, clients first.
func (p Product) Names() []string { return slices.Concat(p.Clients, p.Servers) }

// String returns the version as Windows prints it, such as "10.0.14393".
func (p Product) String() string { return fmt.Sprintf("%d.%d.%d", p.Major, p.Minor, p.Build) }

// ProductOf returns the products that report this version, and false if the
// catalogue does not list it.
func ProductOf(major, minor byte, build uint16) (Product, bool) {
	for _, r := range tables().builds {
		if r.Major == major && r.Minor == minor && r.Build == build {
			return r.product(), true
		}
	}
	return Product{}, false
}

// Products returns all listed products, oldest build first.
func Products() []Product {
	var all []Product
	for _, r := range tables().builds {
		all = append(all, r.product())
	}
	return all
}
