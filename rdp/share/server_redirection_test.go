package share

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/wire"
)

// What load balancers read back, from the comment in FreeRDP 2.11 and 3,
// libfreerdp/core/redirection.c.
const balanceInfo = "Cookie: msts=2134026432.15629.0000\r\n"

func utf16z(s string) []byte { return append(wire.AppendUTF16(nil, s), 0, 0) }

// loadBalanced is what our gateway sends. Field order, lengths and padding are
// those that the parsers of FreeRDP 2.11.7 and 3.19 walk through: pad2Octets,
// SEC_REDIRECTION_PKT, Length, SessionID, RedirFlags, the field, 8 and 1 bytes.
const loadBalanced = "4500 0a00 ea03 0000" +
	"0004 3c00 00000000 02000000" +
	"24000000 436f6f6b69653a206d7374733d323133343032363433322e31353632392e303030300d0a" +
	"0000000000000000 00"

func TestLoadBalanceInfo(t *testing.T) {
	b := wiretest.Unhex(t, loadBalanced)
	m := &ServerRedirection{LoadBalanceInfo: []byte(balanceInfo)}
	out, err := AppendServerRedirection([]byte{9}, 1002, m)
	if err != nil || !bytes.Equal(out[1:], b) {
		t.Fatalf("% x, %v", out, err)
	}
	c, rest, err := NextControl(b)
	if err != nil || len(rest) > 0 || c.Type != TypeServerRedirection || c.Source != 1002 {
		t.Fatalf("%+v, %v", c, err)
	}
	m.Flags = RedirectLoadBalanceInfo // set because the field is not empty
	for n := range len(c.Body) + 1 {
		got, err := ParseServerRedirection(c.Body[:n])
		if n < len(c.Body)-9 {
			wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		} else if err != nil || !cmp.Equal(*m, *got) { // the padding may be missing
			t.Errorf("cut to %d: %v, %v", n, got, err)
		}
	}
}

func full() *ServerRedirection {
	return &ServerRedirection{
		SessionID: 3,
		Flags: RedirectTargetNetAddress | RedirectLoadBalanceInfo | RedirectUserName | RedirectDomain | RedirectPassword |
			RedirectDontStoreUserName | RedirectTargetFQDN | RedirectTargetNetBIOSName | RedirectTargetNetAddresses |
			RedirectClientTsvURL | RedirectServerTsvCapable | RedirectGUID | RedirectTargetCertificate,
		TargetNetAddress: "192.0.2.7", LoadBalanceInfo: []byte(balanceInfo), UserName: "山田", Domain: "EXAMPLE",
		Password: utf16z("Secret1"), TargetFQDN: "host7.example.org", TargetNetBIOSName: "HOST7",
		TsvURL: utf16z("tsv://MS Terminal Services Plugin.1.Pool"), RedirectionGUID: utf16z("AAEC"),
		TargetCertificate: utf16z("IAAAAAEAAAA="), TargetNetAddresses: []string{"192.0.2.7", "2001:db8::7"},
	}
}

func TestServerRedirection(t *testing.T) {
	m := full()
	out, err := AppendServerRedirection(nil, 1002, m)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := NextControl(out)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseServerRedirection(c.Body)
	if err != nil || !cmp.Equal(*m, *got) {
		t.Fatalf("%v, %v", got, err)
	}
	// The order on the wire is that of MS-RDPBCGR 2.2.13.1; strings count their
	// terminator, bytes have none.
	at := 14
	for _, field := range [][]byte{
		utf16z(m.TargetNetAddress), m.LoadBalanceInfo, utf16z(m.UserName), utf16z(m.Domain), m.Password, utf16z(m.TargetFQDN),
		utf16z(m.TargetNetBIOSName), m.TsvURL, m.RedirectionGUID, m.TargetCertificate,
	} {
		if want := append([]byte{byte(len(field)), 0, 0, 0}, field...); !bytes.HasPrefix(c.Body[at:], want) {
			t.Fatalf("at %d: % x, want % x", at, c.Body[at:], want)
		}
		at += 4 + len(field)
	}
	addresses := append(append([]byte{20, 0, 0, 0}, utf16z("192.0.2.7")...), append([]byte{24, 0, 0, 0}, utf16z("2001:db8::7")...)...)
	if want := append([]byte{byte(4 + len(addresses)), 0, 0, 0, 2, 0, 0, 0}, addresses...); !bytes.Equal(c.Body[at:len(c.Body)-9], want) {
		t.Errorf("addresses % x, want % x", c.Body[at:], want)
	}
	for n := range len(c.Body) - 9 {
		_, err := ParseServerRedirection(c.Body[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	got.Wipe()
	if bytes.Contains(c.Body, []byte("S\x00e\x00c")) {
		t.Error("Wipe left the password in the message it was read from")
	}
}

// A field without content is written if its flag says so, and the other way round.
func TestRedirectionFlagsAndFields(t *testing.T) {
	for _, m := range []*ServerRedirection{
		{},
		{Flags: RedirectNoRedirect | RedirectSmartCardLogon, SessionID: 9},
		{Flags: RedirectUserName | RedirectPassword | RedirectTargetNetAddresses, Password: []byte{}},
		{Flags: RedirectPassword | RedirectPasswordIsPKEncrypted, Password: bytes.Repeat([]byte{7}, 1024)},
	} {
		out, err := AppendServerRedirection(nil, 1002, m)
		if err != nil {
			t.Errorf("%v: %v", m, err)
			continue
		}
		got, err := ParseServerRedirection(out[6:])
		if err != nil || !cmp.Equal(*m, *got) {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
	long := "00000004 0c00 00000000 00000000"
	if _, err := ParseServerRedirection(wiretest.Unhex(t, long+"00")); err != nil {
		t.Error(err)
	}
	text := wiretest.Unhex(t, "0000 0004 1600 00000000 04000000 06000000 610062006300") // no terminator
	if got, err := ParseServerRedirection(text); err != nil || got.UserName != "abc" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRedirectionMalformed(t *testing.T) {
	for name, digits := range map[string]string{
		"Flags":               "0000 0104 0c00 00000000 00000000",
		"Length 0":            "0000 0004 0000 00000000 00000000",
		"Length 11":           "0000 0004 0b00 00000000 00000000",
		"Length beyond":       "0000 0004 1500 00000000 00000000",
		"field beyond Length": "0000 0004 1000 00000000 04000000 06000000 610062006300",
		"field of 4 GiB":      "0000 0004 1600 00000000 04000000 ffffffff 610062006300",
		"addresses beyond":    "0000 0004 1400 00000000 00080000 05000000 00000000",
		"65 addresses":        "0000 0004 1400 00000000 00080000 04000000 41000000",
		"address beyond":      "0000 0004 1800 00000000 00080000 08000000 01000000 04000000",
		"addresses too short": "0000 0004 1a00 00000000 00080000 08000000 01000000 02000000 0000",
	} {
		_, err := ParseServerRedirection(wiretest.Unhex(t, digits))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestRedirectionMisused(t *testing.T) {
	for name, m := range map[string]*ServerRedirection{
		"address":              {TargetNetAddress: strings.Repeat("a", 40)},
		"user":                 {UserName: strings.Repeat("u", 256)},
		"domain":               {Domain: strings.Repeat("d", 26)},
		"FQDN":                 {TargetFQDN: strings.Repeat("f", 256)},
		"NetBIOS name":         {TargetNetBIOSName: strings.Repeat("n", 16)},
		"NUL":                  {UserName: "a\x00b"},
		"addresses":            {TargetNetAddresses: make([]string, MaxNetAddresses+1)},
		"address in the list":  {TargetNetAddresses: []string{strings.Repeat("a", 40)}},
		"password, terminator": {Password: []byte("a\x00b\x00")},
		"password, odd":        {Password: []byte{'a', 0, 0}},
		"password, long":       {Password: make([]byte, 514)},
		"too long":             {LoadBalanceInfo: make([]byte, MaxControlBody)},
		"much too long":        {LoadBalanceInfo: make([]byte, 1<<16)},
	} {
		out, err := AppendServerRedirection([]byte{9}, 1002, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

func TestRedirectionShowsNoSecret(t *testing.T) {
	m := &ServerRedirection{UserName: "eltons", Password: []byte("KKKKKK\x00\x00"), LoadBalanceInfo: []byte("JJJJJJ")}
	text, err := json.Marshal(m)
	shown := string(text)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		shown += fmt.Sprintf(verb, m) + fmt.Sprintf(verb, *m)
	}
	for _, secret := range []string{"KK", "4b4b", "75 75", "S0tL", "JJ"} {
		if strings.Contains(shown, secret) {
			t.Errorf("%q in %s", secret, shown)
		}
	}
	if err != nil || !strings.Contains(shown, "eltons") {
		t.Errorf("%s, %v", shown, err)
	}
}

func FuzzServerRedirection(f *testing.F) {
	f.Add(wiretest.Unhex(f, loadBalanced)[6:])
	out, err := AppendServerRedirection(nil, 1002, full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out[6:])
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseServerRedirection(body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		out, err := AppendServerRedirection(nil, 1002, m)
		if err != nil {
			wiretest.WantMisuse(t, "append", err) // we read longer names than we write
			return
		}
		again, err := ParseServerRedirection(out[6:])
		if err != nil || !cmp.Equal(*m, *again) {
			t.Fatalf("%v, %v, %v", m, again, err)
		}
	})
}
