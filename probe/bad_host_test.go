package probe_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// after makes a host that reads the Connection Request and sends bytes.
func after(bytes []byte) func(*peer) {
	return func(c *peer) {
		c.asked()
		c.send(bytes)
	}
}

// silentAfter sends bytes and says nothing more, but holds the connection.
func silentAfter(bytes []byte) func(*peer) {
	return func(c *peer) {
		c.asked()
		c.send(bytes)
		c.untilClosed()
	}
}

// drip sends bytes, and then one more at a time for as long as the client
// listens.
func drip(c *peer, conn net.Conn, bytes []byte) {
	_, err := conn.Write(bytes)
	for ; err == nil; time.Sleep(10 * time.Millisecond) {
		_, err = conn.Write([]byte{0})
	}
	c.untilClosed()
}

// insideTLS is a host that selects CredSSP, performs TLS, reads the first
// TSRequest and does something else than answering it.
func insideTLS(do func(c *peer, secure *tls.Conn)) func(*peer) {
	return func(c *peer) {
		if secure := c.hybrid(modern()); secure != nil {
			c.first(secure)
			do(c, secure)
		}
	}
}

// The ways not to be a well-behaved server, told apart.
func TestBadHosts(t *testing.T) {
	leavesNothing(t)
	reached := func(layer verdict.Layer) verdict.Facts {
		return verdict.Facts{Reach: verdict.Reached, Selected: layer}
	}
	noTLS := func(code string) verdict.Facts {
		f := reached(verdict.LayerNLA)
		f.TLSFailure = code
		return f
	}
	noAnswer := func(code string) verdict.Facts {
		f := reached(verdict.LayerNLA)
		f.CredSSPFailure = code
		return f
	}
	refused := func(code uint32) verdict.Facts {
		return verdict.Facts{Reach: verdict.Reached, Failure: code}
	}
	big := []byte{0x30, 0x84, 0x40, 0, 0, 0, 0xA0, 3, 2, 1, 6} // a SEQUENCE of 1 GiB
	logonFailure := uint32(0xC000006D)

	for _, c := range []struct {
		name    string
		serve   func(*peer)
		timeout time.Duration // 0: it is not to be waited for
		want    verdict.Facts
	}{
		// instead of a Connection Confirm
		{"closes at once", after(nil), 0, verdict.Facts{Reach: verdict.Closed, ReachDetail: "conn.closed"}},
		{"closes in the header", after([]byte{3, 0}), 0, verdict.Facts{Reach: verdict.Closed, ReachDetail: "conn.closed"}},
		{"closes in the confirm", after(confirmHybrid[:12]), 0, verdict.Facts{Reach: verdict.Closed, ReachDetail: "conn.closed"}},
		{"resets", func(c *peer) {
			c.asked()
			c.SetLinger(0)
			c.Close()
		}, 0, verdict.Facts{Reach: verdict.Closed, ReachDetail: "conn.reset"}},
		{"silent", silentAfter(nil), impatient, verdict.Facts{Reach: verdict.Silent, ReachDetail: "conn.timeout"}},
		{"silent in the confirm", silentAfter(confirmHybrid[:12]), impatient, verdict.Facts{Reach: verdict.Silent, ReachDetail: "conn.timeout"}},
		{"drips a confirm", func(c *peer) {
			c.asked()
			drip(c, c.TCPConn, []byte{3, 0, 1, 0})
		}, impatient, verdict.Facts{Reach: verdict.Silent, ReachDetail: "conn.timeout"}},
		{"HTTP", after([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},
		{"SSH", after([]byte("SSH-2.0-OpenSSH_9.2\r\n")), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},
		{"TLS at once", after([]byte{22, 3, 1, 0, 4, 2, 0, 0, 0}), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},
		{"zeros", after(make([]byte, 64)), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},
		{"announces 64 KiB", after([]byte{3, 0, 0xFF, 0xFF, 6, 0xD0}), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "rdpio.limit"}},
		{"announces less than a header", after([]byte{3, 0, 0, 2, 6, 0xD0}), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},
		{"a confirm with a broken negotiation", after(negotiation(9, 0, 2)), 0, verdict.Facts{Reach: verdict.NotRDP, ReachDetail: "wire.malformed"}},

		// what the server selects or refuses
		{"XP: a confirm without negotiation", after(confirmBefore2008), 0, reached(verdict.LayerRDP)},
		{"selects standard RDP security", after(confirmRDP), 0, reached(verdict.LayerRDP)},
		{"selects RDSTLS, which was not asked for", after(negotiation(2, 0, 4)), 0, reached(verdict.LayerOther)},
		{"selects RDSAAD, which was not asked for", after(negotiation(2, 0, 16)), 0, reached(verdict.LayerOther)},
		{"selects two protocols", after(negotiation(2, 0, 3)), 0, reached(verdict.LayerOther)},
		{"SSL_REQUIRED_BY_SERVER", after(negotiation(3, 0, 1)), 0, refused(1)},
		{"SSL_NOT_ALLOWED_BY_SERVER", after(negotiation(3, 0, 2)), 0, verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP, Failure: 2}},
		{"SSL_CERT_NOT_ON_SERVER", after(negotiation(3, 0, 3)), 0, refused(3)},
		{"a failure without a name", after(negotiation(3, 0, 99)), 0, refused(99)},

		// instead of TLS
		{"selects HYBRID and closes", after(confirmHybrid), 0, noTLS("tls.closed")},
		{"selects HYBRID and is silent", silentAfter(confirmHybrid), impatient, noTLS("tls.timeout")},
		{"selects HYBRID and sends garbage", after(append(confirmHybrid[:19:19], "garbage, not TLS"...)), 0, noTLS("tls.not_tls")},
		{"selects HYBRID and sends an alert", after(append(confirmHybrid[:19:19], 21, 3, 1, 0, 2, 2, 80)), 0, noTLS("tls.alert.internal_error")},
		{"selects HYBRID and drips a record", func(c *peer) {
			c.asked()
			drip(c, c.TCPConn, append(confirmHybrid[:19:19], 22, 3, 3, 0x3F, 0))
		}, impatient, noTLS("tls.timeout")},

		// instead of a TSRequest
		{"closes after TLS", insideTLS(func(_ *peer, secure *tls.Conn) { secure.CloseWrite() }), 0, noAnswer("conn.closed")},
		{"closes after TLS without a word", insideTLS(func(*peer, *tls.Conn) {}), 0, noAnswer("conn.closed")},
		{"resets after TLS", insideTLS(func(c *peer, _ *tls.Conn) {
			c.SetLinger(0)
			c.Close()
		}), 0, noAnswer("conn.reset")},
		{"silent after TLS", insideTLS(func(c *peer, _ *tls.Conn) { c.untilClosed() }), impatient, noAnswer("conn.timeout")},
		{"drips a TSRequest", insideTLS(func(c *peer, secure *tls.Conn) {
			drip(c, secure, []byte{0x30, 0x82, 0x40, 0})
		}), impatient, noAnswer("conn.timeout")},
		{"HTTP after TLS", answers([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), 0, noAnswer("wire.malformed")},
		{"announces 1 GiB", answers(big), 0, noAnswer("wire.malformed")},
		{"an endless length", answers([]byte{0x30, 0x80, 0xA0, 3, 2, 1, 6, 0, 0}), 0, noAnswer("wire.malformed")},
		{"a TSRequest without a version", answers([]byte{0x30, 5, 0xA3, 3, 4, 1, 0}), 0, noAnswer("wire.malformed")},
		{"a negative version", answers([]byte{0x30, 5, 0xA0, 3, 2, 1, 0xFF}), 0, noAnswer("wire.malformed")},
		{"half a TSRequest", answers([]byte{0x30, 0x20, 0xA0, 3, 2, 1, 6}), 0, noAnswer("conn.closed")},

		// an answer, but no challenge
		{"an errorCode", answers((&credssp.TSRequest{Version: 6, HasErrorCode: true, ErrorCode: logonFailure}).Append(nil)), 0,
			verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, CredSSP: &verdict.CredSSP{Version: 6, ErrorCode: &logonFailure}}},
		{"an errorCode of five bytes", answers([]byte{0x30, 14, 0xA0, 3, 2, 1, 4, 0xA4, 7, 2, 5, 0, 0xC0, 0, 0, 0x6D}), 0,
			verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA,
				CredSSP: &verdict.CredSSP{Version: 4, ErrorCode: &logonFailure, Oddities: []string{"credssp.oddity.long_error_code"}}}},
		{"a version and nothing else", answers([]byte{0x30, 5, 0xA0, 3, 2, 1, 6}), 0,
			verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, CredSSP: &verdict.CredSSP{Version: 6}}},
		{"an empty token", challenges(3, []byte{}), 0,
			verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, CredSSP: &verdict.CredSSP{Version: 3}}},
		{"the probe's own message", func(c *peer) {
			if secure := c.hybrid(modern()); secure != nil {
				secure.Write(c.first(secure))
			}
		}, 0, verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, CredSSP: &verdict.CredSSP{Version: 6}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHost(t, c.serve)
			from := time.Now()
			got := h.look(t, probe.Options{Depth: probe.DepthVerdict, Timeout: c.timeout})
			if took := time.Since(from); c.timeout != 0 && took < c.timeout {
				t.Errorf("gave up after %v", took)
			}
			if n := h.accepted.Load(); n != 1 {
				t.Errorf("%d connections", n)
			}
			inTLS := c.want.CredSSP != nil || c.want.CredSSPFailure != ""
			if (got.TLS != nil) != inTLS || (got.Certificate != nil) != inTLS || got.At.IsZero() {
				t.Errorf("TLS %v, certificate %v, at %v", got.TLS, got.Certificate, got.At)
			}
			got.At, got.TLS, got.Certificate = time.Time{}, nil, nil
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoHostAtAll(t *testing.T) {
	leavesNothing(t)
	h := newHost(t, silentAfter(nil))
	expired, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for _, c := range []struct {
		name string
		ctx  context.Context
		host string
		port int
		want verdict.Facts
	}{
		{"a port on which nobody listens", t.Context(), "127.0.0.1", 1, verdict.Facts{Reach: verdict.Refused, ReachDetail: "dial.refused"}},
		// An empty label is no name: no resolver has to be asked.
		{"a name that does not resolve", t.Context(), "host..invalid", 3389, verdict.Facts{Reach: verdict.Unresolved, ReachDetail: "dial.unresolved"}},
		{"no time", expired, "127.0.0.1", h.port, verdict.Facts{Reach: verdict.Timeout, ReachDetail: "dial.timeout"}},
	} {
		got := probe.Probe(c.ctx, c.host, c.port, probe.Options{})
		got.At = time.Time{}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// Whoever waits for a probe can end it at any point, and at once.
func TestCancelled(t *testing.T) {
	leavesNothing(t)
	for name, serve := range map[string]func(*peer){
		"conn.cancelled  ": func(c *peer) { c.asked() },
		" tls.cancelled ":  func(c *peer) { c.asked(); c.send(confirmHybrid); c.Read(make([]byte, 1)) },
		"  conn.cancelled": insideTLS(func(*peer, *tls.Conn) {}),
	} {
		ctx, cancel := context.WithCancel(t.Context())
		h := newHost(t, func(c *peer) {
			serve(c)
			cancel()
			c.untilClosed()
		})
		from := time.Now()
		f := probe.Probe(ctx, "127.0.0.1", h.port, probe.Options{Timeout: time.Hour})
		if got := f.ReachDetail + " " + f.TLSFailure + " " + f.CredSSPFailure; got != name {
			t.Errorf("%q, want %q", got, name)
		}
		if took := time.Since(from); took > failsafe {
			t.Errorf("%s after %v", name, took)
		}
	}
}
