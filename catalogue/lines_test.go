package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
)

func TestContains(t *testing.T) {
	for _, c := range []struct {
		kb         string
		has, known bool
		why        string
	}{
		{"KB4088875", true, true, "March 2018"},
		{"4088875", true, true, "without KB"},
		{" kb4088875 ", true, true, "in another case"},
		{"KB4093118", true, true, "April 2018, after March"},
		{"KB4093120", true, true, "optional, April 2018"},
		{"KB4103721", true, true, "1803, which shipped with the fix"},
		{"KB4284826", true, true, "June 2018, first of its line"},
		{"KB5094122", true, true, "June 2026, last of its line"},
		{"KB4056564", true, true, "the one package of Server 2008"},
		{"KB4093108", false, true, "security-only of April 2018"},
		{"KB4093115", false, true, "security-only of April 2018"},
		{"KB4093122", false, true, "security-only of April 2018"},
		{"KB4074598", false, false, "external: before the fix"},
		{"KB4474419", false, false, "a prerequisite"},
		{"KB4534303", false, false, "a rollup of Server 2008: not known to contain it"},
		{"", false, false, "nothing"},
		{"KB", false, false, "no number"},
	} {
		if has, known := catalogue.Contains(c.kb); has != c.has || known != c.known {
			t.Errorf("Contains(%q) = %v, %v (%s)", c.kb, has, known, c.why)
		}
		if _, ok := catalogue.Lookup(c.kb); ok != c.known {
			t.Errorf("Lookup(%q): %v", c.kb, ok)
		}
	}
}

func TestSupersedence(t *testing.T) {
	for kb, want := range map[string][]string{
		"KB4074598": {"KB4088875"}, "KB4088875": {"KB4093118"}, "kb4093118": {"KB4103718"},
		"KB4103718": {"KB4284826"}, "KB4489878": {"KB4493472"}, "KB4103712": nil, "KB5094122": nil,
	} {
		if got := catalogue.SupersededBy(kb); !slices.Equal(got, want) {
			t.Errorf("SupersededBy(%s) = %v, want %v", kb, got, want)
		}
	}
}

// every lists all packages: those reached from the ends of the lines and from
// the fixes, by what they replaced.
func every(t *testing.T) map[string]catalogue.Package {
	t.Helper()
	all := map[string]catalogue.Package{}
	var add func(kb string, path []string)
	add = func(kb string, path []string) {
		if slices.Contains(path, kb) {
			t.Fatalf("%s supersedes itself: %v", kb, path)
		}
		p, ok := catalogue.Lookup(kb)
		if _, seen := all[kb]; !ok || seen {
			return
		}
		all[kb] = p
		for _, earlier := range p.Supersedes {
			if q, ok := catalogue.Lookup(earlier); ok && !q.Released.Before(p.Released) {
				t.Errorf("%s of %s supersedes %s of %s", kb, p.Released, earlier, q.Released)
			}
			add(earlier, append(path, kb))
		}
	}
	for _, p := range catalogue.Products() {
		a, _ := catalogue.Advise(p.Major, p.Minor, p.Build)
		for _, o := range slices.Concat(a.Newest, a.Licensed) {
			add(o.KB, nil)
		}
		for _, f := range catalogue.Fixes(p.Build) {
			add(f.KB, nil)
		}
	}
	return all
}

func TestEveryPackage(t *testing.T) {
	all := every(t)
	if len(all) < 500 {
		t.Fatalf("%d packages", len(all))
	}
	for kb, p := range all {
		switch {
		case p.KB != kb, len(p.Products) == 0, len(p.Sources) == 0, p.Mark == "", !p.Restart:
			t.Errorf("%s: incomplete: %+v", kb, p)
		case p.Fix != (p.Default != ""):
			t.Errorf("%s: fix %v, default %q", kb, p.Fix, p.Default)
		case p.Kind == catalogue.SecurityOnly && (p.Accumulates || len(p.Supersedes) > 0):
			t.Errorf("%s: a security-only package accumulates", kb)
		case p.Released.After(catalogue.AsOf()):
			t.Errorf("%s: of %s", kb, p.Released)
		}
		// What accumulates and replaces the fix contains it.
		for _, earlier := range p.Supersedes {
			if q, ok := catalogue.Lookup(earlier); ok && q.Fix && p.Accumulates && !p.Fix {
				t.Errorf("%s replaces %s and lost the fix", kb, earlier)
			}
		}
		if may := p.Released.Format("2006-01") >= "2018-05"; p.Fix && (p.Default == catalogue.DefaultMitigated) != may {
			t.Errorf("%s of %s: default %s", kb, p.Released, p.Default)
		}
	}
}

// The lines run through the packages of June 2018 as another source lists them:
// the table of KB numbers per Patch Tuesday.
func TestLinesOfJune2018(t *testing.T) {
	for _, kb := range []string{
		"KB4284826", "KB4284855", "KB4284815", "KB4284860", "KB4284880", "KB4284874", "KB4284819",
	} {
		p, ok := catalogue.Lookup(kb)
		if !ok || p.Released.Format("2006-01-02") != "2018-06-12" {
			t.Errorf("%s: %v %v", kb, ok, p.Released)
		}
	}
}

func TestLicences(t *testing.T) {
	for kb, want := range map[string]struct {
		licence  catalogue.Licence
		products string
	}{
		"KB4534310": {catalogue.NoLicence, "Windows 7 SP1, Windows Server 2008 R2 SP1"},
		"KB4537820": {catalogue.ESU, "Windows 7 SP1, Windows Server 2008 R2 SP1"},
		"KB5022338": {catalogue.ESU, "Windows 7 SP1, Windows Server 2008 R2 SP1"},
		"KB5022874": {catalogue.ESUAzure, "Windows Server 2008 R2 SP1"},
		"KB5034831": {catalogue.PremiumAssurance, "Windows Server 2008 R2 SP1"},
		"KB5022899": {catalogue.NoLicence, "Windows Server 2012 R2"},
		"KB5032249": {catalogue.ESU, "Windows Server 2012 R2"},
		"KB4499179": {catalogue.NoLicence, "Windows 10 1709"},
	} {
		p, ok := catalogue.Lookup(kb)
		if !ok || p.Licence != want.licence || list(p.Products) != want.products {
			t.Errorf("%s: %v %q %v", kb, ok, p.Licence, p.Products)
		}
	}
}

func TestPrerequisites(t *testing.T) {
	rollup, _ := catalogue.Lookup("KB4507449") // July 2019
	before, _ := catalogue.Lookup("KB4503292") // June 2019
	licensed, _ := catalogue.Lookup("KB4537820")
	for _, c := range []struct {
		build uint16
		p     catalogue.Package
		want  string
	}{
		{7601, before, ""},
		{7601, rollup, "servicing-stack KB4490628, sha-2 KB4474419"},
		{7601, licensed, "servicing-stack KB4490628, sha-2 KB4474419, licensing KB4538483"},
		{6003, rollup, "servicing-stack KB4493730, sha-2 KB4474419"},
		{6002, before, ""},
		{14393, rollup, ""},
	} {
		var got []string
		for _, q := range catalogue.Prerequisites(c.build, c.p.Released) {
			got = append(got, string(q.Kind)+" "+q.KB)
			if q.Mark == "" || len(q.Sources) == 0 {
				t.Errorf("%s: no mark or source", q.KB)
			}
		}
		if list(got) != c.want {
			t.Errorf("%d, %s: %v, want %s", c.build, c.p.KB, got, c.want)
		}
	}
}

func TestKnownIssues(t *testing.T) {
	for kb, want := range map[string]string{
		"KB4088875": "network_settings_lost first KB4099950",
		"KB4088878": "network_settings_lost first KB4099950",
		"KB4103712": "network_settings_lost first KB4099950",
		"KB4103718": "network_settings_lost first ",
		"KB4489878": "", // the last that carries the tool against it
		"KB4493472": "network_settings_lost first KB4103718",
		"kb5073695": "network_settings_lost first KB4103718",
		"KB5094122": "file_missing first KB5087537",
		"KB4103723": "",
		"KB1":       "",
	} {
		var got []string
		for _, i := range catalogue.KnownIssues(kb) {
			got = append(got, string(i.Code)+" first "+list(i.InstallFirst))
			if i.Mark == "" || len(i.Sources) == 0 {
				t.Errorf("%s: no mark or source", kb)
			}
		}
		if list(got) != want {
			t.Errorf("%s: %v, want %s", kb, got, want)
		}
	}
}

func TestSizesAreThoseThatWerePublished(t *testing.T) {
	p, _ := catalogue.Lookup("KB4093120")
	if p.Sizes["x64"] != "1.2 GB" || p.Sizes["x86"] != "650.15 MB" {
		t.Errorf("%v", p.Sizes)
	}
	p.Sizes["x64"] = "x"
	if p, _ = catalogue.Lookup("KB4093120"); p.Sizes["x64"] == "x" {
		t.Error("the tables can be changed from outside")
	}
	if p, _ = catalogue.Lookup("KB4103723"); p.Sizes != nil {
		t.Errorf("the sizes of May 2018 are not known: %v", p.Sizes)
	}
}

func list(items []string) string { return strings.Join(items, ", ") }
