package input

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

func unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wantMalformed(t *testing.T, what string, err error) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: want *wire.Error, got %v", what, err)
	}
}

func wantMisuse(t *testing.T, what string, err error) {
	t.Helper()
	var e *wire.MisuseError
	if !errors.As(err, &e) {
		t.Errorf("%s: want *wire.MisuseError, got %v", what, err)
	}
}
