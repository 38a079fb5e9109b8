package catalogue_test

import (
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
)

// The names as collected from NetExec enum_cve.py and the public lists of
// builds that the rows cite.
var names = map[string]string{
	"6.0.6002":   "Windows Vista SP2 | Windows Server 2008 SP2",
	"6.0.6003":   " | Windows Server 2008 SP2",
	"6.1.7600":   "Windows 7 | Windows Server 2008 R2",
	"6.1.7601":   "Windows 7 SP1 | Windows Server 2008 R2 SP1",
	"6.2.9200":   "Windows 8 | Windows Server 2012",
	"6.3.9600":   "Windows 8.1 | Windows Server 2012 R2",
	"10.0.10240": "Windows 10 1507 | ",
	"10.0.10586": "Windows 10 1511 | ",
	"10.0.14393": "Windows 10 1607 | Windows Server 2016",
	"10.0.15063": "Windows 10 1703 | ",
	"10.0.16299": "Windows 10 1709 | Windows Server 1709",
	"10.0.17134": "Windows 10 1803 | Windows Server 1803",
	"10.0.17763": "Windows 10 1809 | Windows Server 2019",
	"10.0.18362": "Windows 10 1903 | Windows Server 1903",
	"10.0.18363": "Windows 10 1909 | Windows Server 1909",
	"10.0.19041": "Windows 10 2004 | Windows Server 2004",
	"10.0.19042": "Windows 10 20H2 | Windows Server 20H2",
	"10.0.19043": "Windows 10 21H1 | ",
	"10.0.19044": "Windows 10 21H2 | ",
	"10.0.19045": "Windows 10 22H2 | ",
	"10.0.20348": " | Windows Server 2022",
	"10.0.22000": "Windows 11 21H2 | ",
	"10.0.22621": "Windows 11 22H2 | ",
	"10.0.22631": "Windows 11 23H2 | ",
	"10.0.25398": " | Windows Server 23H2",
	"10.0.26100": "Windows 11 24H2 | Windows Server 2025",
	"10.0.26200": "Windows 11 25H2 | ",
	"10.0.28000": "Windows 11 26H1 | ",
}

func TestProductNames(t *testing.T) {
	all := catalogue.Products()
	if len(all) != len(names) {
		t.Errorf("%d products, want %d", len(all), len(names))
	}
	for _, p := range all {
		got := strings.Join(p.Clients, ", ") + " | " + strings.Join(p.Servers, ", ")
		if want, ok := names[p.String()]; !ok || got != want {
			t.Errorf("%s: %q, want %q", p, got, want)
		}
		found, ok := catalogue.ProductOf(p.Major, p.Minor, p.Build)
		if !ok || found.String() != p.String() {
			t.Errorf("ProductOf(%s) = %v, %v", p, found, ok)
		}
	}
}

// A build under a wrong major or minor number is not that build.
func TestProductOfWantsAllThreeNumbers(t *testing.T) {
	for _, v := range [][3]int{{10, 0, 1}, {10, 1, 14393}, {6, 0, 14393}, {6, 2, 7601}, {0, 0, 0}} {
		if p, ok := catalogue.ProductOf(byte(v[0]), byte(v[1]), uint16(v[2])); ok {
			t.Errorf("ProductOf(%v) = %v, want none", v, p)
		}
	}
}

// The versions of MS-CSSP as observed or concluded per build.
func TestCredSSPVersions(t *testing.T) {
	for _, c := range []struct {
		major, minor byte
		build        uint16
		speaks       string
		mark         catalogue.Mark
	}{
		{6, 0, 6002, "25", catalogue.Confirmed},
		{6, 0, 6003, "25", catalogue.Confirmed},
		{6, 1, 7600, "25", catalogue.Inferred},
		{6, 1, 7601, "25", catalogue.Confirmed},
		{6, 2, 9200, "25", catalogue.Inferred},
		{6, 3, 9600, "36", catalogue.Confirmed},
		{10, 0, 10240, "346", catalogue.Inferred},
		{10, 0, 10586, "346", catalogue.Inferred},
		{10, 0, 14393, "46", catalogue.Confirmed},
		{10, 0, 15063, "46", catalogue.Inferred},
		{10, 0, 16299, "46", catalogue.Inferred},
		{10, 0, 17134, "6", catalogue.Inferred},
		{10, 0, 17763, "6", catalogue.Confirmed},
		{10, 0, 26100, "6", catalogue.Inferred},
	} {
		p, ok := catalogue.ProductOf(c.major, c.minor, c.build)
		if !ok {
			t.Fatalf("build %d is not listed", c.build)
		}
		var speaks string
		for v := 0; v <= 9; v++ {
			if p.CredSSP.Speaks(v) {
				speaks += string(rune('0' + v))
			}
		}
		if speaks != c.speaks || p.CredSSP.Mark != c.mark {
			t.Errorf("%s speaks %s (%s), want %s (%s)", p, speaks, p.CredSSP.Mark, c.speaks, c.mark)
		}
	}
}

func TestEveryRowIsSourcedAndMarked(t *testing.T) {
	check := func(what string, mark catalogue.Mark, sources []string) {
		t.Helper()
		switch mark {
		case catalogue.Confirmed, catalogue.Recalled, catalogue.Inferred:
		default:
			t.Errorf("%s: mark %q", what, mark)
		}
		if len(sources) == 0 {
			t.Errorf("%s: no source", what)
		}
		for _, s := range sources {
			if !strings.Contains(s, " ") {
				t.Errorf("%s: source %q is not spelled out", what, s)
			}
		}
	}
	for _, p := range catalogue.Products() {
		check(p.String(), p.Mark, p.Sources)
		check(p.String()+" CredSSP", p.CredSSP.Mark, p.CredSSP.Sources)
		if len(p.Names()) == 0 {
			t.Errorf("%s: no name", p)
		}
		if p.CredSSP.Fixed != 5 && p.CredSSP.Fixed != 6 {
			t.Errorf("%s: fixed version %d", p, p.CredSSP.Fixed)
		}
		for _, f := range catalogue.Fixes(p.Build) {
			check(f.KB, f.Mark, f.Sources)
		}
	}
}

// What a caller changes in an answer must not change the next answer.
func TestAnswersAreCopies(t *testing.T) {
	p, _ := catalogue.ProductOf(10, 0, 14393)
	p.Clients[0], p.Servers[0], p.CredSSP.Unfixed[0], p.Sources[0], p.CredSSP.Sources[0] = "x", "x", 9, "x", "x"
	f := catalogue.Fixes(14393)
	f[0].Products[0], f[0].Sources[0] = "x", "x"

	p, _ = catalogue.ProductOf(10, 0, 14393)
	f = catalogue.Fixes(14393)
	if p.Clients[0] == "x" || p.Servers[0] == "x" || p.CredSSP.Unfixed[0] == 9 || p.Sources[0] == "x" ||
		p.CredSSP.Sources[0] == "x" || f[0].Products[0] == "x" || f[0].Sources[0] == "x" {
		t.Error("the tables can be changed from outside")
	}
}
