package rdpio

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/wire"
)

var testKey = []byte{0x30, 0x82, 1, 10, 2, 0x82, 1, 1, 0, 0xC0, 0xFF, 0xEE}

func testClient(t testing.TB, level credssp.Level) *credssp.Client {
	t.Helper()
	m, err := ntlm.NewClient(ntlm.ClientConfig{User: "alice", Hash: ntlm.HashPassword([]byte("pw")), Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	c, err := credssp.NewClient(credssp.ClientConfig{Level: level, PublicKey: testKey, Mechanism: m,
		Credentials: credssp.NewPasswordCreds("", "alice", []byte("pw")), Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func testServer(t testing.TB, level credssp.Level) *credssp.Server {
	t.Helper()
	m, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "HOST", Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s, err := credssp.NewServer(credssp.ServerConfig{Level: level, PublicKey: testKey, Mechanism: m})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func testResolve(_ context.Context, need any) error {
	need.(*ntlm.Need).AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte("pw"))})
	return nil
}

// codeOf is the stable code of a typed error, "" if it has none.
func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return ""
}

// choppedConn delivers what it reads in pieces of one byte.
type choppedConn struct{ net.Conn }

func (c choppedConn) Read(p []byte) (int, error) { return c.Conn.Read(p[:min(1, len(p))]) }

func TestExchangeHoweverItIsSplit(t *testing.T) {
	for _, level := range credssp.Levels() {
		a, b := net.Pipe()
		done := make(chan error, 1)
		go func() {
			identity, err := RunServer(t.Context(), choppedConn{b}, testServer(t, credssp.Mitigated), testResolve, 0)
			if err == nil && string(identity.Credentials().(*credssp.PasswordCreds).Password) != "p\x00w\x00" {
				err = fmt.Errorf("password %q", identity.Credentials().(*credssp.PasswordCreds).Password)
			}
			done <- err
		}()
		result, err := RunClient(t.Context(), choppedConn{a}, testClient(t, level), nil, 0)
		if err != nil {
			t.Fatalf("%v: client: %v", level, err)
		}
		if err := <-done; err != nil {
			t.Fatalf("%v: server: %v", level, err)
		}
		if want := map[bool]int{true: 4, false: 6}[level == credssp.NotUpdated]; result.Version != want {
			t.Errorf("%v: version %d, want %d", level, result.Version, want)
		}
	}
}

// TestErrorReplyIsSent: the refused client reads the server's errorCode, and
// not just a closed connection.
func TestErrorReplyIsSent(t *testing.T) {
	a, b := net.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := RunServer(t.Context(), b, testServer(t, credssp.Mitigated), func(_ context.Context, need any) error {
			need.(*ntlm.Need).Refuse(credssp.StatusPasswordExpired)
			return nil
		}, 0)
		done <- err
	}()
	_, err := RunClient(t.Context(), a, testClient(t, credssp.Mitigated), nil, 0)
	var status *credssp.StatusError
	if !errors.As(err, &status) || status.Status != credssp.StatusPasswordExpired {
		t.Errorf("client: %v", err)
	}
	if err := <-done; codeOf(err) != "ntlm.logon.refused" {
		t.Errorf("server: %v", err)
	}
}

// recorded runs one good exchange and returns what each end wrote.
func recorded(t *testing.T) (client, server []byte) {
	a, b := net.Pipe()
	ra, rb := &writeRecorder{Conn: a}, &writeRecorder{Conn: b}
	done := make(chan error, 1)
	go func() {
		_, err := RunServer(t.Context(), rb, testServer(t, credssp.Mitigated), testResolve, 0)
		done <- err
	}()
	if _, err := RunClient(t.Context(), ra, testClient(t, credssp.Mitigated), nil, 0); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return ra.sent, rb.sent
}

type writeRecorder struct {
	net.Conn
	sent []byte
}

func (r *writeRecorder) Write(p []byte) (int, error) {
	r.sent = append(r.sent, p...)
	return r.Conn.Write(p)
}

// swallow reads and drops what the other end sends, so that it never blocks.
func swallow(conn net.Conn) {
	buf := make([]byte, 4096)
	for {
		if _, err := conn.Read(buf); err != nil {
			return
		}
	}
}

// TestPeerClosesAtAnyByte: a typed error for whichever byte was the last, on
// both sides. The recorded bytes belong to another exchange, so the machine may
// also find them wrong; what matters is that it says so.
func TestPeerClosesAtAnyByte(t *testing.T) {
	fromClient, fromServer := recorded(t)
	run := func(n int, sent []byte, run func(conn net.Conn) error) {
		t.Helper()
		a, b := net.Pipe()
		go swallow(b)
		go func() {
			b.Write(sent[:n])
			b.Close()
		}()
		if err := run(a); err == nil || codeOf(err) == "" {
			t.Errorf("after %d bytes: %v", n, err)
		}
		a.Close()
	}
	for n := range len(fromServer) {
		run(n, fromServer, func(conn net.Conn) error {
			_, err := RunClient(t.Context(), conn, testClient(t, credssp.Mitigated), nil, 0)
			return err
		})
	}
	for n := range len(fromClient) {
		run(n, fromClient, func(conn net.Conn) error {
			_, err := RunServer(t.Context(), conn, testServer(t, credssp.Mitigated), testResolve, 0)
			return err
		})
	}
}

// TestReplay: all the bytes of a good client, nonce included, are worth nothing
// against another server.
func TestReplay(t *testing.T) {
	fromClient, _ := recorded(t)
	a, b := net.Pipe()
	go swallow(b)
	go b.Write(fromClient)
	_, err := RunServer(t.Context(), a, testServer(t, credssp.Mitigated), testResolve, 0)
	if codeOf(err) != "ntlm.timestamp.wrong" {
		t.Errorf("replayed exchange: %v", err)
	}
}

func TestDripAndSilence(t *testing.T) {
	for _, drip := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			a, b := net.Pipe()
			go swallow(b)
			stop := make(chan struct{})
			if drip {
				message := (&credssp.TSRequest{Version: 6, NegoToken: make([]byte, 1000)}).Append(nil)
				go func() {
					for _, c := range message {
						select {
						case <-stop:
							return
						case <-time.After(time.Second):
							b.Write([]byte{c})
						}
					}
				}()
			}
			from := time.Now()
			_, err := RunClient(t.Context(), a, testClient(t, credssp.Mitigated), nil, 5*time.Second)
			if codeOf(err) != "conn.timeout" || !IsTimeout(err) {
				t.Errorf("drip %v: %v", drip, err)
			}
			if waited := time.Since(from); waited != 5*time.Second {
				t.Errorf("drip %v: gave up after %v", drip, waited)
			}
			close(stop)
			a.Close()
			b.Close()
		})
	}
}

func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := net.Pipe()
		defer a.Close()
		defer b.Close()
		go swallow(b)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		from := time.Now()
		_, err := RunClient(ctx, a, testClient(t, credssp.Mitigated), nil, time.Minute)
		if codeOf(err) != "conn.cancelled" || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if waited := time.Since(from); waited != time.Second {
			t.Errorf("took %v", waited)
		}
	})
}

// TestAnnouncedLengths: what a peer announces is not waited for.
func TestAnnouncedLengths(t *testing.T) {
	for name, head := range map[string][]byte{
		"1 GiB":        {0x30, 0x84, 0x40, 0, 0, 0},
		"65,537 bytes": {0x30, 0x83, 1, 0, 1},
		"indefinite":   {0x30, 0x80},
		"not DER":      {0x03, 0x00},
		"HTTP":         []byte("HT"),
	} {
		a, b := net.Pipe()
		go func() { b.Write(head) }()
		_, err := ReadTSRequest(t.Context(), a, 0)
		var malformed *wire.Error
		if !errors.As(err, &malformed) {
			t.Errorf("%s: %v", name, err)
		}
		a.Close()
		b.Close()
	}
}

func TestFrameLimit(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	go func() { b.Write([]byte{3, 0, 0x10, 0x01}) }()
	_, err := ReadFrame(t.Context(), a, 0x1000, 0)
	var limit *LimitError
	if !errors.As(err, &limit) || limit.Announced != 0x1001 {
		t.Errorf("%v", err)
	}
}

// TestUnresolvedNeed: a server whose caller gave no Resolver is a misuse, not a
// logon.
func TestUnresolvedNeed(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	go RunClient(t.Context(), a, testClient(t, credssp.Mitigated), nil, 0)
	_, err := RunServer(t.Context(), b, testServer(t, credssp.Mitigated), nil, 0)
	if codeOf(err) != "rdpio.unresolved" {
		t.Errorf("%v", err)
	}
	b.Close()
}
