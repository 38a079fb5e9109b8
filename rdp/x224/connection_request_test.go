package x224

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// Frames that real clients send. "specification" is the annotated dump of
// MS-RDPBCGR 4.1.1. "nmap" is rdp-enum-encryption of nmap 7.93, "FreeRDP" is
// xfreerdp 2.11, both captured on loopback.
var connectionRequests = []struct {
	name string
	hex  string
	want ConnectionRequest
}{
	{
		"specification",
		"0300002c 27e00000000000 436f6f6b69653a206d737473686173683d656c746f6e730d0a 0100080000000000",
		ConnectionRequest{Cookie: "eltons", Negotiation: &NegotiationRequest{}},
	},
	{
		"nmap, no negotiation",
		"03000022 1de00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a",
		ConnectionRequest{Cookie: "nmap"},
	},
	{
		"nmap, native RDP",
		"0300002a 25e00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a 0100080000000000",
		ConnectionRequest{Cookie: "nmap", Negotiation: &NegotiationRequest{}},
	},
	{
		"nmap, SSL",
		"0300002a 25e00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a 0100080001000000",
		ConnectionRequest{Cookie: "nmap", Negotiation: &NegotiationRequest{Protocols: ProtocolSSL}},
	},
	{
		"nmap, CredSSP",
		"0300002a 25e00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a 0100080003000000",
		ConnectionRequest{Cookie: "nmap", Negotiation: &NegotiationRequest{Protocols: ProtocolSSL | ProtocolHybrid}},
	},
	{
		"nmap, RDSTLS",
		"0300002a 25e00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a 0100080004000000",
		ConnectionRequest{Cookie: "nmap", Negotiation: &NegotiationRequest{Protocols: ProtocolRDSTLS}},
	},
	{
		"nmap, CredSSP with early user authorization",
		"0300002a 25e00000000000 436f6f6b69653a206d737473686173683d6e6d61700d0a 0100080008000000",
		ConnectionRequest{Cookie: "nmap", Negotiation: &NegotiationRequest{Protocols: ProtocolHybridEx}},
	},
	{
		"FreeRDP, standard security: cookie only",
		"03000023 1ee00000000000 436f6f6b69653a206d737473686173683d616c6963650d0a",
		ConnectionRequest{Cookie: "alice"},
	},
	{
		"FreeRDP, routing token",
		"03000037 32e00000000000 436f6f6b69653a206d7374733d333634303230353232382e31353632392e303030300d0a 0100080003000000",
		ConnectionRequest{
			RoutingToken: []byte("Cookie: msts=3640205228.15629.0000"),
			Negotiation:  &NegotiationRequest{Protocols: ProtocolSSL | ProtocolHybrid},
		},
	},
	{
		"FreeRDP, restricted admin",
		"0300002b 26e00000000000 436f6f6b69653a206d737473686173683d616c6963650d0a 0101080003000000",
		ConnectionRequest{Cookie: "alice", Negotiation: &NegotiationRequest{
			Flags: RequestRestrictedAdmin, Protocols: ProtocolSSL | ProtocolHybrid,
		}},
	},
	{
		"bare", // the shortest that MS-RDPBCGR 3.3.5.3.1 accepts
		"0300000b 06e00000000000",
		ConnectionRequest{},
	},
	{
		"correlation", // built from MS-RDPBCGR 2.2.1.1.2
		`03000037 32e00000123400 0108080013000000
		 06002400 0102030405060708090a0b0c0e0f1011 00000000000000000000000000000000`,
		ConnectionRequest{
			Negotiation:   &NegotiationRequest{Flags: RequestCorrelationInfo, Protocols: ProtocolSSL | ProtocolHybrid | ProtocolRDSAAD},
			CorrelationID: &[16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17},
			SourceRef:     0x1234,
		},
	},
}

func TestConnectionRequest(t *testing.T) {
	for _, c := range connectionRequests {
		frame := wiretest.Unhex(t, c.hex)
		got, err := ParseConnectionRequest(frame)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		again, err := AppendConnectionRequest([]byte{9}, got)
		if err != nil || !bytes.Equal(again[1:], frame) || again[0] != 9 {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		if size, err := FrameSize(frame); err != nil || size != len(frame) {
			t.Errorf("%s: FrameSize %d, %v", c.name, size, err)
		}
	}
}

func TestConnectionRequestTruncated(t *testing.T) {
	for _, c := range connectionRequests {
		frame := wiretest.Unhex(t, c.hex)
		for n := range frame {
			_, err := ParseConnectionRequest(frame[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
			if n < 5 {
				continue
			}
			// With lengths that agree, a cut is another valid request only right
			// before or right after the text.
			text := bytes.LastIndex(frame, crlf) + len(crlf)
			valid := n == 11 || n == text && c.want.Negotiation != nil
			if _, err := ParseConnectionRequest(refit(frame[:n])); (err == nil) != valid {
				t.Errorf("%s cut to %d and refitted: %v", c.name, n, err)
			}
		}
	}
}

func TestConnectionRequestMalformed(t *testing.T) {
	const cookie = "436f6f6b69653a206d737473686173683d610d0a"
	for name, body := range map[string]string{
		"wrong TPDU":               "d00000000000",
		"credit":                   "e10000000000",
		"class 4":                  "e00000000040",
		"no CR LF":                 "e00000000000 436f6f6b69653a20",
		"two cookies":              "e00000000000" + cookie + cookie,
		"two tokens":               "e00000000000 610d0a 620d0a",
		"negotiation length 9":     "e00000000000 0100090000000000",
		"negotiation length 0":     "e00000000000 0100000000000000",
		"trailing byte":            "e00000000000 010008000000000000",
		"correlation without flag": "e00000000000 0100080000000000 06002400" + strings.Repeat("00", 32),
		"flag without correlation": "e00000000000 0108080000000000",
		"correlation type":         "e00000000000 0108080000000000 05002400" + strings.Repeat("00", 32),
		"correlation length":       "e00000000000 0108080000000000 06002300" + strings.Repeat("00", 32),
		"text after negotiation":   "e00000000000 0100080000000000" + cookie,
	} {
		frame := refit(append(make([]byte, 5), wiretest.Unhex(t, body)...))
		frame[0] = 3
		_, err := ParseConnectionRequest(frame)
		wiretest.WantMalformed(t, name, err)
	}
	frame := wiretest.Unhex(t, connectionRequests[0].hex)
	for i, name := range map[int]string{0: "version", 2: "TPKT length", 4: "length indicator"} {
		bad := bytes.Clone(frame)
		bad[i]++
		_, err := ParseConnectionRequest(bad)
		wiretest.WantMalformed(t, name, err)
	}
}

// MS-RDPBCGR 3.3.5.3.1: a server goes on with both.
func TestConnectionRequestCookieAndToken(t *testing.T) {
	for _, text := range []string{
		"Cookie: mstshash=alice\r\nCookie: msts=1\r\n",
		"Cookie: msts=1\r\nCookie: mstshash=alice\r\n",
	} {
		frame := refit(append([]byte{3, 0, 0, 0, 0, 0xe0, 0, 0, 0, 0, 0}, text...))
		m, err := ParseConnectionRequest(frame)
		if err != nil || m.Cookie != "alice" || string(m.RoutingToken) != "Cookie: msts=1" {
			t.Errorf("%q: %+v, %v", text, m, err)
		}
	}
}

func TestConnectionRequestFlags(t *testing.T) {
	for bit := range 8 {
		flags := RequestFlags(1) << bit
		m := &ConnectionRequest{Negotiation: &NegotiationRequest{Flags: flags}}
		if flags == RequestCorrelationInfo {
			m.CorrelationID = &[16]byte{1}
		}
		frame, err := AppendConnectionRequest(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseConnectionRequest(frame)
		if err != nil || got.Negotiation.Flags != flags {
			t.Errorf("flags %#x: %+v, %v", flags, got, err)
		}
	}
}

func TestConnectionRequestMisuse(t *testing.T) {
	for name, m := range map[string]*ConnectionRequest{
		"cookie and token":     {Cookie: "a", RoutingToken: []byte("b")},
		"line break in cookie": {Cookie: "a\r\nb"},
		"line break in token":  {RoutingToken: []byte("a\r\nb")},
		"token is a cookie":    {RoutingToken: []byte("Cookie: mstshash=a")},
		"token like RDP_NEG":   {RoutingToken: []byte{1, 'a'}},
		"flag without id":      {Negotiation: &NegotiationRequest{Flags: RequestCorrelationInfo}},
		"id without flag":      {Negotiation: &NegotiationRequest{}, CorrelationID: &[16]byte{}},
		"id alone":             {CorrelationID: &[16]byte{}},
		"too long":             {Cookie: strings.Repeat("a", 254-6-19+1)},
	} {
		out, err := AppendConnectionRequest([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	longest := &ConnectionRequest{Cookie: strings.Repeat("a", 254-6-19)}
	frame, err := AppendConnectionRequest(nil, longest)
	if err != nil || len(frame) != 259 {
		t.Fatalf("longest: %d bytes, %v", len(frame), err)
	}
	if m, err := ParseConnectionRequest(frame); err != nil || m.Cookie != longest.Cookie {
		t.Fatalf("longest: %v", err)
	}
	// 255 is reserved in the length indicator.
	_, err = ParseConnectionRequest(refit(append(bytes.TrimSuffix(frame, crlf), "a\r\n"...)))
	wiretest.WantMalformed(t, "length indicator 255", err)
}

func FuzzConnectionRequest(f *testing.F) {
	for _, c := range connectionRequests {
		frame, _ := hex.DecodeString(strings.Join(strings.Fields(c.hex), ""))
		f.Add(frame)
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		m, err := ParseConnectionRequest(frame)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if m.Cookie != "" && len(m.RoutingToken) > 0 {
			return // readable, not writable
		}
		again, err := AppendConnectionRequest(nil, m)
		if err != nil {
			t.Fatalf("%+v: %v", m, err)
		}
		m2, err := ParseConnectionRequest(again)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.RoutingToken) == 0 {
			m.RoutingToken = nil // an empty line is not written again
		}
		if d := cmp.Diff(m, m2); d != "" {
			t.Fatal(d)
		}
	})
}
