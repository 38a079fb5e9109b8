package font

import (
	"math/bits"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// picture shows a glyph as text.
func picture(rows []uint16, advance int) string {
	var b strings.Builder
	for _, row := range rows {
		line := ""
		for x := range advance {
			if row&(0x8000>>x) != 0 {
				line += "#"
			} else {
				line += "."
			}
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// What the dots look like was read off the font at a large size by eye.
func TestPictures(t *testing.T) {
	for r, want := range map[rune]string{
		'A': `
........
...#....
...#....
...#....
..#.#...
..#.#...
..#.#...
.#...#..
.#...#..
.#...#..
.#####..
#.....#.
#.....#.
#.....#.
........
........
`,
		'国': `
................
.#############..
.#...........#..
.#...........#..
.#.#########.#..
.#.....#.....#..
.#.....#.....#..
.#..#######..#..
.#.....#.....#..
.#.....#.#...#..
.#.....#..#..#..
.#.#########.#..
.#...........#..
.#############..
.#...........#..
................
`,
	} {
		rows, advance := Lookup(r)
		if got := picture(rows, advance); got != strings.TrimPrefix(want, "\n") {
			t.Errorf("%c:\n%s", r, got)
		}
	}
}

func TestAdvances(t *testing.T) {
	for want, runes := range map[int]string{
		8:  " !AZaz09~¥éßｱﾝﾞ｡",
		16: "　亜鷲あンー、。「」…―①㈱─┼АЯ♪●￥Ａ０",
		0:  "\u200b\ufe0f\U000e0100\ufeff",
	} {
		for _, r := range runes {
			rows, advance := Lookup(r)
			if advance != want || len(rows) != Height {
				t.Errorf("%q advances by %d, %d rows", r, advance, len(rows))
			}
			for _, row := range rows {
				if advance < 16 && row<<advance != 0 {
					t.Errorf("%q has ink outside its %d columns", r, advance)
				}
			}
		}
	}
}

// Every printable ASCII character has ink, and no two can be mistaken for each
// other: what is read here is typed elsewhere.
func TestASCII(t *testing.T) {
	seen := map[string]rune{}
	for r := '!'; r <= '~'; r++ {
		rows, advance := Lookup(r)
		p := picture(rows, advance)
		if other, twice := seen[p]; twice || !strings.Contains(p, "#") || !Has(r) {
			t.Errorf("%c like %c:\n%s", r, other, p)
		}
		seen[p] = r
	}
	for _, pair := range []string{"0O", "lI", "l|", "I|", "1l", "1I"} {
		a, _ := Lookup(rune(pair[0]))
		b, _ := Lookup(rune(pair[1]))
		different := 0
		for y := range a {
			different += bits.OnesCount16(a[y] ^ b[y])
		}
		if different < 3 {
			t.Errorf("%s: only %d dots differ", pair, different)
		}
	}
}

// JIS X 0208 is what Japanese programs of the time of these servers write; its
// two bytes are those of Shift_JIS.
func TestJISX0208(t *testing.T) {
	var missing []rune
	count := 0
	for lead := 0x81; lead <= 0xEF; lead++ {
		if lead >= 0xA0 && lead < 0xE0 || lead >= 0x85 && lead < 0x88 || lead > 0xEA {
			continue // half-width katakana, and rows that the standard does not have
		}
		for trail := 0x40; trail <= 0xFC; trail++ {
			text, err := japanese.ShiftJIS.NewDecoder().Bytes([]byte{byte(lead), byte(trail)})
			r, _ := utf8.DecodeRune(text)
			if err != nil || r == utf8.RuneError {
				continue
			}
			count++
			if !Has(r) && !Has(variant(r)) {
				missing = append(missing, r)
			}
		}
	}
	// The package has no slice for Greek, and the font not every sign.
	missing = slices.DeleteFunc(missing, func(r rune) bool { return unicode.Is(unicode.Greek, r) || r == '≒' })
	if count < 6800 || len(missing) > 0 {
		t.Errorf("%d characters, missing: %q", count, missing)
	}
}

func TestVariants(t *testing.T) {
	for r, same := range map[rune]rune{'﨑': '崎', '\u2007': ' ', '\u2225': '\u2016'} {
		got, _ := Lookup(r)
		want, _ := Lookup(same)
		if !slices.Equal(got, want) {
			t.Errorf("%q is not drawn like %q", r, same)
		}
	}
	if got, _ := Lookup('髙'); slices.Equal(got, fullBox[:]) {
		t.Error("no glyph for 髙")
	}
}

// What the font has not is a box that people see, as wide as its neighbours.
func TestMissing(t *testing.T) {
	for r, want := range map[rune]int{'\n': 8, 0x7F: 8, '\u0600': 8, '가': 16, '👍': 16, utf8.MaxRune: 16, -1: 8, utf8.RuneError: 16} {
		rows, advance := Lookup(r)
		p := picture(rows, advance)
		if advance != want || strings.Count(p, "#") < 20 || Has(r) {
			t.Errorf("%q advances by %d:\n%s", r, advance, p)
		}
	}
}

func TestLookupDoesNotAllocate(t *testing.T) {
	Lookup('A')
	if n := testing.AllocsPerRun(100, func() {
		for _, r := range "A国﨑👍\ufe0f" {
			Lookup(r)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTable(t *testing.T) {
	g := table()
	if len(g.runes) < 8000 || len(g.wide) != len(g.runes) || len(g.rows) != Height*len(g.runes) || !slices.IsSorted(g.runes) {
		t.Errorf("%d runes, %d widths, %d rows", len(g.runes), len(g.wide), len(g.rows))
	}
	if len(packed) > 250_000 {
		t.Errorf("%d bytes in the program", len(packed))
	}
}

func BenchmarkLookup(b *testing.B) {
	for b.Loop() {
		Lookup('国')
	}
}
