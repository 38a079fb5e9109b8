package rdpio

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/rdp/wire"
)

// RFC 6101, 5.6.1.2: SSL 3.0 has no extensions, and neither has its record
// another version.
func TestClientHelloOfSSL30(t *testing.T) {
	hello := ClientHello{Highest: 0x0300, Suites: []uint16{0x0005, 0x002F}, ServerName: "host.example"}
	for i := range hello.Random {
		hello.Random[i] = byte(i)
	}
	got, err := hello.Append([]byte{9})
	want := append([]byte{9, 22, 3, 0, 0, 49, 1, 0, 0, 45, 3, 0}, hello.Random[:]...)
	want = append(want, 0, 0, 6, 0, 5, 0, 0x2F, 0, 0xFF, 1, 0)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("% x, %v\nwant % x", got, err, want)
	}
}

// crypto/tls reads what was meant.
func TestClientHelloIsUnderstood(t *testing.T) {
	for version := uint16(tls.VersionTLS10); version <= tls.VersionTLS13; version++ {
		var seen *tls.ClientHelloInfo
		hello := &ClientHello{Highest: version, Suites: []uint16{0xC013, 0x0033, 0x0005}, ServerName: "host.example", KeyShare: [32]byte{9}}
		choose(t, hello, func(info *tls.ClientHelloInfo) { seen = info })
		if seen == nil {
			t.Errorf("%#04x: not read", version)
			continue
		}
		versions := []uint16{tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10}
		suites := []uint16{0x1301, 0x1302, 0x1303, 0xC013, 0x0033, 0x0005, 0x00FF}
		if version < tls.VersionTLS13 {
			suites = suites[3:]
		}
		if got := seen.SupportedVersions; !slices.Equal(got, versions[tls.VersionTLS13-version:]) {
			t.Errorf("%#04x: versions %x", version, got)
		}
		if !slices.Equal(seen.CipherSuites, suites) || seen.ServerName != "host.example" || len(seen.SupportedCurves) != len(groups) {
			t.Errorf("%#04x: %+v", version, seen)
		}
		if got := len(seen.SignatureSchemes) > 0; got != (version >= tls.VersionTLS12) {
			t.Errorf("%#04x: signature schemes %v", version, seen.SignatureSchemes)
		}
	}
}

func TestClientHelloThatDoesNotFit(t *testing.T) {
	hello := &ClientHello{Highest: tls.VersionTLS12, ServerName: string(make([]byte, 1<<16))}
	got, err := hello.Append([]byte{9})
	var misuse *TLSError
	if !errors.As(err, &misuse) || misuse.Reason != TLSMisuse || !bytes.Equal(got, []byte{9}) {
		t.Errorf("% x, %v", got, err)
	}
	if _, err := AskHello(t.Context(), nil, hello, 0); !errors.As(err, &misuse) {
		t.Error(err)
	}
}

// choose asks a server of crypto/tls, which is told first to see, and returns
// its choice.
func choose(t *testing.T, hello *ClientHello, see func(*tls.ClientHelloInfo)) (*ServerChoice, error) {
	t.Helper()
	client, server := loopback(t)
	config := &tls.Config{
		MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{rsaCertificate()}, CipherSuites: cipherSuites(true),
		GetConfigForClient: func(info *tls.ClientHelloInfo) (*tls.Config, error) {
			see(info)
			return nil, nil
		},
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tls.Server(server, config).Handshake()
		server.Close()
	}()
	choice, err := AskHello(t.Context(), client, hello, 10*time.Second)
	client.Close()
	<-done
	return choice, err
}

func TestServerChoice(t *testing.T) {
	for _, c := range []struct {
		highest uint16
		suites  []uint16
		suite   uint16 // 0: refused
	}{
		{tls.VersionTLS10, []uint16{0x002F}, 0x002F},
		{tls.VersionTLS10, []uint16{0x0005, 0x0033}, 0x0005},
		{tls.VersionTLS11, []uint16{0xC014}, 0xC014},
		{tls.VersionTLS12, []uint16{0x000A}, 0x000A},
		{tls.VersionTLS12, []uint16{0x009E, 0xC02F}, 0xC02F},
		{tls.VersionTLS13, []uint16{0xC02F}, 0x1301},
		{tls.VersionTLS12, []uint16{0x0033}, 0}, // crypto/tls has no DHE
		{0x0300, []uint16{0x002F}, 0},
	} {
		hello := &ClientHello{Highest: c.highest, Suites: c.suites, KeyShare: [32]byte{9}}
		choice, err := choose(t, hello, func(*tls.ClientHelloInfo) {})
		if c.suite == 0 {
			var alert *TLSAlertError
			if choice != nil || !errors.As(err, &alert) {
				t.Errorf("%#04x %x: %+v, %v", c.highest, c.suites, choice, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%#04x %x: %v", c.highest, c.suites, err)
			continue
		}
		want := rsaCertificate().Certificate[0]
		if c.highest == tls.VersionTLS13 {
			want = nil
			choice.Suite = 0x1301 // which of the three depends on the machine
		}
		if choice.Version != c.highest || choice.Suite != c.suite || !bytes.Equal(choice.Certificate, want) {
			t.Errorf("%#04x %x: %#04x %#04x, certificate of %d bytes", c.highest, c.suites, choice.Version, choice.Suite, len(choice.Certificate))
		}
	}
}

// certificateMessage is a Certificate with a chain of two.
func certificateMessage(leaf []byte) []byte {
	u24 := func(n int) []byte { return []byte{byte(n >> 16), byte(n >> 8), byte(n)} }
	list := append(u24(len(leaf)), leaf...)
	list = append(list, 0, 0, 2, 'C', 'A')
	body := append(u24(len(list)), list...)
	return append(append([]byte{typeCertificate}, u24(len(body))...), body...)
}

// Answers byte for byte, well-formed and not.
func TestChoiceReader(t *testing.T) {
	hello := helloMessage(helloBody(0x0301, 0x0005, nil))
	hello13 := helloMessage(helloBody(0x0303, 0x1301, []byte{0, 43, 0, 2, 3, 4}))
	certificate := certificateMessage([]byte("leaf"))
	both := slices.Concat(hello, certificate)
	warning := tlsRecord(recordAlert, []byte{1, 112})
	alert := func(number byte) error { return &TLSAlertError{Alert: number} }
	malformed := &wire.Error{}

	for _, c := range []struct {
		name    string
		bytes   []byte
		version uint16 // 0: no choice
		leaf    string
		err     error // nil: none; a *wire.Error or a plain one: any of that kind
	}{
		{"both in one record", tlsRecord(recordHandshake, both), 0x0301, "leaf", nil},
		{"in one record each", slices.Concat(tlsRecord(recordHandshake, hello), tlsRecord(recordHandshake, certificate)), 0x0301, "leaf", nil},
		{"cut within the messages", slices.Concat(tlsRecord(recordHandshake, both[:20]), tlsRecord(recordHandshake, both[20:50]), tlsRecord(recordHandshake, both[50:])), 0x0301, "leaf", nil},
		{"a warning first", slices.Concat(warning, tlsRecord(recordHandshake, both)), 0x0301, "leaf", nil},
		{"a warning between", slices.Concat(tlsRecord(recordHandshake, hello), warning, tlsRecord(recordHandshake, certificate)), 0x0301, "leaf", nil},
		{"TLS 1.3", tlsRecord(recordHandshake, hello13), 0x0304, "", nil},
		{"no certificate", slices.Concat(tlsRecord(recordHandshake, hello), tlsRecord(recordHandshake, []byte{14, 0, 0, 0})), 0x0301, "", nil},

		{"an alert", tlsRecord(recordAlert, []byte{2, 40}), 0, "", alert(40)},
		{"close_notify", tlsRecord(recordAlert, []byte{1, 0}), 0, "", io.EOF},
		{"an alert after the hello", slices.Concat(tlsRecord(recordHandshake, hello), tlsRecord(recordAlert, []byte{2, 80})), 0x0301, "", alert(80)},
		{"half an alert", tlsRecord(recordAlert, []byte{2}), 0, "", errors.New("")},
		{"nothing", nil, 0, "", io.EOF},
		{"closed in a record", tlsRecord(recordHandshake, both)[:30], 0, "", io.ErrUnexpectedEOF},
		{"closed after the hello", tlsRecord(recordHandshake, hello), 0x0301, "", io.EOF},
		{"HTTP", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), 0, "", errNotTLS},
		{"SSL 2.0", []byte{0x80, 0x0B, 4, 0, 0, 0, 0}, 0, "", errNotTLS},
		{"application data", tlsRecord(recordApplicationData, []byte("x")), 0, "", errNotTLS},
		{"application data later", slices.Concat(warning, tlsRecord(recordApplicationData, []byte("x"))), 0, "", errors.New("")},
		{"a record of 64 KiB", []byte{22, 3, 1, 0xFF, 0xFF}, 0, "", errNotTLS},
		{"a message of 16 MiB", tlsRecord(recordHandshake, []byte{2, 0xFF, 0xFF, 0xFF}), 0, "", errors.New("")},
		{"an empty record", slices.Concat(tlsRecord(recordHandshake, nil), tlsRecord(recordHandshake, both)), 0, "", errors.New("")},
		{"another message first", tlsRecord(recordHandshake, []byte{14, 0, 0, 0}), 0, "", errors.New("")},
		{"a hello cut short", tlsRecord(recordHandshake, []byte{2, 0, 0, 1, 3}), 0, "", malformed},
		{"a certificate longer than its list", tlsRecord(recordHandshake, slices.Concat(hello, []byte{11, 0, 0, 7, 0, 0, 4, 0, 0, 9, 'x'})), 0x0301, "", malformed},
		{"a list longer than its message", tlsRecord(recordHandshake, slices.Concat(hello, []byte{11, 0, 0, 3, 0, 0, 9})), 0x0301, "", malformed},
		{"no certificate in the list", tlsRecord(recordHandshake, slices.Concat(hello, []byte{11, 0, 0, 3, 0, 0, 0})), 0x0301, "", malformed},
	} {
		r := &choiceReader{}
		err := r.read(bytes.NewReader(c.bytes))
		var got ServerChoice
		if r.choice != nil {
			got = *r.choice
		}
		if got.Version != c.version || string(got.Certificate) != c.leaf {
			t.Errorf("%s: %+v", c.name, got)
		}
		var parse *wire.Error
		var refused *TLSAlertError
		switch want := c.err.(type) {
		case nil:
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		case *wire.Error:
			if !errors.As(err, &parse) {
				t.Errorf("%s: %v", c.name, err)
			}
		case *TLSAlertError:
			if !errors.As(err, &refused) || *refused != *want {
				t.Errorf("%s: %v", c.name, err)
			}
		default:
			if err == nil || want.Error() != "" && !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", c.name, err, want)
			}
		}
	}
}

// Whatever a server sends, the failure has the type that it is told apart by.
func TestAskHelloFailures(t *testing.T) {
	reply := func(b []byte) func(net.Conn) { return func(c net.Conn) { c.Write(b); c.Close() } }
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		serve  func(net.Conn)
		reason TLSReason
	}{
		{"closed", t.Context(), reply(nil), TLSClosed},
		{"not TLS", t.Context(), reply([]byte("SSH-2.0-x\r\n")), TLSNotTLS},
		{"silent", t.Context(), func(net.Conn) {}, TLSTimeout},
		{"cancelled", cancelled, func(net.Conn) {}, TLSCancelled},
		{"malformed", t.Context(), reply(tlsRecord(recordHandshake, []byte{2, 0, 0, 0})), TLSHandshake},
		{"a version above", t.Context(), reply(tlsRecord(recordHandshake, helloMessage(helloBody(0x0303, 0x0005, nil)))), TLSHandshake},
		{"a version below SSL 3.0", t.Context(), reply(tlsRecord(recordHandshake, helloMessage(helloBody(0x0200, 0x0005, nil)))), TLSHandshake},
		{"another suite", t.Context(), reply(tlsRecord(recordHandshake, helloMessage(helloBody(0x0301, 0x0035, nil)))), TLSHandshake},
	} {
		client, server := loopback(t)
		c.serve(server)
		choice, err := AskHello(c.ctx, client, &ClientHello{Highest: tls.VersionTLS11, Suites: []uint16{0x0005}}, 300*time.Millisecond)
		var failure *TLSError
		if choice != nil || !errors.As(err, &failure) || failure.Reason != c.reason {
			t.Errorf("%s: %+v, %v", c.name, choice, err)
		}
	}
}

func FuzzChoiceReader(f *testing.F) {
	hello := helloMessage(helloBody(0x0301, 0x0005, []byte{0, 43, 0, 0}))
	f.Add(tlsRecord(recordHandshake, slices.Concat(hello, certificateMessage([]byte("leaf")))))
	f.Add(slices.Concat(tlsRecord(recordAlert, []byte{1, 112}), tlsRecord(recordHandshake, hello)))
	f.Add(tlsRecord(recordAlert, []byte{2, 70}))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := &choiceReader{}
		err := r.read(bytes.NewReader(b))
		if r.choice == nil && err == nil {
			t.Fatal("neither a choice nor an error")
		}
		if r.choice != nil && len(r.choice.Certificate) > len(b) {
			t.Fatalf("a certificate of %d bytes out of %d", len(r.choice.Certificate), len(b))
		}
	})
}
