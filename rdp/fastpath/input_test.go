package fastpath

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// "mouse" is the fast-path input of six mouse events in the tests of IronRDP
// (crates/ironrdp-testsuite-core/tests/pdu/input.rs), as a client sent it. The
// others are made by hand from MS-RDPBCGR 2.2.8.1.2.
var inputFrames = []struct {
	name   string
	hex    string
	count  int
	events string
}{
	{
		"mouse",
		"182c 2000901a002604 2000081b002604 2000101b002604 2000081a002704 20000819002704 20000819002804",
		6, "2000901a002604 2000081b002604 2000101b002604 2000081a002704 20000819002704 20000819002804",
	},
	{"one key", "0404 001e", 1, "001e"},
	{"synchronize", "0403 62", 1, "62"},
	{"15 in the header", "3c20 001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e", 15,
		"001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e 011e 001e"},
	{"16 in a byte of their own", "0013 10 60606060606060606060606060606060", 16, "60606060606060606060606060606060"},
}

func TestInput(t *testing.T) {
	for _, c := range inputFrames {
		frame := wiretest.Unhex(t, c.hex)
		count, events, err := ParseInput(frame)
		if err != nil || count != c.count || !bytes.Equal(events, wiretest.Unhex(t, c.events)) {
			t.Errorf("%s: %d, % x, %v", c.name, count, events, err)
			continue
		}
		again, err := AppendInput([]byte{9}, count, events)
		if err != nil || !bytes.Equal(again[1:], frame) || again[0] != 9 {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		if size, err := FrameSize(frame); err != nil || size != len(frame) {
			t.Errorf("%s: FrameSize %d, %v", c.name, size, err)
		}
		for n := range frame {
			_, _, err := ParseInput(frame[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		_, _, err = ParseInput(append(frame, 0))
		wiretest.WantMalformed(t, c.name+" and a byte", err)
	}
}

func TestInputForms(t *testing.T) {
	for name, c := range map[string]struct {
		hex   string
		count int
	}{
		"long length of a short frame":      {"0480 05 001e", 1},
		"few events in a byte of their own": {"0005 01 001e", 1},
		"255 events":                        {"0005 ff 001e", 255},
	} {
		count, events, err := ParseInput(wiretest.Unhex(t, c.hex))
		if err != nil || count != c.count || !bytes.Equal(events, []byte{0, 0x1e}) {
			t.Errorf("%s: %d, % x, %v", name, count, events, err)
		}
	}
	for name, s := range map[string]string{
		"no events":                "0005 00 001e",
		"count missing":            "0002",
		"TPKT":                     "0300 0008 02f08000",
		"length too small":         "0403 001e",
		"length too large":         "0405 001e",
		"length of the header":     "0402",
		"less than the own header": "0401",
	} {
		count, events, err := ParseInput(wiretest.Unhex(t, s))
		if s == "0402" { // no bytes, which is for the events to complain about
			if err != nil || count != 1 || len(events) != 0 {
				t.Errorf("%s: %d, % x, %v", name, count, events, err)
			}
			continue
		}
		wiretest.WantMalformed(t, name, err)
	}
}

func TestInputLimits(t *testing.T) {
	for _, count := range []int{-1, 0, 256, 1 << 20} {
		out, err := AppendInput([]byte{9}, count, []byte{0x60})
		wiretest.WantMisuse(t, fmt.Sprint(count, " events"), err)
		if len(out) != 1 {
			t.Errorf("wrote % x", out)
		}
	}
	most := make([]byte, MaxFrameSize-longHeaderSize-1)
	for count := 1; count <= MaxInputEvents; count++ {
		frame, err := AppendInput(nil, count, most)
		if err != nil {
			t.Fatal(err)
		}
		got, events, err := ParseInput(frame)
		if err != nil || got != count || len(events) != len(most) {
			t.Fatalf("%d events: %d, %d bytes, %v", count, got, len(events), err)
		}
	}
	_, err := AppendInput(nil, 255, append(most, 0))
	wiretest.WantMisuse(t, "a byte more", err)
}
