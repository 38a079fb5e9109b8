package main

import (
	"context"
	"errors"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/probe"
)

// failing is an output that cannot be written any more after so many writes.
type failing struct{ after int }

var errFull = errors.New("the disk is full")

func (f *failing) Write(b []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errFull
	}
	return len(b), nil
}

// A result that cannot be written is a failure, and what is still under way is
// given up: nobody would see it. The silent host would take a minute.
func TestUnwritable(t *testing.T) {
	addresses := startLab(t)
	for _, args := range [][]string{
		{"check", "--timeout", "1m", addresses["OLD-2008R2"], addresses["SILENT"]},
		{"check", "--timeout", "1m", "--json", addresses["NOBODY"], addresses["SILENT"]},
	} {
		var stderr strings.Builder
		p := &program{stdout: &failing{}, stderr: &stderr, env: func(string) string { return "" }}
		from := time.Now()
		if status := p.run(t.Context(), args); status != exitFailure || !strings.Contains(stderr.String(), errFull.Error()) {
			t.Errorf("%q: status %d, %s", args, status, stderr.String())
		}
		if took := time.Since(from); took > 30*time.Second {
			t.Errorf("%q: went on for %v", args, took)
		}
	}
}

// Whoever is interrupted ends at once, with status 130, and has written what
// was there.
func TestInterrupted(t *testing.T) {
	addresses := startLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var stdout writer
	stdout.first = cancel // by the time the first result is written
	p := &program{stdout: &stdout, stderr: &strings.Builder{}, env: func(string) string { return "" }}
	from := time.Now()
	status := p.run(ctx, []string{"check", "--json", "--timeout", "1m", addresses["NEW-2019"], addresses["SILENT"]})
	if status != exitInterrupted {
		t.Errorf("status %d", status)
	}
	if n := strings.Count(stdout.String(), "\n"); n != 1 {
		t.Errorf("%d lines: %s", n, stdout.String())
	}
	if took := time.Since(from); took > 30*time.Second {
		t.Errorf("went on for %v", took)
	}
}

// writer calls first at its first write.
type writer struct {
	strings.Builder
	first func()
}

func (w *writer) Write(b []byte) (int, error) {
	w.first()
	return w.Builder.Write(b)
}

// The garbage collector is as before after a check, and is left alone if the user
// has set it. A full look has a limit that grows with what it holds.
func TestCollectLess(t *testing.T) {
	set := func() (percent int, limit int64) {
		percent = debug.SetGCPercent(100)
		debug.SetGCPercent(percent)
		return percent, debug.SetMemoryLimit(-1)
	}
	percent, limit := set()
	for _, c := range []struct {
		depth             probe.Depth
		variable          string
		targets, parallel int
		percent           int
		limit             int64
	}{
		{probe.DepthVerdict, "", 1000, 64, gcPercent, limit},
		{probe.DepthStandard, "", 1, 64, gcPercent, limit},
		{probe.DepthFull, "", 1000, 1000, gcPercentFull, 32<<20 + 1000*(24<<10+2<<10)},
		{probe.DepthFull, "", 1, 64, gcPercentFull, 32<<20 + 24<<10 + 2<<10},
		{probe.DepthFull, "GOGC", 1000, 1000, percent, limit},
		{probe.DepthFull, "GOMEMLIMIT", 1000, 1000, percent, limit},
		{probe.DepthStandard, "GOGC", 1, 64, percent, limit},
	} {
		p := &program{env: func(name string) string {
			if name == c.variable {
				return "1"
			}
			return ""
		}}
		restore := p.collectLess(c.depth, c.targets, c.parallel)
		gotPercent, gotLimit := set()
		restore()
		if gotPercent != c.percent || gotLimit != c.limit {
			t.Errorf("%s, %d targets: %d %%, %d bytes", c.depth, c.targets, gotPercent, gotLimit)
		}
		if gotPercent, gotLimit = set(); gotPercent != percent || gotLimit != limit {
			t.Errorf("%s: not set back: %d %%, %d bytes", c.depth, gotPercent, gotLimit)
		}
	}
}
