package rdpio

import (
	"context"
	"net"
	"sync"
	"time"
)

// DefaultStepTimeout is how long one message may take, from its first awaited
// byte to its last.
const DefaultStepTimeout = 10 * time.Second

// within runs one exchange of bytes under a deadline: that of ctx or, if that
// is earlier, timeout from now (0: DefaultStepTimeout). Cancelling ctx ends the
// exchange at once. Afterwards the connection has no deadline.
func within(ctx context.Context, conn net.Conn, timeout time.Duration, exchange func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	deadline := time.Now().Add(stepTimeout(timeout))
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	var interrupting sync.WaitGroup
	interrupting.Add(1)
	stop := context.AfterFunc(ctx, func() {
		conn.SetDeadline(time.Unix(1, 0))
		interrupting.Done()
	})
	err := exchange()
	if !stop() {
		interrupting.Wait()
		return err
	}
	if e := conn.SetDeadline(time.Time{}); err == nil {
		err = e
	}
	return err
}

func stepTimeout(timeout time.Duration) time.Duration {
	if timeout == 0 {
		return DefaultStepTimeout
	}
	return timeout
}
