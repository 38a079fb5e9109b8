package input

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/wire"
)

func TestTypeText(t *testing.T) {
	first := Event{Kind: Mouse}
	got := TypeText([]Event{first}, "é😀\n\t")
	want := []Event{
		first,
		{Kind: Unicode, Code: 0xE9}, {Kind: Unicode, Code: 0xE9, Flags: KeyRelease},
		{Kind: Unicode, Code: 0xD83D}, {Kind: Unicode, Code: 0xD83D, Flags: KeyRelease},
		{Kind: Unicode, Code: 0xDE00}, {Kind: Unicode, Code: 0xDE00, Flags: KeyRelease},
		{Kind: Scancode, Code: 0x1C}, {Kind: Scancode, Code: 0x1C, Flags: KeyRelease},
		{Kind: Scancode, Code: 0x0F}, {Kind: Scancode, Code: 0x0F, Flags: KeyRelease},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := TypeText(nil, ""); got != nil {
		t.Errorf("nothing: %v", got)
	}
	if got := TypeText(nil, "\xff"); got[0].Code != 0xFFFD {
		t.Errorf("not UTF-8: %v", got)
	}
}

// Scan codes of set 1, from the keyboard tables that every PC has.
func TestKey(t *testing.T) {
	for name, c := range map[string]struct {
		code     uint16
		extended bool
	}{
		"enter": {0x1C, false}, "esc": {0x01, false}, "tab": {0x0F, false}, "space": {0x39, false}, "backspace": {0x0E, false},
		"delete": {0x53, true}, "insert": {0x52, true}, "home": {0x47, true}, "end": {0x4F, true},
		"pageup": {0x49, true}, "pagedown": {0x51, true}, "up": {0x48, true}, "down": {0x50, true},
		"left": {0x4B, true}, "right": {0x4D, true}, "ctrl": {0x1D, false}, "alt": {0x38, false}, "shift": {0x2A, false},
		"win": {0x5B, true}, "f1": {0x3B, false}, "f10": {0x44, false}, "f11": {0x57, false}, "f12": {0x58, false},
		"a": {0x1E, false}, "l": {0x26, false}, "m": {0x32, false}, "p": {0x19, false}, "q": {0x10, false}, "z": {0x2C, false},
		"0": {0x0B, false}, "1": {0x02, false}, "9": {0x0A, false},
	} {
		down, up, ok := Key(name)
		want := Event{Kind: Scancode, Code: c.code}
		if c.extended {
			want.Flags = KeyExtended
		}
		release := want
		release.Flags |= KeyRelease
		if !ok || down != want || up != release {
			t.Errorf("%s: %+v, %+v, %v", name, down, up, ok)
		}
	}
	for _, name := range []string{"", "A", "-", "f13", "Enter", "aa", "あ", " "} {
		if down, up, ok := Key(name); ok || down != (Event{}) || up != (Event{}) {
			t.Errorf("%q: %+v, %+v, %v", name, down, up, ok)
		}
	}
	// All keys are different ones.
	seen := map[Event]string{}
	names := strings.Fields("a b c d e f g h i j k l m n o p q r s t u v w x y z 0 1 2 3 4 5 6 7 8 9 f2 f3 f4 f5 f6 f7 f8 f9")
	for name := range namedKeys {
		if len(name) > 2 || name == "up" {
			names = append(names, name)
		}
	}
	for _, name := range names {
		down, _, ok := Key(name)
		if other := seen[down]; !ok || other != "" {
			t.Errorf("%s and %q: %+v, %v", name, other, down, ok)
		}
		seen[down] = name
	}
}

func TestChord(t *testing.T) {
	got, err := Chord([]Event{{Kind: Mouse}}, "ctrl+alt+delete")
	want := []Event{
		{Kind: Mouse},
		{Kind: Scancode, Code: 0x1D}, {Kind: Scancode, Code: 0x38}, {Kind: Scancode, Code: 0x53, Flags: KeyExtended},
		{Kind: Scancode, Code: 0x53, Flags: KeyExtended | KeyRelease}, {Kind: Scancode, Code: 0x38, Flags: KeyRelease},
		{Kind: Scancode, Code: 0x1D, Flags: KeyRelease},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
	for _, chord := range []string{"", "ctrl+", "ctrl+hyper+a", "ctrl a"} {
		got, err := Chord([]Event{{Kind: Mouse}}, chord)
		var e *wire.MisuseError
		if !errors.As(err, &e) || len(got) != 1 {
			t.Errorf("%q: %v, %v", chord, got, err)
		}
	}
	if _, err := Chord(nil, "ctrl+hyper"); err == nil || !strings.Contains(err.Error(), `"hyper"`) {
		t.Errorf("the key is not named: %v", err)
	}
}

func TestRune(t *testing.T) {
	// The rows of a US keyboard, key by key.
	for _, row := range []struct {
		codes          []uint16
		plain, shifted string
	}{
		{[]uint16{0x29, 2, 3, 4, 5, 6, 7, 8, 9, 0x0A, 0x0B, 0x0C, 0x0D}, "`1234567890-=", "~!@#$%^&*()_+"},
		{[]uint16{0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x2B}, `qwertyuiop[]\`, "QWERTYUIOP{}|"},
		{[]uint16{0x1E, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28}, "asdfghjkl;'", `ASDFGHJKL:"`},
		{[]uint16{0x2C, 0x2D, 0x2E, 0x2F, 0x30, 0x31, 0x32, 0x33, 0x34, 0x35}, "zxcvbnm,./", "ZXCVBNM<>?"},
		{[]uint16{0x39}, " ", " "},
	} {
		for i, code := range row.codes {
			if r, ok := Rune(code, false); !ok || r != rune(row.plain[i]) {
				t.Errorf("%#x: %q, %v, want %q", code, r, ok, row.plain[i])
			}
			if r, ok := Rune(code, true); !ok || r != rune(row.shifted[i]) {
				t.Errorf("%#x with Shift: %q, %v, want %q", code, r, ok, row.shifted[i])
			}
		}
	}
	for _, code := range []uint16{0, 0x01, 0x0E, 0x0F, 0x1C, 0x1D, 0x2A, 0x36, 0x38, 0x3A, 0x3B, 0x47, 0x100, 0xFFFF} {
		if r, ok := Rune(code, false); ok || r != 0 {
			t.Errorf("%#x: %q", code, r)
		}
	}
	// Letters and digits come back from the names of their keys.
	for c := 'a'; c <= 'z'; c++ {
		down, _, _ := Key(string(c))
		if r, ok := Rune(down.Code, false); !ok || r != c {
			t.Errorf("%q: %q", c, r)
		}
	}
}
