package rdpio

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"testing"
)

// bothOurs connects our client and our server over TLS 1.0 with this suite.
func bothOurs(t *testing.T, client, server net.Conn) (c, s *TLSConn) {
	t.Helper()
	cn, sn := shake(t, client, server, ourClient(TLSClientOptions{Legacy: true, MaxVersion: tls.VersionTLS10}),
		ourServer(TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate()}}))
	return cn.(*TLSConn), sn.(*TLSConn)
}

// Both ends read and write at once, thousands of times, in every size.
func TestThousandsOfWrites(t *testing.T) {
	client, server := loopback(t)
	c, s := bothOurs(t, client, server)
	const writes = 3000
	marks := [2]int{client.mark(), server.mark()}
	var group sync.WaitGroup
	for i, ends := range [][2]*TLSConn{{c, s}, {s, c}} {
		sizes := randomSizes(uint64(i), writes)
		group.Go(func() {
			message := make([]byte, maxRecord)
			for n, size := range sizes {
				fill(message[:size], n)
				if _, err := ends[0].Write(message[:size]); err != nil {
					t.Error(err)
					return
				}
			}
		})
		group.Go(func() {
			got, want := make([]byte, maxRecord), make([]byte, maxRecord)
			for n, size := range sizes {
				fill(want[:size], n)
				if _, err := io.ReadFull(ends[1], got[:size]); err != nil || !bytes.Equal(got[:size], want[:size]) {
					t.Errorf("message %d of %d bytes: %v", n, size, err)
					return
				}
			}
		})
	}
	group.Wait()
	for i, conn := range []*recordedConn{client, server} {
		if got := conn.recordsSince(t, marks[i]); len(got) != writes {
			t.Errorf("%d records for %d writes", len(got), writes)
		}
	}
}

func randomSizes(seed uint64, n int) []int {
	r := rand.New(rand.NewPCG(seed, 1))
	sizes := make([]int, n)
	for i := range sizes {
		switch r.IntN(8) {
		case 0:
			sizes[i] = 1
		case 1:
			sizes[i] = maxRecord - r.IntN(3)
		default:
			sizes[i] = 1 + r.IntN(1500)
		}
	}
	return sizes
}

func fill(b []byte, n int) {
	for i := range b {
		b[i] = byte(i + n)
	}
}

// Writers that do not know of each other still get one record each.
func TestConcurrentWriters(t *testing.T) {
	client, server := loopback(t)
	c, s := bothOurs(t, client, server)
	mark := client.mark()
	const writers, writes, size = 4, 100, 300
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			for range writes {
				if _, err := c.Write(bytes.Repeat([]byte{byte(i)}, size)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	message := make([]byte, size)
	for range writers * writes {
		if _, err := io.ReadFull(s, message); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(message, bytes.Repeat(message[:1], size)) {
			t.Fatal("two writes were mixed")
		}
	}
	group.Wait()
	if got := client.recordsSince(t, mark); len(got) != writers*writes {
		t.Errorf("%d records", len(got))
	}
}

// Close does not wait for a Write that the peer does not take.
func TestCloseInterruptsWrite(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	c, _ := bothOurs(t, near, far)
	written := make(chan error)
	go func() {
		_, err := c.Write(make([]byte, 100))
		written <- err
	}()
	far.Read(make([]byte, 1)) // the write has begun
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-written; err == nil {
		t.Error("the write succeeded")
	}
}

// The secret is gone once the keys are derived, and no modern connection asks for it.
func TestMasterSecretIsWiped(t *testing.T) {
	for _, o := range []TLSClientOptions{{}, {Legacy: true}, {Legacy: true, MaxVersion: tls.VersionTLS12}, {Legacy: true, MaxVersion: tls.VersionTLS10}} {
		client, server := loopback(t)
		c, s := shake(t, client, server, ourClient(o), ourServer(TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate()}}))
		for _, end := range []net.Conn{c, s} {
			if end.(*TLSConn).records.master != (masterSecret{}) {
				t.Errorf("%+v: the secret is still there", o)
			}
		}
	}
}

var errBroken = errors.New("broken")

// brokenConn fails the write after the first few.
type brokenConn struct {
	net.Conn
	writes []int
	good   int
}

func (c *brokenConn) Write(p []byte) (int, error) {
	c.writes = append(c.writes, len(p))
	if len(c.writes) > c.good {
		return 0, errBroken
	}
	return len(p), nil
}

// activePair is a coalescer after ChangeCipherSpec, the cipher that crypto/tls
// would use above it, and the one of the peer.
func activePair(t *testing.T, conn net.Conn) (c *coalescer, above, peer *cbcRecord) {
	t.Helper()
	m := &masterSecret{known: true}
	open, seal, err := aes128.writeSide(m, make([]byte, 32), clientRole)
	if err != nil {
		t.Fatal(err)
	}
	peer, above, _ = aes128.writeSide(m, make([]byte, 32), clientRole)
	c = newCoalescer(conn, clientRole)
	c.open, c.seal = open, seal
	c.active.Store(true)
	return c, above, peer
}

func TestNothingFollowsAFailedWrite(t *testing.T) {
	conn := &brokenConn{good: 1}
	c, above, _ := activePair(t, conn)
	for i, want := range []error{nil, errBroken, errBroken} {
		if _, err := c.Write(above.seal(nil, recordApplicationData, []byte("x"))); err != want {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if len(conn.writes) != 2 {
		t.Errorf("%d writes reached the connection", len(conn.writes))
	}
}

func TestForeignRecordIsABug(t *testing.T) {
	for name, record := range map[string][]byte{
		"random":   append([]byte{recordApplicationData, 3, 1, 0, 32}, make([]byte, 32)...),
		"empty":    {recordApplicationData, 3, 1, 0, 0},
		"no block": {recordApplicationData, 3, 1, 0, 1, 9},
	} {
		conn := &brokenConn{good: 9}
		c, _, _ := activePair(t, conn)
		_, err := c.Write(record)
		var e *TLSError
		if !errors.As(err, &e) || e.Kind() != "bug" || len(conn.writes) != 0 {
			t.Errorf("%s: %v, %d writes", name, err, len(conn.writes))
		}
	}
}

// bufferConn keeps what is written.
type bufferConn struct {
	net.Conn
	bytes.Buffer
}

func (c *bufferConn) Read(p []byte) (int, error)  { return c.Buffer.Read(p) }
func (c *bufferConn) Write(p []byte) (int, error) { return c.Buffer.Write(p) }

// piece is one record on either side of the coalescer.
type piece struct {
	kind    byte
	content string
}

func TestOrderAndHolding(t *testing.T) {
	const data, alert = recordApplicationData, recordAlert
	full := string(make([]byte, maxRecord))
	for _, c := range []struct {
		name     string
		announce int
		in, out  []piece
		held     bool // something is left waiting
	}{
		{"join", 5, []piece{{data, "h"}, {data, "ello"}}, []piece{{data, "hello"}}, false},
		{"two bytes", 2, []piece{{data, "h"}, {data, "e"}}, []piece{{data, "he"}}, false},
		{"one byte", 1, []piece{{data, "h"}}, []piece{{data, "h"}}, false},
		{"not announced", 0, []piece{{data, "h"}, {data, "ello"}}, []piece{{data, "h"}, {data, "ello"}}, false},
		{"first half only", 5, []piece{{data, "h"}}, nil, true},
		{"alert before", 5, []piece{{alert, "\x02\x14"}, {data, "h"}, {data, "ello"}}, []piece{{alert, "\x02\x14"}, {data, "hello"}}, false},
		{"alert between", 5, []piece{{data, "h"}, {alert, "\x01\x00"}}, []piece{{data, "h"}, {alert, "\x01\x00"}}, false},
		{"handshake", 0, []piece{{recordHandshake, "finished"}}, []piece{{recordHandshake, "finished"}}, false},
		{"too long to join", 5, []piece{{data, "h"}, {data, full}}, []piece{{data, "h"}, {data, full}}, false},
		{"largest join", maxRecord, []piece{{data, "h"}, {data, full[1:]}}, []piece{{data, "h" + full[1:]}}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, step := range []int{1, 7, 1 << 20} { // how the writes are cut
				conn := &bufferConn{}
				co, above, peer := activePair(t, conn)
				var in []byte
				for _, p := range c.in {
					in = above.seal(in, p.kind, []byte(p.content))
				}
				co.begin(c.announce)
				for chunk := range slices.Chunk(in, step) {
					if n, err := co.Write(chunk); n != len(chunk) || err != nil {
						t.Fatal(n, err)
					}
				}
				if (len(co.held) > 0) != c.held {
					t.Errorf("held: %q", co.held)
				}
				co.end()
				if len(co.held) != 0 {
					t.Error("held beyond the end of the write")
				}
				var got []piece
				for rest := conn.Bytes(); len(rest) > 0; {
					record, after := cutRecord(rest)
					content, err := peer.open(record)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, piece{record[0], string(content)})
					rest = after
				}
				if !slices.Equal(got, c.out) {
					t.Errorf("step %d: %d records, first %.20q", step, len(got), got)
				}
			}
		})
	}
}

func TestNoSecretIsABug(t *testing.T) {
	c := newCoalescer(&bufferConn{}, clientRole)
	c.hello.Store(&serverHello{version: tls.VersionTLS10, suite: tls.TLS_RSA_WITH_AES_128_CBC_SHA})
	_, err := c.Write([]byte{recordChangeCipherSpec, 3, 1, 0, 1, 1})
	wantReason(t, err, TLSInternal)
}

// crypto/tls's own write buffer must not change: io.Writer forbids it.
func TestWriteLeavesItsArgumentAlone(t *testing.T) {
	c, above, _ := activePair(t, &bufferConn{})
	record := above.seal(nil, recordApplicationData, []byte("hello"))
	before := slices.Clone(record)
	if _, err := c.Write(record); err != nil || !bytes.Equal(record, before) {
		t.Errorf("changed: %v", err)
	}
	if len(c.in) != 0 || !bytes.Equal(c.in[:cap(c.in)], make([]byte, cap(c.in))) {
		t.Error("plaintext stays in memory")
	}
}
