package lab

import (
	"context"
	"net"
	"time"

	"github.com/fumidai/fumidai/rdp/rdpio"
)

// Break is where and how a host ends a connection by itself. The zero Break does
// not.
type Break struct {
	At  Step
	How How
}

// Step is a point of a connection.
type Step int

// The steps, in their order.
const (
	AfterAccept       Step = iota + 1 // nothing was read
	AfterRequest                      // the Connection Request was read
	AfterConfirm                      // the Connection Confirm was sent
	AfterHello                        // a ClientHello began to arrive
	AfterTLS                          // the handshake is over
	AfterToken                        // the client's first TSRequest was read
	AfterAuthenticate                 // the TSRequest with the AUTHENTICATE_MESSAGE was read
)

// How is what happens at a break.
type How int

// The ways to end a connection.
const (
	Drop    How = iota + 1 // close it
	Garbage                // send what is no message of any protocol here, and close it
	Drip                   // begin a message and send the rest byte by byte, until stepTimeout
)

// BreakError is the end of a connection that the host itself broke off.
type BreakError struct{ Fault string }

func (e *BreakError) Error() string { return "lab: " + e.Fault + " ends the connection here" }

// Code is the stable name of the failure.
func (e *BreakError) Code() string { return "lab.break" }

// Kind tells whose fault it is: the host's, on purpose.
func (e *BreakError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about the failure.
func (e *BreakError) Args() map[string]any { return map[string]any{"fault": e.Fault} }

// garbage begins neither a TPKT frame nor a TSRequest.
const garbage = "This is neither X.224 nor CredSSP.\r\n"

// dripInterval is the time between two bytes of a drip.
const dripInterval = 100 * time.Millisecond

// dripping is the beginning of a message that takes longer than any client
// waits: 256 bytes of TPKT, 16 KiB of TSRequest.
func dripping(at Step) []byte {
	if at >= AfterTLS {
		return []byte{0x30, 0x82, 0x40, 0}
	}
	return []byte{3, 0, 1, 0}
}

// breakOff ends the connection if this is the step to do so; the error says that
// it has. What is to be read before that is read by await, nil for nothing.
func (s *server) breakOff(ctx context.Context, conn net.Conn, at Step, await func() error) error {
	if s.host.Break.At != at {
		return nil
	}
	if await != nil {
		if err := await(); err != nil {
			return err
		}
	}
	switch s.host.Break.How {
	case Garbage:
		if err := rdpio.Write(ctx, conn, []byte(garbage), stepTimeout); err != nil {
			return err
		}
	case Drip:
		if err := drip(ctx, conn, dripping(at)); err != nil {
			return err
		}
	}
	return &BreakError{s.host.Fault}
}

// drip sends a message byte by byte until the client leaves or stepTimeout has
// passed.
func drip(ctx context.Context, conn net.Conn, message []byte) error {
	next := time.NewTicker(dripInterval)
	defer next.Stop()
	for end := time.Now().Add(stepTimeout); time.Now().Before(end); {
		if err := rdpio.Write(ctx, conn, message, stepTimeout); err != nil {
			return err
		}
		message = []byte{0}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-next.C:
		}
	}
	return nil
}

// awaitByte waits for the client to say anything.
func awaitByte(ctx context.Context, conn net.Conn) error {
	if err := conn.SetReadDeadline(time.Now().Add(stepTimeout)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	_, err := conn.Read(make([]byte, 1))
	return err
}

// slowConn waits before each answer, which is the first Write after a Read.
type slowConn struct {
	net.Conn
	delay time.Duration
	done  <-chan struct{} // ends a wait
	asked bool            // Read and Write take turns here
}

func (c *slowConn) Read(p []byte) (int, error) {
	c.asked = true
	return c.Conn.Read(p)
}

func (c *slowConn) Write(p []byte) (int, error) {
	if c.asked {
		c.asked = false
		select {
		case <-time.After(c.delay):
		case <-c.done:
		}
	}
	return c.Conn.Write(p)
}
