package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/fumidai/fumidai/interop"
)

// summary is a run: each case once, by its key, and what must have run.
type summary struct {
	cases   map[string]interop.Record
	minimum []string
}

// newSummary takes the worst outcome of a case that is recorded repeatedly.
func newSummary(records []interop.Record, minimum []string) *summary {
	worse := map[interop.Outcome]int{interop.Ran: 1, interop.Skipped: 2, interop.Failed: 3}
	s := &summary{cases: map[string]interop.Record{}, minimum: minimum}
	for _, r := range records {
		if worse[r.Outcome] > worse[s.cases[r.Key()].Outcome] {
			s.cases[r.Key()] = r
		}
	}
	return s
}

func (s *summary) count(o interop.Outcome) int {
	n := 0
	for _, r := range s.cases {
		if r.Outcome == o {
			n++
		}
	}
	return n
}

// ran returns the keys of the cases that ran and passed, sorted.
func (s *summary) ran() []string {
	var keys []string
	for key, r := range s.cases {
		if r.Outcome == interop.Ran {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// notRun returns the lines of the minimum list that did not run and pass.
func (s *summary) notRun() []string {
	ran := s.ran()
	return slices.DeleteFunc(slices.Clone(s.minimum), func(line string) bool {
		return slices.Contains(ran, line)
	})
}

// peer is a line of the table.
type peer struct {
	version string
	counts  map[interop.Outcome]int
}

func (s *summary) peers() map[string]*peer {
	table := map[string]*peer{}
	for _, p := range interop.Peers() {
		table[p.Name] = &peer{counts: map[interop.Outcome]int{}}
	}
	for _, r := range s.cases {
		for _, p := range r.Peers {
			if table[p.Name] == nil { // no longer in peers.list
				table[p.Name] = &peer{counts: map[interop.Outcome]int{}}
			}
			table[p.Name].version = p.Version
			table[p.Name].counts[r.Outcome]++
		}
	}
	return table
}

func (s *summary) print(out io.Writer) {
	peers := s.peers()
	missing := 0
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "peer\tversion\tran\tskipped\tfailed")
	for _, name := range slices.Sorted(maps.Keys(peers)) {
		p := peers[name]
		if p.version == "" {
			p.version = "no case met it"
		}
		if p.counts[interop.Ran]+p.counts[interop.Failed] == 0 {
			missing++
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\n", name, p.version, p.counts[interop.Ran], p.counts[interop.Skipped], p.counts[interop.Failed])
	}
	w.Flush()
	s.printCases(out, "failed", interop.Failed)
	s.printCases(out, "skipped", interop.Skipped)
	notRun := s.notRun()
	for _, line := range notRun {
		fmt.Fprintln(out, "in the minimum list, but did not run and pass:", line)
	}
	ran, failed, skipped := s.count(interop.Ran), s.count(interop.Failed), s.count(interop.Skipped)
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", ran, failed, skipped)
	fmt.Fprintf(out, "peers: %d ran, %d missing; cases: %d ran, %d skipped; minimum list: %d of %d\n",
		len(peers)-missing, missing, ran+failed, skipped, len(s.minimum)-len(notRun), len(s.minimum))
}

func (s *summary) printCases(out io.Writer, word string, o interop.Outcome) {
	for _, key := range slices.Sorted(maps.Keys(s.cases)) {
		if r := s.cases[key]; r.Outcome == o && r.Reason != "" {
			fmt.Fprintf(out, "%s: %s (%s)\n", word, key, r.Reason)
		} else if r.Outcome == o {
			fmt.Fprintf(out, "%s: %s\n", word, key)
		}
	}
}
