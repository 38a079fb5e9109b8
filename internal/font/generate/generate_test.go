package main

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"encoding/binary"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/image/font/gofont/goregular"
)

// woff packs tables, the first of them compressed.
func woff(t *testing.T, tables ...string) []byte {
	t.Helper()
	out := append([]byte("wOFF\x00\x01\x00\x00"), make([]byte, 36)...)
	binary.BigEndian.PutUint16(out[12:], uint16(len(tables)/2))
	offset := len(out) + len(tables)/2*woffEntrySize
	var data []byte
	for i := 0; i < len(tables); i += 2 {
		packed := []byte(tables[i+1])
		if i == 0 {
			var z bytes.Buffer
			w := zlib.NewWriter(&z)
			if _, err := w.Write(packed); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			packed = z.Bytes()
		}
		out = append(out, tables[i]...)
		for _, n := range []int{offset + len(data), len(packed), len(tables[i+1]), 7} {
			out = binary.BigEndian.AppendUint32(out, uint32(n))
		}
		data = append(data, packed...)
	}
	return append(out, data...)
}

func TestUnpackWOFF(t *testing.T) {
	long := strings.Repeat("z", 101)
	got, err := unpackWOFF(woff(t, "zzzz", long, "abcd", "12345"))
	want := "\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00" +
		"abcd\x00\x00\x00\x07\x00\x00\x00\x2c\x00\x00\x00\x05" + // by their names
		"zzzz\x00\x00\x00\x07\x00\x00\x00\x34\x00\x00\x00\x65" +
		"12345\x00\x00\x00" + long + "\x00\x00\x00"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%q\nwant\n%q", err, got, want)
	}
}

func TestDamagedWOFF(t *testing.T) {
	good := woff(t, "zzzz", strings.Repeat("z", 101), "abcd", "12345")
	for n := range good {
		if _, err := unpackWOFF(good[:n]); err == nil {
			t.Errorf("cut to %d: no error", n)
		}
	}
	for what, change := range map[string]func(b []byte){
		"signature":     func(b []byte) { b[3] = '2' },
		"offset":        func(b []byte) { b[48] = 0xFF },
		"longer packed": func(b []byte) { b[44+20+11]++ },
		"huge table":    func(b []byte) { b[56] = 0x7F },
		"not zlib":      func(b []byte) { b[84] ^= 0xFF },
	} {
		bad := bytes.Clone(good)
		change(bad)
		if _, err := unpackWOFF(bad); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
}

// square is the outline of dots of a glyph whose first column begins at left.
func square(left, upper float64, dots ...[2]int) outline {
	var o outline
	for _, d := range dots {
		x, y := left+float64(d[0])*pitch, upper+float64(d[1])*pitch
		corners := []point{{x, y}, {x + 2*radius, y}, {x + 2*radius, y + 2*radius}, {x, y + 2*radius}}
		for i := range corners {
			o = append(o, [2]point{corners[i], corners[(i+1)%4]})
		}
	}
	return o
}

func TestDots(t *testing.T) {
	for _, c := range []struct {
		what    string
		o       outline
		advance int
		want    map[int]uint16 // rows with ink
	}{
		{"corners", square(wideLeft, top, [2]int{0, 0}, [2]int{14, 0}, [2]int{0, 14}, [2]int{1, 14}), 16,
			map[int]uint16{0: 0x8002, 14: 0xC000}},
		{"shifted by half a dot", square(wideLeft+pitch/2, top+pitch/2, [2]int{0, 0}, [2]int{13, 3}), 16,
			map[int]uint16{1: 0x4000, 4: 0x0002}},
		{"half width", square(halfLeft, top, [2]int{0, 2}, [2]int{6, 2}), 8, map[int]uint16{2: 0x8200}},
		{"nothing", nil, 8, nil},
	} {
		g := c.o.dots(c.advance)
		for y, row := range g.rows {
			if row != c.want[y] {
				t.Errorf("%s: row %d is %04x, want %04x", c.what, y, row, c.want[y])
			}
		}
		if g.advance != c.advance {
			t.Errorf("%s: advance %d", c.what, g.advance)
		}
	}
}

func TestPack(t *testing.T) {
	half, full := glyph{advance: 8}, glyph{advance: 16}
	half.rows[0], full.rows[15] = 0x8100, 0x1234
	packed, err := pack(map[rune]glyph{'A': half, 'あ': full})
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
	want := "\x82\x01" + // 0x41 << 1
		"\x83\xc0\x01" + // (0x3042-0x41) << 1 | 1
		"\x00" + "\x81" + strings.Repeat("\x00", 15) + strings.Repeat("\x00", 30) + "\x12\x34"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%q\nwant\n%q", err, got, want)
	}
}

func TestOtherFonts(t *testing.T) {
	if err := addGlyphs(map[rune]glyph{}, goregular.TTF); err == nil || !strings.Contains(err.Error(), "units per em") {
		t.Errorf("a font of curves: %v", err)
	}
	if err := addGlyphs(map[rune]glyph{}, []byte("no font")); err == nil {
		t.Error("no error")
	}
	out := filepath.Join(t.TempDir(), "x.bin")
	if err := run(t.TempDir(), out); err == nil || !strings.Contains(err.Error(), "no WOFF") {
		t.Errorf("an empty folder: %v", err)
	}
}
