package share

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// bodies are those of the small Data PDUs, each with its bytes as the tables of
// the sections say.
var bodies = []struct {
	name, digits string
	want         any
	parse        func([]byte) (any, error)
	appendTo     func([]byte, any) ([]byte, error)
}{
	{"refresh rect", "02000000 0000 0000 ff04 ff03 0a00 1400 1d00 2700", RefreshRect{[]Rect{{0, 0, 1279, 1023}, {10, 20, 29, 39}}},
		func(b []byte) (any, error) { return ParseRefreshRect(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendRefreshRect(dst, m.(RefreshRect)) }},
	{"suppress output", "00000000", SuppressOutput{},
		func(b []byte) (any, error) { return ParseSuppressOutput(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendSuppressOutput(dst, m.(SuppressOutput)), nil }},
	{"allow output", "01000000 0000 0000 ff04 ff03", SuppressOutput{true, Rect{0, 0, 1279, 1023}},
		func(b []byte) (any, error) { return ParseSuppressOutput(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendSuppressOutput(dst, m.(SuppressOutput)), nil }},
	{"status info", "02050000", StatusInfo{StatusVMWaking},
		func(b []byte) (any, error) { return ParseStatusInfo(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendStatusInfo(dst, m.(StatusInfo)), nil }},
	{"ARC status", "6d0000c0", ARCStatus{0xC000006D},
		func(b []byte) (any, error) { return ParseARCStatus(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendARCStatus(dst, m.(ARCStatus)), nil }},
	{"frame acknowledge", "78563412", FrameAcknowledge{0x12345678},
		func(b []byte) (any, error) { return ParseFrameAcknowledge(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendFrameAcknowledge(dst, m.(FrameAcknowledge)), nil }},
	{"keyboard indicators", "0000 0600", SetKeyboardIndicators{6},
		func(b []byte) (any, error) { return ParseSetKeyboardIndicators(b) },
		func(dst []byte, m any) ([]byte, error) {
			return AppendSetKeyboardIndicators(dst, m.(SetKeyboardIndicators)), nil
		}},
	{"persistent keys", "0100 0000 0200 0000 0000 0100 0000 f401 0000 0000 02 00 0000" +
		"a67177d1 ffe6c89a" + "10c01bf0 d6cb2dfa" + "46aaff92 5e8aa7d3", &PersistentKeyList{
		NumEntries: [5]uint16{1, 0, 2}, TotalEntries: [5]uint16{1, 0, 500}, BitMask: PersistLastPDU,
		Keys: []byte("\xa6\x71\x77\xd1\xff\xe6\xc8\x9a\x10\xc0\x1b\xf0\xd6\xcb\x2d\xfa\x46\xaa\xff\x92\x5e\x8a\xa7\xd3")},
		func(b []byte) (any, error) { return ParsePersistentKeyList(b) },
		func(dst []byte, m any) ([]byte, error) { return AppendPersistentKeyList(dst, m.(*PersistentKeyList)) }},
}

func TestBodies(t *testing.T) {
	for _, c := range bodies {
		b := wiretest.Unhex(t, c.digits)
		got, err := c.parse(b)
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", c.name, err, d)
			continue
		}
		if out, err := c.appendTo([]byte{9}, got); err != nil || !bytes.Equal(out[1:], b) {
			t.Errorf("%s: % x, %v", c.name, out, err)
		}
		for n := range b {
			_, err := c.parse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		// Newer versions may lengthen a message.
		if longer, err := c.parse(append(b, 1, 2, 3)); err != nil || !cmp.Equal(c.want, longer) {
			t.Errorf("%s with bytes behind: %+v, %v", c.name, longer, err)
		}
	}
}

func TestBodiesMalformed(t *testing.T) {
	monitor := bytes.Repeat([]byte{0}, 20*65)
	for name, b := range map[string][]byte{
		"64 monitors + 1":     append(wiretest.Unhex(t, "41000000"), monitor...),
		"4 Gi monitors":       append(wiretest.Unhex(t, "ffffffff"), monitor...),
		"one monitor missing": append(wiretest.Unhex(t, "02000000"), monitor[:39]...),
	} {
		_, err := ParseMonitorLayout(b)
		wiretest.WantMalformed(t, name, err)
	}
	_, err := ParseRefreshRect(wiretest.Unhex(t, "ff000000 0000 0000 0000 0000"))
	wiretest.WantMalformed(t, "255 areas", err)
	_, err = ParsePersistentKeyList(wiretest.Unhex(t, "ffff ffff ffff ffff ffff 0000 0000 0000 0000 0000 03 00 0000"))
	wiretest.WantMalformed(t, "keys that are not there", err)
	_, err = ParsePersistentKeyList(wiretest.Unhex(t, "0000 0000 0000 0000 0000 ffff ffff ffff ffff ffff 03 00 0000"))
	wiretest.WantMalformed(t, "327675 keys in all", err)
	// 262144, the most that is legal, and one more.
	if _, err = ParsePersistentKeyList(wiretest.Unhex(t, "0000 0000 0000 0000 0000 ffff ffff ffff ffff 0400 03 00 0000")); err != nil {
		t.Error(err)
	}
	_, err = ParsePersistentKeyList(wiretest.Unhex(t, "0000 0000 0000 0000 0000 ffff ffff ffff ffff 0500 03 00 0000"))
	wiretest.WantMalformed(t, "262145 keys in all", err)
}

func TestBodiesMisused(t *testing.T) {
	for name, appendTo := range map[string]func([]byte) ([]byte, error){
		"areas":    func(dst []byte) ([]byte, error) { return AppendRefreshRect(dst, RefreshRect{make([]Rect, 256)}) },
		"monitors": func(dst []byte) ([]byte, error) { return AppendMonitorLayout(dst, MonitorLayout{make([]Monitor, 65)}) },
		"keys": func(dst []byte) ([]byte, error) {
			return AppendPersistentKeyList(dst, &PersistentKeyList{NumEntries: [5]uint16{2}, Keys: make([]byte, 8)})
		},
		"totals": func(dst []byte) ([]byte, error) {
			return AppendPersistentKeyList(dst, &PersistentKeyList{TotalEntries: [5]uint16{0xffff, 0xffff, 0xffff, 0xffff, 5}})
		},
	} {
		out, err := appendTo([]byte{9})
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
	if out, err := AppendRefreshRect(nil, RefreshRect{make([]Rect, 255)}); err != nil || len(out) != 4+255*8 {
		t.Errorf("255 areas: %d bytes, %v", len(out), err)
	}
}

// FuzzBodies gives one body to all decoders of bodies without a type of their own.
func FuzzBodies(f *testing.F) {
	for _, c := range bodies {
		f.Add(wiretest.Unhex(f, c.digits))
	}
	for _, v := range dataVectors {
		f.Add(wiretest.Unhex(f, v.digits)[18:])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, c := range bodies {
			m, err := c.parse(body)
			if err != nil {
				wiretest.WantMalformed(t, c.name, err)
				continue
			}
			out, err := c.appendTo(nil, m)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if again, err := c.parse(out); err != nil || !cmp.Equal(m, again) {
				t.Fatalf("%s: %+v, %+v, %v", c.name, m, again, err)
			}
		}
		for _, typ := range []DataType{DataSynchronize, DataControl, DataFontList, DataFontMap, DataMonitorLayout} {
			m, err := parseBody(Data{Type: typ, Body: body})
			if err != nil {
				wiretest.WantMalformed(t, typ.String(), err)
				continue
			}
			out, err := appendBody(typ, m)
			if err != nil {
				t.Fatalf("%v: %v", typ, err)
			}
			if again, err := parseBody(Data{Type: typ, Body: out}); err != nil || !cmp.Equal(m, again) {
				t.Fatalf("%v: %+v, %+v, %v", typ, m, again, err)
			}
		}
		if e, err := ParseSetErrorInfo(body); err == nil && len(e.Code()) < len("rdp.error_info.") {
			t.Fatalf("%q", e.Code())
		}
	})
}
