package rdpio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// dripping is the end of a connection whose other end does what it is told.
func dripping(t *testing.T, do func(peer net.Conn)) net.Conn {
	own, peer := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(peer)
	}()
	t.Cleanup(func() {
		own.Close()
		<-done // in the time of the bubble
	})
	return own
}

// drip writes a byte each second.
func drip(peer net.Conn, b []byte) {
	for i := range b {
		if _, err := peer.Write(b[i : i+1]); err != nil {
			return
		}
		time.Sleep(time.Second)
	}
}

// The wait for a frame is as long as the peer likes; a frame that has begun has to
// come to its end, however busily its bytes drip.
func TestFramesDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := dripping(t, func(peer net.Conn) {
			time.Sleep(24 * time.Hour)
			peer.Write([]byte{4, 3, 9})
			time.Sleep(time.Hour)
			drip(peer, tpkt(100, 1))
		})
		f := NewFrames(own, 10*time.Second)
		wantFrames(t, f, []byte{4, 3, 9})
		began := time.Now()
		_, err := f.Next(context.Background())
		if took := time.Since(began); codeOf(err) != "conn.timeout" || took != time.Hour+10*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

// What was read ahead counts as begun.
func TestFramesReadAheadIsInAHurry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own := dripping(t, func(peer net.Conn) { peer.Write([]byte{4, 3, 9, 3, 0}) })
		f := NewFrames(own, 10*time.Second)
		wantFrames(t, f, []byte{4, 3, 9})
		began := time.Now()
		if _, err := f.Next(context.Background()); codeOf(err) != "conn.timeout" || time.Since(began) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
	})
}

// steps is a sequence that is active after some frames.
type steps struct {
	frames int
	reply  []byte
	err    error
}

func (c *steps) Step(frame []byte) ([]byte, error) {
	c.frames--
	return c.reply, c.err
}
func (c *steps) Active() bool { return c.frames <= 0 }

func TestConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, peer := net.Pipe()
		defer own.Close()
		defer peer.Close()
		got := make(chan []byte)
		go func() {
			buf := make([]byte, 64)
			n, _ := io.ReadFull(peer, buf[:5])
			got <- bytes.Clone(buf[:n])
			for range 3 {
				peer.Write(tpkt(9, 1))
				io.ReadFull(peer, buf[:2])
			}
		}()
		go func() {
			if first := <-got; string(first) != "first" {
				t.Errorf("sent %q first", first)
			}
		}()
		if err := Connect(t.Context(), own, NewFrames(own, 0), &steps{frames: 3, reply: []byte("ok")}, []byte("first"), time.Second); err != nil {
			t.Error(err)
		}
	})
}

// In a sequence the whole of a frame, with the wait for it, has one deadline, and the
// end of ctx ends it at once, also when bytes drip.
func TestExchangeDeadlines(t *testing.T) {
	for name, c := range map[string]struct {
		timeout, ctx, want time.Duration
		code               string
	}{
		"timeout":              {10 * time.Second, time.Hour, 10 * time.Second, "conn.timeout"},
		"deadline of ctx":      {time.Hour, 7500 * time.Millisecond, 7500 * time.Millisecond, "conn.timeout"},
		"cancelled in between": {time.Hour, 0, 4500 * time.Millisecond, "conn.cancelled"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				own := dripping(t, func(peer net.Conn) { drip(peer, tpkt(1000, 1)) })
				ctx, cancel := context.WithCancel(t.Context())
				if c.ctx > 0 {
					ctx, cancel = context.WithTimeout(t.Context(), c.ctx)
				} else {
					time.AfterFunc(c.want, cancel)
				}
				defer cancel()
				began := time.Now()
				err := Exchange(ctx, own, NewFrames(own, c.timeout), &steps{frames: 1}, c.timeout)
				if took := time.Since(began); codeOf(err) != c.code || took != c.want {
					t.Errorf("after %v: %v", took, err)
				}
			})
		})
	}
}

// The answer beside an error is sent, and the error of the machine counts.
func TestExchangeSendsLastWords(t *testing.T) {
	own, peer := net.Pipe()
	defer own.Close()
	defer peer.Close()
	said := make(chan string, 1)
	go func() {
		peer.Write(tpkt(7, 1))
		buf := make([]byte, 4)
		n, _ := io.ReadFull(peer, buf)
		said <- string(buf[:n])
	}()
	broken := errors.New("broken")
	err := Exchange(t.Context(), own, NewFrames(own, 0), &steps{frames: 1, reply: []byte("last"), err: broken}, 0)
	if got := <-said; got != "last" || !errors.Is(err, broken) {
		t.Errorf("said %q, %v", got, err)
	}
}

// Send has a deadline of its own and lets a reader wait.
func TestSend(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		own, peer := net.Pipe()
		defer peer.Close()
		read := make(chan error, 1)
		go func() {
			_, err := NewFrames(own, 0).Next(context.Background())
			read <- err
		}()
		go io.ReadFull(peer, make([]byte, 5))
		if err := Send(own, []byte("hello"), 10*time.Second); err != nil {
			t.Error(err)
		}
		began := time.Now()
		if err := Send(own, []byte("nobody reads"), 10*time.Second); codeOf(err) != "conn.timeout" || time.Since(began) != 10*time.Second {
			t.Errorf("after %v: %v", time.Since(began), err)
		}
		time.Sleep(time.Hour)
		select {
		case err := <-read:
			t.Errorf("the reader was disturbed: %v", err)
		default:
		}
		own.Close()
		if err := <-read; codeOf(err) != "conn.closed" {
			t.Error(err)
		}
	})
}
