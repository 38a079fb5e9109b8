package share

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// The vectors are from Devolutions/IronRDP 18e259cd,
// crates/ironrdp-pdu/src/rdp/session_info/tests.rs, with the infoType in front and
// the zeros of the padding counted.
var sessionInfos = []struct {
	name, digits string
	zeros        int    // behind digits
	tail         string // behind the zeros
	missing      int    // bytes at the end that may be missing
	want         *SaveSessionInfo
}{
	{"logon", "00000000 0c000000 4e0054004400450056000000" + strings.Repeat("00", 40) + "0e000000 65006c0074006f006e0073000000", 498, "02000000", 4,
		&SaveSessionInfo{Type: InfoLogon, Domain: "NTDEV", User: "eltons", SessionID: 2}},
	{"logon long", "01000000 0100 12000000 02000000 0c000000 0e000000", 558, "4e0054004400450056000000 65006c0074006f006e0073000000", 0,
		&SaveSessionInfo{Type: InfoLogonLong, Domain: "NTDEV", User: "eltons", SessionID: 2}},
	{"plain notify", "02000000", 576, "", 576, &SaveSessionInfo{Type: InfoPlainNotify}},
	{"extended", "03000000 3200 03000000 1c000000 1c000000 01000000 02000000 a802e725e24c82b752a553503498a1a8 08000000 faffffff 02000000", 570, "", 570,
		&SaveSessionInfo{Type: InfoExtendedInfo,
			AutoReconnectCookie: []byte("\x1c\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\xa8\x02\xe7\x25\xe2\x4c\x82\xb7\x52\xa5\x53\x50\x34\x98\xa1\xa8"),
			LogonErrors:         &LogonErrors{Type: 0xFFFFFFFA, Data: 2}}},
}

func sessionInfo(t testing.TB, i int) []byte {
	v := sessionInfos[i]
	return append(append(wiretest.Unhex(t, v.digits), make([]byte, v.zeros)...), wiretest.Unhex(t, v.tail)...)
}

func TestSaveSessionInfo(t *testing.T) {
	for i, v := range sessionInfos {
		b := sessionInfo(t, i)
		got, err := ParseSaveSessionInfo(b)
		if err != nil || !cmp.Equal(*v.want, *got) {
			t.Errorf("%s: %+v, %v", v.name, got, err)
			continue
		}
		out, err := AppendSaveSessionInfo([]byte{9}, got)
		if err != nil || !bytes.Equal(out[1:], b) {
			t.Errorf("%s: % x, %v", v.name, out, err)
		}
		for n := range b {
			_, err := ParseSaveSessionInfo(b[:n])
			if n < len(b)-v.missing || v.name == "logon" && n > len(b)-4 {
				wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", v.name, n), err)
			} else if err != nil {
				t.Errorf("%s cut to %d: %v", v.name, n, err)
			}
		}
	}
}

func TestSaveSessionInfoForms(t *testing.T) {
	for _, m := range []*SaveSessionInfo{
		{Type: InfoLogon, Domain: strings.Repeat("d", 25), User: strings.Repeat("u", 255)},
		{Type: InfoLogonLong, Domain: strings.Repeat("日", 25), User: strings.Repeat("u", 255), SessionID: 0xFFFFFFFF},
		{Type: InfoExtendedInfo},
		{Type: InfoExtendedInfo, LogonErrors: &LogonErrors{1, 2}},
		{Type: InfoExtendedInfo, AutoReconnectCookie: make([]byte, AutoReconnectCookieSize)},
	} {
		b, err := AppendSaveSessionInfo(nil, m)
		if err != nil {
			t.Errorf("%v: %v", m, err)
			continue
		}
		if got, err := ParseSaveSessionInfo(b); err != nil || !cmp.Equal(*m, *got) {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
}

func TestSaveSessionInfoMalformed(t *testing.T) {
	padding := strings.Repeat("00", 700)
	for name, digits := range map[string]string{
		"type 4":                "04000000" + padding,
		"domain of 53 bytes":    "00000000 35000000" + padding,
		"domain of 4 GiB":       "00000000 ffffffff" + padding,
		"version 2":             "01000000 0200 12000000 02000000 00000000 00000000" + padding,
		"long domain, 54 bytes": "01000000 0100 12000000 02000000 36000000 00000000" + padding,
		"long user, 514 bytes":  "01000000 0100 12000000 02000000 00000000 02020000" + padding,
		"cookie of 27 bytes":    "03000000 0000 01000000 1b000000" + padding,
		"cookie of 4 GiB":       "03000000 0000 01000000 ffffffff" + padding,
		"errors of 7 bytes":     "03000000 0000 02000000 07000000" + padding,
	} {
		_, err := ParseSaveSessionInfo(wiretest.Unhex(t, digits))
		wiretest.WantMalformed(t, name, err)
	}
	for name, m := range map[string]*SaveSessionInfo{
		"type 4":          {Type: 4},
		"domain":          {Domain: strings.Repeat("d", 26)},
		"user":            {User: strings.Repeat("u", 256)},
		"user with a NUL": {User: "a\x00b"},
		"cookie":          {Type: InfoExtendedInfo, AutoReconnectCookie: make([]byte, 27)},
	} {
		out, err := AppendSaveSessionInfo([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

// Who has the cookie can take the session over.
func TestCookieIsNotShown(t *testing.T) {
	m := &SaveSessionInfo{Type: InfoExtendedInfo, User: "eltons", AutoReconnectCookie: bytes.Repeat([]byte("K"), AutoReconnectCookieSize)}
	text, err := json.Marshal(m)
	shown := string(text)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q"} {
		shown += fmt.Sprintf(verb, m) + fmt.Sprintf(verb, *m)
	}
	if err != nil || strings.Contains(shown, "KK") || strings.Contains(shown, "4b4b") || strings.Contains(shown, "75") || !strings.Contains(shown, "eltons") {
		t.Errorf("%s, %v", shown, err)
	}
}

func FuzzSaveSessionInfo(f *testing.F) {
	for i := range sessionInfos {
		f.Add(sessionInfo(f, i))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := ParseSaveSessionInfo(body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		out, err := AppendSaveSessionInfo(nil, m)
		if err != nil {
			wiretest.WantMisuse(t, "append", err) // a name that fills its field without a terminator
			return
		}
		if again, err := ParseSaveSessionInfo(out); err != nil || !cmp.Equal(*m, *again) {
			t.Fatalf("%v, %v, %v", m, again, err)
		}
	})
}
