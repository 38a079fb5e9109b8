package probe

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/fumidai/fumidai/verdict"
)

// The errors of a dial on the systems that this one is not.
func TestClassifyDial(t *testing.T) {
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	call := func(number syscall.Errno) error { return dial(os.NewSyscallError("connect", number)) }
	for _, c := range []struct {
		err    error
		reach  verdict.Reach
		detail string
	}{
		{call(syscall.ECONNREFUSED), verdict.Refused, "dial.refused"},
		{call(10061), verdict.Refused, "dial.refused"}, // WSAECONNREFUSED
		{call(syscall.ETIMEDOUT), verdict.Timeout, "dial.timeout"},
		{dial(os.ErrDeadlineExceeded), verdict.Timeout, "dial.timeout"},
		{fmt.Errorf("wrapped: %w", dial(os.ErrDeadlineExceeded)), verdict.Timeout, "dial.timeout"},
		{call(syscall.EHOSTUNREACH), verdict.Unreachable, "dial.unreachable"},
		{call(syscall.ENETUNREACH), verdict.Unreachable, "dial.unreachable"},
		{errors.New("anything"), verdict.Unreachable, "dial.unreachable"},
		{dial(&net.DNSError{Name: "host", IsNotFound: true}), verdict.Unresolved, "dial.unresolved"},
		{dial(&net.DNSError{Name: "host", IsTimeout: true}), verdict.Unresolved, "dial.unresolved"},
	} {
		if reach, detail := classifyDial(c.err); reach != c.reach || detail != c.detail {
			t.Errorf("%v: %s, %s; want %s, %s", c.err, reach, detail, c.reach, c.detail)
		}
	}
}
