package matrix

import (
	"os"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

// TestLive runs the sixteen cells for each point at which a server might
// refuse.
func TestLive(t *testing.T) {
	for point, at := range map[credssp.RefusePoint]string{
		credssp.RefuseAtFirstToken: "negoTokens",
		credssp.RefuseAfterBinding: "pubKeyAuth",
		credssp.RefuseByClosing:    "negoTokens",
	} {
		cells, err := Live(t.Context(), point)
		if err != nil {
			t.Fatal(err)
		}
		if len(cells) != 16 {
			t.Fatalf("%d cells", len(cells))
		}
		for _, c := range cells {
			if !c.Agrees {
				t.Errorf("point %d: %+v", point, c)
			}
			if c.Published == BlockedByServer && c.RefusedAt != at {
				t.Errorf("point %d: refused at %s, want %s", point, c.RefusedAt, at)
			}
		}
	}
}

// TestJudge: a cell that only looks right does not agree.
func TestJudge(t *testing.T) {
	published, err := LoadPublished()
	if err != nil {
		t.Fatal(err)
	}
	blocked := Cell{Client: credssp.Mitigated, Server: credssp.NotUpdated, Outcome: verdict.RefusedByClient, Reason: "credssp.version.refused"}
	allowed := Cell{Client: credssp.Mitigated, Server: credssp.Mitigated, Outcome: verdict.Connects, Decrypted: true}
	for _, c := range []struct {
		name   string
		cell   Cell
		spoil  func(*Cell)
		agrees bool
	}{
		{"blocked", blocked, func(*Cell) {}, true},
		{"blocked for another reason", blocked, func(c *Cell) { c.Reason = "conn.closed" }, false},
		{"blocked after AUTHENTICATE", blocked, func(c *Cell) { c.Authenticate = true }, false},
		{"blocked by the wrong side", blocked, func(c *Cell) { c.Outcome = verdict.RefusedByServer }, false},
		{"blocked with credentials", blocked, func(c *Cell) { c.Decrypted = true }, false},
		{"not blocked", blocked, func(c *Cell) { c.Outcome, c.Decrypted = verdict.ConnectsInsecurely, true }, false},
		{"allowed", allowed, func(*Cell) {}, true},
		{"allowed without credentials", allowed, func(c *Cell) { c.Decrypted = false }, false},
		{"allowed but insecure", allowed, func(c *Cell) { c.Outcome = verdict.ConnectsInsecurely }, false},
	} {
		c.spoil(&c.cell)
		if c.cell.judge(published, nil); c.cell.Agrees != c.agrees {
			t.Errorf("%s: agrees %v", c.name, c.cell.Agrees)
		}
	}
}

// TestPublished: three combinations are blocked, and the table says which side
// does it.
func TestPublished(t *testing.T) {
	published, err := LoadPublished()
	if err != nil {
		t.Fatal(err)
	}
	count := map[Expectation]int{}
	for _, client := range credssp.Levels() {
		for _, server := range credssp.Levels() {
			count[published[client][server]]++
		}
	}
	if count[BlockedByClient] != 2 || count[BlockedByServer] != 1 || count[Insecure] != 4 || count[Allowed] != 9 {
		t.Errorf("%v", count)
	}
}

// TestEvidence: every cell that claims a stranger names a case that must run
// where peers are required.
func TestEvidence(t *testing.T) {
	list, err := LoadEvidence()
	if err != nil {
		t.Fatal(err)
	}
	minimum, err := os.ReadFile("../../interop/minimum.txt")
	if err != nil {
		t.Fatal(err)
	}
	confirmed := 0
	seen := map[string]bool{}
	for _, e := range list {
		if level(e.Client) == 0 || level(e.Server) == 0 || seen[e.Client+e.Server] {
			t.Errorf("cell %s × %s is unknown or twice there", e.Client, e.Server)
		}
		seen[e.Client+e.Server] = true
		if !strings.Contains(string(minimum), "\n"+e.Case+"\n") || !strings.HasPrefix(e.Case, e.Stranger+": ") {
			t.Errorf("%s × %s: no case %q", e.Client, e.Server, e.Case)
		}
		switch e.Label {
		case "confirmed":
			confirmed++
		case "independent mechanism":
		default:
			t.Errorf("label %q", e.Label)
		}
	}
	if confirmed < 9 {
		t.Errorf("%d cells confirmed", confirmed)
	}
}
