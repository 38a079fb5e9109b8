package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
)

// The packages as collected from WESNG, Microsoft's release information and
// SupportArticles-docs: KB, kind, revision after it, default policy.
var fixes = map[uint16]string{
	6002: "2018-03-13 KB4056564 standalone 0 vulnerable",
	6003: "2018-03-13 KB4056564 standalone 0 vulnerable",
	7600: "",
	7601: "2018-03-13 KB4088875 rollup 0 vulnerable; 2018-03-13 KB4088878 security-only 0 vulnerable; " +
		"2018-05-08 KB4103718 rollup 0 mitigated; 2018-05-08 KB4103712 security-only 0 mitigated",
	9200: "2018-03-13 KB4088877 rollup 0 vulnerable; 2018-03-13 KB4088880 security-only 0 vulnerable; " +
		"2018-05-08 KB4103730 rollup 0 mitigated; 2018-05-08 KB4103726 security-only 0 mitigated",
	9600: "2018-03-13 KB4088876 rollup 0 vulnerable; 2018-03-13 KB4088879 security-only 0 vulnerable; " +
		"2018-05-08 KB4103725 rollup 0 mitigated; 2018-05-08 KB4103715 security-only 0 mitigated",
	10240: "2018-03-13 KB4088786 cumulative 17797 vulnerable; 2018-05-08 KB4103716 cumulative 0 mitigated",
	10586: "2018-03-13 KB4088779 cumulative 1478 vulnerable",
	14393: "2018-03-13 KB4088787 cumulative 2125 vulnerable; 2018-05-08 KB4103723 cumulative 2248 mitigated",
	15063: "2018-03-13 KB4088782 cumulative 966 vulnerable; 2018-05-08 KB4103731 cumulative 1088 mitigated",
	16299: "2018-03-13 KB4088776 cumulative 309 vulnerable; 2018-05-08 KB4103727 cumulative 431 mitigated",
}

func TestFixes(t *testing.T) {
	for _, p := range catalogue.Products() {
		var rows []string
		for _, f := range catalogue.Fixes(p.Build) {
			rows = append(rows, fmt.Sprintf("%s %s %s %d %s",
				f.Released.Format("2006-01-02"), f.KB, f.Kind, f.Revision, f.Default))
		}
		if got := strings.Join(rows, "; "); got != fixes[p.Build] {
			t.Errorf("%s:\n got %s\nwant %s", p, got, fixes[p.Build])
		}
	}
	if got := catalogue.Fixes(1); got != nil {
		t.Errorf("Fixes(1) = %v", got)
	}
}

// Only packages that hold everything up to their date can be replaced by any
// later one of their kind.
func TestAccumulates(t *testing.T) {
	want := map[catalogue.Kind]bool{
		catalogue.Cumulative: true, catalogue.Rollup: true,
		catalogue.SecurityOnly: false, catalogue.Standalone: false,
	}
	for build := range fixes {
		for _, f := range catalogue.Fixes(build) {
			if f.Accumulates != want[f.Kind] {
				t.Errorf("%s (%s): accumulates = %v", f.KB, f.Kind, f.Accumulates)
			}
			if !f.Restart {
				t.Errorf("%s: no restart", f.KB)
			}
			if len(f.Products) == 0 {
				t.Errorf("%s: no product", f.KB)
			}
		}
	}
}

// A build that shipped with the fix needs no package; of the others only
// Windows 7 without its service pack has none.
func TestShippedOrPackaged(t *testing.T) {
	for _, p := range catalogue.Products() {
		shipped := len(p.CredSSP.Unfixed) == 0
		packaged := len(catalogue.Fixes(p.Build)) > 0
		if shipped == packaged && p.Build != 7600 {
			t.Errorf("%s: shipped with the fix = %v, has packages = %v", p, shipped, packaged)
		}
	}
}
