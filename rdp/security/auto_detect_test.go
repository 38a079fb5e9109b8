package security

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// The bytes of "IronRDP" are the test vectors of its autodetect.rs; the others
// follow MS-RDPBCGR 2.2.14.1.
var autoDetectRequests = []struct {
	name, hex string
	want      AutoDetectRequest
	payload   int // bytes at the end that a length counts
}{
	{"IronRDP, RTT", "0600 0100 0110", AutoDetectRequest{Sequence: 1, Type: RTTRequestConnect}, 0},
	{"RTT after logon, as FreeRDP sends it", "0600 2300 0100", AutoDetectRequest{Sequence: 0x23, Type: RTTRequest}, 0},
	{"IronRDP, start", "0600 0200 1410", AutoDetectRequest{Sequence: 2, Type: BandwidthStartConnect}, 0},
	{"start over TCP", "0600 0200 1400", AutoDetectRequest{Sequence: 2, Type: BandwidthStart}, 0},
	{"start over lossy UDP", "0600 0200 1401", AutoDetectRequest{Sequence: 2, Type: BandwidthStartLossy}, 0},
	{"IronRDP, payload", "0800 0300 0200 0400 aabbccdd", AutoDetectRequest{
		Sequence: 3, Type: BandwidthPayload, Payload: []byte{0xaa, 0xbb, 0xcc, 0xdd},
	}, 4},
	{"IronRDP, stop", "0800 0400 2b00 0200 eeff", AutoDetectRequest{
		Sequence: 4, Type: BandwidthStopConnect, Payload: []byte{0xee, 0xff},
	}, 2},
	{"stop without payload", "0800 0400 2b00 0000", AutoDetectRequest{Sequence: 4, Type: BandwidthStopConnect}, 0},
	{"IronRDP, stop over TCP", "0600 0500 2904", AutoDetectRequest{Sequence: 5, Type: BandwidthStop}, 0},
	{"stop over lossy UDP", "0600 0500 2906", AutoDetectRequest{Sequence: 5, Type: BandwidthStopLossy}, 0},
	{"IronRDP, all results", "1200 0600 c008 0a000000 e8030000 14000000", AutoDetectRequest{
		Sequence: 6, Type: NetworkCharacteristics, BaseRTT: 10, Bandwidth: 1000, AverageRTT: 20,
	}, 0},
	{"IronRDP, round trips", "0e00 0700 4008 08000000 12000000", AutoDetectRequest{
		Sequence: 7, Type: NetworkBaseRTT, BaseRTT: 8, AverageRTT: 18,
	}, 0},
	{"IronRDP, bandwidth", "0e00 0800 8008 f4010000 16000000", AutoDetectRequest{
		Sequence: 8, Type: NetworkBandwidth, Bandwidth: 500, AverageRTT: 22,
	}, 0},
}

var autoDetectResponses = []struct {
	name, hex string
	want      AutoDetectResponse
}{
	{"round trip", "0601 2300 0000", AutoDetectResponse{Sequence: 0x23}},
	{"results before logon", "0e01 0400 0300 64000000 00100000", AutoDetectResponse{
		Sequence: 4, Type: BandwidthResultsConnect, TimeDelta: 100, ByteCount: 4096,
	}},
	{"results", "0e01 0500 0b00 64000000 00100000", AutoDetectResponse{
		Sequence: 5, Type: BandwidthResults, TimeDelta: 100, ByteCount: 4096,
	}},
	{"sync", "0e01 0600 1800 e8030000 14000000", AutoDetectResponse{
		Sequence: 6, Type: NetworkCharacteristicsSync, Bandwidth: 1000, RTT: 20,
	}},
}

func TestAutoDetectRequest(t *testing.T) {
	for _, c := range autoDetectRequests {
		b := wiretest.Unhex(t, c.hex)
		got, err := ParseAutoDetectRequest(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if again, err := AppendAutoDetectRequest([]byte{9}, got); err != nil || !bytes.Equal(again[1:], b) {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		for n := range b {
			_, err := ParseAutoDetectRequest(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		for _, length := range []byte{0, b[0] - 1, b[0] + 1, 0xFF} {
			bad := bytes.Clone(b)
			bad[0] = length
			_, err := ParseAutoDetectRequest(append(bad, make([]byte, 256)...))
			wiretest.WantMalformed(t, fmt.Sprintf("%s with header length %d", c.name, length), err)
		}
	}
}

func TestAutoDetectResponse(t *testing.T) {
	for _, c := range autoDetectResponses {
		b := wiretest.Unhex(t, c.hex)
		got, err := ParseAutoDetectResponse(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if again, err := AppendAutoDetectResponse([]byte{9}, got); err != nil || !bytes.Equal(again[1:], b) {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		for n := range b {
			_, err := ParseAutoDetectResponse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
	}
}

func TestAutoDetectMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"a response":                "0601 0000 0000",
		"unknown type":              "0600 0000 0300",
		"response type in request":  "0600 0000 0000",
		"payload longer than sent":  "0800 0000 0200 0500 aabbccdd",
		"payload without length":    "0600 0000 0200",
		"results in a short header": "0600 0000 c008 0a000000 e8030000 14000000",
	} {
		_, err := ParseAutoDetectRequest(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
	for name, s := range map[string]string{
		"a request":                "0600 0100 0000",
		"request type in response": "0601 0000 0100",
		"header length 6":          "0601 0000 0b00 0a000000 e8030000",
	} {
		_, err := ParseAutoDetectResponse(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestAutoDetectMisuse(t *testing.T) {
	for name, m := range map[string]*AutoDetectRequest{
		"response type":   {Type: RTTResponse},
		"unknown type":    {Type: 0xFFFF},
		"payload of RTT":  {Type: RTTRequest, Payload: []byte{1}},
		"payload of stop": {Type: BandwidthStop, Payload: []byte{1}},
		"long payload":    {Type: BandwidthPayload, Payload: make([]byte, MaxAutoDetectPayload+1)},
	} {
		out, err := AppendAutoDetectRequest([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	out, err := AppendAutoDetectResponse([]byte{9}, &AutoDetectResponse{Type: RTTRequest})
	wiretest.WantMisuse(t, "request type", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote % x", out)
	}
	longest := &AutoDetectRequest{Type: BandwidthPayload, Payload: make([]byte, MaxAutoDetectPayload)}
	b, err := AppendAutoDetectRequest(nil, longest)
	if err != nil {
		t.Fatal(err)
	}
	if m, err := ParseAutoDetectRequest(b); err != nil || len(m.Payload) != MaxAutoDetectPayload {
		t.Errorf("longest payload: %v", err)
	}
}

func TestAutoDetectKinds(t *testing.T) {
	for _, c := range []struct {
		t         AutoDetectType
		rtt, stop bool
		name      string
	}{
		{RTTRequest, true, false, "RTT Measure Request"},
		{RTTRequestConnect, true, false, "RTT Measure Request"},
		{BandwidthStart, false, false, "Bandwidth Measure Start"},
		{BandwidthPayload, false, false, "Bandwidth Measure Payload"},
		{BandwidthStop, false, true, "Bandwidth Measure Stop"},
		{BandwidthStopLossy, false, true, "Bandwidth Measure Stop"},
		{BandwidthStopConnect, false, true, "Bandwidth Measure Stop"},
		{NetworkBandwidth, false, false, "Network Characteristics Result"},
		{RTTResponse, false, false, "RTT Measure Response"},
		{BandwidthResults, false, false, "Bandwidth Measure Results"},
		{NetworkCharacteristicsSync, false, false, "Network Characteristics Sync"},
		{0x1234, false, false, "AutoDetectType(0x1234)"},
	} {
		m := &AutoDetectRequest{Type: c.t}
		if m.IsRTT() != c.rtt || m.IsBandwidthStop() != c.stop || c.t.String() != c.name {
			t.Errorf("%#x: %v %v %q", uint16(c.t), m.IsRTT(), m.IsBandwidthStop(), c.t)
		}
	}
}

func FuzzAutoDetectRequest(f *testing.F) {
	for _, c := range autoDetectRequests {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseAutoDetectRequest(body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendAutoDetectRequest(nil, m)
		if err != nil || !bytes.HasPrefix(body, again) {
			t.Fatalf("% x, %v", again, err)
		}
	})
}

func FuzzAutoDetectResponse(f *testing.F) {
	for _, c := range autoDetectResponses {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseAutoDetectResponse(body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendAutoDetectResponse(nil, m)
		if err != nil || !bytes.HasPrefix(body, again) {
			t.Fatalf("% x, %v", again, err)
		}
	})
}
