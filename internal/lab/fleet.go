package lab

import (
	"fmt"
	"math/rand/v2"
)

// MaxFleet is the largest fleet.
const MaxFleet = 10_000

// weighted is a choice and its weight among its alternatives.
type weighted[T any] struct {
	weight uint64
	value  T
}

// The mix of a fleet. The weights are invented: they are to bring every kind of
// host into a fleet of a few hundred, not to say how frequent it is anywhere.
var (
	fleetPlants = []weighted[string]{{40, "A"}, {25, "B"}, {20, "C"}, {15, "D"}}

	fleetShapes = []weighted[string]{{4, "WIN7"}, {10, "2008R2"}, {6, "2008R2TLS"}, {6, "2012"}, {16, "2012R2"},
		{20, "2016"}, {20, "2019"}, {12, "2022"}, {4, "2025"}, {1, "XP"}, {1, "XRDP"}}

	fleetPatches = []weighted[Patch]{{30, NotPatched}, {5, March2018}, {65, May2018}}

	fleetPolicies = []weighted[Policy]{{88, NotConfigured}, {5, SetForce}, {4, SetMitigated}, {3, SetVulnerable}}

	fleetSecurity = []weighted[Security]{{89, NLARequired}, {8, NLAOptional}, {1, TLSOnly}, {2, RDPOnly}}

	fleetFaults = []weighted[string]{{85, ""}, {5, "CERT-EXPIRED"}, {1, "CERT-RSA1024"}, {2, "CERT-SHA1"}, {1, "TLS-TERMINATOR"},
		{1, "CLOCK-AHEAD"}, {1, "CLOCK-BEHIND"}, {1, "NTLM-BLOCKED"}, {1, "DROP-REQUEST"}, {1, "DROP-CONFIRM"}, {1, "SLOW"}}
)

// Fleet makes n hosts, 0 to MaxFleet, named as PLANT-A-0001. The same seed makes
// the same hosts, and a larger fleet begins with those of a smaller one.
func Fleet(n int, seed uint64) []Host {
	shapes := map[string]Shape{}
	for _, s := range Shapes() {
		shapes[s.Name] = s
	}
	source := rand.NewPCG(seed, 0)
	hosts := make([]Host, min(n, MaxFleet))
	for i := range hosts {
		name := fmt.Sprintf("PLANT-%s-%04d", pick(source, fleetPlants), i+1)
		hosts[i] = fleetHost(source, shapes, name)
	}
	return hosts
}

// fleetHost draws the same number of times for every host.
func fleetHost(source *rand.PCG, shapes map[string]Shape, name string) Host {
	shape := pick(source, fleetShapes)
	patch := pick(source, fleetPatches)
	policy := pick(source, fleetPolicies)
	security := pick(source, fleetSecurity)
	fault := pick(source, fleetFaults)
	switch shape {
	case "XP":
		return Host{Name: name, Product: "Windows XP", Version: windows(5, 1, 2600)}.secured(RDPBefore2008)
	case "XRDP":
		return Host{Name: name, Product: "a server without CredSSP"}.secured(TLSOnly)
	}
	s := shapes[shape]
	if s.Unfixed == 0 {
		patch = May2018
	}
	h := s.Host(name, LevelOf(patch, policy)).secured(security)
	if f, ok := faultNamed(fault); ok && h.UsesNLA() {
		h = f.Apply(h)
	}
	return h
}

// pick draws by weight. It takes the generator's numbers as they come, because
// those are fixed for good; the remainder favours small numbers by less than one
// in 10^16.
func pick[T any](source *rand.PCG, choices []weighted[T]) T {
	var total uint64
	for _, c := range choices {
		total += c.weight
	}
	at := source.Uint64() % total
	for _, c := range choices[:len(choices)-1] {
		if at < c.weight {
			return c.value
		}
		at -= c.weight
	}
	return choices[len(choices)-1].value
}
