package card

import "github.com/fumidai/fumidai/rdp/input"

// key is what a key means to a card; digits are keyDigit plus their value.
type key uint8

const (
	keyNone key = iota
	keyEnter
	keySpace
	keyEsc
	keyLanguage
	keyUp
	keyDown
	keyPageUp
	keyPageDown
	keyHome
	keyEnd
	keyNumLock
	keyDigit // 0
	keyLast  = keyDigit + 9
)

// Scan codes of set 1. Those of the arrows are also of the numeric pad, there
// without the prefix and with digits while Num Lock is on.
var (
	keysByScancode = map[uint16]key{
		0x01: keyEsc, 0x1C: keyEnter, 0x39: keySpace, 0x3C: keyLanguage, 0x45: keyNumLock,
		0x02: keyDigit + 1, 0x03: keyDigit + 2, 0x04: keyDigit + 3, 0x05: keyDigit + 4, 0x06: keyDigit + 5,
		0x07: keyDigit + 6, 0x08: keyDigit + 7, 0x09: keyDigit + 8, 0x0A: keyDigit + 9,
	}
	movesByScancode = map[uint16]key{
		0x48: keyUp, 0x50: keyDown, 0x49: keyPageUp, 0x51: keyPageDown, 0x47: keyHome, 0x4F: keyEnd,
	}
	digitsByScancode = map[uint16]key{
		0x4F: keyDigit + 1, 0x50: keyDigit + 2, 0x51: keyDigit + 3, 0x4B: keyDigit + 4, 0x4C: keyDigit + 5,
		0x4D: keyDigit + 6, 0x47: keyDigit + 7, 0x48: keyDigit + 8, 0x49: keyDigit + 9,
	}
)

// keyOf tells what a key event means; keyNone for one without meaning here.
func keyOf(e input.Event, numLock bool) key {
	if e.Kind == input.Unicode {
		return keyOfUnit(e.Code)
	}
	extended := e.Flags&input.KeyExtended != 0
	if !extended && numLock {
		if k, ok := digitsByScancode[e.Code]; ok {
			return k
		}
	}
	if k, ok := movesByScancode[e.Code]; ok {
		return k
	}
	switch k := keysByScancode[e.Code]; {
	case extended && k != keyEnter, e.Flags&input.KeyExtended1 != 0:
		return keyNone // another key of that number, such as Pause for Num Lock
	default:
		return k
	}
}

// keyOfUnit is for clients that send characters: browsers, telephones, and
// Japanese input methods, whose digits may be full-width.
func keyOfUnit(unit uint16) key {
	switch {
	case unit == '\r' || unit == '\n':
		return keyEnter
	case unit == ' ' || unit == '\u3000':
		return keySpace
	case unit == 0x1B:
		return keyEsc
	case unit >= '1' && unit <= '9':
		return keyDigit + key(unit-'0')
	case unit >= '１' && unit <= '９':
		return keyDigit + key(unit-'０')
	}
	return keyNone
}
