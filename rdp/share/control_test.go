package share

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

func TestControl(t *testing.T) {
	out, err := AppendControl([]byte{9}, TypeConfirmActive, 1007, []byte{0xaa, 0xbb})
	b := out[1:]
	if want := wiretest.Unhex(t, "0800 1300 ef03 aabb"); err != nil || !bytes.Equal(b, want) {
		t.Fatalf("% x, %v", b, err)
	}
	c, rest, err := NextControl(append(bytes.Clone(b), b...))
	if d := cmp.Diff(Control{TypeConfirmActive, 1007, []byte{0xaa, 0xbb}}, c); err != nil || d != "" || !bytes.Equal(rest, b) {
		t.Errorf("%v %s, rest % x", err, d, rest)
	}
	for n := range b {
		_, _, err := NextControl(b[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	// The longest body and one byte more.
	if out, err = AppendControl(nil, TypeData, 0, make([]byte, MaxControlBody)); err != nil || len(out) != 0x7FFF {
		t.Errorf("longest: %d bytes, %v", len(out), err)
	}
	for name, c := range map[string]Control{
		"too long":  {Type: TypeData, Body: make([]byte, MaxControlBody+1)},
		"type 16":   {Type: 16},
		"flow type": {Type: TypeFlow},
	} {
		out, err := AppendControl([]byte{9}, c.Type, 0, c.Body)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

// Windows XP writes a Deactivate All PDU of four bytes (FreeRDP 3,
// libfreerdp/core/rdp.c), and any server may put flow PDUs between the others.
func TestOddControls(t *testing.T) {
	payload := wiretest.Unhex(t, "0400 1600"+"0080 00 41 07 08 eb03"+"0600 1600 ea03"+"0800 7700 ea03 cafe")
	want := []Control{
		{Type: TypeDeactivateAll},
		{Type: TypeFlow, Source: 1003, Body: []byte{0, 0x41, 7, 8}},
		{Type: TypeDeactivateAll, Source: 1002, Body: []byte{}},
		{Type: TypeData, Source: 1002, Body: []byte{0xca, 0xfe}}, // the version does not matter
	}
	var got []Control
	for rest := payload; len(rest) > 0; {
		var c Control
		var err error
		if c, rest, err = NextControl(rest); err != nil {
			t.Fatal(err)
		}
		got = append(got, c)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for name, digits := range map[string]string{
		"empty":                "",
		"length 0":             "0000 1700 ea03",
		"length 3":             "0300 1700 ea03",
		"length 5":             "0500 1600 ea03",
		"data of 4 bytes":      "0400 1700 ea03",
		"flow cut":             "0080 00 41 07 08 eb",
		"length 0x8001":        "0180 1700 ea03 00",
		"length 0xffff":        "ffff 1700 ea03",
		"one byte behind":      "0700 1700 ea03",
		"length without a PDU": "06",
	} {
		_, _, err := NextControl(wiretest.Unhex(t, digits))
		wiretest.WantMalformed(t, name, err)
	}
}

// The first is MS-RDPBCGR 4.1.19, where pad1 and targetUser are not initialized;
// the others are from Devolutions/IronRDP 18e259cd,
// crates/ironrdp-testsuite-core/src/rdp.rs, after MS-RDPBCGR 4.1.14 to 4.1.22.
// No two of them agree on uncompressedLength.
var dataVectors = []struct {
	name, digits string
	source       uint16
	stream       uint8
	typ          DataType
	body         any
}{
	{"server synchronize", "16001700ea03ea030100 14 00 1600 1f 00 0000 0100 6344", 1002, 0, DataSynchronize, Synchronize{0x4463}},
	{"client synchronize", "16001700ef03ea030100 00 01 0400 1f 00 0000 0100 ea03", 1007, 1, DataSynchronize, Synchronize{1002}},
	{"cooperate", "1a001700ef03ea030100 00 01 0800 14 00 0000 0400 0000 00000000", 1007, 1, DataControl, ControlPDU{Action: ControlCooperate}},
	{"request control", "1a001700ef03ea030100 00 01 0800 14 00 0000 0100 0000 00000000", 1007, 1, DataControl, ControlPDU{Action: ControlRequest}},
	{"granted control", "1a001700ea03ea030100 00 02 0800 14 00 0000 0200 ef03 ea030000", 1002, 2, DataControl, ControlPDU{ControlGranted, 1007, 1002}},
	{"font list", "1a001700ef03ea030100 00 01 0800 27 00 0000 0000 0000 0300 3200", 1007, 1, DataFontList, nil},
	{"font map", "1a001700ea03ea030100 00 02 0800 28 00 0000 0000 0000 0300 0400", 1002, 2, DataFontMap, nil},
	{"monitor layout", "3e001700ef03ea030100 00 01 2c00 37 00 0000 02000000" +
		"00000000 00000000 7f070000 37040000 01000000" + "00fbffff 00000000 ffffffff ff030000 00000000", 1007, 1, DataMonitorLayout,
		MonitorLayout{[]Monitor{{0, 0, 1919, 1079, MonitorPrimary}, {-1280, 0, -1, 1023, 0}}}},
}

func parseBody(d Data) (any, error) {
	switch d.Type {
	case DataSynchronize:
		return ParseSynchronize(d.Body)
	case DataControl:
		return ParseControlPDU(d.Body)
	case DataFontList:
		return nil, ParseFontList(d.Body)
	case DataFontMap:
		return nil, ParseFontMap(d.Body)
	case DataMonitorLayout:
		return ParseMonitorLayout(d.Body)
	}
	return nil, nil
}

func appendBody(typ DataType, body any) ([]byte, error) {
	switch m := body.(type) {
	case Synchronize:
		return AppendSynchronize(nil, m), nil
	case ControlPDU:
		return AppendControlPDU(nil, m), nil
	case MonitorLayout:
		return AppendMonitorLayout(nil, m)
	}
	if typ == DataFontList {
		return AppendFontList(nil), nil
	}
	return AppendFontMap(nil), nil
}

func TestDataVectors(t *testing.T) {
	for _, v := range dataVectors {
		b := wiretest.Unhex(t, v.digits)
		c, rest, err := NextControl(b)
		if err != nil || len(rest) != 0 || c.Type != TypeData || c.Source != v.source {
			t.Errorf("%s: %+v, rest %x, %v", v.name, c, rest, err)
			continue
		}
		d, err := ParseData(c)
		if err != nil || d.ShareID != 0x000103EA || d.StreamID != v.stream || d.Type != v.typ || d.CompressedType != 0 {
			t.Errorf("%s: %+v, %v", v.name, d, err)
			continue
		}
		got, err := parseBody(d)
		if diff := cmp.Diff(v.body, got); err != nil || diff != "" {
			t.Errorf("%s: %v %s", v.name, err, diff)
		}
		for n := range d.Body {
			if n == 0 && d.Type == DataFontMap {
				continue // legal
			}
			_, err := parseBody(Data{Type: d.Type, Body: d.Body[:n]})
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", v.name, n), err)
		}
		body, err := appendBody(v.typ, got)
		if err != nil || !bytes.Equal(body, d.Body) {
			t.Errorf("%s: % x, %v", v.name, body, err)
		}
		// All but the fields on which peers differ.
		out, err := AppendData(nil, v.source, d.ShareID, d.Type, body)
		mask := bytes.Clone(b)
		mask[10], mask[11], mask[12] = 0, 1, byte(len(body)+4)
		if err != nil || !bytes.Equal(out, mask) {
			t.Errorf("%s: % x, want % x, %v", v.name, out, mask, err)
		}
	}
	if err := ParseFontMap(nil); err != nil {
		t.Errorf("empty Font Map: %v", err)
	}
}

func TestDataMalformed(t *testing.T) {
	good := wiretest.Unhex(t, "ea030100 00 01 0800 1f 00 0000 0100 ea03")
	for n := range 12 {
		_, err := ParseData(Control{Type: TypeData, Body: good[:n]})
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	for _, flags := range []byte{0x20, 0x21, 0xE3} {
		compressed := bytes.Clone(good)
		compressed[9] = flags
		_, err := ParseData(Control{Type: TypeData, Body: compressed})
		wiretest.WantMalformed(t, fmt.Sprintf("compressed, %#x", flags), err)
	}
	// At the front and flushed, but not compressed: legal.
	flushed := bytes.Clone(good)
	flushed[9] = 0xC3
	if d, err := ParseData(Control{Type: TypeData, Body: flushed}); err != nil || d.CompressedType != 0xC3 || len(d.Body) != 4 {
		t.Errorf("flushed: %+v, %v", d, err)
	}
	_, err := ParseData(Control{Type: TypeDemandActive, Body: good})
	wiretest.WantMalformed(t, "not a Data PDU", err)
	_, err = ParseSynchronize(wiretest.Unhex(t, "0200 ea03"))
	wiretest.WantMalformed(t, "messageType 2", err)
}

func TestDataTooLong(t *testing.T) {
	out, err := AppendData(nil, 1, 2, DataUpdate, make([]byte, MaxDataBody))
	if err != nil || len(out) != 0x7FFF {
		t.Fatalf("longest: %d bytes, %v", len(out), err)
	}
	out, err = AppendData([]byte{9}, 1, 2, DataUpdate, make([]byte, MaxDataBody+1))
	wiretest.WantMisuse(t, "too long", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote %d bytes", len(out))
	}
}

func TestDataDoesNotAllocate(t *testing.T) {
	body, dst := make([]byte, 8192), make([]byte, 0, 9000)
	var failed error
	if n := testing.AllocsPerRun(100, func() {
		out, err := AppendData(dst, 1002, 0x103EA, DataUpdate, body)
		if err != nil {
			failed = err
			return
		}
		c, _, err := NextControl(out)
		if err != nil {
			failed = err
			return
		}
		if _, err = ParseData(c); err != nil {
			failed = err
		}
	}); n != 0 || failed != nil {
		t.Errorf("%v allocations, %v", n, failed)
	}
}

func TestNames(t *testing.T) {
	for want, got := range map[string]fmt.Stringer{
		"DEMANDACTIVEPDU": TypeDemandActive, "CONFIRMACTIVEPDU": TypeConfirmActive, "DEACTIVATEALLPDU": TypeDeactivateAll,
		"DATAPDU": TypeData, "SERVER_REDIR_PKT": TypeServerRedirection, "FlowPDU": TypeFlow, "PDUType(0x5)": PDUType(5),
		"SAVE_SESSION_INFO": DataSaveSessionInfo, "DataType(99)": DataType(99),
		"REQUEST_CONTROL": ControlRequest, "GRANTED_CONTROL": ControlGranted, "DETACH": ControlDetach,
		"COOPERATE": ControlCooperate, "ControlAction(9)": ControlAction(9),
		"USERNAME|DOMAIN": RedirectUserName | RedirectDomain, "0x0": RedirectionFlags(0),
		"NOREDIRECT|0x80000000": RedirectNoRedirect | 0x80000000,
	} {
		if got.String() != want {
			t.Errorf("%q, want %q", got.String(), want)
		}
	}
}

func FuzzControl(f *testing.F) {
	for _, v := range dataVectors {
		f.Add(wiretest.Unhex(f, v.digits))
	}
	f.Add(wiretest.Vector(f, "demand_active_ironrdp"))
	f.Add(wiretest.Unhex(f, "0400 1600"+"0080 00 41 07 08 eb03"+"0600 1600 ea03"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for rest := payload; len(rest) > 0; {
			c, next, err := NextControl(rest)
			if err != nil {
				wiretest.WantMalformed(t, "next", err)
				return
			}
			if len(next) >= len(rest) {
				t.Fatal("no progress")
			}
			rest = next
			d, err := ParseData(c)
			if err != nil {
				wiretest.WantMalformed(t, "data", err)
			}
			if err != nil || len(d.Body) > MaxDataBody {
				continue
			}
			out, err := AppendData(nil, c.Source, d.ShareID, d.Type, d.Body)
			if err != nil {
				t.Fatal(err)
			}
			c2, _, err := NextControl(out)
			if err != nil {
				t.Fatal(err)
			}
			d2, err := ParseData(c2)
			d.StreamID, d.CompressedType = streamLow, 0
			if diff := cmp.Diff(d, d2); err != nil || diff != "" {
				t.Fatalf("%v %s", err, diff)
			}
		}
	})
}
