package probe

import (
	"errors"
	"net"
	"os"
	"syscall"

	"github.com/fumidai/fumidai/verdict"
)

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
