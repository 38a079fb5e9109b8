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
	one := fumidaiCheck(oneConnection, fumidai, "--depth", "verdict")
	thread := fumidaiCheck(oneThread, fumidai, "--depth", "verdict")
	thread.environment = []string{"GOMAXPROCS=1"}
	both := fumidaiCheck(bothConnects, fumidai)
	parallel := fumidaiCheck(allAtOnce, fumidai, "--depth", "verdict", "--parallel", "1000")
	peers := []*scanner{nmap(nmapT4, "-T4"), nmap(nmapTuned, "-T5", "-sT", "--max-retries", "0",
		"--min-hostgroup", "1024", "--min-parallelism", "200", "--max-parallelism", "200")}
	if version := nmapVersion(ctx); version != "" {
		r.Machine.Peers = append(r.Machine.Peers, version)
	} else {
		peers = nil
		r.note("nmap is not installed: S2 and S5 are not judged.")
	}
	if !r.Machine.Namespace {
		r.note("Without root and iproute2 there is no network namespace: port %d was shared with the machine, and nmap connects (-sT) in place of its raw scan.", rdpPort)
	}

	atOnce := &scenario{title: "hosts that answer at once, RSA-2048", key: rsa2048, tools: append([]*scanner{one, thread, both}, peers...)}
	slow := &scenario{title: "hosts that answer after 50 ms, ECDSA P-256", key: ecdsaP256, delay: 50 * time.Millisecond, tools: append([]*scanner{parallel}, peers...)}
	slowest := &scenario{title: "hosts that answer after 1 s, ECDSA P-256", key: ecdsaP256, delay: time.Second, tools: []*scanner{parallel}}
	for _, sc := range []*scenario{atOnce, slow, slowest} {
		if err := sc.run(ctx, s); err != nil {
			return err
		}
		sc.report(r, s)
	}
	judgeScans(r, s.hosts, len(peers) > 0, atOnce, slow, slowest)
	return nil
}

// run starts the fake servers and lets each tool look at them, once per round.
func (sc *scenario) run(ctx context.Context, s *settings) error {
	servers, err := startChild(ctx, 0, "fake-rdp", "-hosts", fmt.Sprint(s.hosts), "-key", string(sc.key), "-delay", sc.delay.String())
	if err != nil {
		return err
	}
	defer servers.stop()
	sc.results, sc.servers = map[string][]scan{}, map[string][]float64{}
	for range s.rounds {
		for _, tool := range sc.tools {
			if !awaitQuiet(ctx) {
				sc.busy++
			}
			before, err := servers.ask(order{})
			if err != nil {
				return err
			}
			result, err := tool.run(ctx, s.hosts)
			if err != nil {
				return err
			}
			after, err := servers.ask(order{})
			if err != nil {
				return err
			}
			sc.results[tool.name] = append(sc.results[tool.name], result)
			sc.servers[tool.name] = append(sc.servers[tool.name], milliseconds(after.Used-before.Used)/float64(s.hosts))
		}
	}
	return nil
}

func (sc *scenario) report(r *report, s *settings) {
	hosts := s.hosts
	t := r.section(fmt.Sprintf("Scan of %d %s", hosts, sc.title))
	for _, tool := range sc.tools {
		t.add(tool.name, "hosts per CPU second", "", sc.values(tool.name, func(s scan) float64 { return perSecond(hosts, s.processor) }))
		t.add(tool.name, "CPU per host", "ms", sc.values(tool.name, func(s scan) float64 { return milliseconds(s.processor) / float64(hosts) }))
		t.add(tool.name, "hosts per second", "", sc.values(tool.name, func(s scan) float64 { return perSecond(hosts, s.wall) }))
		t.add(tool.name, "named", "%", sc.named(tool.name, hosts))
		t.add(tool.name, "peak RSS", "MiB", sc.values(tool.name, func(s scan) float64 { return s.memory }))
		t.add(tool.name, "servers' CPU per host", "ms", sc.servers[tool.name])
	}
	if sc.busy > 0 {
		r.note("%d of %d runs against %s were made while other work took more than %v cores.", sc.busy, s.rounds*len(sc.tools), sc.title, quietCores)
	}
	for _, z := range recordedZgrab2 {
		if z.delay == sc.delay && z.key == sc.key {
			z.add(t)
		}
	}
}

// judgeScans compares with the goals.
func judgeScans(r *report, hosts int, peers bool, atOnce, slow, slowest *scenario) {
	named := append(atOnce.named(oneConnection, hosts), atOnce.named(bothConnects, hosts)...)
	named = append(append(named, slow.named(allAtOnce, hosts)...), slowest.named(allAtOnce, hosts)...)
	all := spreadOf(named)
	all.Median = all.Min // the worst run counts, not the middle one
	r.atLeast("S1", "hosts named, worst run, answers after 0 ms to 1 s", 100, "%", all)
	if peers {
		processor := func(s scan) float64 { return perSecond(hosts, s.processor) }
		wall := func(s scan) float64 { return perSecond(hosts, s.wall) }
		r.atLeast("S2", "hosts per CPU second against "+nmapT4, 2.5, "×", atOnce.ratio(oneConnection, nmapT4, processor))
		r.atLeast("S2", "hosts per CPU second against "+nmapTuned, 2, "×", atOnce.ratio(oneConnection, nmapTuned, processor))
		flight := fmt.Sprintf("hosts per second at 50 ms, %d in flight, against ", hosts)
		r.atLeast("S5", flight+nmapT4, 8, "×", slow.ratio(allAtOnce, nmapT4, wall))
		r.atLeast("S5", flight+nmapTuned, 3, "×", slow.ratio(allAtOnce, nmapTuned, wall))
	}
	memory := func(s scan) float64 { return s.memory }
	flight := fmt.Sprintf("peak RSS, %d in flight, answers after ", hosts)
	r.atMost("S7", flight+"50 ms", 80, "MiB", spreadOf(slow.values(allAtOnce, memory)))
	r.atMost("S7", flight+"1 s", 80, "MiB", spreadOf(slowest.values(allAtOnce, memory)))
	noteZgrab2(r, spreadOf(atOnce.values(oneConnection, func(s scan) float64 { return perSecond(hosts, s.processor) })))
}

// values takes one value out of each run of a tool.
func (sc *scenario) values(tool string, of func(scan) float64) []float64 {
	var v []float64
	for _, s := range sc.results[tool] {
		v = append(v, of(s))
	}
	return v
}

func (sc *scenario) named(tool string, hosts int) []float64 {
	return sc.values(tool, func(s scan) float64 { return 100 * float64(s.named) / float64(hosts) })
}

// ratio compares two tools round by round.
func (sc *scenario) ratio(ours, peer string, of func(scan) float64) spread {
	return spreadOf(pairwise(sc.values(ours, of), sc.values(peer, of), ratio))
}

func perSecond(hosts int, d time.Duration) float64 { return ratio(float64(hosts), d.Seconds()) }
