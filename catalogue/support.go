package catalogue

import (
	"slices"
	"time"
)

// Licence is what a host needs beside Windows itself to install a package.
type Licence string

// The licences.
const (
	NoLicence        Licence = ""
	ESU              Licence = "esu"               // Extended Security Updates
	ESUAzure         Licence = "esu-azure"         // a further year of them, on Azure only
	PremiumAssurance Licence = "premium-assurance" // a contract no longer sold
)

// AsOf returns the day up to which the list of packages goes. Packages of later
// days exist for products that were still supported then.
func AsOf() time.Time { return time.Date(2026, time.June, 28, 0, 0, 0, 0, time.UTC) }

// phase is a stretch of time in which products of one build got packages under
// one licence: from the end of the phase before to its own last day.
type phase struct {
	build    uint16
	products []string
	licence  Licence
	until    time.Time // the last day
}

// published returns the products of a build that got packages on a day, and
// under which licence. A test keeps it to one licence a day and build.
func published(phases []phase, build uint16, day time.Time) ([]string, Licence) {
	var products []string
	var licence Licence
	for _, p := range phases {
		if p.build != build || day.After(p.until) {
			continue
		}
		for _, name := range p.products {
			if !slices.ContainsFunc(phases, func(q phase) bool {
				return q.build == build && q.until.Before(p.until) && !day.After(q.until) && slices.Contains(q.products, name)
			}) {
				products, licence = append(products, name), p.licence
			}
		}
	}
	return products, licence
}
