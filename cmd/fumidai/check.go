package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// How many hosts are looked at together. A few hundred are no burden on this
// end, but a firewall in between may count new connections.
const (
	defaultParallel = 64
	maxParallel     = 4096
)

// The garbage collector waits for more garbage than by default, which saves a
// tenth of the processor time and costs some MiB. A full look has the most in
// memory at its beginning, when all hosts are in their TLS handshake, and much
// less later. So it may let far more garbage come together, up to a limit that the
// beginning just reaches.
const (
	gcPercent     = 200
	gcPercentFull = 400

	memoryFull       = 32 << 20 // bytes of the limit for the program,
	memoryFullHost   = 24 << 10 // for each host that is looked at,
	memoryFullTarget = 2 << 10  // and for each result, which may have to wait for those before it
)

// collectLess sets the garbage collector for a check, unless the user did, and
// returns how to set it back.
func (p *program) collectLess(depth probe.Depth, targets, parallel int) (restore func()) {
	if p.env("GOGC") != "" || p.env("GOMEMLIMIT") != "" {
		return func() {}
	}
	if depth != probe.DepthFull {
		percent := debug.SetGCPercent(gcPercent)
		return func() { debug.SetGCPercent(percent) }
	}
	percent := debug.SetGCPercent(gcPercentFull)
	limit := debug.SetMemoryLimit(memoryFull + memoryFullHost*int64(min(targets, parallel)) + memoryFullTarget*int64(targets))
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}

// checked is the outcome for one host.
type checked struct {
	target  target
	facts   verdict.Facts
	verdict verdict.Verdict
}

func (p *program) checkCommand() *cobra.Command {
	var json bool
	var parallel int
	var options probe.Options
	cmd := &cobra.Command{
		Use: "check TARGET…",
		RunE: func(cmd *cobra.Command, args []string) error {
			targets, err := parseTargets(args)
			if err != nil {
				return err
			}
			if !slices.Contains(probe.Depths(), options.Depth) {
				return &misuseError{code: "ui.error.depth", args: map[string]any{"depth": printable(string(options.Depth))}, hint: "fumidai check --depth full " + targets[0].String()}
			}
			if options.Spacing <= 0 {
				return &misuseError{code: "ui.error.spacing", hint: "fumidai check --depth full --spacing 200ms " + targets[0].String()}
			}
			if options.Timeout <= 0 {
				return &misuseError{code: "ui.error.timeout", hint: "fumidai check --timeout 5s " + targets[0].String()}
			}
			if parallel < 1 || parallel > maxParallel {
				return &misuseError{code: "ui.error.parallel", args: map[string]any{"max": maxParallel}, hint: "fumidai check --parallel 64 " + targets[0].String()}
			}
			write := p.writeText
			if json {
				write = p.writeJSON
			}
			return p.check(cmd.Context(), targets, parallel, options, write)
		},
	}
	cmd.Flags().BoolVar(&json, "json", false, "")
	cmd.Flags().StringVar((*string)(&options.Depth), "depth", string(probe.DepthStandard), "")
	cmd.Flags().IntVar(&parallel, "parallel", defaultParallel, "")
	cmd.Flags().DurationVar(&options.Timeout, "timeout", probe.DefaultTimeout, "")
	cmd.Flags().DurationVar(&options.Spacing, "spacing", probe.DefaultSpacing, "")
	return cmd
}

// check looks at all targets, parallel at a time, and writes each result in the
// order of the command line as soon as it and those before it are there.
func (p *program) check(ctx context.Context, targets []target, parallel int, o probe.Options, write func(checked) error) error {
	defer p.collectLess(o.Depth, len(targets), parallel)()
	results := make([]chan checked, len(targets))
	slots := make(chan struct{}, parallel)
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // if a result cannot be written, the rest is of no use
	for i := range targets {
		results[i] = make(chan checked, 1)
	}
	wait.Go(func() {
		for i, t := range targets {
			slots <- struct{}{}
			wait.Go(func() {
				defer func() { <-slots }()
				facts := probe.Probe(ctx, t.host, t.port, o)
				results[i] <- checked{t, facts, verdict.Decide(facts)}
			})
		}
	})
	progress := p.progress(len(targets))
	defer progress.clear()
	findings, unreachable := false, false
	for i := range targets {
		progress.show(i)
		c := <-results[i]
		if ctx.Err() != nil {
			return ctx.Err()
		}
		progress.clear()
		if err := write(c); err != nil {
			return err
		}
		unreachable = unreachable || c.facts.Reach != verdict.Reached
		findings = findings || c.alarming()
	}
	switch {
	case findings:
		p.status = exitFindings
	case unreachable:
		p.status = exitUnreachable
	}
	return nil
}

// alarming reports a finding about CredSSP or NLA of severity warning or worse.
func (c checked) alarming() bool {
	worst := max(c.verdict.Worst(verdict.AreaCredSSP).Rank(), c.verdict.Worst(verdict.AreaNLA).Rank())
	return worst >= verdict.Warning.Rank()
}

// progress is a line on the terminal that is erased before results are written.
type progress struct {
	p     *program
	total int
	from  time.Time
}

// progress shows itself only to a person who waits for several hosts.
func (p *program) progress(total int) *progress {
	file, ok := p.stderr.(*os.File)
	if !ok || total < 2 || !isTerminal(file) {
		return &progress{}
	}
	return &progress{p, total, time.Now()}
}

func (g *progress) show(done int) {
	if g.total > 0 && time.Since(g.from) > time.Second/2 {
		fmt.Fprintf(g.p.stderr, "\r%s\x1b[K", g.p.text("ui.progress", map[string]any{"done": done, "total": g.total, "left": g.total - done}))
	}
}

func (g *progress) clear() {
	if g.total > 0 {
		fmt.Fprint(g.p.stderr, "\r\x1b[K")
	}
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
