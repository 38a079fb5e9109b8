package catalogue_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
)

// What is advised for every listed build that did not ship with the fix. The
// newest packages are the ends of the lines in WESNG of 2026-06-28; the last
// days are those of data/support.json.
var advice = map[uint16]struct{ newest, licensed, smallest, open, first, unserved string }{
	6002: {
		newest: "KB4056564 last (Windows Server 2008 SP2)", smallest: "KB4056564",
		open: "later_fixes other_months default", unserved: "Windows Vista SP2",
	},
	6003: {
		newest: "KB4056564 last (Windows Server 2008 SP2)", smallest: "KB4056564",
		open: "later_fixes other_months default",
	},
	7600: {first: "KB976932", unserved: "Windows 7, Windows Server 2008 R2"},
	7601: {
		newest: "KB4534310 last 2020-01-14 (Windows 7 SP1, Windows Server 2008 R2 SP1)",
		licensed: "KB5022338 esu last 2023-01-10 (Windows 7 SP1, Windows Server 2008 R2 SP1); " +
			"KB5034169 esu-azure last 2024-01-09 (Windows Server 2008 R2 SP1); " +
			"KB5073695 premium-assurance last 2026-01-13 (Windows Server 2008 R2 SP1)",
		smallest: "KB4103712", open: "later_fixes other_months", first: "KB4490628 KB4474419",
	},
	9200: {
		newest:   "KB5031442 last 2023-10-10 (Windows Server 2012)",
		licensed: "KB5094042 esu 2026-10-13 (Windows Server 2012)",
		smallest: "KB4103726", open: "later_fixes other_months", unserved: "Windows 8",
	},
	9600: {
		newest: "KB5022352 last 2023-01-10 (Windows 8.1, Windows RT 8.1); " +
			"KB5031419 last 2023-10-10 (Windows Server 2012 R2)",
		licensed: "KB5094041 esu 2026-10-13 (Windows Server 2012 R2)",
		smallest: "KB4103715", open: "later_fixes other_months", first: "KB2919355",
	},
	10240: {
		newest:   "KB5066837 last 2025-10-14 (Windows 10 1507)",
		smallest: "KB4103716", open: "later_fixes", first: "KB5043936",
	},
	10586: {
		newest:   "KB4093109 last 2018-04-10 (Windows 10 1511)",
		smallest: "KB4088779", open: "later_fixes default",
	},
	14393: {
		newest:   "KB5094122 2027-01-12 (Windows 10 1607, Windows Server 2016)",
		smallest: "KB4103723", open: "later_fixes", first: "KB5073447",
	},
	15063: {newest: "KB4520010 last 2019-10-08 (Windows 10 1703)", smallest: "KB4103731", open: "later_fixes"},
	16299: {
		newest:   "KB4493441 last 2019-04-09 (Windows Server 1709); KB4580328 last 2020-10-13 (Windows 10 1709)",
		smallest: "KB4103727", open: "later_fixes",
	},
}

func TestAdvise(t *testing.T) {
	for _, p := range catalogue.Products() {
		a, ok := catalogue.Advise(p.Major, p.Minor, p.Build)
		if !ok {
			t.Errorf("%s: no advice", p)
			continue
		}
		want, wanted := advice[p.Build]
		if shipped := len(p.CredSSP.Unfixed) == 0; a.Shipped != shipped || wanted == shipped {
			t.Errorf("%s: shipped = %v", p, a.Shipped)
		}
		same := func(what, got, want string) {
			if got != want {
				t.Errorf("%s %s:\n got %s\nwant %s", p, what, got, want)
			}
		}
		same("newest", offers(a.Newest), want.newest)
		same("licensed", offers(a.Licensed), want.licensed)
		smallest := ""
		if a.Smallest != nil {
			smallest = a.Smallest.KB
		}
		same("smallest", smallest, want.smallest)
		same("gaps", join(a.LeavesOpen), want.open)
		var first []string
		for _, q := range a.Prerequisites {
			first = append(first, q.KB)
		}
		same("prerequisites", strings.Join(first, " "), want.first)
		same("unserved", strings.Join(a.Unserved, ", "), want.unserved)
	}
	if a, ok := catalogue.Advise(10, 0, 1); ok {
		t.Errorf("advice for an unknown build: %+v", a)
	}
}

func offers(list []catalogue.Offer) string {
	var texts []string
	for _, o := range list {
		words := []string{o.KB}
		if o.Licence != catalogue.NoLicence {
			words = append(words, string(o.Licence))
		}
		if o.Last {
			words = append(words, "last")
		}
		if !o.Until.IsZero() {
			words = append(words, o.Until.Format("2006-01-02"))
		}
		texts = append(texts, fmt.Sprintf("%s (%s)", strings.Join(words, " "), strings.Join(o.For, ", ")))
	}
	return strings.Join(texts, "; ")
}

func join(gaps []catalogue.Gap) string {
	var texts []string
	for _, g := range gaps {
		texts = append(texts, string(g))
	}
	return strings.Join(texts, " ")
}

// Whatever is advised contains the fix, is for the build, and does not leave
// open less than it says.
func TestAdvisedPackagesContainTheFix(t *testing.T) {
	for _, p := range catalogue.Products() {
		a, _ := catalogue.Advise(p.Major, p.Minor, p.Build)
		if a.Shipped {
			continue
		}
		if a.Smallest == nil && len(a.Prerequisites) == 0 {
			t.Errorf("%s: nothing to do", p)
		}
		for _, o := range slices.Concat(a.Newest, a.Licensed) {
			if has, known := catalogue.Contains(o.KB); !has || !known || !o.Fix {
				t.Errorf("%s: newest %s lacks the fix", p, o.KB)
			}
			if !o.Until.IsZero() && o.Released.After(o.Until) {
				t.Errorf("%s: %s is of %s, after %s", p, o.KB, o.Released, o.Until)
			}
			if o.Last != (o.Until.IsZero() || !o.Until.After(catalogue.AsOf())) {
				t.Errorf("%s: %s: last = %v until %s", p, o.KB, o.Last, o.Until)
			}
		}
		if a.Smallest == nil {
			continue
		}
		if has, known := catalogue.Contains(a.Smallest.KB); !has || !known || !a.Smallest.Fix {
			t.Errorf("%s: smallest %s lacks the fix", p, a.Smallest.KB)
		}
		if !slices.Contains(a.LeavesOpen, catalogue.GapLaterFixes) {
			t.Errorf("%s: %s leaves nothing open", p, a.Smallest.KB)
		}
		if slices.Contains(a.LeavesOpen, catalogue.GapOtherMonths) == a.Smallest.Accumulates {
			t.Errorf("%s: %s: %v", p, a.Smallest.KB, a.LeavesOpen)
		}
	}
}
