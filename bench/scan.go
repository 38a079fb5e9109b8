package main

import (
	"context"
	"fmt"
	"time"
)

// The names of the tools in the report.
const (
	oneConnection = "fumidai check --depth verdict"
	oneThread     = "same with GOMAXPROCS=1"
	bothConnects  = "fumidai check"
	allAtOnce     = "fumidai check --depth verdict --parallel 1000"
	nmapT4        = "nmap -T4 rdp-ntlm-info"
	nmapTuned     = "nmap tuned rdp-ntlm-info"
)

// scenario is a set of fake servers and the tools that look at them.
type scenario struct {
	title string
	key   keyType
	delay time.Duration
	full  bool // all that can be asked, of servers that accept more than NLA
	most  int  // of rounds; 0: as many as the others
	tools []*scanner

	results map[string][]scan // by the tool's name, one for each round
	servers map[string][]float64
	busy    int // runs made while other work went on
}

// measureScans looks at the fake servers with the program of this checkout and
// with nmap, by turns.
func measureScans(ctx context.Context, s *settings, r *report) error {
	fumidai, err := buildFumidai(ctx, s.out)
	if err != nil {
		return err
	}
	one := fumidaiCheck(oneConnection, fumidai, s.hosts, "--depth", "verdict")
	thread := fumidaiCheck(oneThread, fumidai, s.hosts, "--depth", "verdict")
	thread.environment = []string{"GOMAXPROCS=1"}
	both := fumidaiCheck(bothConnects, fumidai, s.hosts)
	parallel := fumidaiCheck(allAtOnce, fumidai, s.hosts, "--depth", "verdict", "--parallel", "1000")
	peers := []*scanner{nmap(nmapT4, "rdp-ntlm-info", s.hosts, asT4...), nmap(nmapTuned, "rdp-ntlm-info", s.hosts, asTuned...)}
	if !hasNmap(ctx, r, "S2 and S5") {
		peers = nil
	}

	atOnce := &scenario{title: "hosts that answer at once, RSA-2048", key: rsa2048, tools: append([]*scanner{one, thread, both}, peers...)}
	slow := &scenario{title: "hosts that answer after 50 ms, ECDSA P-256", key: ecdsaP256, delay: 50 * time.Millisecond, tools: append([]*scanner{parallel}, peers...)}
	slowest := &scenario{title: "hosts that answer after 1 s, ECDSA P-256", key: ecdsaP256, delay: time.Second, tools: []*scanner{parallel}}
	for _, sc := range []*scenario{atOnce, slow, slowest} {
		if err := sc.run(ctx, s); err != nil {
			return err
		}
		sc.report(r)
	}
	judgeScans(r, s.hosts, len(peers) > 0, atOnce, slow, slowest)
	return nil
}

// run starts the fake servers and lets each tool look at them, once per round.
func (sc *scenario) run(ctx context.Context, s *settings) error {
	servers, err := startChild(ctx, 0, "fake-rdp", "-hosts", fmt.Sprint(s.hosts), "-key", string(sc.key), "-delay", sc.delay.String(), fmt.Sprintf("-open=%t", sc.full))
	if err != nil {
		return err
	}
	defer servers.stop()
	sc.results, sc.servers = map[string][]scan{}, map[string][]float64{}
	rounds := s.rounds
	if sc.most > 0 {
		rounds = min(rounds, sc.most)
	}
	for range rounds {
		for _, tool := range sc.tools {
			if !awaitQuiet(ctx) {
				sc.busy++
			}
			before, err := servers.ask(order{})
			if err != nil {
				return err
			}
			result, err := tool.run(ctx)
			if err != nil {
				return err
			}
			after, err := servers.ask(order{})
			if err != nil {
				return err
			}
			sc.results[tool.name] = append(sc.results[tool.name], result)
			sc.servers[tool.name] = append(sc.servers[tool.name], milliseconds(after.Used-before.Used)/float64(tool.hosts))
		}
	}
	return nil
}

func (sc *scenario) report(r *report) {
	t := r.section("Scan of " + sc.title)
	runs := 0
	for _, tool := range sc.tools {
		runs += len(sc.results[tool.name])
		t.add(tool.name, "hosts", "", []float64{float64(tool.hosts)})
		t.add(tool.name, "hosts per CPU second", "", sc.values(tool.name, scan.perProcessorSecond))
		t.add(tool.name, "CPU per host", "ms", sc.values(tool.name, scan.costPerHost))
		t.add(tool.name, "hosts per second", "", sc.values(tool.name, scan.perSecond))
		t.add(tool.name, "named", "%", sc.values(tool.name, scan.percentNamed))
		if sc.full {
			t.add(tool.name, "seen in full", "%", sc.values(tool.name, scan.percentFull))
		}
		t.add(tool.name, "peak RSS", "MiB", sc.values(tool.name, scan.peak))
		t.add(tool.name, "servers' CPU per host", "ms", sc.servers[tool.name])
	}
	if sc.busy > 0 {
		r.note("%d of %d runs against %s were made while other work took more than %v cores.", sc.busy, runs, sc.title, quietCores)
	}
	for _, z := range recordedZgrab2 {
		if !sc.full && z.delay == sc.delay && z.key == sc.key {
			z.add(t)
		}
	}
}

// judgeScans compares with the goals.
func judgeScans(r *report, hosts int, peers bool, atOnce, slow, slowest *scenario) {
	named := append(atOnce.values(oneConnection, scan.percentNamed), atOnce.values(bothConnects, scan.percentNamed)...)
	named = append(append(named, slow.values(allAtOnce, scan.percentNamed)...), slowest.values(allAtOnce, scan.percentNamed)...)
	r.atLeast("S1", "hosts named, worst run, answers after 0 ms to 1 s", 100, "%", worst(named))
	if peers {
		r.atLeast("S2", "hosts per CPU second against "+nmapT4, 2.5, "×", atOnce.ratio(oneConnection, nmapT4, scan.perProcessorSecond))
		r.atLeast("S2", "hosts per CPU second against "+nmapTuned, 2, "×", atOnce.ratio(oneConnection, nmapTuned, scan.perProcessorSecond))
		flight := fmt.Sprintf("hosts per second at 50 ms, %d in flight, against ", hosts)
		r.atLeast("S5", flight+nmapT4, 8, "×", slow.ratio(allAtOnce, nmapT4, scan.perSecond))
		r.atLeast("S5", flight+nmapTuned, 3, "×", slow.ratio(allAtOnce, nmapTuned, scan.perSecond))
	}
	flight := fmt.Sprintf("peak RSS, %d in flight, answers after ", hosts)
	r.atMost("S7", flight+"50 ms", 80, "MiB", spreadOf(slow.values(allAtOnce, scan.peak)))
	r.atMost("S7", flight+"1 s", 80, "MiB", spreadOf(slowest.values(allAtOnce, scan.peak)))
	noteZgrab2(r, spreadOf(atOnce.values(oneConnection, scan.perProcessorSecond)))
}

// worst is judged by the least value, not by the middle one.
func worst(values []float64) spread {
	s := spreadOf(values)
	s.Median = s.Min
	return s
}

// values takes one value out of each run of a tool.
func (sc *scenario) values(tool string, of func(scan) float64) []float64 {
	var v []float64
	for _, s := range sc.results[tool] {
		v = append(v, of(s))
	}
	return v
}

// ratio compares two tools round by round.
func (sc *scenario) ratio(ours, peer string, of func(scan) float64) spread {
	return spreadOf(pairwise(sc.values(ours, of), sc.values(peer, of), ratio))
}
