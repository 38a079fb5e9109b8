package lab

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

// What a host of each setting answers to each request, byte for byte on the
// wire: its selected protocol, the failure code, or no negotiation at all
// (MS-RDPBCGR 2.2.1.2, 3.3.5.3.2). Who does not negotiate is told no failure;
// that the connection is closed instead is inferred.
func TestConfirms(t *testing.T) {
	const (
		closes   = "closes"
		none     = "no negotiation"
		rdp      = "selects 0"
		ssl      = "selects 1"
		hybrid   = "selects 2"
		hybridEx = "selects 8"

		sslRequired    = "fails 1"
		sslNotAllowed  = "fails 2"
		hybridRequired = "fails 5"
	)
	// Requests: no negotiation, RDP, SSL, SSL|HYBRID, SSL|HYBRID|HYBRID_EX, HYBRID_EX, RDSTLS.
	requests := []*x224.NegotiationRequest{nil, {Protocols: 0}, {Protocols: 1}, {Protocols: 3}, {Protocols: 11}, {Protocols: 8}, {Protocols: 4}}
	for _, c := range []struct {
		security  Security
		earlyAuth bool
		want      [7]string
	}{
		{NLARequired, true, [7]string{closes, hybridRequired, hybridRequired, hybrid, hybridEx, hybridEx, hybridRequired}},
		{NLARequired, false, [7]string{closes, hybridRequired, hybridRequired, hybrid, hybrid, hybridRequired, hybridRequired}},
		{NLAOptional, true, [7]string{closes, sslRequired, ssl, hybrid, hybridEx, hybridEx, sslRequired}},
		{NLAOptional, false, [7]string{closes, sslRequired, ssl, hybrid, hybrid, sslRequired, sslRequired}},
		{TLSOnly, true, [7]string{closes, sslRequired, ssl, ssl, ssl, sslRequired, sslRequired}},
		{RDPOnly, true, [7]string{none, rdp, sslNotAllowed, sslNotAllowed, sslNotAllowed, sslNotAllowed, sslNotAllowed}},
		{RDPBefore2008, true, [7]string{none, none, none, none, none, none, none}},
	} {
		l := start(t, Host{Name: "HOST", Security: c.security, EarlyAuth: c.earlyAuth, Level: credssp.Mitigated, CredSSP: 6})
		for i, request := range requests {
			conn := dial(t, l.Hosts[0].Address)
			frame, err := x224.AppendConnectionRequest(nil, &x224.ConnectionRequest{Cookie: "alice", Negotiation: request})
			if err != nil {
				t.Fatal(err)
			}
			conn.Write(frame)
			answer, err := rdpio.ReadFrame(t.Context(), conn, 64, failsafe)
			if err != nil && codeOf(err) != "conn.closed" {
				t.Error(err)
			}
			if got := confirmed(answer); got != c.want[i] {
				t.Errorf("security %d, early %v, request %+v: %s (% x), want %s", c.security, c.earlyAuth, request, got, answer, c.want[i])
			}
			fails := strings.HasPrefix(c.want[i], "fails")
			if fails { // a failure is the last word
				if n, err := conn.Read(make([]byte, 1)); err != io.EOF {
					t.Errorf("security %d, request %+v: after the answer %d bytes, %v", c.security, request, n, err)
				}
			}
			conn.Close()
			if e := l.event(); (e.Refused != 0) != fails || (e.Err == nil) != (c.want[i] == none || c.want[i] == rdp) {
				t.Errorf("security %d, request %+v: the host saw %+v", c.security, request, e)
			}
		}
		l.Close()
	}
}

// confirmed reads a Connection Confirm without our own parser.
func confirmed(b []byte) string {
	switch {
	case len(b) == 0:
		return "closes"
	case bytes.Equal(b, []byte{3, 0, 0, 11, 6, 0xD0, 0, 0, 0x12, 0x34, 0}):
		return "no negotiation"
	case len(b) == 19 && bytes.Equal(b[:12], []byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 2}) && b[12] == 1:
		return fmt.Sprintf("selects %d", b[15])
	case len(b) == 19 && bytes.Equal(b[:13], []byte{3, 0, 0, 19, 14, 0xD0, 0, 0, 0x12, 0x34, 0, 3, 0}):
		return fmt.Sprintf("fails %d", b[15])
	}
	return "something else"
}
