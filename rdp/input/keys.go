package input

import (
	"strings"
	"unicode/utf16"

	"github.com/fumidai/fumidai/rdp/wire"
)

// extended marks, in this file only, a scan code with the prefix 0xE0: an Event has
// the flag KeyExtended for it.
const extended = 0x100

// namedKeys are the scan codes, of set 1, of keys without a character.
var namedKeys = map[string]uint16{
	"esc": 0x01, "backspace": 0x0E, "tab": 0x0F, "enter": 0x1C, "space": 0x39,
	"ctrl": 0x1D, "shift": 0x2A, "alt": 0x38, "win": extended | 0x5B,
	"insert": extended | 0x52, "delete": extended | 0x53,
	"home": extended | 0x47, "end": extended | 0x4F,
	"pageup": extended | 0x49, "pagedown": extended | 0x51,
	"up": extended | 0x48, "down": extended | 0x50, "left": extended | 0x4B, "right": extended | 0x4D,
	"f1": 0x3B, "f2": 0x3C, "f3": 0x3D, "f4": 0x3E, "f5": 0x3F, "f6": 0x40,
	"f7": 0x41, "f8": 0x42, "f9": 0x43, "f10": 0x44, "f11": 0x57, "f12": 0x58,
}

// Rows of a US keyboard: the scan code of their first key, and the characters of
// the keys from there on without and with Shift.
var rows = []struct {
	first          uint16
	plain, shifted string
}{
	{0x02, "1234567890-=", "!@#$%^&*()_+"},
	{0x10, "qwertyuiop[]", "QWERTYUIOP{}"},
	{0x1E, "asdfghjkl;'`", `ASDFGHJKL:"~`},
	{0x2B, `\zxcvbnm,./`, "|ZXCVBNM<>?"},
	{0x39, " ", " "},
}

// Rune is the character that the key of a scan code without a prefix types on a US
// keyboard, false for keys without a character. Caps Lock and the number pad are
// the caller's business; so are Enter and Tab, which type none.
func Rune(scancode uint16, shift bool) (rune, bool) {
	for _, row := range rows {
		i := int(scancode) - int(row.first)
		if i < 0 || i >= len(row.plain) {
			continue
		}
		if shift {
			return rune(row.shifted[i]), true
		}
		return rune(row.plain[i]), true
	}
	return 0, false
}

// Key is how the key of that name is pressed and released. Names are a to z, 0 to
// 9, f1 to f12, enter, esc, tab, space, backspace, delete, insert, home, end,
// pageup, pagedown, up, down, left, right, ctrl, alt, shift and win; the modifiers
// are the left ones.
func Key(name string) (down, up Event, ok bool) {
	code, ok := namedKeys[name]
	if !ok {
		code, ok = characterKey(name)
	}
	if !ok {
		return Event{}, Event{}, false
	}
	down = Event{Kind: Scancode, Code: code &^ extended}
	if code&extended != 0 {
		down.Flags = KeyExtended
	}
	up = down
	up.Flags |= KeyRelease
	return down, up, true
}

// characterKey finds the key of a letter or a digit.
func characterKey(name string) (code uint16, ok bool) {
	if len(name) != 1 {
		return 0, false
	}
	c := name[0]
	for _, row := range rows {
		if i := strings.IndexByte(row.plain, c); i >= 0 && ('a' <= c && c <= 'z' || '0' <= c && c <= '9') {
			return row.first + uint16(i), true
		}
	}
	return 0, false
}

// TypeText appends the events that type text on any keyboard layout: press and
// release of a Unicode event for each UTF-16 code unit. A line feed is the key
// Enter and a tab the key Tab, because programs look for those.
func TypeText(dst []Event, text string) []Event {
	for _, c := range text {
		switch c {
		case '\n':
			dst = appendKey(dst, "enter")
		case '\t':
			dst = appendKey(dst, "tab")
		default:
			if hi, lo := utf16.EncodeRune(c); utf16.IsSurrogate(hi) {
				dst = appendUnit(appendUnit(dst, hi), lo)
			} else {
				dst = appendUnit(dst, c)
			}
		}
	}
	return dst
}

func appendUnit(dst []Event, unit rune) []Event {
	return append(dst, Event{Kind: Unicode, Code: uint16(unit)}, Event{Kind: Unicode, Code: uint16(unit), Flags: KeyRelease})
}

func appendKey(dst []Event, name string) []Event {
	down, up, _ := Key(name)
	return append(dst, down, up)
}

// Chord appends the events of keys pressed together, as in "ctrl+alt+delete": all
// are pressed in that order and released in the reverse. A name that Key does not
// know is a *wire.MisuseError.
func Chord(dst []Event, chord string) ([]Event, error) {
	names := strings.Split(chord, "+")
	out := dst
	for _, name := range names {
		down, _, ok := Key(name)
		if !ok {
			return dst, wire.Misuse("chord", "no key %q in %q", name, chord)
		}
		out = append(out, down)
	}
	for i := len(names) - 1; i >= 0; i-- {
		_, up, _ := Key(names[i])
		out = append(out, up)
	}
	return out, nil
}
