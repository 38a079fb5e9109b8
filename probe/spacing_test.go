package probe

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

// watched is a host in memory, and when its connections began and ended.
type watched struct {
	t      *testing.T
	config *tls.Config
	begun  []time.Time
	ended  []time.Time
}

// dial is a connection to a host that selects TLS whatever it is asked for.
func (w *watched) dial(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	w.begun = append(w.begun, time.Now())
	go func() {
		defer server.Close()
		io.ReadFull(server, make([]byte, 19)) // X.224 Connection Request
		server.Write([]byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 1, 0, 0, 0})
		tls.Server(server, w.config).Handshake()
		io.Copy(io.Discard, server)
	}()
	return &ending{client, w}, nil
}

type ending struct {
	net.Conn
	w *watched
}

func (c *ending) Close() error {
	c.w.ended = append(c.w.ended, time.Now())
	return c.Conn.Close()
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &watched{t: t, config: &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}}
}

// Between the end of a connection and the next one a full probe leaves the host
// alone, and no two are open at a time.
func TestSpacing(t *testing.T) {
	for _, c := range []struct{ option, want time.Duration }{{0, DefaultSpacing}, {3 * time.Second, 3 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWatched(t)
			p := newProbe(Options{Depth: DepthFull, Spacing: c.option})
			p.dial = w.dial
			p.follow(t.Context())
			if len(w.begun) < 8 || len(w.begun) > maxConnections || len(w.ended) != len(w.begun) {
				t.Fatalf("%d connections, %d ended", len(w.begun), len(w.ended))
			}
			for i := 1; i < len(w.begun); i++ {
				if got := w.begun[i].Sub(w.ended[i-1]); got != c.want {
					t.Errorf("connection %d comes %v after the end of the one before, want %v", i+1, got, c.want)
				}
			}
		})
	}
}

// Whoever cancels need not wait for the next connection, and keeps what was
// found.
func TestCancelledBetweenConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatched(t)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		p := newProbe(Options{Depth: DepthFull, Spacing: time.Hour})
		p.dial = w.dial
		from := time.Now()
		p.follow(ctx)
		if took := time.Since(from); took != time.Minute || len(w.begun) != 1 {
			t.Errorf("%d connections in %v", len(w.begun), took)
		}
		if p.facts.Reach != verdict.Reached || p.facts.TLS == nil {
			t.Errorf("%+v", p.facts)
		}
	})
}

// The other depths do not wait.
func TestStandardHasNoSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, d := range []Depth{"", DepthVerdict, DepthStandard} {
			w := newWatched(t)
			p := newProbe(Options{Depth: d, Spacing: time.Hour})
			p.dial = w.dial
			from := time.Now()
			p.follow(t.Context())
			if took := time.Since(from); took != 0 || len(w.begun) != 1 {
				t.Errorf("%q: %d connections in %v", d, len(w.begun), took)
			}
		}
	})
}
