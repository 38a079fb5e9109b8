package rdpio

import (
	"context"
	"io"
	"net"
	"time"

	"github.com/fumidai/fumidai/rdp/x224"
)

// ReadFrame reads one TPKT frame of at most limit bytes.
func ReadFrame(ctx context.Context, conn net.Conn, limit int, timeout time.Duration) (frame []byte, err error) {
	err = within(ctx, conn, timeout, func() error {
		frame, err = readFrame(conn, limit)
		return err
	})
	return frame, connError(ctx, whileFrame, err)
}

// What was being done when a connection ended.
const (
	whileWrite = "write"
	whileFrame = "TPKT frame"
)

func readFrame(r io.Reader, limit int) ([]byte, error) {
	return readMessage(r, 4, func(head []byte) (int, error) {
		n, err := x224.FrameSize(head)
		if err == nil && n > limit {
			err = &LimitError{What: "TPKT frame", Announced: n, Limit: limit}
		}
		return n, err
	})
}

// Write sends one message under a deadline.
func Write(ctx context.Context, conn net.Conn, message []byte, timeout time.Duration) error {
	err := within(ctx, conn, timeout, func() error {
		_, err := conn.Write(message)
		return err
	})
	return connError(ctx, whileWrite, err)
}

// LimitError says that a peer announced a message longer than this end reads.
type LimitError struct {
	What             string
	Announced, Limit int // bytes
}

func (e *LimitError) Error() string { return "rdpio: " + e.What + " is longer than the limit" }

// Code is the stable name of the failure.
func (e *LimitError) Code() string { return "rdpio.limit" }

// Kind tells whose fault it is: the peer misbehaved.
func (e *LimitError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about the failure.
func (e *LimitError) Args() map[string]any {
	return map[string]any{"what": e.What, "announced": e.Announced, "limit": e.Limit}
}

// readMessage reads one message whose length size finds out from its first
// bytes, of which there are at least least. It never reads a byte that belongs
// to the next message: TLS may begin there.
func readMessage(r io.Reader, least int, size func(head []byte) (int, error)) ([]byte, error) {
	var head []byte
	for want := least; ; {
		for len(head) < want {
			from := len(head)
			head = append(head, make([]byte, min(want-from, readStep))...)
			if _, err := io.ReadFull(r, head[from:]); err != nil {
				if err == io.EOF && from > 0 {
					err = io.ErrUnexpectedEOF
				}
				return nil, err
			}
		}
		n, err := size(head)
		switch {
		case err != nil:
			return nil, err
		case n == len(head):
			return head, nil
		}
		want = max(n, len(head)+1)
	}
}

// readStep is how far a message grows ahead of what has arrived of it, in bytes:
// what is announced costs the announcer nothing.
const readStep = 4096
