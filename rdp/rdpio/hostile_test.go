package rdpio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumidai/fumidai/credssp"
)

// What is announced is not allocated before it arrives.
func TestReadMessageGrowsWithWhatArrives(t *testing.T) {
	message := append([]byte{3, 0, 0xFF, 0xFF}, bytes.Repeat([]byte{7}, 0xFFFF-4)...)
	size := func(head []byte) (int, error) { return int(head[2])<<8 | int(head[3]), nil }
	r := &measured{r: bytes.NewReader(append(slices.Clone(message), 1, 2, 3))}
	got, err := readMessage(r, 4, size)
	if err != nil || !bytes.Equal(got, message) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if r.longest > 4096 {
		t.Errorf("asks for %d bytes at once", r.longest)
	}
	if rest, _ := io.ReadAll(r.r); len(rest) != 3 {
		t.Errorf("%d bytes of the next message left", len(rest))
	}

	r = &measured{r: bytes.NewReader(message[:5000])}
	if _, err := readMessage(r, 4, size); !errors.Is(err, io.ErrUnexpectedEOF) || r.longest > 4096 {
		t.Errorf("%v, asks for %d bytes at once", err, r.longest)
	}
	r = &measured{r: bytes.NewReader(message[:4+4096])} // the end of a step
	if _, err := readMessage(r, 4, size); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
}

// measured remembers the longest buffer that it was given.
type measured struct {
	r       io.Reader
	longest int
}

func (m *measured) Read(p []byte) (int, error) {
	m.longest = max(m.longest, len(p))
	return m.r.Read(p)
}

// endless repeats what it has for ever, and counts how often.
type endless struct {
	bytes []byte
	at, n int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.at == len(e.bytes) {
		e.at = 0
	}
	if e.at == 0 {
		if e.n++; e.n > 100 {
			return 0, errors.New("test: read for ever")
		}
	}
	n := copy(p, e.bytes[e.at:])
	e.at += n
	return n, nil
}

// A server that sends records for ever and never gets on is left.
func TestChoiceReaderLeaves(t *testing.T) {
	for name, c := range map[string]struct {
		record []byte
		most   int
	}{
		"empty handshake records": {[]byte{22, 3, 3, 0, 0}, 1},
		"warnings":                {[]byte{21, 3, 3, 0, 2, 1, 112}, 17},
	} {
		e := &endless{bytes: c.record}
		if err := (&choiceReader{}).read(e); err == nil || e.n > c.most {
			t.Errorf("%s: %d records, %v", name, e.n, err)
		}
	}
}

// Sixteen warnings, and then the ServerHello: patience has this much.
func TestChoiceReaderWaits(t *testing.T) {
	warnings := bytes.Repeat([]byte{21, 3, 3, 0, 2, 1, 112}, 16)
	hello := append([]byte{22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}, make([]byte, 32)...)
	hello = append(hello, 0, 0xC0, 0x2F, 0)
	f := &choiceReader{}
	if err := f.read(bytes.NewReader(append(warnings, hello...))); f.choice == nil || f.choice.Suite != 0xC02F {
		t.Errorf("%+v, %v", f.choice, err)
	}
}

// A resolver that never answers has the time of one step, and the client is told.
func TestResolverHasTheTimeOfAStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		done := make(chan error, 1)
		go func() {
			_, err := RunServer(t.Context(), b, testServer(t, credssp.Mitigated), func(ctx context.Context, _ any) error {
				<-ctx.Done()
				return ctx.Err()
			}, 3*time.Second)
			done <- err
		}()
		from := time.Now()
		_, err := RunClient(t.Context(), a, testClient(t, credssp.Mitigated), nil, time.Hour)
		var status *credssp.StatusError
		if !errors.As(err, &status) || status.Status != credssp.SecInvalidToken || time.Since(from) != 3*time.Second {
			t.Errorf("client: %v after %v", err, time.Since(from))
		}
		if err := <-done; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("server: %v", err)
		}
	})
}

// lockedOut is the answer of a resolver that has a status of its own.
type lockedOut struct{}

func (lockedOut) Error() string  { return "locked out" }
func (lockedOut) Status() uint32 { return credssp.StatusAccountLockedOut }

func TestResolverErrorIsTold(t *testing.T) {
	a, b := net.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := RunServer(t.Context(), b, testServer(t, credssp.Mitigated), func(context.Context, any) error { return lockedOut{} }, 0)
		done <- err
	}()
	_, err := RunClient(t.Context(), a, testClient(t, credssp.Mitigated), nil, 0)
	var status *credssp.StatusError
	if !errors.As(err, &status) || status.Status != credssp.StatusAccountLockedOut {
		t.Errorf("client: %v", err)
	}
	if err := <-done; err != (lockedOut{}) {
		t.Errorf("server: %v", err)
	}
}
