package input

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The eventCode in the three high bits of an eventHeader; the five low bits are
// flags (MS-RDPBCGR 2.2.8.1.2.2).
const (
	fastScancode = 0 // FASTPATH_INPUT_EVENT_SCANCODE
	fastMouse    = 1 // FASTPATH_INPUT_EVENT_MOUSE
	fastMouseX   = 2 // FASTPATH_INPUT_EVENT_MOUSEX
	fastSync     = 3 // FASTPATH_INPUT_EVENT_SYNC
	fastUnicode  = 4 // FASTPATH_INPUT_EVENT_UNICODE
	fastMouseRel = 5 // FASTPATH_INPUT_EVENT_RELMOUSE
	fastQoE      = 6 // FASTPATH_INPUT_EVENT_QOE_TIMESTAMP

	fastCodeShift = 5
	fastFlagMask  = 0x1F
)

// The flags of a key on the fast path (MS-RDPBCGR 2.2.8.1.2.2.1 and
// 2.2.8.1.2.2.2). There is no KeyDown among them.
const (
	fastRelease   = 0x01 // FASTPATH_INPUT_KBDFLAGS_RELEASE
	fastExtended  = 0x02 // FASTPATH_INPUT_KBDFLAGS_EXTENDED
	fastExtended1 = 0x04 // FASTPATH_INPUT_KBDFLAGS_EXTENDED1
)

// fastLocks are the flags of a Synchronize event; they are those of the slow path.
const fastLocks = LockScroll | LockNum | LockCaps | LockKana

// MaxFastPathEvents is how many events one fast-path PDU can hold.
const MaxFastPathEvents = 255

const fastName = "TS_FP_INPUT_EVENT"

// ParseFastPath reads count events, 1 to MaxFastPathEvents, of a fast-path Input
// Event PDU and appends them to dst, in their order, with the flags that the slow
// path has for the same. Time stamps and relative mouse movements have the kind
// Unused. Bytes after the events are ignored. It does not allocate if dst has
// room; after an error dst is as it was.
func ParseFastPath(dst []Event, count int, body []byte) ([]Event, error) {
	r := wire.NewReader(fastName, body)
	if count < 1 || count > MaxFastPathEvents {
		r.Failf("numEvents", "%d events", count)
		count = 0
	}
	out := dst
	for range count {
		header := r.U8("eventHeader")
		flags := header & fastFlagMask
		var e Event
		switch header >> fastCodeShift {
		case fastScancode:
			e = Event{Kind: Scancode, Flags: slowKeyFlags(flags), Code: uint16(r.U8("keyCode"))}
		case fastUnicode:
			e = Event{Kind: Unicode, Flags: slowKeyFlags(flags & fastRelease), Code: r.U16LE("unicodeCode")}
		case fastMouse:
			e = Event{Kind: Mouse, Flags: r.U16LE("pointerFlags"), X: r.U16LE("xPos"), Y: r.U16LE("yPos")}
		case fastMouseX:
			e = Event{Kind: ExtMouse, Flags: r.U16LE("pointerFlags"), X: r.U16LE("xPos"), Y: r.U16LE("yPos")}
		case fastSync:
			e = Event{Kind: Synchronize, Flags: uint16(flags & fastLocks)}
		case fastMouseRel:
			e = Event{Kind: Unused}
			r.Bytes("pointerFlags to yDelta", 6)
		case fastQoE:
			e = Event{Kind: Unused}
			r.U32LE("timestamp")
		default:
			r.Failf("eventHeader", "event code %d", header>>fastCodeShift)
		}
		if r.Err() != nil {
			break
		}
		out = append(out, e)
	}
	if err := r.Err(); err != nil {
		return dst, err
	}
	return out, nil
}

// AppendFastPath appends events, 1 to MaxFastPathEvents of them, as they stand in
// a fast-path Input Event PDU. What the fast path has no form for is a
// *wire.MisuseError: Unused, scan codes above 255, and flags of lock keys that do
// not exist. KeyDown is left out.
func AppendFastPath(dst []byte, events []Event) ([]byte, error) {
	if len(events) < 1 || len(events) > MaxFastPathEvents {
		return dst, wire.Misuse(fastName, "%d events", len(events))
	}
	out := dst
	for _, e := range events {
		switch {
		case e.Kind == Scancode && e.Code <= 0xFF:
			out = append(out, fastScancode<<fastCodeShift|fastKeyFlags(e.Flags), byte(e.Code))
		case e.Kind == Unicode:
			out = append(out, fastUnicode<<fastCodeShift|fastKeyFlags(e.Flags)&fastRelease)
			out = binary.LittleEndian.AppendUint16(out, e.Code)
		case e.Kind == Mouse:
			out = appendPointer(append(out, fastMouse<<fastCodeShift), e)
		case e.Kind == ExtMouse:
			out = appendPointer(append(out, fastMouseX<<fastCodeShift), e)
		case e.Kind == Synchronize && e.Flags&^fastLocks == 0:
			out = append(out, fastSync<<fastCodeShift|byte(e.Flags))
		default:
			return dst, wire.Misuse(fastName, "event of kind %d with code %#x, flags %#x", e.Kind, e.Code, e.Flags)
		}
	}
	return out, nil
}

func appendPointer(dst []byte, e Event) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, e.Flags)
	dst = binary.LittleEndian.AppendUint16(dst, e.X)
	return binary.LittleEndian.AppendUint16(dst, e.Y)
}

func slowKeyFlags(fast uint8) (slow uint16) {
	if fast&fastRelease != 0 {
		slow |= KeyRelease
	}
	if fast&fastExtended != 0 {
		slow |= KeyExtended
	}
	if fast&fastExtended1 != 0 {
		slow |= KeyExtended1
	}
	return slow
}

func fastKeyFlags(slow uint16) (fast uint8) {
	if slow&KeyRelease != 0 {
		fast |= fastRelease
	}
	if slow&KeyExtended != 0 {
		fast |= fastExtended
	}
	if slow&KeyExtended1 != 0 {
		fast |= fastExtended1
	}
	return fast
}
