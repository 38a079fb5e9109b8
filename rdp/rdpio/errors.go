package rdpio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
)

// ConnError says that the connection ended or stood still before a message was
// complete.
type ConnError struct {
	While string // what was being awaited or sent, such as "CredSSP message"
	Err   error  // the cause, nil never
	code  string
}

func (e *ConnError) Error() string { return fmt.Sprintf("rdpio: %s: %v", e.While, e.Err) }

// Unwrap returns the cause.
func (e *ConnError) Unwrap() error { return e.Err }

// Code is the stable name of the failure: conn.closed, conn.reset,
// conn.timeout, conn.cancelled or conn.failed.
func (e *ConnError) Code() string { return e.code }

// Kind tells whose fault it is: the network's, or that of whoever hung up.
func (e *ConnError) Kind() string { return "network" }

// Args are the named values for a sentence about the failure.
func (e *ConnError) Args() map[string]any { return map[string]any{"while": e.While} }

// connError types the failure of a read or write. Errors that say more than
// "the connection failed", such as a TLS alert, pass unchanged.
func connError(ctx context.Context, while string, err error) error {
	if err == nil {
		return nil
	}
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return err
	}
	code := "conn.failed"
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		code, err = "conn.cancelled", ctx.Err()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		code = "conn.closed"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		code = "conn.reset"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		code = "conn.timeout"
	}
	return &ConnError{While: while, Err: err, code: code}
}
