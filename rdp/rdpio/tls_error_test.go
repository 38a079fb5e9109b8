package rdpio

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// openConn fails the test if anybody but the test closes it.
type openConn struct {
	net.Conn
	closed bool
}

func (c *openConn) Close() error {
	c.closed = true
	return c.Conn.Close()
}

// against runs our client against a scripted server in a bubble: time is
// simulated, and the test fails if a goroutine is left.
func against(t *testing.T, ctx func() context.Context, o TLSClientOptions, server func(net.Conn)) error {
	t.Helper()
	var err error
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		go func() {
			server(far)
			far.Close()
		}()
		conn := &openConn{Conn: near}
		if o.CheckCertificate == nil {
			o.CheckCertificate = AnyCertificate
		}
		_, err = ClientTLS(ctx(), conn, o)
		if conn.closed {
			t.Error("the connection of the caller was closed")
		}
		near.Close()
	})
	return err
}

// says is a server that reads the hello and answers with these bytes.
func says(answer []byte) func(net.Conn) {
	return func(c net.Conn) {
		if _, err := c.Read(make([]byte, 1<<16)); err != nil {
			return
		}
		go io.Copy(io.Discard, c)
		c.Write(answer)
	}
}

func wantReason(t *testing.T, err error, want TLSReason) *TLSError {
	t.Helper()
	var e *TLSError
	if !errors.As(err, &e) || e.Reason != want {
		t.Fatalf("got %v, want %s", err, want)
	}
	return e
}

func TestReasons(t *testing.T) {
	for reason, kind := range map[TLSReason]string{
		"tls.version": "incompatible", "tls.closed": "network", "tls.timeout": "network", "tls.cancelled": "network",
		"tls.not_tls": "malformed", "tls.certificate": "malformed", "tls.handshake": "misbehaved",
		"tls.record": "misbehaved", "tls.misuse": "misuse", "tls.internal": "bug",
	} {
		e := &TLSError{Reason: reason, Err: io.EOF}
		if e.Code() != string(reason) || e.Kind() != kind || !errors.Is(e, io.EOF) {
			t.Errorf("%s: %s %s", reason, e.Code(), e.Kind())
		}
	}
	if got := (&TLSError{Reason: TLSVersion, Version: tls.VersionTLS10}).Args(); !maps.Equal(got, map[string]any{"version": "TLS 1.0"}) {
		t.Error(got)
	}
}

func TestAlertsReceivedInTheHandshake(t *testing.T) {
	for number, code := range map[uint8]string{
		10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow", 40: "handshake_failure",
		42: "bad_certificate", 43: "unsupported_certificate", 45: "certificate_expired", 46: "certificate_unknown",
		47: "illegal_parameter", 48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
		70: "protocol_version", 71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback",
		112: "unrecognized_name", 116: "certificate_required", 120: "no_application_protocol", 200: "200",
	} {
		for _, version := range []byte{0x01, 0x03} { // of the record
			err := against(t, context.Background, TLSClientOptions{}, says([]byte{recordAlert, 3, version, 0, 2, 2, number}))
			var e *TLSAlertError
			if !errors.As(err, &e) || e.Alert != number || e.Code() != "tls.alert."+code || e.Kind() != "refused" {
				t.Errorf("alert %d: %v", number, err)
			} else if want := (map[string]any{"alert": int(number), "name": code}); !maps.Equal(e.Args(), want) {
				t.Errorf("alert %d: %v", number, e.Args())
			}
		}
	}
}

func TestNotTLS(t *testing.T) {
	for name, answer := range map[string]string{
		"http":  "HTTP/1.1 400 Bad Request\r\n\r\n",
		"x224":  "\x03\x00\x00\x13\x0e\xd0\x00\x00\x12\x34\x00\x02\x00\x08\x00\x00\x00\x00\x00",
		"zeros": string(make([]byte, 64)),
	} {
		err := against(t, context.Background, TLSClientOptions{}, says([]byte(answer)))
		t.Run(name, func(t *testing.T) { wantReason(t, err, TLSNotTLS) })
	}
}

func TestClientThatDoesNotSpeakTLS(t *testing.T) {
	client, server := loopback(t)
	if _, err := client.Write([]byte("GET / HTTP/1.1\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	_, err := ServerTLS(context.Background(), server, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}})
	wantReason(t, err, TLSNotTLS)
}

func TestClientOfSSL2(t *testing.T) {
	client, server := loopback(t)
	if _, err := client.Write([]byte{0x80, 0x2e, 1, 0, 2, 0, 0x15, 0, 0, 0, 0x10}); err != nil {
		t.Fatal(err)
	}
	_, err := ServerTLS(context.Background(), server, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}})
	wantReason(t, err, TLSVersion)
}

func TestConnectionReset(t *testing.T) {
	client, server := loopback(t)
	go func() {
		server.Read(make([]byte, 1))
		server.Conn.(*net.TCPConn).SetLinger(0)
		server.Close()
	}()
	_, err := ClientTLS(context.Background(), client, TLSClientOptions{CheckCertificate: AnyCertificate})
	wantReason(t, err, TLSClosed)
}

func TestSilentServer(t *testing.T) {
	silent := func(c net.Conn) { io.Copy(io.Discard, c) }
	expires := func() context.Context {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		t.Cleanup(cancel)
		return ctx
	}
	err := against(t, expires, TLSClientOptions{}, silent)
	if wantReason(t, err, TLSTimeout); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	cancelled := func() context.Context {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Minute, cancel)
		return ctx
	}
	err = against(t, cancelled, TLSClientOptions{}, silent)
	if wantReason(t, err, TLSCancelled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	before := func() context.Context {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		return ctx
	}
	wantReason(t, against(t, before, TLSClientOptions{}, silent), TLSCancelled)
}

func TestDeadlineOfTheCaller(t *testing.T) {
	client, _ := loopback(t)
	client.SetDeadline(time.Unix(1, 0))
	_, err := ClientTLS(context.Background(), client, TLSClientOptions{CheckCertificate: AnyCertificate})
	wantReason(t, err, TLSTimeout)
}

func TestServerIsInterruptedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer near.Close()
		defer far.Close()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := ServerTLS(ctx, near, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}})
		wantReason(t, err, TLSTimeout)
	})
}

// serverFlight records what a server sends after this client's hello.
func serverFlight(t *testing.T, o TLSClientOptions) []byte {
	client, server := loopback(t)
	shake(t, client, server, ourClient(o), ourServer(TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}, Legacy: true}))
	rest, flight := server.sent, []byte(nil)
	for len(rest) > 0 {
		var record []byte
		if record, rest = cutRecord(rest); record[0] != recordHandshake {
			break
		}
		flight = append(flight, record...)
	}
	return flight
}

func TestServerClosesAtEachByte(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS13} {
		o := TLSClientOptions{Legacy: true, MaxVersion: version}
		flight := serverFlight(t, o)
		if version == tls.VersionTLS10 {
			// Only what is valid for every client: without the signed key exchange.
			hello, rest := cutRecord(flight)
			certificate, _ := cutRecord(rest)
			flight = flight[:len(hello)+len(certificate)]
		}
		for n := range flight {
			err := against(t, context.Background, o, says(flight[:n]))
			wantReason(t, err, TLSClosed)
		}
	}
}

func TestClientClosesAtEachByte(t *testing.T) {
	client, server := loopback(t)
	o := TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}}
	shake(t, client, server, ourClient(TLSClientOptions{PreferP256: true}), ourServer(o))
	hello, _ := cutRecord(client.sent)
	for n := range len(hello) {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			go func() {
				far.Write(hello[:n])
				far.Close()
			}()
			_, err := ServerTLS(t.Context(), near, o)
			wantReason(t, err, TLSClosed)
			near.Close()
		})
	}
}

func TestVersionThatWeDoNotAllow(t *testing.T) {
	// A server that answers every hello with TLS 1.0 and an RSA suite.
	body := append([]byte{3, 1}, make([]byte, 32+1)...)
	body = append(body, 0x00, 0x2f, 0)
	message := append([]byte{typeServerHello, 0, 0, byte(len(body))}, body...)
	answer := append([]byte{recordHandshake, 3, 1, 0, byte(len(message))}, message...)
	err := against(t, context.Background, TLSClientOptions{}, says(answer))
	if e := wantReason(t, err, TLSVersion); e.Version != tls.VersionTLS10 {
		t.Errorf("version %#x", e.Version)
	}

	// The same as server, and what the client then sees.
	client, server := loopback(t)
	done := make(chan error)
	go func() {
		_, err := ServerTLS(context.Background(), server, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}})
		done <- err
	}()
	_, err = ClientTLS(context.Background(), client, TLSClientOptions{Legacy: true, MaxVersion: tls.VersionTLS11, CheckCertificate: AnyCertificate})
	var alert *TLSAlertError
	if !errors.As(err, &alert) || alert.Alert != alertProtocolVersion {
		t.Errorf("client: %v", err)
	}
	wantReason(t, <-done, TLSVersion)
}

func TestNoCommonSuite(t *testing.T) {
	client, server := loopback(t)
	done := make(chan error)
	go func() {
		_, err := ServerTLS(context.Background(), server, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}})
		done <- err
	}()
	config := &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}
	if _, err := plainClient(config)(client); err == nil {
		t.Error("RSA key exchange without Legacy")
	}
	wantReason(t, <-done, TLSHandshake)
}

func TestUnreadableCertificate(t *testing.T) {
	broken := rsaCertificate()
	broken.Certificate = [][]byte{{0x30, 3, 2, 1, 5}}
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			client, server := loopback(t)
			go plainServer(&tls.Config{MinVersion: version, Certificates: []tls.Certificate{broken}})(server)
			o := TLSClientOptions{Legacy: true, MaxVersion: version, CheckCertificate: AnyCertificate}
			_, err := ClientTLS(context.Background(), client, o)
			if e := wantReason(t, err, TLSCertificate); e.Version != version {
				t.Errorf("version %#x", e.Version)
			}
		})
	}
}

func TestErrorOfCheckCertificate(t *testing.T) {
	mine := errors.New("not the pinned key")
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS12, tls.VersionTLS13} {
		client, server := loopback(t)
		seen := make(chan error)
		go func() {
			_, err := ServerTLS(context.Background(), server, TLSServerOptions{Certificates: []tls.Certificate{rsaCertificate()}, Legacy: true})
			seen <- err
		}()
		var chain []*x509.Certificate
		_, err := ClientTLS(context.Background(), client, TLSClientOptions{Legacy: true, MaxVersion: version, CheckCertificate: func(c []*x509.Certificate) error {
			chain = c
			return mine
		}})
		if err != mine || len(chain) != 1 || !slices.Equal(chain[0].Raw, rsaCertificate().Certificate[0]) {
			t.Errorf("%#x: %v, %d certificates", version, err, len(chain))
		}
		var alert *TLSAlertError
		if err := <-seen; !errors.As(err, &alert) || alert.Alert != alertBadCertificate {
			t.Errorf("%#x: server sees %v", version, err)
		}
	}
}

// In TLS 1.3 a client has finished before the server can refuse it, so the
// alert arrives in Read.
func TestAlertAfterTheHandshake13(t *testing.T) {
	client, server := loopback(t)
	go plainServer(&tls.Config{Certificates: []tls.Certificate{rsaCertificate()}, ClientAuth: tls.RequireAnyClientCert})(server)
	c, err := ourClient(TLSClientOptions{})(client)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Read(make([]byte, 1))
	var alert *TLSAlertError
	if !errors.As(err, &alert) || alert.Alert != 116 {
		t.Errorf("read: %v", err)
	}
}

// Wrong credentials in CredSSP: MS-RDPBCGR 5.4.5.2.
func TestAccessDenied(t *testing.T) {
	client, server := loopback(t)
	c, s := shake(t, client, server, ourClient(TLSClientOptions{Legacy: true, MaxVersion: tls.VersionTLS10}),
		ourServer(TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate()}}))
	server.Write(s.(*TLSConn).records.seal.seal(nil, recordAlert, []byte{2, 49}))
	for range 2 { // it stays
		_, err := c.Read(make([]byte, 1))
		var alert *TLSAlertError
		if !errors.As(err, &alert) || alert.Code() != "tls.alert.access_denied" {
			t.Errorf("read: %v", err)
		}
	}
}

func TestDamagedRecord(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS13} {
		for name, garbage := range map[string][]byte{
			"content": append([]byte{recordApplicationData, 3, 3, 0, 64}, make([]byte, 64)...),
			"header":  {recordApplicationData, 9, 9, 0, 64},
		} {
			client, server := loopback(t)
			c, _ := shake(t, client, server, ourClient(TLSClientOptions{Legacy: true, MaxVersion: version}),
				ourServer(TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate()}}))
			if version == tls.VersionTLS10 && garbage[1] == 3 {
				garbage[2] = 1
			}
			server.Write(garbage)
			_, err := c.Read(make([]byte, 1))
			t.Run(name, func(t *testing.T) { wantReason(t, err, TLSRecord) })
		}
	}
}

// Failures of the connection itself stay what they are.
func TestTimeoutsKeepTheirType(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS13} {
		client, server := loopback(t)
		c, _ := shake(t, client, server, ourClient(TLSClientOptions{Legacy: true, MaxVersion: version}),
			ourServer(TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{rsaCertificate()}}))
		if c.LocalAddr() != client.LocalAddr() || c.RemoteAddr() != client.RemoteAddr() {
			t.Error("addresses are not those of the connection")
		}
		c.SetReadDeadline(time.Unix(1, 0))
		var timeout net.Error
		if _, err := c.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("read: %v", err)
		}
		c.SetWriteDeadline(time.Unix(1, 0))
		if n, err := c.Write(make([]byte, 9)); n != 0 || !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("write: %d, %v", n, err)
		}
		c.SetDeadline(time.Time{})
		if _, err := c.Write(make([]byte, 9)); err == nil {
			t.Error("a write after one that was cut off")
		}
	}
}
