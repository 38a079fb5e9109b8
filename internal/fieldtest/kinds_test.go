package fieldtest

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
)

// Every look, against the lab in the place of Windows.
func TestLook(t *testing.T) {
	for _, c := range []struct {
		step, host  string
		answers     map[string]string
		claim       string
		under, want string
		messages    string // what the peer says in the first connection
	}{
		{"look-unpatched", "OLD-2008R2", nil, "version.unpatched", "", "2", "version 2, ntlm, build 6.1.7601"},
		{"look-unpatched", "OLD-2016", nil, "version.own_number", "", "own", "version 4, ntlm, build 10.0.14393"},
		{"look-patched", "NEW-2008R2", nil, "version.patched", "", "5", "version 5, ntlm, build 6.1.7601"},
		{"look-patched", "NEW-2019", nil, "version.own_number", "", "own", "version 6, ntlm, build 10.0.17763"},
		{"look-not-restarted", "OLD-2012R2", nil, "version.not_restarted", "", "3", "version 3, ntlm, build 6.3.9600"},
		{"look-policy", "FORCE-2022", map[string]string{"policy": "0"}, "force.first_answer", "client 4", "STATUS_NOT_SUPPORTED", "version 6, ntlm, build 10.0.20348"},
		{"look-policy", "FORCE-2022", map[string]string{"policy": "0"}, "force.first_answer", "client 2", "conn.closed", "version 6, ntlm, build 10.0.20348"},
		{"look-policy", "FORCE-2022", map[string]string{"policy": "0"}, "force.first_answer", "client 5", "challenge", "version 6, ntlm, build 10.0.20348"},
		{"look-policy", "NEW-2019", map[string]string{"policy": "2"}, "version.policy", "policy 2", "6", "version 6, ntlm, build 10.0.17763"},
		{"look-tls10", "NEW-2019", nil, "tls10.server", "", "", "nothing"},
		{"look-patched", "TLSONLY", nil, "version.patched", "", "", "nothing"},
		{"look-patched", "XP", nil, "version.patched", "", "", "nothing"},
	} {
		s := step(t, c.step)
		recording, err := labHost(t, c.host).Look(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		r := result(recording, s, c.answers)
		if got := value(r, c.claim, c.under); got != c.want {
			t.Errorf("%s at %s: %s %s is %q, want %q; %v", c.step, c.host, c.claim, c.under, got, c.want, r.Findings())
		}
		if got := r.Connections[0].reading().String(); got != c.messages || len(r.Connections) != len(s.Versions) {
			t.Errorf("%s at %s: %d connections, reads %s", c.step, c.host, len(r.Connections), got)
		}
		hasName := c.messages != "nothing"
		if (r.Label == Simulated) != hasName || hasName && len(r.Connections[0].Confirm) != 19 {
			t.Errorf("%s at %s: label %s, confirm %x", c.step, c.host, r.Label, r.Connections[0].Confirm)
		}
	}
}

// Without the credentials nothing of a logon is left behind, and the account of
// the lab host is good.
func TestLogOn(t *testing.T) {
	for _, c := range []struct {
		step, host  string
		answers     map[string]string
		account     Account
		claim       string
		under, want string
	}{
		{"logon-force", "FORCE-2022", nil, alice(), "force.moment", "client 2", "before_challenge conn.closed"},
		{"logon-force", "FORCE-2022", nil, alice(), "force.moment", "client 4", "before_challenge STATUS_NOT_SUPPORTED"},
		{"logon-force", "FORCE-2022", nil, alice(), "force.accepts_5", "client 5", "accepted"},
		{"logon-force", "NEW-2019", nil, alice(), "force.moment", "client 4", "accepted"},
		{"logon-restart", "FORCE-2022", nil, alice(), "restart.server", "before_challenge STATUS_NOT_SUPPORTED", "at_once"},
		{"logon-restart", "NEW-2019", nil, alice(), "restart.server", "", "not_at_once"},
		{"logon-restart", "NEW-2019", nil, Account{"", "alice", []byte("wrong")}, "restart.server", "", ""},
		{"logon-ec", "NEW-2019", nil, alice(), "ec.server", "client 6", ""},
		{"logon-early-auth", "NEW-2019", map[string]string{"member": "member"}, alice(), "early.server", "", "member 0"},
		{"logon-early-auth", "NEW-2008R2", map[string]string{"member": "member"}, alice(), "early.server", "", ""},
		{"logon-accounts", "NEW-2019", map[string]string{"account": "password_expired"}, Account{"", "expired", alice().Password},
			"account.status", "", "password_expired STATUS_PASSWORD_EXPIRED"},
		{"logon-accounts", "NEW-2019", map[string]string{"account": "must_change"}, Account{"", "mustchange", alice().Password},
			"account.status", "", "must_change STATUS_PASSWORD_MUST_CHANGE"},
	} {
		s := step(t, c.step)
		recording, err := labHost(t, c.host).LogOn(t.Context(), s, c.account)
		if err != nil {
			t.Fatal(err)
		}
		r := result(recording, s, c.answers)
		if got := value(r, c.claim, c.under); got != c.want {
			t.Errorf("%s at %s: %s %s is %q, want %q; %v", c.step, c.host, c.claim, c.under, got, c.want, r.Findings())
		}
		for _, conn := range r.Connections {
			for _, m := range conn.Messages {
				request, err := credssp.ParseTSRequest(m.Bytes)
				if err != nil || request.AuthInfo != nil && !s.Delegates {
					t.Errorf("%s at %s: %v %+v", c.step, c.host, err, request)
				}
			}
		}
	}
}

// A server of ours with an elliptic-curve key, and one that refuses late, are
// looked at by our own steps.
func TestLogOnToOurHosts(t *testing.T) {
	for _, c := range []struct {
		host                     Host
		step, claim, under, want string
		answers                  map[string]string
	}{
		{hostEC, "logon-ec", "ec.server", "client 6", "accepted", nil},
		{hostEC, "logon-ec", "ec.server", "client 5", "accepted", nil},
		{hostForceLate, "logon-force", "force.moment", "client 4", "after_binding STATUS_NOT_SUPPORTED", nil},
		{hostForceLate, "logon-force", "force.moment", "client 2", "after_binding conn.closed", nil},
		{hostTLS10, "look-tls10", "tls10.server", "", "answered", nil},
		{hostDenies, "logon-early-auth", "early.server", "", "not_member 5", map[string]string{"member": "not_member"}},
	} {
		s := step(t, c.step)
		var r Result
		listening(t, Step{ID: "listen-ec", Kind: Listen, Hosts: []Host{c.host}}, func(_ string, address netip.AddrPort) {
			server := Server{Address: address.String()}
			look := server.Look
			if s.Kind == LogOn {
				look = func(ctx context.Context, s Step) (*Recording, error) { return server.LogOn(ctx, s, alice()) }
			}
			recording, err := look(t.Context(), s)
			if err != nil {
				t.Error(err)
				return
			}
			r = result(recording, s, c.answers)
		})
		if got := value(r, c.claim, c.under); got != c.want {
			t.Errorf("%s at %s: %s %s is %q, want %q; %v", c.step, c.host.ID, c.claim, c.under, got, c.want, r.Findings())
		}
	}
}

// Every listening step, with the lab's client in the place of mstsc.
func TestListen(t *testing.T) {
	for _, c := range []struct {
		step    string
		level   credssp.Level
		answers map[string]string
		want    map[string]string // claim and circumstance → value
	}{
		{"listen-mitigated", credssp.Mitigated, map[string]string{"message.v4": "long", "event.v4": "4", "event.v3": "2"}, map[string]string{
			"client.version ": "6", "client.refuses v2": "before_authenticate", "client.refuses v4": "before_authenticate", "client.refuses v6": "",
			"client.mechanism ": "ntlm", "client.nonce v6": "with_binding", "client.nonce v5": "with_binding", "client.message v4": "long",
			"client.event v4": "same", "client.event v3": "not the same"}},
		{"listen-force", credssp.ForceUpdatedClients, nil, map[string]string{"client.refuses v4": "before_authenticate"}},
		{"listen-vulnerable", credssp.Vulnerable, nil, map[string]string{"client.falls_back v2": "goes_on", "client.falls_back v4": "goes_on"}},
		{"listen-unpatched", credssp.NotUpdated, map[string]string{"message.force": "short", "message.v6": "connected"}, map[string]string{
			"client.unpatched_version ": "4", "client.short_message force": "short", "client.short_message v6": ""}},
		{"listen-restart", credssp.Vulnerable, nil, map[string]string{"restart.client ": "at_once"}},
		{"listen-restart", credssp.Mitigated, nil, map[string]string{"restart.client ": "not_at_once"}},
		{"listen-ec", credssp.Mitigated, nil, map[string]string{"ec.client ": "accepted"}},
		{"listen-early-auth", credssp.Mitigated, nil, map[string]string{"early.client ": "conn.closed"}}, // the lab's client stops there
		{"listen-tls10", credssp.Mitigated, nil, map[string]string{"tls10.client ": "answered"}},
		{"listen-accounts", credssp.Mitigated, map[string]string{"text_expired": "期限切れ"}, map[string]string{"account.text text_expired": "recorded"}},
	} {
		s := step(t, c.step)
		r := result(listening(t, s, visitAs(t, c.level)), s, c.answers)
		if len(r.Connections) != len(s.Hosts) {
			t.Errorf("%s: %d connections", c.step, len(r.Connections))
		}
		for what, want := range c.want {
			claim, under, _ := strings.Cut(what, " ")
			if got := value(r, claim, under); got != want {
				t.Errorf("%s: %s is %q, want %q", c.step, what, got, want)
			}
		}
	}
}

// mstsc without Kerberos sends bare NTLM; others wrap it, and a wrong password
// ends in an errorCode.
func TestListenToOthers(t *testing.T) {
	s := step(t, "listen-accounts")
	for _, c := range []struct {
		client client
		end    string
		reads  string
	}{
		{client{domain: "FUMIDAI", user: "alice", password: "Passw0rd!", spnego: true}, "conn.closed", "spnego"},
		{client{domain: "FUMIDAI", user: "disabled", password: "Passw0rd!"}, "ntlm.logon.refused", "ntlm"},
		{client{domain: "CORP", user: "nobody", password: "x"}, "ntlm.logon.refused", "ntlm"},
	} {
		r := listening(t, s, func(_ string, address netip.AddrPort) { c.client.visit(t, address) })
		got := r.connections[0]
		if reading := got.reading(); got.End != c.end || reading.Mechanism != c.reads || !reading.Authenticate {
			t.Errorf("%s: ends with %s, reads %s", c.client.user, got.End, reading)
		}
	}
}

// A step listens where it was told to and nowhere else.
func TestListenAddresses(t *testing.T) {
	for address, beyond := range map[string][2]bool{ // may be listened on: without and with the flag
		"127.0.0.1:0": {true, true}, "[::1]:0": {true, true}, "127.9.9.9:0": {true, true},
		"192.0.2.1:0": {false, true}, "[2001:db8::1]:0": {false, true},
		"0.0.0.0:0": {false, false}, "[::]:0": {false, false}, "224.0.0.1:0": {false, false}, "127.0.0.1:65535": {false, false},
	} {
		for i, flag := range []bool{false, true} {
			o := ListenOptions{Address: netip.MustParseAddrPort(address), BeyondLoopback: flag}
			if err := o.Check(Step{Hosts: make([]Host, 2)}); (err == nil) != beyond[i] {
				t.Errorf("%s, beyond loopback %v: %v", address, flag, err)
			}
		}
	}
	_, err := ListenFor(t.Context(), step(t, "listen-ec"), ListenOptions{Address: netip.MustParseAddrPort("192.0.2.1:0")})
	if _, ok := errors.AsType[*AddressError](err); !ok {
		t.Errorf("listens: %v", err)
	}
}

// A step ends after as many connections as were asked for, and whoever waits
// for it can end it.
func TestListenEnds(t *testing.T) {
	s := step(t, "listen-ec")
	r, err := ListenFor(t.Context(), s, ListenOptions{Address: loopback, Connections: 1, Started: func(w []Waiting) {
		go visitAs(t, credssp.Mitigated)("", w[0].Address)
	}})
	if err != nil || len(r.connections) != 1 {
		t.Errorf("%v, %+v", err, r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err = ListenFor(ctx, s, ListenOptions{Address: loopback, Started: func([]Waiting) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	_, err := Server{Address: "127.0.0.1:1"}.Look(t.Context(), step(t, "look-patched"))
	e, ok := errors.AsType[*UnreachableError](err)
	if !ok || e.Code() != "fieldtest.unreachable" {
		t.Errorf("%v", err)
	}
}

func TestParseAccount(t *testing.T) {
	for name, want := range map[string]Account{
		`CORP\bob`: {"CORP", "bob", nil}, "bob": {"", "bob", nil}, "bob@corp.example": {"", "bob@corp.example", nil},
	} {
		if diff := cmp.Diff(want, ParseAccount(name, nil)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
