package lab

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A slow host waits once before each answer, not before each write, and not any
// more when the lab ends.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		go io.Copy(io.Discard, client)
		go client.Write([]byte("ab"))
		ctx, cancel := context.WithCancel(t.Context())
		slow := &slowConn{Conn: server, delay: time.Second, done: ctx.Done()}
		took := func(what string, want time.Duration) {
			t.Helper()
			from := time.Now()
			slow.Write([]byte("answer"))
			if got := time.Since(from); got != want {
				t.Errorf("%s took %v, want %v", what, got, want)
			}
		}
		took("a greeting", 0)
		slow.Read(make([]byte, 1))
		took("an answer", time.Second)
		took("the rest of it", 0)
		slow.Read(make([]byte, 1))
		cancel()
		took("an answer at the end", 0)
		client.Close()
		server.Close()
	})
}

// A drip begins a message, goes on byte by byte, and ends after stepTimeout at
// the latest.
func TestDripEnds(t *testing.T) {
	for at, want := range map[Step]string{AfterRequest: "\x03\x00\x01\x00", AfterToken: "\x30\x82\x40\x00"} {
		synctest.Test(t, func(t *testing.T) {
			client, conn := net.Pipe()
			var got bytes.Buffer
			done := make(chan struct{})
			go func() {
				io.Copy(&got, client)
				close(done)
			}()
			s := &server{host: Host{Break: Break{at, Drip}}}
			from := time.Now()
			err := s.breakOff(t.Context(), conn, at, nil)
			if codeOf(err) != "lab.break" || time.Since(from) != stepTimeout {
				t.Errorf("%v after %v", err, time.Since(from))
			}
			conn.Close()
			<-done
			if n := len(want) + int(stepTimeout/dripInterval) - 1; !bytes.HasPrefix(got.Bytes(), []byte(want)) || got.Len() < n || got.Len() > n+1 {
				t.Errorf("% x…, %d bytes, want %d", got.Bytes()[:4], got.Len(), n)
			}
		})
	}
}

// A break happens at its step only, and only after what it awaits.
func TestBreakOff(t *testing.T) {
	s := &server{host: Host{Break: Break{AfterTLS, Drop}, Fault: "F"}}
	for at := AfterAccept; at <= AfterAuthenticate; at++ {
		awaited := false
		err := s.breakOff(t.Context(), nil, at, func() error { awaited = true; return nil })
		if here := at == AfterTLS; (codeOf(err) == "lab.break") != here || awaited != here || !here && err != nil {
			t.Errorf("step %d: %v, awaited %v", at, err, awaited)
		}
	}
	if err := s.breakOff(t.Context(), nil, AfterTLS, func() error { return io.EOF }); err != io.EOF {
		t.Errorf("%v", err)
	}
}

// Who says nothing is not waited for longer than for any message.
func TestAwaitByte(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, server := net.Pipe()
		from := time.Now()
		if err := awaitByte(t.Context(), server); err == nil || time.Since(from) != stepTimeout {
			t.Errorf("%v after %v", err, time.Since(from))
		}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		from = time.Now()
		if err := awaitByte(ctx, server); err == nil || time.Since(from) != time.Second {
			t.Errorf("%v after %v", err, time.Since(from))
		}
	})
}
