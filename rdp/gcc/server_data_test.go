package gcc

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

func protocols(v uint32) *uint32 { return &v }

func capabilities(v ServerCapabilities) *ServerCapabilities { return &v }

// blob is n bytes of a vector from offset at.
func blob(t testing.TB, name string, at, n int) []byte {
	t.Helper()
	return wiretest.Vector(t, name)[at : at+n]
}

func serverData(t testing.TB) []struct {
	name   string
	header int // bytes before the user data
	want   *ServerData
} {
	network := &ServerNetworkData{MCSChannelID: 1003, ChannelIDs: []uint16{1004, 1005, 1006}}
	const spec, xrdp = "conference_create_response_spec", "conference_create_response_xrdp"
	return []struct {
		name   string
		header int
		want   *ServerData
	}{
		{spec, 23, &ServerData{
			Core:    &ServerCoreData{Version: Version5, ClientRequestedProtocols: protocols(0)},
			Network: network,
			Security: &ServerSecurityData{
				EncryptionMethod: Encryption128Bit, EncryptionLevel: LevelClientCompatible,
				ServerRandom: blob(t, spec, 71, 32), ServerCertificate: blob(t, spec, 103, 184),
			},
		}},
		{"conference_create_response_freerdp", 22, &ServerData{
			Core: &ServerCoreData{
				Version: Version5, ClientRequestedProtocols: protocols(0), EarlyCapabilityFlags: capabilities(0),
			},
			Network:  network,
			Security: &ServerSecurityData{},
		}},
		{xrdp, 23, &ServerData{
			Core:    &ServerCoreData{Version: Version5},
			Network: network,
			Security: &ServerSecurityData{
				EncryptionMethod: Encryption128Bit, EncryptionLevel: LevelHigh,
				ServerRandom: blob(t, xrdp, 67, 32), ServerCertificate: blob(t, xrdp, 99, 376),
			},
		}},
		{"conference_create_response_xrdp_tls", 23, &ServerData{
			Core:     &ServerCoreData{Version: Version5, ClientRequestedProtocols: protocols(1)},
			Network:  network,
			Security: &ServerSecurityData{},
		}},
	}
}

func TestServerData(t *testing.T) {
	for _, c := range serverData(t) {
		userData := wiretest.Vector(t, c.name)[c.header:]
		got, err := ParseServerData(userData)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		again, err := AppendServerData(nil, got)
		if err != nil || !bytes.Equal(again, userData) {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		testTruncatedBlocks(t, c.name, userData, func(b []byte) error { _, err := ParseServerData(b); return err })
	}
}

// Inside a block whose length was corrected, every cut but those between fields
// is an error.
func TestServerBlocksTruncated(t *testing.T) {
	for name, c := range map[string]struct {
		data  string
		valid []int
	}{
		"010c": {"04000800 01000000 02000000", []int{4, 8}},
		"020c": {"02000000 02000000 20000000 04000000" + strings.Repeat("aa", 36), nil},
		"030c": {"eb03 0300 ec03 ed03 ee03 0000", []int{10}},
	} {
		data := wiretest.Unhex(t, c.data)
		for n := range data {
			block, err := AppendBlock(nil, Block{BlockType(wiretest.Unhex(t, name)[0]) | BlockType(wiretest.Unhex(t, name)[1])<<8, data[:n]})
			if err != nil {
				t.Fatal(err)
			}
			valid := false
			for _, v := range c.valid {
				valid = valid || v == n
			}
			if _, err := ParseServerData(block); (err == nil) != valid {
				t.Errorf("block %s with %d bytes: %v", name, n, err)
			}
		}
	}
}

func TestServerDataMalformed(t *testing.T) {
	random := strings.Repeat("aa", 32)
	for name, s := range map[string]string{
		"random of 31 bytes":            "020c3300 02000000 02000000 1f000000 00000000" + random[2:],
		"random of 0 bytes":             "020c1400 02000000 02000000 00000000 00000000",
		"random without encryption":     "020c3400 00000000 00000000 20000000 00000000" + random,
		"certificate, no encryption":    "020c1500 00000000 00000000 00000000 01000000 aa",
		"level without random":          "020c0c00 00000000 01000000",
		"certificate of 4 GiB":          "020c3400 02000000 02000000 20000000 ffffffff" + random,
		"bytes after the certificate":   "020c3600 02000000 02000000 20000000 01000000" + random + "aabb",
		"more channels than sent":       "030c0a00 eb03 0200 ec03",
		"more channels sent":            "030c0e00 eb03 0100 ec03 0000 0000",
		"padding after an even count":   "030c0e00 eb03 0200 ec03 ed03 0000",
		"half a padding":                "030c0b00 eb03 0100 ec03 00",
		"32 channels":                   "030c4800 eb03 2000" + strings.Repeat("ec03", 32),
		"half of earlyCapabilityFlags":  "010c0e00 04000800 00000000 0000",
		"half of the protocols":         "010c0a00 04000800 0000",
		"core without version":          "010c0400",
		"random length, no certificate": "020c1000 02000000 02000000 20000000",
		"message channel of one byte":   "040c0500 f0",
		"message channel of three":      "040c0700 f00300",
		"multitransport of three":       "080c0700 050300",
		"multitransport of five":        "080c0900 0503000000",
	} {
		_, err := ParseServerData(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestServerDataForms(t *testing.T) {
	for name, c := range map[string]struct {
		hex   string
		want  *ServerData
		exact bool
	}{
		"zero lengths without encryption": {
			"020c1400 00000000 00000000 00000000 00000000",
			&ServerData{Security: &ServerSecurityData{}}, false,
		},
		"odd count without padding": {
			"030c0a00 eb03 0100 ec03",
			&ServerData{Network: &ServerNetworkData{MCSChannelID: 1003, ChannelIDs: []uint16{1004}}}, false,
		},
		"no channels": {
			"030c0800 eb03 0000",
			&ServerData{Network: &ServerNetworkData{MCSChannelID: 1003}}, true,
		},
		"newer server": {
			"010c1200 11000800 0b000000 0f000000 aabb",
			&ServerData{Core: &ServerCoreData{
				Version: 0x00080011, ClientRequestedProtocols: protocols(11), Extra: []byte{0xaa, 0xbb},
				EarlyCapabilityFlags: capabilities(ServerEdgeActionsV1 | ServerDynamicDST | ServerEdgeActionsV2 | ServerSkipChannelJoin),
			}}, true,
		},
		"message channel and multitransport": {
			"040c0600 f003 080c0800 05030000", // the first has the channel of IronRDP's test data
			&ServerData{
				MessageChannel: &ServerMessageChannelData{MCSChannelID: 1008},
				Multitransport: &ServerMultitransportData{Flags: MultitransportUDPFECReliable |
					MultitransportUDPFECLossy | MultitransportUDPPreferred | MultitransportSoftSync},
			}, true,
		},
		"other order": {
			"080c0800 00000000 040c0600 f003",
			&ServerData{
				MessageChannel: &ServerMessageChannelData{MCSChannelID: 1008}, Multitransport: &ServerMultitransportData{},
			}, false,
		},
		"other blocks": {
			"050c0600 ee03 090c0800 05030000",
			&ServerData{Others: []Block{{0x0C05, []byte{0xee, 3}}, {0x0C09, []byte{5, 3, 0, 0}}}}, true,
		},
	} {
		userData := wiretest.Unhex(t, c.hex)
		got, err := ParseServerData(userData)
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
			continue
		}
		if again, err := AppendServerData(nil, got); err != nil || bytes.Equal(again, userData) != c.exact {
			t.Errorf("%s: written as % x, %v", name, again, err)
		}
	}
}

func TestServerDataMisuse(t *testing.T) {
	for name, m := range map[string]*ServerData{
		"flags without protocols":     {Core: &ServerCoreData{EarlyCapabilityFlags: capabilities(0)}},
		"extra without flags":         {Core: &ServerCoreData{ClientRequestedProtocols: protocols(0), Extra: []byte{1}}},
		"32 channels":                 {Network: &ServerNetworkData{ChannelIDs: make([]uint16, 32)}},
		"no random":                   {Security: &ServerSecurityData{EncryptionMethod: Encryption40Bit}},
		"short random":                {Security: &ServerSecurityData{EncryptionLevel: LevelLow, ServerRandom: make([]byte, 31)}},
		"random without encryption":   {Security: &ServerSecurityData{ServerRandom: make([]byte, 32)}},
		"certificate, no encryption":  {Security: &ServerSecurityData{ServerCertificate: []byte{1}}},
		"message channel twice":       {MessageChannel: &ServerMessageChannelData{}, Others: []Block{{Type: BlockServerMessageChannel}}},
		"known block in Others twice": {Core: &ServerCoreData{}, Others: []Block{{Type: BlockServerCore}}},
	} {
		out, err := AppendServerData([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
}

func FuzzServerData(f *testing.F) {
	for _, c := range serverData(f) {
		f.Add(wiretest.Vector(f, c.name)[c.header:])
	}
	f.Add(wiretest.Unhex(f, "040c0600 f003 080c0800 05030000"))
	f.Fuzz(func(t *testing.T, userData []byte) {
		m, err := ParseServerData(userData)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendServerData(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := ParseServerData(again)
		if d := cmp.Diff(m, m2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
