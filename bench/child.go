package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// children are the roles that this program plays for itself in processes of
// their own, so that the time of each end can be told apart. A child answers
// orders on its standard input, one line of JSON each, and ends with it.
var children = map[string]func(args []string) error{
	"handshake-server": handshakeServer,
	"handshake-client": handshakeClient,
	"fake-rdp":         fakeRDP,
	"idle-lab":         idleLab,
}

// order is a line to a child. Without a batch it asks for the processor time.
type order struct {
	Batch   *batch `json:"batch,omitempty"`
	Rest    bool   `json:"rest,omitempty"`    // idle-lab: collect all garbage first
	Profile string `json:"profile,omitempty"` // idle-lab: write a heap profile there
}

// answer is a line from a child; the first comes when it is ready.
type answer struct {
	Addresses []string        `json:"addresses,omitempty"` // where a server listens, in the order of variants
	Used      time.Duration   `json:"used"`                // processor time: of a client for the batch, of a server so far
	Latencies []time.Duration `json:"latencies,omitempty"`
	Error     string          `json:"error,omitempty"`

	// Of idle-lab, in bytes.
	Resident    int64  `json:"resident,omitempty"`
	Heap        int64  `json:"heap,omitempty"`
	Stacks      int64  `json:"stacks,omitempty"`
	Allocations uint64 `json:"allocations,omitempty"` // so far
}

// child is the parent's end.
type child struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	enc   *json.Encoder
	dec   *json.Decoder
	ready answer
}

// startChild starts a role and waits until it is ready. procs is its
// GOMAXPROCS, 0 for the default. The end of ctx kills it.
func startChild(ctx context.Context, procs int, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stderr = os.Stderr
	cmd.Env = os.Environ()
	if procs > 0 {
		cmd.Env = append(cmd.Env, fmt.Sprintf("GOMAXPROCS=%d", procs))
	}
	cmd.WaitDelay = 2 * time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, stdin: stdin, enc: json.NewEncoder(stdin), dec: json.NewDecoder(stdout)}
	if c.ready, err = c.answer(); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

// ask gives one order and returns the answer to it.
func (c *child) ask(o order) (answer, error) {
	if err := c.enc.Encode(o); err != nil {
		return answer{}, c.gone(err)
	}
	return c.answer()
}

func (c *child) answer() (answer, error) {
	var a answer
	if err := c.dec.Decode(&a); err != nil {
		return a, c.gone(err)
	}
	if a.Error != "" {
		return a, fmt.Errorf("%s: %s", c.cmd.Args[1], a.Error)
	}
	return a, nil
}

func (c *child) gone(err error) error { return fmt.Errorf("%s has ended: %w", c.cmd.Args[1], err) }

// stop ends the child and waits for it.
func (c *child) stop() {
	c.stdin.Close()
	kill := time.AfterFunc(2*time.Second, func() { c.cmd.Process.Kill() })
	defer kill.Stop()
	c.cmd.Wait() // how it ended says nothing any more
}

// serveOrders is the child's end.
func serveOrders(ready answer, obey func(order) answer) error {
	enc, dec := json.NewEncoder(os.Stdout), json.NewDecoder(os.Stdin)
	if err := enc.Encode(ready); err != nil {
		return err
	}
	for {
		var o order
		if err := dec.Decode(&o); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if err := enc.Encode(obey(o)); err != nil {
			return err
		}
	}
}
