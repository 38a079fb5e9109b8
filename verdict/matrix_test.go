package verdict_test

import (
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

// The table of KB4093492: rows are clients, columns servers, both in the order
// not updated, Force Updated Clients, Mitigated, Vulnerable. The three blocked
// pairs are confirmed by MicrosoftDocs/SupportArticles-docs (KB 4295591), by
// itinlegal.wordpress.com/tag/patches and by the Tencent Cloud documentation;
// "insecure" is inferred from MS-CSSP: those pairs run versions 2 to 4.
var published = [4][4]verdict.Outcome{
	{verdict.ConnectsInsecurely, verdict.RefusedByServer, verdict.ConnectsInsecurely, verdict.ConnectsInsecurely},
	{verdict.RefusedByClient, verdict.Connects, verdict.Connects, verdict.Connects},
	{verdict.RefusedByClient, verdict.Connects, verdict.Connects, verdict.Connects},
	{verdict.ConnectsInsecurely, verdict.Connects, verdict.Connects, verdict.Connects},
}

func TestPairIsThePublishedTable(t *testing.T) {
	for c, client := range credssp.Levels() {
		for s, server := range credssp.Levels() {
			if got := verdict.Pair(client, server); got != published[c][s] {
				t.Errorf("client %v, server %v: %s, want %s", client, server, got, published[c][s])
			}
		}
	}
}

func TestPairOfNoLevelIsUnknown(t *testing.T) {
	for _, p := range [][2]credssp.Level{{0, credssp.Mitigated}, {credssp.Mitigated, 0}, {9, 9}} {
		if got := verdict.Pair(p[0], p[1]); got != verdict.OutcomeUnknown {
			t.Errorf("Pair(%v, %v) = %s", p[0], p[1], got)
		}
	}
	if got := verdict.LevelCode(0); got != "level.0" {
		t.Errorf("LevelCode(0) = %q", got)
	}
}

// What each client level experiences per version that a server states: the
// column of the table for 2 to 4, and for 5 and above what all three updated
// columns agree on.
func TestClientsByServerVersion(t *testing.T) {
	const (
		absent  = "connects_insecure refused_by_client refused_by_client connects_insecure"
		present = "depends_on_server_policy connects connects connects"
		unknown = "unknown unknown unknown unknown"
	)
	for v, want := range map[int]string{
		0: unknown, 1: unknown, 2: absent, 3: absent, 4: absent, 5: present, 6: present, 7: present, 96: present,
	} {
		got := verdict.Decide(answering(v, 0, 0, 0))
		if outcomes(got) != want {
			t.Errorf("version %d: %s, want %s", v, outcomes(got), want)
		}
	}
}

// Whatever the facts say, clients do not use CredSSP with a server that
// selected another layer.
func TestClientsWithoutCredSSP(t *testing.T) {
	const none = "not_by_credssp not_by_credssp not_by_credssp not_by_credssp"
	for _, layer := range []verdict.Layer{verdict.LayerRDP, verdict.LayerTLS} {
		for _, f := range []verdict.Facts{
			{Reach: verdict.Reached, Selected: layer},
			with(answering(4, 0, 0, 0), func(f *verdict.Facts) { f.Selected = layer }),
		} {
			if got := outcomes(verdict.Decide(f)); got != none {
				t.Errorf("%s: %s", layer, got)
			}
		}
	}
}

func TestWhatTheUserSees(t *testing.T) {
	for o, want := range map[verdict.Outcome]string{
		verdict.Connects:              "",
		verdict.ConnectsInsecurely:    "",
		verdict.RefusedByClient:       "mstsc.oracle_remediation",
		verdict.RefusedByServer:       "mstsc.function_not_supported",
		verdict.DependsOnServerPolicy: "mstsc.function_not_supported",
		verdict.NotByCredSSP:          "",
		verdict.OutcomeUnknown:        "",
	} {
		if got := o.Sees(); got != want {
			t.Errorf("%s: %q, want %q", o, got, want)
		}
	}
	for _, c := range verdict.Decide(answering(4, 0, 0, 0)).Clients {
		if c.Sees != c.Outcome.Sees() {
			t.Errorf("cell of %v: sees %q", c.Client, c.Sees)
		}
	}
}
