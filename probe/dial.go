package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

// dialer opens the connections to one host.
type dialer struct {
	address string
	literal bool // nothing of the address needs to be looked up
	timeout time.Duration
}

func newDialer(host string, port int, timeout time.Duration) *dialer {
	_, err := netip.ParseAddr(host)
	return &dialer{net.JoinHostPort(host, strconv.Itoa(port)), err == nil, timeout}
}

func (d *dialer) dial(ctx context.Context) (net.Conn, error) {
	how := net.Dialer{KeepAlive: -1} // each message has a timeout of its own
	if d.literal {
		ctx = until(ctx, time.Now().Add(d.timeout))
	} else {
		how.Timeout = d.timeout
	}
	conn, err := how.DialContext(ctx, "tcp", d.address)
	if err != nil {
		return nil, err
	}
	if !d.literal { // a name may stand for several hosts: stay with this one
		d.address, d.literal = conn.RemoteAddr().String(), true
	}
	return &readAhead{Conn: conn}, nil
}

// earlier is a context with an earlier deadline, which whoever uses it must look
// up: Done does not tell. To connect to an address, package net does that, and
// context.WithDeadline would cost a timer for each connection.
type earlier struct {
	context.Context
	deadline time.Time
}

func until(ctx context.Context, deadline time.Time) context.Context {
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		return ctx
	}
	return &earlier{ctx, deadline}
}

// Deadline returns the earlier deadline.
func (e *earlier) Deadline() (time.Time, bool) { return e.deadline, true }

// readAhead is a connection that takes the header and the rest of a short message,
// such as a Connection Confirm, by one system call, not two. What it has read too
// much of is there for the next Read, whoever calls it.
type readAhead struct {
	net.Conn
	buf [64]byte
	got []byte // of buf, not returned yet
}

func (c *readAhead) Read(p []byte) (int, error) {
	if len(c.got) == 0 {
		if len(p) >= len(c.buf) {
			return c.Conn.Read(p)
		}
		n, err := c.Conn.Read(c.buf[:])
		if n == 0 {
			return 0, err
		}
		c.got = c.buf[:n] // a failure comes again with the next Read
	}
	n := copy(p, c.got)
	c.got = c.got[n:]
	return n, nil
}

// windowsRefused is WSAECONNREFUSED, which syscall names differently from the
// number that a failed connect reports.
const windowsRefused = syscall.Errno(10061)

// classifyDial tells the ways of not reaching a host apart.
func classifyDial(err error) (verdict.Reach, string) {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return verdict.Unresolved, "dial.unresolved"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
		return verdict.Refused, "dial.refused"
	case isTimeout(err):
		return verdict.Timeout, "dial.timeout"
	}
	return verdict.Unreachable, "dial.unreachable"
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
