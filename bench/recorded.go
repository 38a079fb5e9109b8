package main

import "time"

// recorded is what another tool did when it was measured before, on another
// day, against another fake server of the same shape. Debian has no package of
// zgrab2, so a run cannot measure it.
type recorded struct {
	key                             keyType
	delay                           time.Duration
	rate, cost, wall, named, memory string
}

const recordedName = "zgrab2 (2026-07), recorded 2026-11"

var recordedZgrab2 = []recorded{
	{key: rsa2048, rate: "560–960", cost: "1.04–1.77", wall: "480–780", named: "84–96", memory: "36"},
	{key: ecdsaP256, delay: 50 * time.Millisecond, wall: "678", named: "9.8"}, // 195 of 2000
}

func (z recorded) add(t *section) {
	for _, f := range []struct{ name, unit, value string }{
		{"hosts per CPU second", "", z.rate},
		{"CPU per host", "ms", z.cost},
		{"hosts per second", "", z.wall},
		{"named", "%", z.named},
		{"peak RSS", "MiB", z.memory},
	} {
		if f.value != "" {
			t.addRecorded(recordedName, f.name, f.unit, f.value)
		}
	}
}

// noteZgrab2 compares with the recorded figures, which judges nothing.
func noteZgrab2(r *report, ours spread) {
	r.note("S2 against zgrab2, by its recorded 560 to 960 hosts per CPU second: %s to %s ×, goal ≥ 2 ×. Not judged: "+
		"it was another run (nmap -T4 then had 620 to 720).", number(ours.Median/960), number(ours.Median/560))
}
