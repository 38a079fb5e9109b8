package interop

import (
	"strings"
	"testing"
)

// Case runs f as a subtest that proves something with the named peers, and
// records how it ended. The label is unique among the cases of those peers and
// says what is proved: "credssp server: wrong password".
func Case(t *testing.T, peers []string, label string, f func(t *testing.T)) {
	t.Helper()
	t.Run(Key(peers, label), func(t *testing.T) {
		r := Record{Case: label, Outcome: Ran}
		t.Cleanup(func() { // runs after f, its subtests and its other cleanups
			switch {
			case t.Failed():
				r.Outcome = Failed
			case t.Skipped():
				r.Outcome = Skipped
			}
			r.write(t)
		})
		for _, name := range peers {
			p, _ := Find(name)
			r.Peers = append(r.Peers, PeerVersion{name, p.Version()})
			if gone := p.Missing(); gone != "" {
				r.Reason = gone + " is missing"
			}
		}
		for _, name := range peers {
			Need(t, name)
		}
		f(t)
	})
}

// Key names a case: the peers and the label, as in minimum.txt.
func Key(peers []string, label string) string {
	return strings.Join(peers, "+") + ": " + label
}
