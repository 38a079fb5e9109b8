package lab

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// pipes is a listener whose connections a test makes. It lets the time be the
// test's.
type pipes struct {
	accepted chan net.Conn // nil: an error of Accept
	closed   chan struct{}
}

func newPipes() *pipes { return &pipes{make(chan net.Conn), make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		if conn == nil {
			return nil, errors.New("out of descriptors")
		}
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// dial makes a connection. Nobody may be there to accept it yet.
func (p *pipes) dial() net.Conn {
	a, b := net.Pipe()
	go func() {
		select {
		case p.accepted <- b:
		case <-p.closed:
		}
	}()
	return a
}

// A client that never speaks, or never finishes a message, is dropped after
// stepTimeout.
func TestSilentClientsAreDropped(t *testing.T) {
	for name, bytes := range map[string]string{"nothing": "", "half a header": "\x03\x00", "half a request": "\x03\x00\x00\x13\x0e\xe0"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			listener := newPipes()
			events := make(chan Event, 1)
			s := &server{host: Hosts()[0], observe: func(e Event) { events <- e }}
			go s.listen(ctx, listener)
			conn := listener.dial()
			if bytes != "" {
				conn.Write([]byte(bytes))
			}
			from := time.Now()
			e := <-events
			if took := time.Since(from); took != stepTimeout || codeOf(e.Err) != "conn.timeout" {
				t.Errorf("%s: %v after %v", name, e.Err, took)
			}
			synctest.Wait()
			if _, err := conn.Read(make([]byte, 1)); err == nil {
				t.Errorf("%s: the connection is open", name)
			}
			cancel()
		})
	}
}

// One host serves so many at a time; the next one waits and is served when one
// of them has gone.
func TestMaxConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		listener := newPipes()
		var ended atomic.Int32
		s := &server{host: Hosts()[9], observe: func(Event) { ended.Add(1) }}
		done := make(chan struct{})
		go func() {
			s.listen(ctx, listener)
			close(done)
		}()
		first := listener.dial()
		for range maxConnections - 1 {
			listener.dial()
			synctest.Wait()
		}
		next := listener.dial()
		synctest.Wait()

		request := []byte{3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0}
		served := make(chan error, 1)
		go func() {
			next.Write(request)
			_, err := next.Read(make([]byte, 11))
			served <- err
		}()
		synctest.Wait()
		select {
		case err := <-served:
			t.Errorf("connection %d is served: %v", maxConnections+1, err)
		default:
		}
		first.Close()
		if err := <-served; err != nil {
			t.Errorf("connection %d is not served after another one has gone: %v", maxConnections+1, err)
		}
		if n := ended.Load(); n != 1 {
			t.Errorf("%d connections have ended", n)
		}
		cancel()
		<-done
		if n := ended.Load(); n != maxConnections+1 {
			t.Errorf("%d events", n)
		}
	})
}

// A host outlives errors of Accept, and does not spin on them.
func TestAcceptFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		listener := newPipes()
		s := &server{host: Hosts()[9], observe: func(Event) {}}
		go s.listen(ctx, listener)
		from := time.Now()
		for range 5 {
			listener.accepted <- nil
		}
		if time.Since(from) == 0 {
			t.Error("five failures in no time")
		}
		conn := listener.dial()
		conn.Write([]byte{3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0})
		if n, err := conn.Read(make([]byte, 11)); n == 0 {
			t.Errorf("not served: %v", err)
		}
		cancel()
	})
}

// Closing while a connection waits for its turn serves nobody and ends.
func TestCloseWhileFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		listener := newPipes()
		s := &server{host: Hosts()[0], observe: func(Event) {}}
		done := make(chan struct{})
		go func() {
			s.listen(ctx, listener)
			close(done)
		}()
		for range maxConnections + 1 {
			listener.dial()
			synctest.Wait()
		}
		from := time.Now()
		cancel()
		<-done
		if took := time.Since(from); took != 0 {
			t.Errorf("took %v", took)
		}
	})
}
