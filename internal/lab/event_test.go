package lab

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/x224"
)

// The whole of what a host tells about a logon, a refusal and a visitor who
// leaves again.
func TestEvents(t *testing.T) {
	everything := x224.ProtocolSSL | x224.ProtocolHybrid | x224.ProtocolHybridEx
	for _, c := range []struct {
		host  string
		level credssp.Level
		want  Event
		code  string // of Err
	}{
		{"NEW-2019", credssp.Mitigated, Event{Host: "NEW-2019", Requested: everything, Selected: x224.ProtocolHybridEx,
			PeerVersion: 6, Version: 6, Mechanism: "NTLM", Domain: "FUMIDAI", Authenticate: true, User: "alice", Delegated: "password", RightPassword: true}, ""},
		{"OLD-2008R2", credssp.Vulnerable, Event{Host: "OLD-2008R2", Requested: everything, Selected: x224.ProtocolHybrid,
			PeerVersion: 6, Version: 2, Mechanism: "NTLM", Domain: "FUMIDAI", Authenticate: true, User: "alice", Delegated: "password", RightPassword: true}, ""},
		{"OLD-2008R2", credssp.Mitigated, Event{Host: "OLD-2008R2", Requested: everything, Selected: x224.ProtocolHybrid,
			PeerVersion: 6}, "conn.closed"},
		{"FORCE-2022", credssp.NotUpdated, Event{Host: "FORCE-2022", Requested: everything, Selected: x224.ProtocolHybridEx,
			PeerVersion: 4}, "credssp.version.refused"},
		{"TLSONLY", credssp.Mitigated, Event{Host: "TLSONLY", Requested: everything, Selected: x224.ProtocolSSL}, "tls.closed"},
		{"RDPSEC-2008R2", credssp.Mitigated, Event{Host: "RDPSEC-2008R2", Requested: everything, Refused: x224.FailureSSLNotAllowed}, "x224.failure.ssl_not_allowed"},
		{"XP", credssp.Mitigated, Event{Host: "XP", Requested: everything}, ""},
	} {
		l := start(t, named(t, c.host))
		visit(t, l.Hosts[0].Address, c.level)
		got := l.event()
		if code := codeOf(got.Err); code != c.code {
			t.Errorf("%s, %v: error %q (%v), want %q", c.host, c.level, code, got.Err, c.code)
		}
		got.Err = nil
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s, %v (-want +got):\n%s", c.host, c.level, diff)
		}
	}
}

// What is no RDP ends the connection, and the event says why.
func TestEventsOfStrangers(t *testing.T) {
	l := start(t, named(t, "NEW-2019"))
	for _, c := range []struct{ name, bytes, code string }{
		{"nothing", "", "conn.closed"},
		{"half a header", "\x03\x00", "conn.closed"},
		{"HTTP", "GET / HTTP/1.1\r\n\r\n", "wire.malformed"},
		{"a large frame", "\x03\x00\xff\xff", "rdpio.limit"},
		{"a Connection Confirm", "\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00", "wire.malformed"},
	} {
		conn := dial(t, l.Hosts[0].Address)
		conn.Write([]byte(c.bytes))
		conn.Close()
		if e := l.event(); codeOf(e.Err) != c.code || e.Requested != 0 || e.Selected != 0 {
			t.Errorf("%s: %+v, want %s", c.name, e, c.code)
		}
	}
}
