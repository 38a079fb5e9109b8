package cleanpath

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"strings"
	"testing"
)

// A request as version 0.7.0 of the browser's client sends it, but for the names
// in it.
var browserRequest = unhex("3034" + // SEQUENCE
	"a004" + "02020d3e" + // version 3390
	"a208" + "0c06" + hex.EncodeToString([]byte("host:1")) +
	"a307" + "0c05" + hex.EncodeToString([]byte("token")) +
	"a619" + "0417" + "0300001712e0000000000043010008000300000000ffff")

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestParseRequest(t *testing.T) {
	r, err := parseRequest(browserRequest)
	if err != nil {
		t.Fatal(err)
	}
	if r.Destination != "host:1" || r.ProxyAuth != "token" || len(r.X224) != 23 {
		t.Errorf("%+v", r)
	}
	for n := range len(browserRequest) {
		if _, err := parseRequest(browserRequest[:n]); err == nil {
			t.Errorf("%d bytes are taken", n)
		}
		if missing(browserRequest[:n]) == 0 {
			t.Errorf("%d bytes are whole", n)
		}
	}
	long := append([]byte{0x30, 0x82, 0x01, 0x00}, make([]byte, 256)...)
	for _, message := range [][]byte{browserRequest, long, {0x30, 0x85, 1, 1, 1, 1, 1}} {
		if n := missing(message); n != 0 {
			t.Errorf("%d more bytes are waited for after %x", n, message[:4])
		}
	}
	for n, want := range map[int]int{0: 2, 1: 1, 2: 2, 3: 1, 4: 256, 259: 1} {
		if got := missing(long[:n]); got != want {
			t.Errorf("%d bytes lack %d, want %d", n, got, want)
		}
	}
}

func TestParseRequestRefuses(t *testing.T) {
	for name, message := range map[string][]byte{
		"bytes behind it": append(bytes.Clone(browserRequest), 0),
		"another version": bytes.Replace(browserRequest, []byte{0x0d, 0x3e}, []byte{0x0d, 0x3f}, 1),
		"no X.224":        unhex("3006" + "a004" + "02020d3e"),
		"no request":      unhex("0500"),
	} {
		if _, err := parseRequest(message); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestResponse(t *testing.T) {
	message, err := appendResponse([]byte{3, 0}, [][]byte{{1}, {2}}, "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	want := "3025" + "a004" + "02020d3e" + "a604" + "04020300" + "a708" + "3006" + "040101" + "040102" +
		"a90d" + "0c0b" + hex.EncodeToString([]byte("127.0.0.1:1"))
	if got := hex.EncodeToString(message); !strings.EqualFold(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestFailure(t *testing.T) {
	message, err := appendFailure(failure{failureGeneral, 401, -1, -1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "3015" + "a004" + "02020d3e" + "a10d" + "300b" + "a003" + "020101" + "a104" + "02020191"
	if got := hex.EncodeToString(message); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	var raw asn1.RawValue
	if rest, err := asn1.Unmarshal(message, &raw); err != nil || len(rest) > 0 {
		t.Errorf("no DER: %v, %x", err, rest)
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add(browserRequest)
	f.Fuzz(func(t *testing.T, message []byte) {
		if r, err := parseRequest(message); err == nil && len(r.X224) == 0 {
			t.Error("no X.224 request")
		}
		if missing(message) < 0 {
			t.Error("fewer than no bytes are missing")
		}
	})
}
