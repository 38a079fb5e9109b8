package rdpio

import (
	"context"
	"io"
	"net"
	"sync"
	"time"

	"github.com/fumidai/fumidai/rdp/connect"
)

// Frames reads the frames of a session, TPKT and fast-path, one after the other.
// While it waits it holds a few hundred bytes: an idle session is to cost little.
// It may read ahead, so from the first call on nobody else may read from the
// connection.
type Frames struct {
	conn    net.Conn
	timeout time.Duration
	small   [512]byte
	large   *[]byte // from largeFrames, or nil
	buf     []byte  // small or *large
	start   int     // of what has arrived and was not returned
	end     int
	frame   int // length of the frame returned last
}

// largeFrames are buffers for frames that do not fit the small one.
var largeFrames = sync.Pool{New: func() any {
	b := make([]byte, maxFrame)
	return &b
}}

// maxFrame is the longest frame, in bytes: what a TPKT header can say.
const maxFrame = 1 << 16

// NewFrames reads from conn. From its first byte on a frame may take as long as
// timeout (0: DefaultStepTimeout); the wait for that byte has no limit here.
func NewFrames(conn net.Conn, timeout time.Duration) *Frames {
	f := &Frames{conn: conn, timeout: stepTimeout(timeout)}
	f.buf = f.small[:]
	return f
}

// Next returns the next frame, which is valid until the next call. To end the wait
// close the connection; ctx only tells a failure from having been cancelled.
func (f *Frames) Next(ctx context.Context) ([]byte, error) {
	frame, hurried, err := f.next(ctx, true)
	if hurried {
		f.conn.SetReadDeadline(time.Time{})
	}
	return frame, err
}

// next is Next, which with hurry puts a deadline on the connection as soon as a
// frame has begun, and says so. Without it there is one already.
func (f *Frames) next(ctx context.Context, hurry bool) (frame []byte, hurried bool, err error) {
	f.start += f.frame
	f.frame = 0
	if f.start == f.end {
		f.rewind()
	}
	for {
		size, err := connect.FrameSize(f.buf[f.start:f.end])
		if err != nil {
			return nil, hurried, err
		}
		if size > 0 && f.end-f.start >= size {
			f.frame = size
			return f.buf[f.start:][:size:size], hurried, nil
		}
		f.makeRoom(size)
		if f.end > f.start && hurry && !hurried {
			if err := f.conn.SetReadDeadline(time.Now().Add(f.timeout)); err != nil {
				return nil, false, connError(ctx, whileSession, err)
			}
			hurried = true
		}
		n, err := f.conn.Read(f.buf[f.end:])
		f.end += n
		if n == 0 && err != nil {
			if err == io.EOF && f.end > f.start {
				err = io.ErrUnexpectedEOF
			}
			return nil, hurried, connError(ctx, whileSession, err)
		}
	}
}

const whileSession = "session frame"

// rewind starts again with the small buffer.
func (f *Frames) rewind() {
	f.start, f.end, f.buf = 0, 0, f.small[:]
	if f.large != nil {
		largeFrames.Put(f.large)
		f.large = nil
	}
}

// makeRoom lets a frame of that size, or one byte more than is there, fit behind
// start.
func (f *Frames) makeRoom(size int) {
	if max(size, f.end-f.start+1) <= len(f.buf)-f.start && f.end < len(f.buf) {
		return
	}
	// What is left of the old copy is cleared: the machines wipe a password from its
	// frame, and do not know where else it has been.
	begun := f.buf[f.start:f.end]
	if size > len(f.buf) && f.large == nil {
		f.large = largeFrames.Get().(*[]byte)
		f.buf = *f.large
		copy(f.buf, begun)
		clear(begun)
	} else {
		copy(f.buf, begun)
		clear(f.buf[len(begun):f.end])
	}
	f.start, f.end = 0, len(begun)
}

// Send writes one message of a session that somebody else reads from at the same
// time. Unlike Write it leaves the deadline of that read alone, and it allocates
// nothing. timeout is the most that the write may take (0: DefaultStepTimeout).
func Send(conn net.Conn, message []byte, timeout time.Duration) error {
	err := conn.SetWriteDeadline(time.Now().Add(stepTimeout(timeout)))
	if err == nil {
		_, err = conn.Write(message)
	}
	if err == nil {
		err = conn.SetWriteDeadline(time.Time{})
	}
	return connError(context.Background(), whileWrite, err)
}

// Sequence is what connect.Client and connect.Server have in common.
type Sequence interface {
	Step(frame []byte) (reply []byte, err error)
	Active() bool
}

// Connect carries a connection sequence until the session is active: it sends
// first, if there is any, and then answers frame by frame. timeout bounds each
// frame and, other than in a session, the wait for it.
func Connect(ctx context.Context, conn net.Conn, frames *Frames, sequence Sequence, first []byte, timeout time.Duration) error {
	if len(first) > 0 {
		if err := Write(ctx, conn, first, timeout); err != nil {
			return err
		}
	}
	for !sequence.Active() {
		if err := Exchange(ctx, conn, frames, sequence, timeout); err != nil {
			return err
		}
	}
	return nil
}

// Exchange gives one frame to the machine and sends its answer, also beside an
// error.
func Exchange(ctx context.Context, conn net.Conn, frames *Frames, sequence Sequence, timeout time.Duration) error {
	var frame []byte
	err := within(ctx, conn, timeout, func() (err error) {
		frame, _, err = frames.next(ctx, false) // one deadline for the wait and the frame
		return err
	})
	if err != nil {
		return connError(ctx, whileSession, err)
	}
	reply, err := sequence.Step(frame)
	if len(reply) > 0 {
		if e := Write(ctx, conn, reply, timeout); err == nil {
			err = e
		}
	}
	return err
}
