package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

// settings are the flags of a run.
type settings struct {
	rounds     int
	handshakes int    // per round and variant
	hosts      int    // fake servers
	sessions   int    // idle
	peerHosts  int    // of them for nmap with both scripts; 0: a fifth
	out        string // folder of the results
	profile    bool
}

// A measurement fills one or more sections of the report.
type measurement struct {
	name string
	run  func(context.Context, *settings, *report) error
}

var measurements = []measurement{
	{"handshake", measureHandshakes},
	{"tsrequest", measureTSRequest},
	{"scan", measureScans},
	{"full", measureFullScans},
	{"idle", measureIdle},
}

const (
	timeLimit      = 10 * time.Minute
	quickTimeLimit = 2 * time.Minute
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		if !errors.Is(err, saidError{}) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// saidError stands for a failure that was printed already.
type saidError struct{}

func (saidError) Error() string { return "failed" }

func run(ctx context.Context, args []string) error {
	if len(args) > 0 && children[args[0]] != nil {
		return children[args[0]](args[1:])
	}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	var s settings
	quick := flags.Bool("quick", false, "two rounds of less work: tells whether all is well, not how fast it is")
	flags.IntVar(&s.rounds, "rounds", 7, "interleaved rounds")
	flags.StringVar(&s.out, "out", "build/bench", "`folder` of the results")
	flags.IntVar(&s.peerHosts, "peer-hosts", 0, "how many hosts nmap looks at with both scripts (0: a fifth of all)")
	flags.BoolVar(&s.profile, "profile", false, "also write CPU profiles of both ends of the handshakes, all variants together, and heap profiles of the idle sessions")
	if err := flags.Parse(args); err != nil {
		return saidError{} // by package flag
	}
	s.handshakes, s.hosts, s.sessions = 500, 1000, 1000
	limit := timeLimit
	if *quick {
		s.rounds, s.handshakes, s.hosts, s.sessions, limit = 2, 100, 300, 200, quickTimeLimit
	}
	if s.rounds < 1 {
		return errors.New("rounds must be 1 or more")
	}
	if s.peerHosts < 0 || s.peerHosts > s.hosts {
		return fmt.Errorf("peer-hosts must be 0 to %d", s.hosts)
	}
	chosen, err := choose(flags.Args())
	if err != nil {
		return err
	}
	if done, err := inOwnNamespace(ctx, args); done {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("not done after %v", limit))
	defer cancel()
	return measure(ctx, &s, chosen)
}

// choose finds the measurements by name; "all" and no name choose all.
func choose(names []string) ([]measurement, error) {
	if len(names) == 0 || slices.Contains(names, "all") {
		return measurements, nil
	}
	var chosen []measurement
	for _, name := range names {
		i := slices.IndexFunc(measurements, func(m measurement) bool { return m.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no measurement %q: there are handshake, tsrequest, scan, full, idle and all", name)
		}
		chosen = append(chosen, measurements[i])
	}
	return chosen, nil
}

// measure runs the measurements one after the other, prints the report and
// writes it. What was measured before a failure is written too.
func measure(ctx context.Context, s *settings, chosen []measurement) error {
	if err := os.MkdirAll(s.out, 0o755); err != nil {
		return err
	}
	r := newReport(ctx)
	var failed error
	for _, m := range chosen {
		fmt.Fprintf(os.Stderr, "bench: %s, %d rounds\n", m.name, s.rounds)
		if err := m.run(ctx, s, r); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			failed = fmt.Errorf("%s: %w", m.name, err)
			r.note("%s was not measured to its end: %v.", m.name, err)
			break
		}
	}
	r.finish()
	fmt.Print(r.markdown())
	if err := r.write(s.out); err != nil {
		return err
	}
	return failed
}
