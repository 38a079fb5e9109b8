package lab

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The mix of a seed is the same on every machine. Who changes it breaks what
// somebody has written down.
func TestFleetIsReproducible(t *testing.T) {
	for _, c := range []struct {
		n    int
		seed uint64
		want string
	}{
		{50, 7, "f938bc7553a2b52b"},
		{1000, 1, "94ded4d83b6a76fb"},
		{1000, 2, "6b952cf47606a8b1"},
	} {
		h := sha256.New()
		for _, x := range Fleet(c.n, c.seed) {
			fmt.Fprintln(h, x.Name, x.Product, x.Version, x.Security, x.Level, x.CredSSP, x.Fault, x.Truth)
		}
		if got := fmt.Sprintf("%x", h.Sum(nil)[:8]); got != c.want {
			t.Errorf("%d hosts of seed %d: %s, want %s", c.n, c.seed, got, c.want)
		}
	}
	if diff := cmp.Diff(Fleet(300, 5)[:100], Fleet(100, 5)); diff != "" {
		t.Errorf("a larger fleet begins otherwise:\n%s", diff)
	}
	if cmp.Equal(Fleet(20, 5), Fleet(20, 6)) {
		t.Error("the seed plays no part")
	}
	if got := Fleet(3, 1)[2].Name[7:]; got != "-0003" {
		t.Errorf("the third host ends in %s", got)
	}
	if n := len(Fleet(MaxFleet+1, 1)); n != MaxFleet {
		t.Errorf("%d hosts", n)
	}
}

// Every choice occurs, roughly as often as it weighs.
func TestFleetIsAMix(t *testing.T) {
	products, faults, securities := map[string]int{}, map[string]int{}, map[Security]int{}
	levels := map[string]int{}
	hosts := Fleet(2000, 1)
	for _, h := range hosts {
		products[h.Product]++
		faults[h.Fault]++
		securities[h.Security]++
		levels[h.Level.String()]++
		if h.Fault != "" && !h.UsesNLA() {
			t.Errorf("%s without NLA has %s", h.Name, h.Fault)
		}
	}
	if len(products) != len(fleetShapes) || len(faults) != len(fleetFaults) || len(securities) != 5 || len(levels) != 5 {
		t.Errorf("%v\n%v\n%v\n%v", products, faults, securities, levels)
	}
	if n := products["Windows Server 2016"]; n < 300 || n > 500 {
		t.Errorf("%d hosts of 2016 among %d", n, len(hosts))
	}
}

// The names in the weights are those of shapes and faults.
func TestFleetChoicesExist(t *testing.T) {
	for _, c := range fleetShapes {
		if c.value != "XP" && c.value != "XRDP" {
			shapeNamed(t, c.value)
		}
	}
	for _, c := range fleetFaults {
		if _, ok := faultNamed(c.value); !ok && c.value != "" {
			t.Errorf("no fault %s", c.value)
		}
	}
}

// Five hundred hosts run, and a check of some of them finds the truth.
func TestFleetRuns(t *testing.T) {
	leavesNothing(t)
	hosts := Fleet(500, 1)
	l := start(t, hosts...)
	if len(l.Hosts) != len(hosts) {
		t.Fatalf("%d hosts", len(l.Hosts))
	}
	var some []Running
	for i, h := range l.Hosts {
		// every tenth, and the faults that are rare
		if i%10 == 0 || h.Fault != "" && !slices.ContainsFunc(some, func(s Running) bool { return s.Fault == h.Fault }) {
			some = append(some, h)
		}
	}
	_, got := look(t, some)
	for i, h := range some {
		if diff := cmp.Diff(wanted(h.Host), got[i]); diff != "" {
			t.Errorf("%s, %s, %s (-want +got):\n%s", h.Name, h.Product, h.Fault, diff)
		}
	}
	l.Close()
}
