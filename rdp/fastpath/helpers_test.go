package fastpath

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// unhex reads bytes written as hexadecimal digits with any white space.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantMalformed fails unless err is a *wire.Error.
func wantMalformed(t *testing.T, what string, err error) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: want *wire.Error, got %v", what, err)
	}
}

// wantMisuse fails unless err is a *wire.MisuseError.
func wantMisuse(t *testing.T, what string, err error) {
	t.Helper()
	var e *wire.MisuseError
	if !errors.As(err, &e) {
		t.Errorf("%s: want *wire.MisuseError, got %v", what, err)
	}
}
