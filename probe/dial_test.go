package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

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

// chunks is a connection from which each Read gets the next chunk, or as much of
// it as it has room for, and then the failure.
type chunks struct {
	net.Conn
	chunks  [][]byte
	failure error
	reads   int
}

func (c *chunks) Read(p []byte) (int, error) {
	c.reads++
	if len(c.chunks) == 0 {
		return 0, c.failure
	}
	n := copy(p, c.chunks[0])
	if c.chunks[0] = c.chunks[0][n:]; len(c.chunks[0]) == 0 {
		c.chunks = c.chunks[1:]
	}
	return n, nil
}

// A message in two parts takes one system call, nothing that follows it is lost,
// and a failure is that of the connection.
func TestReadAhead(t *testing.T) {
	follows := bytes.Repeat([]byte{7}, 1000)
	below := &chunks{chunks: [][]byte{slices.Concat(confirm, follows), {8}}, failure: io.ErrUnexpectedEOF}
	c := &readAhead{Conn: below}
	head, rest := make([]byte, 4), make([]byte, len(confirm)-4)
	if _, err := io.ReadFull(c, head); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, rest); err != nil || !bytes.Equal(slices.Concat(head, rest), confirm) {
		t.Fatalf("% x % x, %v", head, rest, err)
	}
	if below.reads != 1 {
		t.Errorf("%d reads", below.reads)
	}
	after, err := io.ReadAll(c)
	if !bytes.Equal(after, append(follows, 8)) || err != io.ErrUnexpectedEOF {
		t.Errorf("%d bytes, %v", len(after), err)
	}
}

var confirm = []byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0}

// The timeout of connecting holds for an address, for a name, and again for the
// address that a name led to; and an earlier deadline of the caller holds, too.
func TestDialHasATimeout(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	for _, host := range []string{"127.0.0.1", "localhost"} {
		d := newDialer(host, port, time.Minute)
		conn, err := d.dial(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		d.timeout = -time.Second
		_, err = d.dial(t.Context())
		if reach, detail := classifyDial(err); reach != verdict.Timeout || detail != "dial.timeout" {
			t.Errorf("%s again: %v", host, err)
		}
		_, err = newDialer(host, port, -time.Second).dial(t.Context())
		if reach, _ := classifyDial(err); reach != verdict.Timeout && reach != verdict.Unresolved {
			t.Errorf("%s: %v", host, err)
		}
	}
	soon, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	want, _ := soon.Deadline()
	if got, ok := until(soon, want.Add(time.Second)).Deadline(); !ok || !got.Equal(want) {
		t.Errorf("a later deadline: %v", got)
	}
	if got, ok := until(soon, want.Add(-time.Second)).Deadline(); !ok || !got.Equal(want.Add(-time.Second)) {
		t.Errorf("an earlier deadline: %v", got)
	}
}
