package credssp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/wire"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// nmapMessage is the 57-byte message of nmap's rdp-ntlm-info script, of zgrab2
// and of others: version 0x60 and a bare NTLM NEGOTIATE_MESSAGE.
const nmapMessage = "3037 a003020160 a130 302e 302c a02a 0428" +
	"4e544c4d53535000 01000000 b78208e2 0000000000000000 0000000000000000 0a0063450000000f"

// answer14393 is the beginning of what a Windows Server of build 14393 answered
// to that message with version 6, as a public capture has it (aardwolf,
// pertest.py). The rest of the capture is not at hand.
const answer14393 = "3081dc a003020104 a181d4 3081d1 3081ce a081cb 0481c8" + "4e544c4d53535000 02"

// fullMessage has every field.
func fullMessage() TSRequest {
	return TSRequest{
		Version: 6, NegoToken: []byte("token"), AuthInfo: []byte("info"), PubKeyAuth: []byte("key"),
		ErrorCode: StatusLogonFailure, HasErrorCode: true, ClientNonce: bytes.Repeat([]byte{7}, NonceLength),
	}
}

// fullBytes is fullMessage by hand.
const fullBytes = "304f a003020106 a10d300b3009a0070405746f6b656e a2060404696e666f a30504036b6579 a4060204c000006d" +
	"a5220420 0707070707070707070707070707070707070707070707070707070707070707"

func TestKnownMessages(t *testing.T) {
	for _, c := range []struct {
		name, message string
		want          TSRequest
	}{
		{"nmap", nmapMessage, TSRequest{Version: 0x60, NegoToken: unhex(t, nmapMessage)[17:]}},
		{"every field", fullBytes, fullMessage()},
		{"error code of sspi-rs", "300d a003020106 a4060204c00700ea",
			TSRequest{Version: 6, ErrorCode: 0xC00700EA, HasErrorCode: true}},
		{"error code 5", "300a a003020106 a403020105", TSRequest{Version: 6, ErrorCode: 5, HasErrorCode: true}},
		{"error code 0", "300a a003020106 a403020100", TSRequest{Version: 6, HasErrorCode: true}},
		{"error code 128", "300b a003020106 a40402020080", TSRequest{Version: 6, ErrorCode: 128, HasErrorCode: true}},
		{"version alone", "3005 a003020102", TSRequest{Version: 2}},
		{"largest version", "3008 a00602047fffffff", TSRequest{Version: 1<<31 - 1}},
		{"version 128", "3006 a00402020080", TSRequest{Version: 128}},
		{"empty octet strings", "3017 a003020106 a1083006 3004a0020400 a2020400 a3020400",
			TSRequest{Version: 6, NegoToken: []byte{}, AuthInfo: []byte{}, PubKeyAuth: []byte{}}},
	} {
		b := unhex(t, c.message)
		got, err := ParseTSRequest(b)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		if again := c.want.Append([]byte("x")); !bytes.Equal(again, append([]byte("x"), b...)) {
			t.Errorf("%s: encodes to\n% x, want\n% x", c.name, again[1:], b)
		}
		if size, err := MessageSize(b); size != len(b) || err != nil {
			t.Errorf("%s: size %d, %v", c.name, size, err)
		}
	}
}

// The answer of build 14393: the captured head with a CHALLENGE_MESSAGE made up
// to the captured length and VERSION.
func TestAnswerOfBuild14393(t *testing.T) {
	challenge := ntlm.ChallengeMessage{
		Flags: ntlm.FlagUnicode | ntlm.FlagNTLM | ntlm.FlagTargetInfo | ntlm.FlagVersion,
		TargetInfo: ntlm.AvPairs{
			{ID: ntlm.AvNbComputerName, Value: wire.AppendUTF16(nil, "WIN2016AD")},
			{ID: ntlm.AvDNSTreeName, Value: make([]byte, 200-56-4-18-4-4)},
		},
		Version: ntlm.Version{Major: 10, Build: 14393, Revision: 15},
	}
	token := challenge.Append(nil)
	m := TSRequest{Version: 4, NegoToken: token}
	b := m.Append(nil)
	head := unhex(t, answer14393)
	if len(token) != 200 || len(b) != 0xDC+3 || !bytes.HasPrefix(b, head) {
		t.Fatalf("%d bytes of challenge, %d of message:\n% x", len(token), len(b), b[:len(head)])
	}
	if !bytes.Contains(b, unhex(t, "0a00 3938 000000 0f")) {
		t.Error("VERSION is not the captured one")
	}
	got, err := ParseTSRequest(b)
	if err != nil || got.Version != 4 || got.Oddities != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if parsed, err := ntlm.ParseChallenge(got.NegoToken); err != nil || parsed.Version.Build != 14393 {
		t.Errorf("%+v, %v", parsed, err)
	}
}

// ber encodes elements with one length, the odd one, in another form.
type ber struct {
	form, odd, n int
}

func (e *ber) element(tag byte, content ...[]byte) []byte {
	c := slices.Concat(content...)
	e.n++
	if e.n != e.odd {
		if len(c) >= 0x80 {
			return append([]byte{tag, 0x81, byte(len(c))}, c...)
		}
		return append([]byte{tag, byte(len(c))}, c...)
	}
	head := []byte{tag, byte(e.form)}
	for i := e.form - 0x81; i >= 0; i-- {
		head = append(head, byte(len(c)>>(8*i)))
	}
	return append(head, c...)
}

func (e *ber) full() []byte {
	m := fullMessage()
	return e.element(0x30,
		e.element(0xA0, e.element(0x02, []byte{6})),
		e.element(0xA1, e.element(0x30, e.element(0x30, e.element(0xA0, e.element(0x04, m.NegoToken))))),
		e.element(0xA2, e.element(0x04, m.AuthInfo)),
		e.element(0xA3, e.element(0x04, m.PubKeyAuth)),
		e.element(0xA4, e.element(0x02, []byte{0xC0, 0, 0, 0x6D})),
		e.element(0xA5, e.element(0x04, m.ClientNonce)))
}

func TestNonMinimalLengthAtEveryLevel(t *testing.T) {
	plain := &ber{}
	if b := plain.full(); !bytes.Equal(b, unhex(t, fullBytes)) {
		t.Fatalf("% x", b)
	}
	for _, form := range []int{0x81, 0x82, 0x84} {
		for odd := 1; odd <= plain.n; odd++ {
			b := (&ber{form: form, odd: odd}).full()
			got, err := ParseTSRequest(b)
			want := fullMessage()
			want.Oddities = NonMinimalLength
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("form %#x of element %d: %+v, %v", form, odd, got, err)
			}
			if size, err := MessageSize(b); size != len(b) || err != nil {
				t.Errorf("form %#x of element %d: size %d, %v", form, odd, size, err)
			}
		}
	}
	if plain.n != 16 {
		t.Errorf("%d elements were tried, a full message has 16", plain.n)
	}
}

// el is one element in hexadecimal, with its length.
func el(tag string, content ...string) string {
	c := strings.ReplaceAll(strings.Join(content, ""), " ", "")
	switch n := len(c) / 2; {
	case n < 0x80:
		return fmt.Sprintf("%s%02x%s", tag, n, c)
	case n < 0x100:
		return fmt.Sprintf("%s81%02x%s", tag, n, c)
	default:
		return fmt.Sprintf("%s82%04x%s", tag, n, c)
	}
}

const v6 = "a003020106"

func TestOddities(t *testing.T) {
	token := func(octets string) string { return el("30", el("a0", octets)) }
	for _, c := range []struct {
		name, message string
		want          TSRequest
		names         []string
	}{
		{"error code with a leading zero", el("30", v6, el("a4", "020500c000006d")),
			TSRequest{Version: 6, ErrorCode: StatusLogonFailure, HasErrorCode: true}, []string{"long_error_code"}},
		{"padded positive error code", el("30", v6, el("a4", "0203000005")),
			TSRequest{Version: 6, ErrorCode: 5, HasErrorCode: true}, []string{"non_minimal_integer"}},
		{"padded negative error code", el("30", v6, el("a4", "0202ffff")),
			TSRequest{Version: 6, ErrorCode: 0xFFFFFFFF, HasErrorCode: true}, []string{"non_minimal_integer"}},
		{"padded version", el("30", el("a0", "02020006")), TSRequest{Version: 6}, []string{"non_minimal_integer"}},
		{"unknown field", el("30", v6, el("a6", "020100")), TSRequest{Version: 6}, []string{"unknown_field"}},
		{"unknown field that holds no element", el("30", v6, el("be", "ffff")), TSRequest{Version: 6}, []string{"unknown_field"}},
		{"order", el("30", el("a3", "040101"), v6), TSRequest{Version: 6, PubKeyAuth: []byte{1}}, []string{"fields_out_of_order"}},
		{"unknown field in front", el("30", el("a6", ""), v6), TSRequest{Version: 6}, []string{"unknown_field", "fields_out_of_order"}},
		{"two tokens", el("30", v6, el("a1", el("30", token("040141"), token("040142")))),
			TSRequest{Version: 6, NegoToken: []byte("A")}, []string{"several_nego_tokens"}},
	} {
		got, err := ParseTSRequest(unhex(t, c.message))
		names := got.Oddities.Names()
		got.Oddities = 0
		if err != nil || !reflect.DeepEqual(got, c.want) || !slices.Equal(names, c.names) {
			t.Errorf("%s: %+v, %v, %v", c.name, got, names, err)
		}
	}
	if names := Oddity(0xFF).Names(); len(names) != len(oddityNames) || len(names) != 6 {
		t.Errorf("%v", names)
	}
}

func TestMalformed(t *testing.T) {
	nego := func(items ...string) string { return el("30", v6, el("a1", el("30", items...))) }
	token := el("30", el("a0", "040141"))
	for _, c := range []struct{ name, message, field, reason string }{
		{"nothing", "", "SEQUENCE", "wants 1 bytes"},
		{"TPKT", "0300000b", "SEQUENCE", "got 0x03"},
		{"TLS alert", "1503010002 0250", "SEQUENCE", "wants"},
		{"empty sequence", "3000", "version", "missing"},
		{"no version", el("30", el("a3", "0403616263")), "version", "missing"},
		{"version twice", el("30", v6, v6), "field", "[0] twice"},
		{"unknown field twice", el("30", v6, el("a6", "01"), el("a6", "01")), "field", "[6] twice"},
		{"version without content", el("30", el("a0", "0200")), "version", "not a positive"},
		{"version negative", el("30", el("a0", "020180")), "version", "not a positive"},
		{"version 2^31", el("30", el("a0", "02050080000000")), "version", "4 bytes long"},
		{"version 2^63", el("30", el("a0", "0209008000000000000000")), "version", "8 bytes long"},
		{"version is no INTEGER", el("30", el("a0", "040106")), "version", "got 0x04"},
		{"version and more", el("30", el("a0", "020106 00")), "end", "1 bytes too many"},
		{"primitive tag", el("30", el("80", "020106")), "field", "got 0x80"},
		{"universal tag", el("30", v6, "020100"), "field", "got 0x02"},
		{"multi-byte tag", el("30", v6, "bf1f03020100"), "field", "multi-byte"},
		{"error code without content", el("30", v6, el("a4", "0200")), "errorCode", "0 bytes long"},
		{"error code of 33 bits", el("30", v6, el("a4", "020501c000006d")), "errorCode", "5 bytes long"},
		{"nonce of 31 bytes", el("30", v6, el("a5", el("04", strings.Repeat("07", 31)))), "clientNonce", "31 bytes"},
		{"nonce of 33 bytes", el("30", v6, el("a5", el("04", strings.Repeat("07", 33)))), "clientNonce", "33 bytes"},
		{"nonce of 0 bytes", el("30", v6, el("a5", "0400")), "clientNonce", "0 bytes"},
		{"no token", nego(), "negoToken", "wants 1 bytes"},
		{"token without its tag", nego(el("30", "040141")), "negoToken", "got 0x04"},
		{"garbage behind the token", nego(token, "ffff"), "negoToken", "multi-byte"},
		{"garbage in the token's SEQUENCE", nego(el("30", el("a0", "040141"), "00")), "end", "1 bytes too many"},
		{"garbage in the token's tag", nego(el("30", el("a0", "040141 00"))), "end", "1 bytes too many"},
		{"garbage behind negoTokens", el("30", v6, el("a1", el("30", token), "00")), "end", "1 bytes too many"},
		{"garbage in authInfo", el("30", v6, el("a2", "040141 00")), "end", "1 bytes too many"},
		{"constructed OCTET STRING", el("30", v6, el("a2", "240141")), "authInfo", "got 0x24"},
		{"trailing byte", el("30", v6) + "00", "end", "1 bytes too many"},
		{"indefinite length", "3080" + v6 + "0000", "SEQUENCE", "indefinite"},
		{"five length bytes", "30850000000005" + v6, "SEQUENCE", "length of 5 bytes"},
	} {
		m, err := ParseTSRequest(unhex(t, c.message))
		var e *wire.Error
		if !errors.As(err, &e) || e.Struct != "TSRequest" || e.Field != c.field || !strings.Contains(e.Reason, c.reason) {
			t.Errorf("%s: %v, want a failure of %s: %s", c.name, err, c.field, c.reason)
		}
		if !reflect.DeepEqual(m, TSRequest{}) {
			t.Errorf("%s: gives %+v with an error", c.name, m)
		}
	}
	long := TSRequest{Version: 6, AuthInfo: make([]byte, MaxMessage)}
	if _, err := ParseTSRequest(long.Append(nil)); code(err) != "wire.malformed" {
		t.Errorf("message beyond MaxMessage: %v", err)
	}
}

func TestEveryTruncationOfTSRequestFails(t *testing.T) {
	for _, whole := range []string{fullBytes, nmapMessage} {
		b := unhex(t, whole)
		for n := range b {
			if _, err := ParseTSRequest(b[:n:n]); err == nil {
				t.Errorf("%d bytes of %d parse", n, len(b))
			}
		}
	}
}

// Every value of every byte: no panic, and nothing that cannot be read again.
func TestEveryCorruptedByte(t *testing.T) {
	b := unhex(t, fullBytes)
	for i := range b {
		for v := range 256 {
			bad := bytes.Clone(b)
			bad[i] = byte(v)
			checkRoundTrip(t, bad)
		}
	}
}

// checkRoundTrip holds for every input: what parses is encoded to something
// that parses to the same, without oddities; and without oddities it was those
// very bytes.
func checkRoundTrip(t *testing.T, b []byte) {
	t.Helper()
	m, err := ParseTSRequest(b)
	if err != nil {
		return
	}
	again := m.Append(nil)
	if m.Oddities == 0 && !bytes.Equal(again, b) {
		t.Fatalf("% x has no oddities and encodes to % x", b, again)
	}
	m2, err := ParseTSRequest(again)
	m.Oddities = 0
	if err != nil || !reflect.DeepEqual(m, m2) {
		t.Fatalf("% x: %+v, then %+v, %v", b, m, m2, err)
	}
}

// 420 bytes is the size of a client's last negoTokens with NTLM.
func TestParseAllocations(t *testing.T) {
	m := TSRequest{Version: 6, NegoToken: make([]byte, 300), ClientNonce: make([]byte, NonceLength)}
	m.PubKeyAuth = make([]byte, 420-len(m.Append(nil))-4)
	b := m.Append(nil)
	if len(b) != 420 {
		t.Fatalf("%d bytes", len(b))
	}
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := ParseTSRequest(b); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 1 {
		t.Errorf("%v allocations", allocs)
	}
}

func TestMessageSize(t *testing.T) {
	for _, c := range []struct {
		name, head string
		want       int
		field      string // of the failure
	}{
		{"nothing", "", 0, ""},
		{"tag", "30", 0, ""},
		{"short form", "3037", 57, ""},
		{"empty", "3000", 2, ""},
		{"81 unfinished", "3081", 0, ""},
		{"81", "3081dc", 223, ""},
		{"81 for a short body", "308105", 8, ""},
		{"82 unfinished", "308201", 0, ""},
		{"82", "30820100", 260, ""},
		{"83", "3083000100", 261, ""},
		{"84 unfinished", "3084000000", 0, ""},
		{"84 for a short body", "308400000005", 11, ""},
		{"as large as allowed", "3082fffc", MaxMessage, ""},
		{"one more", "3082fffd", 0, "length"},
		{"1 GiB", "308440000000", 0, "length"},
		{"4 GiB", "3084ffffffff", 0, "length"},
		{"indefinite", "3080", 0, "length"},
		{"five length bytes", "3085", 0, "length"},
		{"reserved", "30ff", 0, "length"},
		{"TPKT", "03", 0, "SEQUENCE"},
		{"TLS record", "1603", 0, "SEQUENCE"},
		{"more than the head", nmapMessage + "ffff", 57, ""},
	} {
		got, err := MessageSize(unhex(t, c.head))
		var e *wire.Error
		if got != c.want || (c.field == "") != (err == nil) || c.field != "" && (!errors.As(err, &e) || e.Field != c.field) {
			t.Errorf("%s: %d, %v", c.name, got, err)
		}
	}
	_, err := MessageSize([]byte{3})
	if want := "wants tag 0x30, got 0x03"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v does not say %q", err, want)
	}
}

// A driver that reads byte by byte asks after each and never gets a wrong
// answer, nor a second thought.
func TestMessageSizeDrip(t *testing.T) {
	for _, whole := range [][]byte{unhex(t, nmapMessage), unhex(t, fullBytes), append(unhex(t, answer14393), make([]byte, 191)...)} {
		known := false
		for n := range whole {
			size, err := MessageSize(whole[:n])
			if err != nil || size != 0 && size != len(whole) || known && size == 0 {
				t.Fatalf("%d bytes: size %d, %v", n, size, err)
			}
			known = size != 0
		}
		if !known {
			t.Error("size never known")
		}
	}
}

func FuzzTSRequest(f *testing.F) {
	for _, seed := range []string{nmapMessage, fullBytes, "300d a003020106 a4060204c00700ea",
		"300e a003020106 a407020500c000006d", "3017 a003020106 a1083006 3004a0020400 a2020400 a3020400"} {
		f.Add(unhex(f, seed))
	}
	f.Add((&ber{form: 0x84, odd: 5}).full())
	f.Fuzz(func(t *testing.T, b []byte) { checkRoundTrip(t, b) })
}

func FuzzMessageSize(f *testing.F) {
	f.Add(unhex(f, nmapMessage))
	f.Add([]byte{0x30, 0x84, 0x40, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := MessageSize(b)
		if size < 0 || size > MaxMessage || err != nil && size != 0 {
			t.Fatalf("size %d, %v", size, err)
		}
		if _, parseErr := ParseTSRequest(b); parseErr == nil && size != len(b) {
			t.Fatalf("size %d of a message of %d bytes, %v", size, len(b), err)
		}
	})
}
