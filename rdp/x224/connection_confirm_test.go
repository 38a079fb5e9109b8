package x224

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// "specification" is MS-RDPBCGR 4.1.2; FreeRDP is freerdp-shadow-cli 2.11 and
// xrdp is 0.9.21, captured on loopback.
var connectionConfirms = []struct {
	name string
	hex  string
	want ConnectionConfirm
}{
	{
		"specification", "03000013 0ed00000123400 0200080000000000",
		ConnectionConfirm{Negotiation: &NegotiationResponse{}, SourceRef: 0x1234},
	},
	{
		"xrdp, TLS", "03000013 0ed00000123400 0201080001000000",
		ConnectionConfirm{SourceRef: 0x1234, Negotiation: &NegotiationResponse{
			Flags: ResponseExtendedClientData, SelectedProtocol: ProtocolSSL,
		}},
	},
	{
		"xrdp, no negotiation", "0300000b 06d00000123400",
		ConnectionConfirm{SourceRef: 0x1234},
	},
	{
		"FreeRDP answers a request without negotiation data with some", "03000013 0ed00000000000 0203080000000000",
		ConnectionConfirm{Negotiation: &NegotiationResponse{Flags: ResponseExtendedClientData | ResponseDynVCGFX}},
	},
	{
		"NLA required", "03000013 0ed00000123400 0300080005000000", // built from MS-RDPBCGR 2.2.1.2.2
		ConnectionConfirm{Failure: &NegotiationFailure{FailureHybridRequired}, SourceRef: 0x1234},
	},
	{
		"other references", "0300000b 06d0abcd123400",
		ConnectionConfirm{DestinationRef: 0xabcd, SourceRef: 0x1234},
	},
}

func TestConnectionConfirm(t *testing.T) {
	for _, c := range connectionConfirms {
		frame := wiretest.Unhex(t, c.hex)
		got, err := ParseConnectionConfirm(frame)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if again, err := AppendConnectionConfirm(nil, got); err != nil || !bytes.Equal(again, frame) {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
	}
}

func TestConnectionConfirmTruncated(t *testing.T) {
	for _, c := range connectionConfirms {
		frame := wiretest.Unhex(t, c.hex)
		for n := range frame {
			_, err := ParseConnectionConfirm(frame[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
			if n >= 5 && n != 11 {
				_, err = ParseConnectionConfirm(refit(frame[:n]))
				wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d and refitted", c.name, n), err)
			}
		}
	}
}

func TestConnectionConfirmMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"a request":         "0300000b 06e00000000000",
		"type 1":            "03000013 0ed00000123400 0100080000000000",
		"type 0":            "03000013 0ed00000123400 0000080000000000",
		"response length 9": "03000013 0ed00000123400 0200090000000000",
		"failure length 0":  "03000013 0ed00000123400 0300000005000000",
		"trailing byte":     "03000014 0fd00000123400 020008000000000000",
		"class 1":           "0300000b 06d00000123410",
	} {
		_, err := ParseConnectionConfirm(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestConnectionConfirmFlagsAndProtocols(t *testing.T) {
	for bit := range 32 {
		want := &ConnectionConfirm{Negotiation: &NegotiationResponse{
			Flags: ResponseFlags(1) << (bit % 8), SelectedProtocol: Protocol(1) << bit,
		}}
		frame, err := AppendConnectionConfirm(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseConnectionConfirm(frame)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("bit %d: %v %s", bit, err, d)
		}
	}
}

func TestConnectionConfirmMisuse(t *testing.T) {
	out, err := AppendConnectionConfirm([]byte{9}, &ConnectionConfirm{
		Negotiation: &NegotiationResponse{}, Failure: &NegotiationFailure{},
	})
	wiretest.WantMisuse(t, "both", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote % x", out)
	}
}

func FuzzConnectionConfirm(f *testing.F) {
	for _, c := range connectionConfirms {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := ParseConnectionConfirm(frame)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendConnectionConfirm(nil, m)
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		m2, err := ParseConnectionConfirm(again)
		if d := cmp.Diff(m, m2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
