package main

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
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
