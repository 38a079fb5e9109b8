package gcc

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// The content of the first is monitor_data.rs of IronRDP's test data; of the
// second only the form, its values are ours.
const (
	twoMonitors = `05c03400 00000000 02000000
		00000000 00000000 7f070000 37040000 01000000
		00fbffff 00000000 ffffffff ff030000 00000000`
	twoMonitorsEx = `08c03800 00000000 14000000 02000000
		08020000 25010000 00000000 64000000 8c000000
		25010000 08020000 5a000000 96000000 b4000000`
)

func TestClientMonitors(t *testing.T) {
	// Out of order, so that it shows which order we write.
	got, err := ParseClientData(wiretest.Unhex(t, "0ac00800 05030000 06c00800 00000000"+twoMonitorsEx+twoMonitors))
	want := &ClientData{
		Monitor: &ClientMonitorData{Monitors: []Monitor{
			{Right: 1919, Bottom: 1079, Flags: MonitorPrimary},
			{Left: -1280, Right: -1, Bottom: 1023},
		}},
		MonitorEx: &ClientMonitorExData{Attributes: []MonitorAttributes{
			{PhysicalWidth: 520, PhysicalHeight: 293, DesktopScaleFactor: 100, DeviceScaleFactor: 140},
			{PhysicalWidth: 293, PhysicalHeight: 520, Orientation: 90, DesktopScaleFactor: 150, DeviceScaleFactor: 180},
		}},
		MessageChannel: &ClientMessageChannelData{},
		Multitransport: &ClientMultitransportData{Flags: MultitransportUDPFECReliable | MultitransportUDPFECLossy |
			MultitransportUDPPreferred | MultitransportSoftSync},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	got.Others = []Block{{0x1234, nil}}
	again, err := AppendClientData(nil, got)
	inOrder := wiretest.Unhex(t, twoMonitors+twoMonitorsEx+"06c00800 00000000 0ac00800 05030000 34120400")
	if err != nil || !bytes.Equal(again, inOrder) {
		t.Errorf("written as % x, %v", again, err)
	}
	testTruncatedBlocks(t, "monitors", inOrder, func(b []byte) error { _, err := ParseClientData(b); return err })
}

// Every field has its own place.
func TestClientMonitorFields(t *testing.T) {
	want := &ClientData{
		Monitor:   &ClientMonitorData{Flags: 1, Monitors: []Monitor{{-2, -3, 4, 5, 6}}},
		MonitorEx: &ClientMonitorExData{Flags: 7, Attributes: []MonitorAttributes{{8, 9, 10, 11, 12}}},

		MessageChannel: &ClientMessageChannelData{Flags: 13},
		Multitransport: &ClientMultitransportData{Flags: 14},
	}
	userData, err := AppendClientData(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseClientData(userData)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

// Inside a block of the right length, no cut is valid.
func TestClientMonitorBlocksTruncated(t *testing.T) {
	for _, s := range []string{twoMonitors, twoMonitorsEx, "06c00800 00000000", "0ac00800 05030000"} {
		blocks, err := ParseBlocks(wiretest.Unhex(t, s))
		if err != nil {
			t.Fatal(err)
		}
		for n := range blocks[0].Data {
			userData, err := AppendBlock(nil, Block{blocks[0].Type, blocks[0].Data[:n]})
			if err != nil {
				t.Fatal(err)
			}
			_, err = ParseClientData(userData)
			wiretest.WantMalformed(t, fmt.Sprintf("block %#x with %d bytes", blocks[0].Type, n), err)
		}
	}
}

func TestClientMonitorsMalformed(t *testing.T) {
	entry := strings.Repeat("00", 20)
	for name, s := range map[string]string{
		"one monitor, none sent":      "05c00c00 00000000 01000000",
		"no monitor, one sent":        "05c02000 00000000 00000000" + entry,
		"17 monitors":                 "05c06001 00000000 11000000" + strings.Repeat(entry, 17),
		"4 billion monitors":          "05c02000 00000000 ffffffff" + entry,
		"attributes of 19 bytes":      "08c02300 00000000 13000000 01000000" + entry[2:],
		"attributes of 24 bytes":      "08c02800 00000000 18000000 01000000" + entry + "00000000",
		"attributes of 0 bytes":       "08c01000 00000000 00000000 10000000",
		"one attribute, none sent":    "08c01000 00000000 14000000 01000000",
		"17 attributes":               "08c06401 00000000 14000000 11000000" + strings.Repeat(entry, 17),
		"4 billion attributes":        "08c02400 00000000 14000000 ffffffff" + entry,
		"attributes and a byte after": "08c02500 00000000 14000000 01000000" + entry + "00",
	} {
		_, err := ParseClientData(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestMostMonitors(t *testing.T) {
	most := &ClientData{
		Monitor:   &ClientMonitorData{Monitors: make([]Monitor, MaxMonitors)},
		MonitorEx: &ClientMonitorExData{Attributes: make([]MonitorAttributes, MaxMonitors)},
	}
	userData, err := AppendClientData(nil, most)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseClientData(userData)
	if d := cmp.Diff(most, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	for name, m := range map[string]*ClientData{
		"17 monitors":   {Monitor: &ClientMonitorData{Monitors: make([]Monitor, MaxMonitors+1)}},
		"17 attributes": {MonitorEx: &ClientMonitorExData{Attributes: make([]MonitorAttributes, MaxMonitors+1)}},
		"two of a type": {MessageChannel: &ClientMessageChannelData{}, Others: []Block{{Type: BlockClientMessageChannel}}},
	} {
		out, err := AppendClientData([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	if _, err := ParseClientData(wiretest.Unhex(t, "05c00c00 00000000 00000000 08c01000 00000000 14000000 00000000")); err != nil {
		t.Errorf("no monitors: %v", err)
	}
}
