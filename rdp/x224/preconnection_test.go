package x224

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The examples of MS-RDPEPS section 4, and the blob of xfreerdp 2.11 /pcb:hello
// captured on loopback (it counts one more character than it has).
var preconnections = []struct {
	name  string
	hex   string
	want  Preconnection
	exact bool // writing it gives the same bytes
}{
	{
		"version 1", "10000000 00000000 01000000 eb99c6ee",
		Preconnection{Version: PreconnectionV1, ID: 0xEEC699EB}, true,
	},
	{
		"TestVM", "20000000 00000000 02000000 00000000 0700 5400650073007400 56004d00 0000",
		Preconnection{Version: PreconnectionV2, PCB: "TestVM"}, true,
	},
	{
		"Hyper-V", `7a000000 00000000 02000000 00000000 3400
		 420041003100420036004400420044002d0038003900410043002d003400360033003000
		 2d0041003700330037002d004300340042004300430033004200420039003900460042003b00
		 45006e00680061006e006300650064004d006f00640065003d0031000000`,
		Preconnection{Version: PreconnectionV2, PCB: "BA1B6DBD-89AC-4630-A737-C4BCC3BB99FB;EnhancedMode=1"}, true,
	},
	{
		"FreeRDP", "20000000 00000000 02000000 00000000 0700 680065006c006c006f00 0000 0000",
		Preconnection{Version: PreconnectionV2, PCB: "hello"}, false,
	},
	{
		"no text", "12000000 00000000 02000000 2a000000 0000",
		Preconnection{Version: PreconnectionV2, ID: 42}, true,
	},
	{
		"no terminator", "16000000 00000000 02000000 00000000 0200 61006200",
		Preconnection{Version: PreconnectionV2, PCB: "ab"}, false,
	},
	{
		"bytes after the text", "18000000 00000000 02000000 00000000 0100 6100 ffff0000",
		Preconnection{Version: PreconnectionV2, PCB: "a"}, false,
	},
	{
		"flags and an unknown version", "12000000 ffffffff 07000000 00000000 0000",
		Preconnection{Version: PreconnectionV2}, false,
	},
	{
		"size of version 1, version 2", "10000000 00000000 02000000 01000000",
		Preconnection{Version: PreconnectionV1, ID: 1}, false,
	},
}

func TestPreconnection(t *testing.T) {
	for _, c := range preconnections {
		b := wiretest.Unhex(t, c.hex)
		got, err := ParsePreconnection(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if !IsPreconnection(b) || !IsPreconnection(b[:4]) {
			t.Errorf("%s: not recognised", c.name)
		}
		if size, err := PreconnectionSize(b[:4]); err != nil || size != len(b) {
			t.Errorf("%s: size %d, %v", c.name, size, err)
		}
		again, err := AppendPreconnection([]byte{9}, got)
		if err != nil || bytes.Equal(again[1:], b) != c.exact {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		for n := range b {
			_, err := ParsePreconnection(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
	}
}

func TestIsPreconnection(t *testing.T) {
	for name, head := range map[string][]byte{
		"nothing":          nil,
		"three bytes":      {0x10, 0, 0},
		"TPKT":             {3, 0, 0, 0x2a},
		"TPKT, long":       {3, 0, 0xff, 0xff},
		"TPKT, bad length": {3, 0, 0, 0},
		"TLS 1.0 hello":    {0x16, 3, 1, 2},
		"TLS, short":       {0x16, 3, 1, 0},
		"HTTP":             []byte("GET "),
		"SSH":              []byte("SSH-"),
	} {
		if IsPreconnection(head) {
			t.Errorf("%s: taken for a pre-connection PDU", name)
		}
	}
}

func TestPreconnectionSize(t *testing.T) {
	for _, c := range []struct {
		head []byte
		size int
		bad  bool
	}{
		{nil, 0, false},
		{[]byte{0x10, 0, 0}, 0, false},
		{[]byte{0, 0, 0, 0}, 0, true},
		{[]byte{15, 0, 0, 0}, 0, true},
		{[]byte{16, 0, 0, 0}, 16, false},
		{[]byte{17, 0, 0, 0}, 0, true},
		{[]byte{18, 0, 0, 0}, 18, false},
		{[]byte{0, 0x40, 0, 0}, MaxPreconnectionSize, false},
		{[]byte{1, 0x40, 0, 0}, 0, true},
		{[]byte{0xff, 0xff, 0xff, 0xff}, 0, true},
	} {
		size, err := PreconnectionSize(c.head)
		if size != c.size || (err != nil) != c.bad {
			t.Errorf("% x: %d, %v", c.head, size, err)
		}
		if c.bad {
			wiretest.WantMalformed(t, fmt.Sprintf("% x", c.head), err)
		}
	}
}

func TestPreconnectionMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"version 1 with text":        "14000000 00000000 01000000 00000000 0100 6100",
		"text longer than the PDU":   "14000000 00000000 02000000 00000000 0200 6100",
		"text of 65535 characters":   "14000000 00000000 02000000 00000000 ffff 6100",
		"size smaller than received": "10000000 00000000 02000000 00000000 0000",
	} {
		_, err := ParsePreconnection(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestPreconnectionMisuse(t *testing.T) {
	for name, m := range map[string]*Preconnection{
		"no version":        {},
		"version 3":         {Version: 3},
		"text in version 1": {Version: PreconnectionV1, PCB: "a"},
		"NUL":               {Version: PreconnectionV2, PCB: "a\x00b"},
		"too long":          {Version: PreconnectionV2, PCB: strings.Repeat("a", (MaxPreconnectionSize-18)/2)},
	} {
		out, err := AppendPreconnection([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	longest := &Preconnection{Version: PreconnectionV2, PCB: strings.Repeat("a", (MaxPreconnectionSize-18)/2-1)}
	b, err := AppendPreconnection(nil, longest)
	if err != nil || len(b) != MaxPreconnectionSize {
		t.Fatalf("longest: %d bytes, %v", len(b), err)
	}
}

func FuzzPreconnection(f *testing.F) {
	for _, c := range preconnections {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		size, sizeErr := PreconnectionSize(b)
		m, err := ParsePreconnection(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if sizeErr != nil || size != len(b) || !IsPreconnection(b) {
			t.Fatalf("parsed, but size %d, %v", size, sizeErr)
		}
		if 18+len(wire.AppendUTF16(nil, m.PCB)) == MaxPreconnectionSize {
			return // filled to the limit, no room for a terminator
		}
		again, err := AppendPreconnection(nil, m)
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		m2, err := ParsePreconnection(again)
		if d := cmp.Diff(m, m2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
