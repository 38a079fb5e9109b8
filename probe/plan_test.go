package probe

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/verdict"
)

const maxConnections = 12

func TestPlan(t *testing.T) {
	connections, names := map[Depth]int{}, map[string]bool{}
	for _, c := range plan {
		if names[c.name] || c.name == "" || c.asks == "" || c.yields == "" || c.open == nil || c.look == nil {
			t.Errorf("incomplete or twice: %s", c.name)
		}
		names[c.name] = true
		for _, d := range Depths() {
			if d.includes(c.depth) {
				connections[d] += c.times
			}
		}
	}
	want := map[Depth]int{DepthVerdict: 1, DepthStandard: 2, DepthFull: maxConnections}
	if diff := cmp.Diff(want, connections); diff != "" {
		t.Errorf("connections (-want +got):\n%s", diff)
	}
}

var planRow = regexp.MustCompile("(?m)^\\| ([0-9–]+) \\| `([a-z]+)` \\| ([a-z]+) \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$")

// The page lists what is asked, word for word, and marks what it says about
// Windows.
func TestPlanIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/probe.md")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	next := 1
	for _, c := range plan {
		number := fmt.Sprint(next)
		if c.times > 1 {
			number = fmt.Sprintf("%d–%d", next, next+c.times-1)
		}
		next += c.times
		want = append(want, strings.Join([]string{number, c.name, string(c.depth), c.asks, "`" + strings.ReplaceAll(c.yields, ", ", "`, `") + "`"}, " | "))
	}
	for _, row := range planRow.FindAllStringSubmatch(string(page), -1) {
		got = append(got, strings.Join(row[1:6], " | "))
		if traces := row[6]; !strings.Contains(traces, "(confirmed") && !strings.Contains(traces, "(inferred") {
			t.Errorf("%s: the traces have no mark: %s", row[2], traces)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-plan +page):\n%s", diff)
	}
}

// The questions about TLS come in this order, and none comes twice.
func TestNextHello(t *testing.T) {
	refused := func(h verdict.Hello) verdict.Hello { h.Refusal = "tls.closed"; return h }
	unclear := func(h verdict.Hello) verdict.Hello { return h }
	same := func(h verdict.Hello) verdict.Hello { h.Version, h.Suite = h.Highest, 0xC02F; return h }
	for _, c := range []struct {
		name   string
		first  *verdict.TLS
		answer func(verdict.Hello) verdict.Hello
		want   string
	}{
		{"everything is refused", nil, refused, "0304 0303rc4 03033des 0303rsa 0303dhe"},
		{"nothing is answered", nil, unclear, "0304 0303 0302 0301 0300 0303rc4 03033des 0303rsa 0303dhe"},
		{"every version is accepted", nil, same, "0304 0303 0302 0301 0300 0303rc4 03033des 0303rsa 0303dhe"},
		{"below TLS 1.3 all is refused", &verdict.TLS{Version: 0x0304, CipherSuite: 0x1301}, refused, "0303 0303rc4 03033des 0303rsa 0303dhe"},
		{"3DES was chosen at once", &verdict.TLS{Version: 0x0301, CipherSuite: 0x000A}, refused, "0300 0303rc4 0303dhe"},
	} {
		f := verdict.Facts{TLS: c.first}
		var got []string
		for h, open := nextHello(f); open; h, open = nextHello(f) {
			got = append(got, fmt.Sprintf("%04x%s", h.Highest, h.Family))
			f.Hellos = append(f.Hellos, c.answer(h))
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
