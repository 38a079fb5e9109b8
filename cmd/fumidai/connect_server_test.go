package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"image"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

// odd runs a server without NLA until the test ends. then is what it says once a
// session stands; after that it waits for the client to leave, or with an error hangs
// up.
func odd(t *testing.T, then func(*connect.Server) ([]byte, error)) (address string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificates := []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer conn.Close()
				if err := oddSession(t.Context(), conn, certificates, then); err != nil && t.Context().Err() == nil {
					t.Log(err)
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wait.Wait()
	})
	return listener.Addr().String()
}

func oddSession(ctx context.Context, conn net.Conn, certificates []tls.Certificate, then func(*connect.Server) ([]byte, error)) error {
	if _, err := rdpio.ReadFrame(ctx, conn, 4096, 0); err != nil {
		return err
	}
	confirm, err := x224.AppendConnectionConfirm(nil, &x224.ConnectionConfirm{Negotiation: &x224.NegotiationResponse{SelectedProtocol: x224.ProtocolSSL}})
	if err != nil {
		return err
	}
	if err := rdpio.Write(ctx, conn, confirm, 0); err != nil {
		return err
	}
	secure, err := rdpio.ServerTLSWithin(ctx, conn, rdpio.TLSServerOptions{Certificates: certificates}, 0)
	if err != nil {
		return err
	}
	server, err := connect.NewServer(connect.ServerConfig{Requested: x224.ProtocolSSL, Selected: x224.ProtocolSSL})
	if err != nil {
		return err
	}
	defer server.Close()
	frames := rdpio.NewFrames(secure, 0)
	if err := rdpio.Connect(ctx, secure, frames, server, nil, 0); err != nil {
		return err
	}
	last, err := then(server)
	if len(last) > 0 {
		if e := rdpio.Write(ctx, secure, last, 0); err == nil {
			err = e
		}
	}
	for err == nil {
		_, err = frames.Next(ctx)
	}
	return nil
}

// A server that always sends its clients on is followed three times.
func TestConnectIsNotSentOnForEver(t *testing.T) {
	var mu sync.Mutex
	connections := 0
	address := odd(t, func(s *connect.Server) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		connections++
		return s.Redirect(&share.ServerRedirection{LoadBalanceInfo: []byte("Cookie: msts=1\r\n"), SessionID: 3})
	})
	out, r := connectTo(t, address, "--tls-only")
	if r.status != exitFindings || out.Redirections != maxRedirections || out.Failure == nil || out.Failure.Code != "viewer.redirected" ||
		!strings.Contains(out.Failure.Text, "3") || connections != maxRedirections+1 {
		t.Errorf("%d connections: %+v", connections, r)
	}
	if first, last := out.Steps[0], out.Steps[len(out.Steps)-1]; first.Connection != 1 || last.Connection != connections || last.Step != "screen" {
		t.Errorf("%+v", out.Steps)
	}
}

// A server that names another host, in whatever words, gets nobody's password for
// it.
func TestConnectFollowsNobodyElsewhere(t *testing.T) {
	elsewhere, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer elsewhere.Close()
	address := odd(t, func(s *connect.Server) ([]byte, error) {
		return s.Redirect(&share.ServerRedirection{TargetNetAddress: elsewhere.Addr().String(), UserName: "eve",
			LoadBalanceInfo: []byte("two\r\nlines\r\n"), TargetFQDN: "evil\x1b[31m\r\n✓ Logged on"})
	})
	out, r := connectTo(t, address, "--tls-only")
	if r.status != exitFindings || out.Redirections != 0 || out.Failure == nil || out.Failure.Code != "viewer.redirected" || out.Failure.Cause.Code != "broker" {
		t.Errorf("%+v", r)
	}
	elsewhere.(*net.TCPListener).SetDeadline(time.Now().Add(200 * time.Millisecond))
	if conn, err := elsewhere.Accept(); err == nil {
		conn.Close()
		t.Error("it was followed")
	}
	var stdout strings.Builder
	p := &program{stdout: &stdout, stderr: &strings.Builder{}, env: func(string) string { return "x" }}
	p.run(t.Context(), []string{"connect", "--tls-only", address, "-u", "alice", "--lang", "en"})
	if text := stdout.String(); !strings.Contains(text, `evil\u001b[31m\u000d\u000a✓ Logged on`) || strings.ContainsAny(text, "\x1b\r") {
		t.Errorf("%q", text)
	}
}

// A session in which nothing is drawn has not worked, and leaves no screenshot.
func TestConnectToABlankScreen(t *testing.T) {
	address := odd(t, func(*connect.Server) ([]byte, error) { return nil, nil })
	name := t.TempDir() + "/a.png"
	out, r := connectTo(t, address, "--tls-only", "--quiet", "50ms", "--wait", "200ms", "--screenshot", name)
	if r.status != exitFindings || out.Failure == nil || out.Failure.Code != "connect.blank" || out.Failure.Step != "screen" || out.Screenshot != nil || out.Desktop == nil || out.Desktop.Quiet {
		t.Errorf("%+v", r)
	}
}

// A server that draws once and is then still, and one that ends at once.
func TestConnectToPlainServers(t *testing.T) {
	address := odd(t, func(s *connect.Server) ([]byte, error) {
		return s.AppendBitmap(nil, image.Point{}, bitmap.NewPixels(64, 60))
	})
	if out, r := connectTo(t, address, "--tls-only", "--quiet", "50ms"); r.status != exitOK || !out.Worked || !*out.Insecure || out.CredSSPVersion != nil || *out.Protocol != "SSL" {
		t.Errorf("%+v", r)
	}
	address = odd(t, func(s *connect.Server) ([]byte, error) { return s.Disconnect(share.ErrorInfoServerDeniedConnection) })
	if out, r := connectTo(t, address, "--tls-only"); r.status != exitFindings || out.Failure.Code != "rdp.error_info.server_denied_connection" || out.Failure.Cause.Code != "account.no_remote_right" {
		t.Errorf("%+v", r)
	}
	// As some do: the reason, and then no goodbye.
	address = odd(t, func(s *connect.Server) ([]byte, error) {
		last, err := s.Disconnect(share.ErrorInfoServerDeniedConnection)
		if err != nil {
			return nil, err
		}
		const goodbye = 4 /* TPKT */ + 3 /* Data TPDU */ + 2 /* ultimatum */
		return last[:len(last)-goodbye], io.EOF
	})
	if out, r := connectTo(t, address, "--tls-only"); r.status != exitFindings || out.Failure.Code != "rdp.error_info.server_denied_connection" {
		t.Errorf("%+v", r)
	}
	address = odd(t, func(s *connect.Server) ([]byte, error) { return s.Disconnect(0) })
	if out, r := connectTo(t, address, "--tls-only"); r.status != exitFindings || out.Failure.Code != "mcs.disconnected" {
		t.Errorf("%+v", r)
	}
}

// A server that takes its share back and leaves it at that holds nobody up.
func TestConnectToAStalledServer(t *testing.T) {
	address := odd(t, func(s *connect.Server) ([]byte, error) {
		first, err := s.AppendBitmap(nil, image.Point{}, bitmap.NewPixels(64, 60))
		if err != nil {
			return nil, err
		}
		again, err := s.Reactivate(image.Point{})
		return append(first, again...), err
	})
	out, r := connectTo(t, address, "--tls-only", "--quiet", "50ms", "--wait", "200ms", "--timeout", "1s", "--type", "hello")
	if r.status != exitFindings || out.Failure == nil || out.Failure.Code != "viewer.stalled" || out.Failure.Step != "session" || out.Desktop.Quiet {
		t.Errorf("%+v", r)
	}
}
