package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"
)

// nlaGoal is what Network Level Authentication may add to a bare TLS handshake,
// in ms of processor time on either side.
const nlaGoal = 0.20

// measured is what one variant took, one value per round: ms of processor time
// per handshake, and percentiles of how long one took with inFlight under way.
type measured struct{ server, client, p50, p99 []float64 }

// measureHandshakes has two processes, with one thread of Go code each, do
// handshakes of all variants by turns.
func measureHandshakes(ctx context.Context, s *settings, r *report) error {
	var profile [2][]string
	if s.profile {
		for i, end := range []string{"server", "client"} {
			profile[i] = []string{"-profile", filepath.Join(s.out, "handshake-"+end+".pprof")}
		}
	}
	server, err := startChild(ctx, 1, append([]string{"handshake-server"}, profile[0]...)...)
	if err != nil {
		return err
	}
	defer server.stop()
	client, err := startChild(ctx, 1, append([]string{"handshake-client"}, profile[1]...)...)
	if err != nil {
		return err
	}
	defer client.stop()

	results := map[variant]*measured{}
	for round := range s.rounds + 1 { // the first one warms up
		count := s.handshakes
		if round == 0 {
			count = batchSize
		}
		taken, err := handshakeRound(server, client, round, count)
		if err != nil {
			return err
		}
		for v, t := range taken {
			if round == 0 {
				results[v] = &measured{}
			} else {
				results[v].add(t)
			}
		}
	}
	reportHandshakes(r, results)
	return nil
}

// batchSize is how many handshakes are done before the next layer has its turn:
// so few that other work on the machine meets all layers alike.
const batchSize = 50

// taken is what the handshakes of one variant took in one round.
type taken struct {
	count          int
	server, client time.Duration // processor time
	latencies      []time.Duration
}

// handshakeRound has each variant do count handshakes. Each round begins with
// another layer, so that none always follows the same.
func handshakeRound(server, client *child, round, count int) (map[variant]*taken, error) {
	all := variants()
	results := map[variant]*taken{}
	for _, v := range all {
		results[v] = &taken{}
	}
	for of := range len(transports()) {
		for done := 0; done < count; done += batchSize {
			for turn := range int(layers) {
				i := of*int(layers) + (turn+round)%int(layers)
				b := &batch{Variant: all[i], Address: server.ready.Addresses[i], Count: min(batchSize, count-done)}
				if err := results[all[i]].batch(server, client, b); err != nil {
					return nil, err
				}
			}
		}
	}
	return results, nil
}

// batch does one batch and adds what it took on both ends.
func (t *taken) batch(server, client *child, b *batch) error {
	before, err := server.ask(order{})
	if err != nil {
		return err
	}
	done, err := client.ask(order{Batch: b})
	if err != nil {
		return err
	}
	after, err := server.ask(order{})
	if err != nil {
		return err
	}
	t.count += b.Count
	t.server += after.Used - before.Used
	t.client += done.Used
	t.latencies = append(t.latencies, done.Latencies...)
	return nil
}

// add makes one round's values of what it took.
func (m *measured) add(t *taken) {
	n := float64(t.count)
	slices.Sort(t.latencies)
	m.server = append(m.server, milliseconds(t.server)/n)
	m.client = append(m.client, milliseconds(t.client)/n)
	m.p50 = append(m.p50, percentile(t.latencies, 0.50))
	m.p99 = append(m.p99, percentile(t.latencies, 0.99))
}

func reportHandshakes(r *report, results map[variant]*measured) {
	reportEnd(r, "server", "H1", results, func(m *measured) []float64 { return m.server })
	reportEnd(r, "client", "H2", results, func(m *measured) []float64 { return m.client })
	s := r.section("Handshake: duration of a connection, four under way")
	for _, v := range variants() {
		subject := v.transport() + ", " + v.Layer.String()
		s.add(subject, "p50", "ms", results[v].p50)
		s.add(subject, "p99", "ms", results[v].p99)
	}
}

// reportEnd writes the table of one end, and judges each form of NLA by the
// transport on which it adds most.
func reportEnd(r *report, end, id string, results map[variant]*measured, of func(*measured) []float64) {
	s := r.section("Handshake, " + end + ": processor time per connection")
	worst := map[layer]spread{}
	where := map[layer]string{}
	for _, v := range transports() {
		v.Layer = ourTLS
		bare := of(results[v])
		for v.Layer = 0; v.Layer < layers; v.Layer++ {
			values := of(results[v])
			s.add(v.transport(), v.Layer.String(), "ms", values)
			if v.Layer < nlaNTLM {
				continue
			}
			added := pairwise(values, bare, func(nla, bare float64) float64 { return nla - bare })
			s.add(v.transport(), v.Layer.String()+" adds", "ms", added)
			s.add(v.transport(), v.Layer.String()+" ratio", "×", pairwise(values, bare, ratio))
			if sum := spreadOf(added); where[v.Layer] == "" || sum.Median > worst[v.Layer].Median {
				worst[v.Layer], where[v.Layer] = sum, v.transport()
			}
		}
	}
	for l := nlaNTLM; l < layers; l++ {
		r.atMost(id, l.String()+" adds to the "+end+"'s bare TLS handshake, at most (on "+where[l]+")", nlaGoal, "ms", worst[l])
	}
}

// pairwise combines the values of the same round.
func pairwise(a, b []float64, f func(a, b float64) float64) []float64 {
	out := make([]float64, min(len(a), len(b)))
	for i := range out {
		out[i] = f(a[i], b[i])
	}
	return out
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
