package main

import (
	"bytes"
	"context"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"sync/atomic"

	"github.com/fumidai/fumidai/internal/lab"
)

// idleLab is a child: one host of the lab whose sessions are to cost little while
// nobody does anything.
func idleLab([]string) error {
	var host lab.Host
	for _, h := range lab.Hosts() {
		if h.Name == "NEW-2019" {
			host = h
		}
	}
	var failure atomic.Pointer[string]
	l, err := lab.Start(context.Background(), lab.Options{
		Hosts: []lab.Host{host},
		Observe: func(e lab.Event) {
			if e.Err != nil {
				text := e.Err.Error()
				failure.Store(&text)
			}
		},
	})
	if err != nil {
		return err
	}
	defer l.Close()
	return serveOrders(answer{Addresses: []string{l.Hosts[0].Address.String()}}, func(o order) answer {
		if text := failure.Load(); text != nil {
			return answer{Error: *text}
		}
		if o.Rest {
			// A goroutine's stack shrinks by half with each collection, and the second
			// gives up what pools hold.
			for range 4 {
				debug.FreeOSMemory()
			}
		}
		if o.Profile != "" {
			if err := writeHeap(o.Profile); err != nil {
				return answer{Error: err.Error()}
			}
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return answer{Used: processorTime(), Resident: residentMemory(), Allocations: m.Mallocs,
			Heap: int64(m.HeapInuse), Stacks: int64(m.StackInuse)}
	})
}

func writeHeap(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return pprof.Lookup("heap").WriteTo(f, 0)
}

// residentMemory is what this process holds of the memory of the machine, in bytes; 0
// where there is no /proc.
func residentMemory() int64 {
	text, _ := os.ReadFile("/proc/self/statm")
	fields := bytes.Fields(text)
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[1]), 10, 64)
	return pages * int64(os.Getpagesize())
}
