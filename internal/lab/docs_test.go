package lab

import (
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
)

// The documentation names every host, and has the facts of the shapes and the
// truth of the faults as the lab plays them, in both languages.
func TestDocumentation(t *testing.T) {
	for _, name := range []string{"lab.md", "lab.ja.md"} {
		text, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
		if err != nil {
			t.Fatal(err)
		}
		rows := tableRows(string(text))
		for _, h := range Hosts() {
			if !strings.Contains(string(text), h.Name) {
				t.Errorf("%s: nothing about %s", name, h.Name)
			}
		}
		column := map[string][]string{"lab.md": {"fault", "most severe finding"}, "lab.ja.md": {"障害", "最も重大な所見"}}[name]
		if row := rows[column[0]]; len(row) != 3 || row[2] != column[1] {
			t.Errorf("%s: the columns of the faults are %q", name, row)
		}
		for _, u := range Users() {
			if rows[u] == nil {
				t.Errorf("%s: nothing about %s", name, u)
			}
		}
		for _, s := range Shapes() {
			if row := rows[s.Name]; len(row) != 8 || !agrees(s, row) {
				t.Errorf("%s: %q, the lab has %+v", name, row, s)
			}
		}
		for _, h := range faultyHosts() {
			if row := rows[h.Name]; len(row) != 3 || row[2] != h.Truth.Finding {
				t.Errorf("%s: %q, the truth is %+v", name, row, h.Truth)
			}
		}
	}
}

// tableRows are the cells of each row by the first of them.
func tableRows(text string) map[string][]string {
	rows := map[string][]string{}
	for line := range strings.Lines(text) {
		if cells, ok := strings.CutPrefix(strings.TrimSpace(line), "| "); ok {
			row := strings.Split(strings.TrimSuffix(cells, " |"), " | ")
			rows[row[0]] = row
		}
	}
	return rows
}

// agrees compares a row with a shape, column by column.
func agrees(s Shape, row []string) bool {
	marked := func(value string, m catalogue.Mark) string {
		return value + " " + strings.ToUpper(string(m[0]))
	}
	exchange, hash, early := "ECDHE", "SHA-256", []string{"yes", "あり"}
	if s.RSAKeyExchange {
		exchange = "RSA"
	}
	if s.SHA1 {
		hash = "SHA-1"
	}
	if !s.EarlyAuth {
		early = []string{"no", "なし"}
	}
	unfixed := fmt.Sprint(s.Unfixed)
	if s.Unfixed == 0 {
		unfixed = "–"
	}
	low, high := number(s.MinTLS), number(s.MaxTLS)
	versions := []string{low + " to " + high, low + "–" + high}
	if low == high {
		versions = []string{low}
	}
	return row[2] == marked(fmt.Sprintf("%d.%d.%d", s.Version.Major, s.Version.Minor, s.Version.Build), catalogue.Confirmed) &&
		row[3] == marked(fmt.Sprintf("%s, %d", unfixed, s.Fixed), s.Marks.CredSSP) &&
		slices.ContainsFunc(versions, func(v string) bool { return row[4] == marked(v, s.Marks.TLS) }) &&
		row[5] == marked(exchange, s.Marks.KeyExchange) &&
		slices.ContainsFunc(early, func(v string) bool { return row[6] == marked(v, s.Marks.EarlyAuth) }) &&
		row[7] == marked(hash, s.Marks.Certificate)
}

// number is a version of TLS without its name.
func number(version uint16) string { return strings.TrimPrefix(tls.VersionName(version), "TLS ") }
