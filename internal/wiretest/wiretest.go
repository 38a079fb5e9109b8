// Package wiretest is what the tests of all message packages need: bytes written
// as digits, vectors out of files, and whose fault an error is.
package wiretest

import (
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Unhex reads bytes written as hexadecimal digits with any white space.
func Unhex(t testing.TB, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Vector reads testdata/<name>.hex. Its first line says where the bytes are from.
func Vector(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".hex"))
	if err != nil {
		t.Fatal(err)
	}
	_, digits, _ := strings.Cut(string(text), "\n")
	return Unhex(t, digits)
}

// WantMalformed fails unless err is a *wire.Error: the peer is at fault.
func WantMalformed(t testing.TB, what string, err error) {
	t.Helper()
	var e *wire.Error
	if !errors.As(err, &e) {
		t.Errorf("%s: want *wire.Error, got %v", what, err)
	}
}

// WantMisuse fails unless err is a *wire.MisuseError: the caller is.
func WantMisuse(t testing.TB, what string, err error) {
	t.Helper()
	var e *wire.MisuseError
	if !errors.As(err, &e) || e.Code() != "wire.misuse" || e.Kind() != "misuse" || e.Args()["reason"] != e.Reason {
		t.Errorf("%s: want *wire.MisuseError, got %v", what, err)
	}
}
