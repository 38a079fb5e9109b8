package credssp

import (
	"bytes"
	"testing"
)

func TestEarlyUserAuthorization(t *testing.T) {
	for _, c := range []struct {
		value EarlyUserAuthorization
		bytes string
		text  string
	}{
		{AuthorizationSuccess, "00000000", "success"},
		{AuthorizationDenied, "05000000", "access denied"},
	} {
		b := unhex(t, c.bytes)
		got, err := ParseEarlyUserAuthorization(b)
		if err != nil || got != c.value || got.String() != c.text {
			t.Errorf("%s: %v, %v", c.bytes, got, err)
		}
		if again := got.Append([]byte("x")); !bytes.Equal(again[1:], b) || len(b) != EarlyUserAuthorizationLength {
			t.Errorf("%s: encodes to % x", c.bytes, again[1:])
		}
	}
	for _, bad := range []string{"", "00", "0000", "000000", "0000000000", "01000000", "00000005", "00000080", "ffffffff"} {
		if got, err := ParseEarlyUserAuthorization(unhex(t, bad)); code(err) != "wire.malformed" {
			t.Errorf("%q: %v, %v", bad, got, err)
		}
	}
	if got := EarlyUserAuthorization(7).String(); got != "0x00000007" {
		t.Error(got)
	}
}

func FuzzEarlyUserAuthorization(f *testing.F) {
	f.Add([]byte{5, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := ParseEarlyUserAuthorization(b); err == nil && !bytes.Equal(a.Append(nil), b) {
			t.Fatalf("% x is %v", b, a)
		}
	})
}
