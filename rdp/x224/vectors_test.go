package x224

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

// refit corrects the TPKT length and the length indicator of a connection
// frame that was cut or extended, so that only its content is wrong.
func refit(frame []byte) []byte {
	f := append([]byte(nil), frame...)
	f[2], f[3] = byte(len(f)>>8), byte(len(f))
	f[4] = byte(len(f) - 5)
	return f
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
