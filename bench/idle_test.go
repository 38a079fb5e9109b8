package main

import (
	"net/netip"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/fumidai/fumidai/internal/lab"
)

// The clients of the measurement see a desktop and the echo of what they type, and the
// host has nothing to complain of.
func TestIdleClients(t *testing.T) {
	var ended, complaints atomic.Int64
	l, err := lab.Start(t.Context(), lab.Options{Hosts: lab.Hosts()[4:5], Address: netip.MustParseAddr("127.0.0.1"), Observe: func(e lab.Event) {
		ended.Add(1)
		if e.Err != nil || !e.Active {
			complaints.Add(1)
			t.Errorf("%+v", e)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := &idleClients{ctx: t.Context(), address: l.Hosts[0].Address.String()}
	if err := c.open(3); err != nil {
		t.Fatal(err)
	}
	c.settle()
	shown := c.read.Load()
	if err := c.typeText(); err != nil {
		t.Fatal(err)
	}
	if typed := c.read.Load() - shown; shown < 3*1000 || typed < 3*int64(len(idleText))*100 {
		t.Errorf("%d bytes of desktop, %d bytes of echo", shown, typed)
	}
	c.close()
	l.Close()
	if ended.Load() != 3 || complaints.Load() != 0 {
		t.Errorf("%d sessions ended, %d badly", ended.Load(), complaints.Load())
	}
	if runtime.GOOS == "linux" && residentMemory() < 1<<20 {
		t.Errorf("resident are %d bytes", residentMemory())
	}
}
