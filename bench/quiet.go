package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"
)

// Before a run that is timed by the clock, other work on the machine should
// take less than half a core; if it does not rest in time, the run is made
// all the same and counted.
const (
	quietCores    = 0.5
	quietSample   = 150 * time.Millisecond
	quietPatience = 3 * time.Second
)

// awaitQuiet returns whether the machine came to rest.
func awaitQuiet(ctx context.Context) bool {
	for deadline := time.Now().Add(quietPatience); time.Now().Before(deadline); {
		from, start := busyTime(), time.Now()
		select {
		case <-ctx.Done():
			return false
		case <-time.After(quietSample):
		}
		if float64(busyTime()-from)/float64(time.Since(start)) < quietCores {
			return true
		}
	}
	return false
}

// busyTime is what all processors together have worked so far; 0 where there
// is no /proc/stat. It counts in ticks of 10 ms.
func busyTime() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line)
	var ticks int64
	for i, name := range []string{"cpu", "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"} {
		if i >= len(fields) || i == 0 || name == "idle" || name == "iowait" {
			continue
		}
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
