package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/spnego"
)

// idleText is what everybody types, key by key.
const idleText = "the quick brown fox jumps over"

// idleDesktop is the size of every desktop in pixels. It has no part in the memory of
// a session, but all of it is drawn once.
var idleDesktop = image.Pt(800, 600)

// measureIdle opens sessions on one host of the lab and lets them be, types in each,
// and lets them be again. There is one round: memory does not move with the load.
func measureIdle(ctx context.Context, s *settings, r *report) error {
	server, err := startChild(ctx, 0, "idle-lab")
	if err != nil {
		return err
	}
	defer server.stop()
	address := server.ready.Addresses[0]
	warm := &idleClients{ctx: ctx, address: address}
	if err := warm.open(8); err != nil { // keys, certificates, texts
		return err
	}
	warm.close()
	time.Sleep(idleSettle)
	before, err := server.ask(order{Rest: true})
	if err != nil {
		return err
	}
	clients := &idleClients{ctx: ctx, address: address}
	defer clients.close()
	began := time.Now()
	if err := clients.open(s.sessions); err != nil {
		return err
	}
	clients.settle()
	opened := time.Since(began)
	n := float64(s.sessions)
	perSession := func(a answer) float64 { return float64(a.Resident-before.Resident) / n / (1 << 10) }
	figures := r.section(fmt.Sprintf("%d idle sessions of one lab host, after NLA and the whole desktop", s.sessions))
	add := func(subject string, a answer) {
		figures.add(subject, "RSS per session", "KiB", []float64{perSession(a)})
		figures.add(subject, "of it heap", "KiB", []float64{float64(a.Heap-before.Heap) / n / (1 << 10)})
		figures.add(subject, "stacks", "KiB", []float64{float64(a.Stacks-before.Stacks) / n / (1 << 10)})
		figures.add(subject, "RSS in all", "MiB", []float64{float64(a.Resident) / (1 << 20)})
	}
	for _, step := range []struct {
		subject string
		before  func() error
		rest    bool
	}{
		{"shown, garbage not collected", func() error { return nil }, false},
		{"shown, at rest", func() error { return nil }, true},
		{"typed, garbage not collected", clients.typeText, false},
		{"typed, at rest", func() error { return nil }, true},
	} {
		from, err := server.ask(order{})
		if err != nil {
			return err
		}
		if err := step.before(); err != nil {
			return err
		}
		o := order{Rest: step.rest}
		if s.profile && step.rest {
			o.Profile = filepath.Join(s.out, "idle-"+step.subject[:5]+".heap.pprof")
		}
		a, err := server.ask(o)
		if err != nil {
			return err
		}
		add(step.subject, a)
		if step.rest {
			r.atMost("Screen", "RSS per idle session, "+step.subject, 100, "KiB", spreadOf([]float64{perSession(a)}))
		} else if a.Used > from.Used && step.subject[0] == 't' {
			keys := n * float64(len(idleText))
			figures.add("one key typed and drawn", "allocations", "", []float64{float64(a.Allocations-from.Allocations) / keys})
			figures.add("one key typed and drawn", "CPU", "µs", []float64{float64((a.Used - from.Used).Microseconds()) / keys})
		}
	}
	figures.add("one session opened and shown", "sessions per second", "1/s", []float64{n / opened.Seconds()})
	return nil
}

// idleSettle is how long nothing must have come from the server before all is drawn.
const idleSettle = 500 * time.Millisecond

// idleClients are clients that look at nothing: what has to be held for that is not
// to be measured.
type idleClients struct {
	ctx     context.Context
	address string

	mu    sync.Mutex
	conns []net.Conn
	read  atomic.Int64 // bytes from the server
	wait  sync.WaitGroup
}

// open opens sessions, some at a time.
func (c *idleClients) open(n int) error {
	var next atomic.Int64
	failures := make(chan error, n)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for next.Add(1) <= int64(n) {
				if err := c.openOne(); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	workers.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

func (c *idleClients) openOne() error {
	var d net.Dialer
	raw, err := d.DialContext(c.ctx, "tcp", c.address)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.conns = append(c.conns, raw)
	at := len(c.conns) - 1
	c.mu.Unlock()
	on, err := rdpio.LogOn(c.ctx, raw, rdpio.LogOnOptions{TLS: rdpio.TLSClientOptions{CheckCertificate: rdpio.AnyCertificate}, Client: idleCredSSP})
	if err != nil {
		return err
	}
	client, err := connect.NewClient(connect.ClientConfig{Requested: on.Requested, Selected: on.Selected, Name: "bench",
		Desktop: idleDesktop, Depth: 32, KeyboardLayout: 0x409,
		Info: &security.ClientInfo{Flags: security.InfoUnicode, User: user}})
	if err != nil {
		return err
	}
	defer client.Close()
	first, err := client.Start()
	if err != nil {
		return err
	}
	if err := rdpio.Connect(c.ctx, on.Conn, rdpio.NewFrames(on.Conn, stepTimeout), client, first, stepTimeout); err != nil {
		return err
	}
	c.mu.Lock()
	c.conns[at] = on.Conn
	c.mu.Unlock()
	c.wait.Go(func() {
		buf := make([]byte, 1024)
		for {
			n, err := on.Conn.Read(buf)
			c.read.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	return nil
}

func idleCredSSP(publicKey []byte) (*credssp.Client, error) {
	mechanism, err := ntlm.NewClient(ntlm.ClientConfig{Domain: lab.Domain, User: user, Hash: ntlm.HashPassword([]byte(lab.Password)), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		return nil, err
	}
	outer, err := spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: mechanism}})
	if err != nil {
		return nil, err
	}
	return credssp.NewClient(credssp.ClientConfig{Level: credssp.Mitigated, PublicKey: publicKey, Mechanism: outer,
		Credentials: credssp.NewPasswordCreds(lab.Domain, user, []byte(lab.Password)), Rand: rand.Reader})
}

// settle waits until nothing comes any more.
func (c *idleClients) settle() {
	for before := int64(-1); ; {
		now := c.read.Load()
		if now == before {
			return
		}
		before = now
		time.Sleep(idleSettle)
	}
}

// typeText types idleText in every session, a key at a time, as people do.
func (c *idleClients) typeText() error {
	for _, letter := range idleText {
		events := []input.Event{{Kind: input.Unicode, Code: uint16(letter)}, {Kind: input.Unicode, Code: uint16(letter), Flags: input.KeyRelease}}
		body, err := input.AppendFastPath(nil, events)
		if err != nil {
			return err
		}
		frame, err := fastpath.AppendInput(nil, len(events), body)
		if err != nil {
			return err
		}
		for _, conn := range c.conns {
			if _, err := conn.Write(frame); err != nil {
				return err
			}
		}
	}
	c.settle()
	return nil
}

func (c *idleClients) close() {
	c.mu.Lock()
	for _, conn := range c.conns {
		conn.Close()
	}
	c.conns = nil
	c.mu.Unlock()
	c.wait.Wait()
}
