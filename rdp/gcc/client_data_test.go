package gcc

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// digProductID is the clientDigProductId of MS-RDPBCGR 4.1.3.
func digProductID() (id [64]byte) {
	for i, c := range []byte("69712-783-0357974-42714") {
		id[2*i] = c
	}
	return id
}

var specChannels = []Channel{{"rdpdr", 0x80800000}, {"cliprdr", 0xC0A00000}, {"rdpsnd", 0xC0000000}}

// nmapClientData is what rdp-enum-encryption sends; it changes only the
// encryption methods and, over TLS, the selected protocol.
func nmapClientData(methods EncryptionMethod, selected uint32) *ClientData {
	return &ClientData{
		Core: &ClientCoreData{
			Version: Version5, DesktopWidth: 1280, DesktopHeight: 800, ColorDepth: 0xCA01, SASSequence: 0xAA03,
			KeyboardLayout: 0x409, ClientBuild: 2600, ClientName: "EMP-LAP-0014", KeyboardType: 4,
			KeyboardFunctionKey: 12, Last: CoreServerSelectedProtocol,
			PostBeta2ColorDepth: 0xCA01, ClientProductID: 1, HighColorDepth: 24, SupportedColorDepths: 7,
			EarlyCapabilityFlags: ClientSupportsErrorInfo, ServerSelectedProtocol: selected,
		},
		Cluster:  &ClientClusterData{Flags: 0x09},
		Security: &ClientSecurityData{EncryptionMethods: methods},
		Network:  &ClientNetworkData{Channels: specChannels},
	}
}

var clientData = []struct {
	name string
	want *ClientData
}{
	{"conference_create_request_spec", &ClientData{
		Core: &ClientCoreData{
			Version: Version5, DesktopWidth: 1280, DesktopHeight: 1024, ColorDepth: 0xCA01, SASSequence: 0xAA03,
			KeyboardLayout: 0x409, ClientBuild: 3790, ClientName: "ELTONS-DEV2", KeyboardType: 4,
			KeyboardFunctionKey: 12, Last: CoreServerSelectedProtocol,
			PostBeta2ColorDepth: 0xCA01, ClientProductID: 1, HighColorDepth: 24, SupportedColorDepths: 7,
			EarlyCapabilityFlags: ClientSupportsErrorInfo, ClientDigProductID: digProductID(),
		},
		Cluster: &ClientClusterData{Flags: 0x0D},
		Security: &ClientSecurityData{
			EncryptionMethods: Encryption40Bit | Encryption128Bit | Encryption56Bit | EncryptionFIPS,
		},
		Network: &ClientNetworkData{Channels: specChannels},
	}},
	{"conference_create_request_nmap", nmapClientData(Encryption40Bit, 0)},
	{"conference_create_request_freerdp", &ClientData{
		Core: &ClientCoreData{
			Version: 0x0008000C, DesktopWidth: 800, DesktopHeight: 600, ColorDepth: 0xCA01, SASSequence: 0xAA03,
			KeyboardLayout: 0x409, ClientBuild: 18363, ClientName: "vm", KeyboardType: 4,
			KeyboardFunctionKey: 12, Last: CoreDeviceScaleFactor,
			PostBeta2ColorDepth: 0xCA01, ClientProductID: 1, HighColorDepth: 24, SupportedColorDepths: 15,
			EarlyCapabilityFlags: 0x05E3, ConnectionType: 7,
		},
		Cluster: &ClientClusterData{Flags: 0x0D},
		Security: &ClientSecurityData{
			EncryptionMethods: Encryption40Bit | Encryption128Bit | Encryption56Bit | EncryptionFIPS,
		},
		Network: &ClientNetworkData{Channels: []Channel{
			{"rdpdr", 0xC0800000}, {"rdpsnd", 0xC0000000}, {"cliprdr", 0xC0A00000}, {"drdynvc", 0xC0800000},
		}},
	}},
}

func TestClientData(t *testing.T) {
	for _, c := range clientData {
		userData := wiretest.Vector(t, c.name)[23:]
		got, err := ParseClientData(userData)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		again, err := AppendClientData(nil, got)
		if err != nil || !bytes.Equal(again, userData) {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		testTruncatedBlocks(t, c.name, userData, func(b []byte) error { _, err := ParseClientData(b); return err })
	}
}

// testTruncatedBlocks cuts user data at every byte; only cuts between blocks
// leave something that parses.
func testTruncatedBlocks(t *testing.T, name string, userData []byte, parse func([]byte) error) {
	t.Helper()
	boundary := map[int]bool{0: true}
	for at := 0; at < len(userData); {
		at += int(userData[at+2]) | int(userData[at+3])<<8
		boundary[at] = true
	}
	for n := range userData {
		err := parse(userData[:n])
		if !boundary[n] {
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", name, n), err)
		} else if err != nil {
			t.Errorf("%s cut to %d: %v", name, n, err)
		}
	}
}

// The four requests without negotiation and the one over TLS of nmap 7.93: its
// bytes differ from the captured ones in two fields.
func TestClientDataOfNmap(t *testing.T) {
	captured := wiretest.Vector(t, "conference_create_request_nmap")[23:]
	const selectedAt, methodsAt = 212, 216 + 12 + 4
	for _, c := range []struct {
		methods  EncryptionMethod
		selected uint32
	}{{Encryption40Bit, 0}, {Encryption56Bit, 0}, {Encryption128Bit, 0}, {EncryptionFIPS, 0}, {EncryptionNone, 1}} {
		sent := bytes.Clone(captured)
		sent[selectedAt], sent[methodsAt] = byte(c.selected), byte(c.methods)
		got, err := ParseClientData(sent)
		if d := cmp.Diff(nmapClientData(c.methods, c.selected), got); err != nil || d != "" {
			t.Errorf("%v: %v %s", c.methods, err, d)
		}
	}
}

// Real clients end CS_CORE after any of the optional fields.
func TestClientCorePrefixes(t *testing.T) {
	full := *clientData[2].want.Core
	sizes := []int{132, 134, 136, 140, 142, 144, 146, 210, 211, 212, 216, 220, 224, 226, 230, 234}
	ends := make(map[int]bool)
	for last := CoreMandatory; last <= CoreDeviceScaleFactor; last++ {
		m := full
		m.Last = last
		userData, err := AppendClientData(nil, &ClientData{Core: &m})
		if err != nil {
			t.Fatal(err)
		}
		if len(userData) != sizes[last] {
			t.Errorf("field %d: %d bytes, want %d", last, len(userData), sizes[last])
		}
		ends[len(userData)] = true
		got, err := ParseClientData(userData)
		if err != nil || got.Core.Last != last {
			t.Errorf("field %d: %+v, %v", last, got, err)
			continue
		}
		if !got.Core.Has(last) || got.Core.Has(last+1) {
			t.Errorf("field %d: Has is wrong", last)
		}
	}
	data, err := full.block()
	if err != nil {
		t.Fatal(err)
	}
	for n := range data.Data {
		_, err := parseClientCoreData(data.Data[:n])
		if ends[n+4] != (err == nil) {
			t.Errorf("CS_CORE of %d bytes: %v", n+4, err)
		}
	}
	newer, err := parseClientCoreData(append(data.Data, 1, 2, 3))
	if err != nil || !bytes.Equal(newer.Extra, []byte{1, 2, 3}) {
		t.Errorf("newer client: %+v, %v", newer, err)
	}
	if b, err := newer.block(); err != nil || len(b.Data) != 234-4+3 {
		t.Errorf("newer client: %d bytes, %v", len(b.Data), err)
	}
}

// Every optional field has its own place: a value set in one is found there.
func TestClientCoreFields(t *testing.T) {
	want := &ClientData{Core: &ClientCoreData{
		Version: 1, DesktopWidth: 2, DesktopHeight: 3, ColorDepth: 4, SASSequence: 5, KeyboardLayout: 6,
		ClientBuild: 7, ClientName: "踏み台", KeyboardType: 8, KeyboardSubType: 9, KeyboardFunctionKey: 10,
		IMEFileName: strings.Repeat("x", 31), Last: CoreDeviceScaleFactor, PostBeta2ColorDepth: 11,
		ClientProductID: 12, SerialNumber: 13, HighColorDepth: 14, SupportedColorDepths: 15,
		EarlyCapabilityFlags: 16, ClientDigProductID: [64]byte{17}, ConnectionType: 18, Pad1Octet: 19,
		ServerSelectedProtocol: 20, DesktopPhysicalWidth: 21, DesktopPhysicalHeight: 22,
		DesktopOrientation: 23, DesktopScaleFactor: 24, DeviceScaleFactor: 25, Extra: []byte{26},
	}}
	userData, err := AppendClientData(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseClientData(userData)
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

// What an old client pads its cluster block with is nobody's.
func TestClientClusterPadded(t *testing.T) {
	data, err := ParseClientData(wiretest.Unhex(t, "04c01000 0d000000 00000000 00000000"))
	if err != nil || data.Cluster.Flags.RedirectionVersion() != 4 {
		t.Errorf("%+v, %v", data, err)
	}
}

func TestClientDataMalformed(t *testing.T) {
	channel := "61000000 00000000 00000000"
	for name, s := range map[string]string{
		"security of 4 bytes":    "02c00800 01000000",
		"security of 12 bytes":   "02c01000 01000000 00000000 00000000",
		"cluster of 4 bytes":     "04c00800 01000000",
		"network without count":  "03c00400",
		"one channel, none sent": "03c00800 01000000",
		"no channel, one sent":   "03c01400 00000000" + channel,
		"half a channel":         "03c00e00 01000000 610000000000",
		"32 channels":            "03c08801 20000000" + strings.Repeat(channel, 32),
		"4 billion channels":     "03c01400 ffffffff" + channel,
		"half a header":          "02c0",
		"message channel, 2":     "06c00600 0000",
		"message channel, 6":     "06c00a00 00000000 0000",
		"multitransport, none":   "0ac00400",
		"multitransport, 5":      "0ac00900 00000000 00",
	} {
		_, err := ParseClientData(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestClientDataOthers(t *testing.T) {
	userData := wiretest.Unhex(t, "07c00800 00000000 34120500 01")
	got, err := ParseClientData(userData)
	want := &ClientData{Others: []Block{{0xC007, []byte{0, 0, 0, 0}}, {0x1234, []byte{1}}}}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	if again, err := AppendClientData(nil, got); err != nil || !bytes.Equal(again, userData) {
		t.Errorf("% x, %v", again, err)
	}
}

// A name without a terminator gives its last character to it.
func TestClientNames(t *testing.T) {
	name := strings.Repeat("6100", 16)
	core := "01c08400" + strings.Repeat("00", 24-4) + name + strings.Repeat("00", 132-24-32)
	got, err := ParseClientData(wiretest.Unhex(t, core))
	if err != nil || got.Core.ClientName != strings.Repeat("a", 15) {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = ParseClientData(wiretest.Unhex(t, "03c01400 01000000 6162636465666768 00000000"))
	if err != nil || got.Network.Channels[0].Name != "abcdefg" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestClientDataMisuse(t *testing.T) {
	channels := func(c ...Channel) *ClientData { return &ClientData{Network: &ClientNetworkData{Channels: c}} }
	for name, m := range map[string]*ClientData{
		"client name of 16":    {Core: &ClientCoreData{ClientName: strings.Repeat("a", 16)}},
		"client name with NUL": {Core: &ClientCoreData{ClientName: "a\x00b"}},
		"IME name of 32":       {Core: &ClientCoreData{IMEFileName: strings.Repeat("a", 32)}},
		"field too high":       {Core: &ClientCoreData{Last: CoreDeviceScaleFactor + 1}},
		"field too low":        {Core: &ClientCoreData{Last: -1}},
		"extra too early":      {Core: &ClientCoreData{Extra: []byte{1}}},
		"32 channels":          channels(make([]Channel, 32)...),
		"channel name of 8":    channels(Channel{Name: "abcdefgh"}),
		"channel name, NUL":    channels(Channel{Name: "a\x00b"}),
	} {
		out, err := AppendClientData([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	if _, err := AppendClientData(nil, channels(make([]Channel, MaxChannels)...)); err != nil {
		t.Errorf("31 channels: %v", err)
	}
}

func TestRedirectionVersion(t *testing.T) {
	for flags, want := range map[ClusterFlags]int{0x01: 1, 0x09: 3, 0x0D: 4, 0x15: 6, 0x55: 6, 0xffffffff: 16} {
		if got := flags.RedirectionVersion(); got != want {
			t.Errorf("%#x: %d, want %d", uint32(flags), got, want)
		}
	}
}

func FuzzClientData(f *testing.F) {
	for _, c := range clientData {
		f.Add(wiretest.Vector(f, c.name)[23:])
	}
	f.Add(wiretest.Unhex(f, twoMonitors+twoMonitorsEx+"06c00800 00000000 0ac00800 05030000"))
	f.Fuzz(func(t *testing.T, userData []byte) {
		m, err := ParseClientData(userData)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendClientData(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := ParseClientData(again)
		if d := cmp.Diff(m, m2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
