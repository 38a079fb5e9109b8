package rdpio

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"testing"
)

// inBothRoles runs body with one of our ends and a plain peer of the profile.
func inBothRoles(t *testing.T, p tlsProfile, body func(t *testing.T, ours *TLSConn, wire *recordedConn, peer net.Conn)) {
	t.Run(p.name+" client", func(t *testing.T) {
		client, server := loopback(t)
		c, s := shake(t, client, server, ourClient(TLSClientOptions{Legacy: true}), plainServer(p.config()))
		body(t, c.(*TLSConn), client, s)
	})
	t.Run(p.name+" server", func(t *testing.T) {
		client, server := loopback(t)
		o := TLSServerOptions{Legacy: true, Certificates: []tls.Certificate{p.certificate()}}
		c, s := shake(t, client, server, plainClient(p.config()), ourServer(o))
		body(t, s.(*TLSConn), server, c)
	})
}

func TestOneWriteIsOneRecord(t *testing.T) {
	for _, p := range tlsProfiles {
		inBothRoles(t, p, func(t *testing.T, ours *TLSConn, wire *recordedConn, peer net.Conn) {
			if v := ours.State().Version; v != p.version {
				t.Fatalf("negotiated %s", tls.VersionName(v))
			}
			if ours.records.joins() != p.joined {
				t.Fatalf("joins records: %v", ours.records.joins())
			}
			for i, size := range []int{8192, 1, 1, 2, 3, 0, 15, 16, 17, 6000, maxRecord - 1, maxRecord, 1, 8192} {
				message := bytes.Repeat([]byte{byte(i + 1)}, size)
				mark := wire.mark()
				if n, err := ours.Write(message); n != size || err != nil {
					t.Fatalf("write of %d: %d, %v", size, n, err)
				}
				want := []byte{recordApplicationData}
				if size == 0 {
					want = nil
				}
				if got := wire.recordsSince(t, mark); !slices.Equal(got, want) {
					t.Fatalf("write of %d: records %v", size, got)
				}
				mustRead(t, peer, message)
				if _, err := peer.Write(message); err != nil {
					t.Fatal(err)
				}
				mustRead(t, ours, message)
			}
			mark := wire.mark()
			if err := ours.Close(); err != nil {
				t.Fatal(err)
			}
			if n, err := peer.Read(make([]byte, 1)); n != 0 || err != io.EOF {
				t.Fatalf("after close_notify: %d, %v", n, err)
			}
			if got := wire.recordsSince(t, mark); len(got) != 1 || p.version != tls.VersionTLS13 && got[0] != recordAlert {
				t.Fatalf("records of Close: %v", got)
			}
		})
	}
}

func mustRead(t *testing.T, c io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("read of %d bytes: %v, equal %v", len(want), err, bytes.Equal(got, want))
	}
}

// The recording does see the split where nothing prevents it.
func TestPlainPeerSplits(t *testing.T) {
	client, server := loopback(t)
	config := tlsProfiles[0].config()
	config.DynamicRecordSizingDisabled = true
	c, _ := shake(t, client, server, plainClient(config), plainServer(tlsProfiles[0].config()))
	mark := client.mark()
	if _, err := c.Write(make([]byte, 8192)); err != nil {
		t.Fatal(err)
	}
	if got := client.recordsSince(t, mark); len(got) != 2 {
		t.Fatalf("%d records; if crypto/tls no longer splits, the coalescer has no purpose", len(got))
	}
}

func TestLongWrite(t *testing.T) {
	for _, p := range tlsProfiles {
		inBothRoles(t, p, func(t *testing.T, ours *TLSConn, wire *recordedConn, peer net.Conn) {
			message := make([]byte, 2*maxRecord+1)
			for i := range message {
				message[i] = byte(i >> 7)
			}
			mark := wire.mark()
			if n, err := ours.Write(message); n != len(message) || err != nil {
				t.Fatal(n, err)
			}
			if got := wire.recordsSince(t, mark); len(got) != 3 {
				t.Fatalf("%d records", len(got))
			}
			mustRead(t, peer, message)
		})
	}
}

func TestSubjectPublicKeyIsThePresentedOne(t *testing.T) {
	both := []tls.Certificate{ecdsaCertificate(), rsaCertificate()}
	ec, err := ecdsaCertificate().PrivateKey.(*ecdsa.PrivateKey).PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	rsaKey := x509.MarshalPKCS1PublicKey(&rsaCertificate().PrivateKey.(*rsa.PrivateKey).PublicKey)
	for _, c := range []struct {
		name string
		o    TLSClientOptions
		want []byte
	}{
		{"modern", TLSClientOptions{}, ec},
		{"a name that no certificate has", TLSClientOptions{ServerName: "gateway.example"}, ec},
		{"TLS 1.2", TLSClientOptions{MaxVersion: tls.VersionTLS12}, ec},
		{"TLS 1.0", TLSClientOptions{MaxVersion: tls.VersionTLS10, Legacy: true}, ec},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, server := loopback(t)
			cl, sv := shake(t, client, server, ourClient(c.o), ourServer(TLSServerOptions{Certificates: both, Legacy: true}))
			if got := cl.(*TLSConn).SubjectPublicKey(); !bytes.Equal(got, c.want) {
				t.Errorf("client sees % x", got)
			}
			if got := sv.(*TLSConn).SubjectPublicKey(); !bytes.Equal(got, c.want) {
				t.Errorf("server presents % x", got)
			}
		})
	}
	for _, suite := range []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_128_CBC_SHA} {
		t.Run("RSA only "+tls.CipherSuiteName(suite), func(t *testing.T) {
			client, server := loopback(t)
			config := &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite}}
			_, sv := shake(t, client, server, plainClient(config), ourServer(TLSServerOptions{Certificates: both, Legacy: true}))
			if got := sv.(*TLSConn).SubjectPublicKey(); !bytes.Equal(got, rsaKey) {
				t.Errorf("server presents % x", got)
			}
		})
	}
}

func TestClientHelloFollowsTheOptions(t *testing.T) {
	for _, c := range []struct {
		name  string
		o     TLSClientOptions
		check func(h *tls.ClientHelloInfo) bool
	}{
		{"name", TLSClientOptions{ServerName: "host.example"}, func(h *tls.ClientHelloInfo) bool { return h.ServerName == "host.example" }},
		{"address", TLSClientOptions{ServerName: "192.0.2.1"}, func(h *tls.ClientHelloInfo) bool { return h.ServerName == "" }},
		{"no name", TLSClientOptions{}, func(h *tls.ClientHelloInfo) bool { return h.ServerName == "" }},
		{"default versions", TLSClientOptions{}, func(h *tls.ClientHelloInfo) bool {
			return slices.Equal(h.SupportedVersions, []uint16{tls.VersionTLS13, tls.VersionTLS12})
		}},
		{"legacy versions", TLSClientOptions{Legacy: true}, func(h *tls.ClientHelloInfo) bool {
			return slices.Contains(h.SupportedVersions, tls.VersionTLS10)
		}},
		{"explicit versions", TLSClientOptions{Legacy: true, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12}, func(h *tls.ClientHelloInfo) bool {
			return slices.Equal(h.SupportedVersions, []uint16{tls.VersionTLS12})
		}},
		{"no old suites", TLSClientOptions{}, func(h *tls.ClientHelloInfo) bool {
			return !slices.ContainsFunc(tls.InsecureCipherSuites(), func(s *tls.CipherSuite) bool { return slices.Contains(h.CipherSuites, s.ID) })
		}},
		{"old suites", TLSClientOptions{Legacy: true}, func(h *tls.ClientHelloInfo) bool {
			return slices.Contains(h.CipherSuites, tls.TLS_RSA_WITH_AES_128_CBC_SHA) && slices.Contains(h.CipherSuites, tls.TLS_RSA_WITH_RC4_128_SHA) &&
				slices.Contains(h.CipherSuites, tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA)
		}},
		{"P-256", TLSClientOptions{PreferP256: true}, func(h *tls.ClientHelloInfo) bool {
			return slices.Equal(h.SupportedCurves, []tls.CurveID{tls.CurveP256, tls.CurveP384})
		}},
		{"small legacy shares", TLSClientOptions{Legacy: true}, func(h *tls.ClientHelloInfo) bool {
			return !slices.Contains(h.SupportedCurves, tls.X25519MLKEM768)
		}},
		{"no session tickets", TLSClientOptions{MaxVersion: tls.VersionTLS12}, func(h *tls.ClientHelloInfo) bool {
			return !slices.Contains(h.Extensions, 35)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, server := loopback(t)
			var hello *tls.ClientHelloInfo
			config := &tls.Config{
				Certificates:       []tls.Certificate{rsaCertificate()},
				GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) { hello = h; return nil, nil },
			}
			shake(t, client, server, ourClient(c.o), plainServer(config))
			if !c.check(hello) {
				t.Errorf("hello: %+v", hello)
			}
		})
	}
}

func TestPreferP256SharesIt(t *testing.T) {
	client, server := loopback(t)
	c, _ := shake(t, client, server, ourClient(TLSClientOptions{PreferP256: true}), ourServer(TLSServerOptions{Certificates: []tls.Certificate{ecdsaCertificate()}}))
	if s := c.(*TLSConn).State(); s.CurveID != tls.CurveP256 || s.HelloRetryRequest {
		t.Errorf("group %v, retry %v", s.CurveID, s.HelloRetryRequest)
	}
}

func TestMisuse(t *testing.T) {
	certificates := []tls.Certificate{rsaCertificate()}
	for name, start := range map[string]func(net.Conn) (*TLSConn, error){
		"no check": func(c net.Conn) (*TLSConn, error) {
			return ClientTLS(context.Background(), c, TLSClientOptions{})
		},
		"client versions": func(c net.Conn) (*TLSConn, error) {
			return ClientTLS(context.Background(), c, TLSClientOptions{CheckCertificate: AnyCertificate, MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12})
		},
		"ssl 3.0": func(c net.Conn) (*TLSConn, error) {
			return ClientTLS(context.Background(), c, TLSClientOptions{CheckCertificate: AnyCertificate, MinVersion: tls.VersionTLS10 - 1})
		},
		"unknown version": func(c net.Conn) (*TLSConn, error) {
			return ServerTLS(context.Background(), c, TLSServerOptions{Certificates: certificates, MaxVersion: tls.VersionTLS13 + 1})
		},
		"no certificate": func(c net.Conn) (*TLSConn, error) {
			return ServerTLS(context.Background(), c, TLSServerOptions{})
		},
	} {
		client, _ := loopback(t)
		_, err := start(client)
		var e *TLSError
		if !errors.As(err, &e) || e.Code() != "tls.misuse" || e.Kind() != "misuse" || client.mark() != 0 {
			t.Errorf("%s: %v, %d bytes sent", name, err, client.mark())
		}
	}
}
