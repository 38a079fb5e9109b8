package security

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

// specInfo is what testdata/client_info_spec.hex says, as MS-RDPBCGR 4.1.10
// explains it.
func specInfo(t testing.TB) *ClientInfo {
	return &ClientInfo{
		CodePage: 0x04090409,
		Flags: InfoMouse | InfoDisableCtrlAltDel | InfoUnicode | InfoMaximizeShell | InfoCompression |
			InfoEnableWindowsKey | 1<<9 | InfoForceEncryptedCSPDU,
		Domain: "NTDEV", User: "eltons", Password: []byte{},
		Extended: &ExtendedInfo{
			AddressFamily:    AddressFamilyINET,
			Address:          "157.59.242.156",
			Dir:              `C:\depots\w2k3_1\termsrv\newclient\lib\win32\obj\i386\mstscax.dll`,
			Last:             ExtendedPerformanceFlags,
			TimeZone:         [TimeZoneSize]byte(wiretest.Vector(t, "client_info_spec")[218:]),
			PerformanceFlags: PerfDisableWallpaper,
		},
	}
}

// fullInfo has another value in every field.
func fullInfo() *ClientInfo {
	m := &ClientInfo{
		CodePage: 1, Flags: InfoUnicode, Domain: "踏み台", User: "😀", Password: wire.AppendUTF16(nil, "påss"),
		AlternateShell: `C:\a.exe`, WorkingDir: `C:\b`,
		Extended: &ExtendedInfo{
			AddressFamily: AddressFamilyINET6, Address: "fe80::1", Dir: "d",
			Last:      ExtendedDynamicDaylightTimeDisabled,
			SessionID: 2, PerformanceFlags: 3, AutoReconnectCookie: bytes.Repeat([]byte{4}, AutoReconnectCookieSize),
			DynamicDSTTimeZoneKeyName: "Tokyo Standard Time", DynamicDaylightTimeDisabled: 5, Extra: []byte{6, 7},
		},
	}
	for i := range m.Extended.TimeZone {
		m.Extended.TimeZone[i] = byte(i)
	}
	return m
}

// plain lets cmp look at the fields: it would use String otherwise.
func plain(m *ClientInfo) any {
	type info ClientInfo
	type extended ExtendedInfo
	if m == nil {
		return nil
	}
	c := info(*m)
	c.Extended = nil
	return []any{c, (*extended)(m.Extended)}
}

func TestClientInfoSpecification(t *testing.T) {
	b := wiretest.Vector(t, "client_info_spec")
	got, err := ParseClientInfo(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plain(specInfo(t)), plain(got)); d != "" {
		t.Error(d)
	}
	if got.Flags.CompressionType() != 1 {
		t.Errorf("compression type %d", got.Flags.CompressionType())
	}
	again, err := AppendClientInfo([]byte{9}, got)
	if err != nil || !bytes.Equal(again[1:], b) || again[0] != 9 {
		t.Errorf("written as % x, %v", again, err)
	}
}

func TestClientInfoFields(t *testing.T) {
	want := fullInfo()
	b, err := AppendClientInfo(nil, want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseClientInfo(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(plain(want), plain(got)); d != "" {
		t.Error(d)
	}
	got.Password[0] ^= 0xFF
	if again, _ := AppendClientInfo(nil, want); bytes.Equal(again, b) {
		t.Error("the password does not alias the input")
	}
}

// A cut is another valid message only after the fixed part and after each of the
// optional fields.
func TestClientInfoTruncated(t *testing.T) {
	m := fullInfo()
	m.Extended.Extra = nil
	b, err := AppendClientInfo(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	valid := make(map[int]bool)
	m.Extended = nil
	fixed, err := AppendClientInfo(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	at := len(fixed)
	valid[at] = true
	at += 2 + 2 + 2*len("fe80::1\x00") + 2 + 2*len("d\x00")
	for _, n := range []int{0, TimeZoneSize, 4, 4, 2 + AutoReconnectCookieSize, 2, 2, 2 + 2*len("Tokyo Standard Time"), 2} {
		at += n
		valid[at] = true
	}
	if at != len(b) {
		t.Fatalf("%d bytes, want %d", len(b), at)
	}
	for n := range b {
		_, err := ParseClientInfo(b[:n])
		if !valid[n] {
			wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		} else if err != nil {
			t.Errorf("cut to %d: %v", n, err)
		}
	}
}

func TestExtendedInfoPrefixes(t *testing.T) {
	for last := ExtendedMandatory; last <= ExtendedDynamicDaylightTimeDisabled; last++ {
		want := &ClientInfo{Flags: InfoUnicode, Password: []byte{}, Extended: &ExtendedInfo{Last: last}}
		b, err := AppendClientInfo(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseClientInfo(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(plain(want), plain(got)); d != "" {
			t.Errorf("field %d: %s", last, d)
		}
		if !got.Extended.Has(last) || got.Extended.Has(last+1) {
			t.Errorf("field %d: Has is wrong", last)
		}
	}
}

// infoHex is a packet with InfoUnicode, empty texts, and what follows them.
func infoHex(extended string) string {
	return "00000000 10000000 0000 0000 0000 0000 0000 0000 0000 0000 0000 0000" + extended
}

// What clients send that the specification does not want: no terminator, nothing
// at all (Microsoft's client for Android, says FreeRDP's source of its
// clientDir), and a terminator that is counted twice.
func TestExtendedInfoTolerance(t *testing.T) {
	for name, c := range map[string]struct{ hex, address, dir string }{
		"terminated":         {"0200 0600 310032000000 0400 64000000", "12", "d"},
		"not terminated":     {"0200 0400 31003200 0200 6400", "12", "d"},
		"empty":              {"0200 0000 0000", "", ""},
		"terminated twice":   {"0200 0600 310000000000 0200 0000", "1", ""},
		"bytes after a NUL":  {"0200 0600 310000003200 0200 0000", "1", ""},
		"longest, ended":     {"0200 5000" + strings.Repeat("3100", 39) + "0000 0000", strings.Repeat("1", 39), ""},
		"lone surrogate":     {"0200 0400 00d80000 0000", "\uFFFD", ""},
		"no address family":  {"0000 0200 0000 0200 0000", "", ""},
		"longest dir, ended": {"0200 0000 0002" + strings.Repeat("6400", 255) + "0000", "", strings.Repeat("d", 255)},
	} {
		m, err := ParseClientInfo(wiretest.Unhex(t, infoHex(c.hex)))
		if err != nil || m.Extended.Address != c.address || m.Extended.Dir != c.dir {
			t.Errorf("%s: %v %v", name, m, err)
			continue
		}
		if _, err := AppendClientInfo(nil, m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	counted := "00000000 10000000 0400 0000 0000 0000 0000 41000000 0000 0000 0000 0000 0000"
	if m, err := ParseClientInfo(wiretest.Unhex(t, counted)); err != nil || m.Domain != "A" {
		t.Errorf("terminator counted: %v %v", m, err)
	}
}

func TestClientInfoMalformed(t *testing.T) {
	const zone = "0200 0000 0000"
	tail := zone + strings.Repeat("00", TimeZoneSize+4+4)
	for name, s := range map[string]string{
		"odd domain":              "00000000 10000000 0100 0000 0000 0000 0000 41 0000 0000 0000 0000 0000",
		"domain of 512":           "00000000 10000000 0002 0000 0000 0000 0000" + strings.Repeat("4100", 256) + "0000 0000 0000 0000 0000",
		"password of 64 KiB":      "00000000 10000000 0000 0000 ffff 0000 0000 0000 0000",
		"domain not terminated":   "00000000 10000000 0000 0000 0000 0000 0000 4100 0000 0000 0000 0000",
		"password not terminated": "00000000 10000000 0000 0000 0000 0000 0000 0000 0000 0041 0000 0000",
		"ANSI of 512":             "00000000 00000000 0000 0002 0000 0000 0000 00" + strings.Repeat("41", 512) + "00 00 00 00",
		"odd address":             infoHex("0200 0300 310032 0000"),
		"address of 82":           infoHex("0200 5200" + strings.Repeat("3100", 40) + "0000 0000"),
		"address of 80, open":     infoHex("0200 5000" + strings.Repeat("3100", 40) + "0000"),
		"dir of 514":              infoHex("0200 0000 0202" + strings.Repeat("3100", 256) + "0000"),
		"address of 64 KiB":       infoHex("0200 feff 3100 0000"),
		"half a time zone":        infoHex(zone + strings.Repeat("00", 86)),
		"cookie of 27":            infoHex(tail + "1b00" + strings.Repeat("aa", 27)),
		"cookie of 29":            infoHex(tail + "1d00" + strings.Repeat("aa", 29)),
		"cookie, none sent":       infoHex(tail + "1c00"),
		"key name of 256":         infoHex(tail + "0000 0000 0000 0001" + strings.Repeat("4100", 128)),
		"odd key name":            infoHex(tail + "0000 0000 0000 0100 41"),
		"nothing":                 "",
	} {
		_, err := ParseClientInfo(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
	if _, err := ParseClientInfo(wiretest.Unhex(t, infoHex(tail+"0000 0000 0000 fe00"+strings.Repeat("4100", 127)))); err != nil {
		t.Errorf("key name of 254: %v", err)
	}
}

// The first part of a packet of the same user without INFO_UNICODE, from the test
// data of IronRDP.
const ansiHex = `09040904 a3430000 0500 0600 0000 0000 0000
	4e5444455600 656c746f6e7300 00 00 00`

func TestClientInfoANSI(t *testing.T) {
	b := wiretest.Unhex(t, ansiHex)
	got, err := ParseClientInfo(b)
	if err != nil || got.Domain != "NTDEV" || got.User != "eltons" || len(got.Password) != 0 || got.Extended != nil {
		t.Fatalf("%v, %v", plain(got), err)
	}
	if again, err := AppendClientInfo(nil, got); err != nil || !bytes.Equal(again, b) {
		t.Errorf("written as % x, %v", again, err)
	}
	for n := range b {
		_, err := ParseClientInfo(b[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	// Every byte of a code page survives, also in the password.
	want := &ClientInfo{User: "caf\u00e9\u0080\u00ff", Password: wire.AppendUTF16(nil, "\u00e9\u00ff")}
	b, err = AppendClientInfo(nil, want)
	if err != nil || !bytes.Contains(b, []byte("caf\xe9\x80\xff\x00\xe9\xff\x00")) {
		t.Fatalf("% x, %v", b, err)
	}
	got, err = ParseClientInfo(b)
	if err != nil || got.User != want.User || !bytes.Equal(got.Password, want.Password) {
		t.Errorf("%v, %v", plain(got), err)
	}
}

func TestClientInfoMisuse(t *testing.T) {
	extended := func(m ExtendedInfo) *ClientInfo { return &ClientInfo{Flags: InfoUnicode, Extended: &m} }
	const all = ExtendedDynamicDaylightTimeDisabled
	for name, m := range map[string]*ClientInfo{
		"domain of 256":            {Flags: InfoUnicode, Domain: strings.Repeat("a", 256)},
		"ANSI user of 512":         {User: strings.Repeat("a", 512)},
		"NUL in the shell":         {Flags: InfoUnicode, AlternateShell: "a\x00b"},
		"password of 512":          {Flags: InfoUnicode, Password: make([]byte, 512)},
		"odd password":             {Flags: InfoUnicode, Password: make([]byte, 3)},
		"odd ANSI password":        {Password: make([]byte, 3)},
		"ANSI user without a code": {User: "踏"},
		"ANSI password likewise":   {Password: wire.AppendUTF16(nil, "踏")},
		"address of 40":            extended(ExtendedInfo{Address: strings.Repeat("1", 40)}),
		"dir with NUL":             extended(ExtendedInfo{Dir: "a\x00"}),
		"key name of 128":          extended(ExtendedInfo{Last: all, DynamicDSTTimeZoneKeyName: strings.Repeat("a", 128)}),
		"cookie of 27":             extended(ExtendedInfo{Last: all, AutoReconnectCookie: make([]byte, 27)}),
		"field too high":           extended(ExtendedInfo{Last: all + 1}),
		"field too low":            extended(ExtendedInfo{Last: -1}),
		"time zone unsent":         extended(ExtendedInfo{TimeZone: [TimeZoneSize]byte{1}}),
		"session unsent":           extended(ExtendedInfo{Last: ExtendedTimeZone, SessionID: 1}),
		"performance unsent":       extended(ExtendedInfo{Last: ExtendedSessionID, PerformanceFlags: 1}),
		"cookie unsent":            extended(ExtendedInfo{Last: ExtendedPerformanceFlags, AutoReconnectCookie: make([]byte, 28)}),
		"key name unsent":          extended(ExtendedInfo{Last: ExtendedReserved2, DynamicDSTTimeZoneKeyName: "a"}),
		"daylight unsent":          extended(ExtendedInfo{Last: all - 1, DynamicDaylightTimeDisabled: 1}),
		"extra too early":          extended(ExtendedInfo{Last: all - 1, Extra: []byte{1}}),
	} {
		out, err := AppendClientInfo([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	longest := &ClientInfo{Flags: InfoUnicode, Domain: strings.Repeat("a", 255), Password: make([]byte, 510)}
	if b, err := AppendClientInfo(nil, longest); err != nil {
		t.Error(err)
	} else if _, err := ParseClientInfo(b); err != nil {
		t.Error(err)
	}
}

func TestClientInfoNeverShowsSecrets(t *testing.T) {
	const password, cookie = "hunter2", "reconnect cookie of 28 bytes"
	m := &ClientInfo{Flags: InfoUnicode, User: "alice", Domain: "CORP", Password: wire.AppendUTF16(nil, password),
		Extended: &ExtendedInfo{AutoReconnectCookie: []byte(cookie), Last: ExtendedAutoReconnectCookie}}
	secrets := []string{password, string(m.Password), cookie}
	for _, secret := range [][]byte{m.Password, []byte(cookie)} {
		secrets = append(secrets, fmt.Sprintf("%x", secret), fmt.Sprint(secret), fmt.Sprintf("%#v", secret))
	}
	for _, v := range []any{m, *m, m.Extended, *m.Extended, struct{ M ClientInfo }{*m}, struct{ M *ExtendedInfo }{m.Extended}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			hides(t, verb, fmt.Sprintf(verb, v), secrets)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		hides(t, "json", string(text), secrets)
	}
	if s := m.String(); !strings.Contains(s, `CORP\alice`) || m.GoString() != s {
		t.Errorf("%q", s)
	}
	if s := m.Extended.GoString(); s != m.Extended.String() {
		t.Errorf("%q", s)
	}
}

func hides(t *testing.T, how, text string, secrets []string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("%s shows a secret: %s", how, text)
		}
	}
}

func TestClientInfoWipe(t *testing.T) {
	b, err := AppendClientInfo(nil, fullInfo())
	if err != nil {
		t.Fatal(err)
	}
	m, err := ParseClientInfo(b)
	if err != nil {
		t.Fatal(err)
	}
	password, cookie := bytes.Clone(m.Password), bytes.Clone(m.Extended.AutoReconnectCookie)
	m.Wipe()
	if bytes.Contains(b, password) || bytes.Contains(b, cookie) {
		t.Error("the message still holds a secret")
	}
	(&ClientInfo{}).Wipe()
}

// A buffer that is outgrown must be left before the first byte, because nobody
// wipes it.
func TestClientInfoLeavesNothingBehind(t *testing.T) {
	m := fullInfo()
	full, err := AppendClientInfo(nil, m)
	if err != nil {
		t.Fatal(err)
	}
	stayed := false
	for room := 1; room <= len(full)+maxExtended; room++ {
		dst := make([]byte, 0, room)
		b, err := AppendClientInfo(dst, m)
		if err != nil || !bytes.Equal(b, full) {
			t.Fatalf("room for %d: %v", room, err)
		}
		if old := dst[:room]; &b[0] == &old[0] {
			stayed = true
		} else if !bytes.Equal(old, make([]byte, room)) {
			t.Fatalf("room for %d: the outgrown buffer holds % x", room, old)
		}
	}
	if !stayed {
		t.Error("never written in place")
	}
}

func TestLongestExtendedInfo(t *testing.T) {
	longest := fullInfo().Extended
	longest.Address, longest.Dir = strings.Repeat("a", 39), strings.Repeat("a", 255)
	longest.DynamicDSTTimeZoneKeyName, longest.Extra = strings.Repeat("a", 127), nil
	texts, err := longest.texts()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(longest.append(nil, texts)); n > maxExtended {
		t.Errorf("longest packet of %d bytes, maxExtended is %d", n, maxExtended)
	}
}

func FuzzClientInfo(f *testing.F) {
	f.Add(wiretest.Vector(f, "client_info_spec"))
	f.Add(wiretest.Unhex(f, ansiHex))
	full, _ := AppendClientInfo(nil, fullInfo())
	f.Add(full)
	f.Add(wiretest.Unhex(f, infoHex("0200 0400 31003200 0200 6400")))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseClientInfo(body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendClientInfo(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := ParseClientInfo(again)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(plain(m), plain(m2)); d != "" {
			t.Fatal(d)
		}
	})
}
