package lab

import (
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

// The outcomes, short enough for a table.
const (
	binding  = verdict.Connects
	keyEcho  = verdict.ConnectsInsecurely
	byClient = verdict.RefusedByClient
	byServer = verdict.RefusedByServer
	noNLA    = verdict.NotByCredSSP
)

// TestMatrix logs on to every host with a client of every level. The outcomes
// are the table of KB4093492 as three public sources repeat it (confirmed; that
// the cells below version 5 are the unsafe ones is inferred from MS-CSSP), not
// what credssp.Policy computes.
func TestMatrix(t *testing.T) {
	leavesNothing(t)
	type row struct {
		host Host
		// for clients: not updated, Force Updated Clients, Mitigated, Vulnerable
		outcomes [4]verdict.Outcome
		versions [4]int // both ends go on with, 0 = they do not
	}
	unpatched := [4]verdict.Outcome{keyEcho, byClient, byClient, keyEcho}
	force := [4]verdict.Outcome{byServer, binding, binding, binding}
	mitigated := [4]verdict.Outcome{keyEcho, binding, binding, binding}
	without := [4]verdict.Outcome{noNLA, noNLA, noNLA, noNLA}
	rows := []row{
		{named(t, "OLD-2008R2"), unpatched, [4]int{2, 0, 0, 2}},
		{named(t, "OLD-2012R2"), unpatched, [4]int{3, 0, 0, 3}},
		{named(t, "OLD-2016"), unpatched, [4]int{4, 0, 0, 4}},
		{named(t, "NEW-2008R2"), mitigated, [4]int{4, 5, 5, 5}},
		{named(t, "NEW-2019"), mitigated, [4]int{4, 6, 6, 6}},
		{named(t, "FORCE-2022"), force, [4]int{0, 6, 6, 6}},
		{named(t, "NLAOFF-2016"), mitigated, [4]int{4, 6, 6, 6}},
		{named(t, "TLSONLY"), without, [4]int{}},
		{named(t, "RDPSEC-2008R2"), without, [4]int{}},
		{named(t, "XP"), without, [4]int{}},
	}
	if len(rows) != len(Hosts()) {
		t.Errorf("%d rows for %d hosts", len(rows), len(Hosts()))
	}
	// A server set to Vulnerable answers as one under Mitigated, and a level
	// means the same at version 5.
	for _, earlyAuth := range []bool{false, true} {
		rows = append(rows,
			row{Host{Name: "VULN-6", Level: credssp.Vulnerable, CredSSP: 6, EarlyAuth: earlyAuth}, mitigated, [4]int{4, 6, 6, 6}},
			row{Host{Name: "VULN-5", Level: credssp.Vulnerable, CredSSP: 5, EarlyAuth: earlyAuth}, mitigated, [4]int{4, 5, 5, 5}},
			row{Host{Name: "FORCE-5", Level: credssp.ForceUpdatedClients, CredSSP: 5, EarlyAuth: earlyAuth}, force, [4]int{0, 5, 5, 5}},
			row{Host{Name: "FORCE-6", Level: credssp.ForceUpdatedClients, CredSSP: 6, EarlyAuth: earlyAuth}, force, [4]int{0, 6, 6, 6}})
	}
	levels := []credssp.Level{credssp.NotUpdated, credssp.ForceUpdatedClients, credssp.Mitigated, credssp.Vulnerable}
	for _, r := range rows {
		l := start(t, r.host)
		for i, level := range levels {
			v := visit(t, l.Hosts[0].Address, level)
			e := l.event()
			if v.Client != level || v.Outcome != r.outcomes[i] || v.Version != r.versions[i] {
				t.Errorf("%s, client %v: %s at version %d (%v), want %s at %d",
					r.host.Name, level, v.Outcome, v.Version, v.Err, r.outcomes[i], r.versions[i])
			}
			// The host saw the same, and the user is known to it only then.
			if logged := r.versions[i] != 0; e.Version != r.versions[i] || e.RightPassword != logged || (e.User != "") != logged || (e.Delegated != "") != logged {
				t.Errorf("%s, client %v: the host saw %+v", r.host.Name, level, e)
			}
			if want := stated(r.outcomes[i], level); e.PeerVersion != want {
				t.Errorf("%s, client %v: the host saw version %d, want %d", r.host.Name, level, e.PeerVersion, want)
			}
		}
		l.Close()
	}
}

// stated is the version a client of our own states: the highest it has.
func stated(o verdict.Outcome, level credssp.Level) int {
	switch {
	case o == noNLA:
		return 0
	case level == credssp.NotUpdated:
		return 4
	}
	return 6
}

// Nobody is there: that is no outcome.
func TestLogOnToNobody(t *testing.T) {
	l := start(t, named(t, "XP"))
	l.Close()
	if v := visit(t, l.Hosts[0].Address, credssp.Mitigated); v.Outcome != verdict.OutcomeUnknown || v.Err == nil {
		t.Errorf("%+v", v)
	}
}
