package input

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The messageType of an event on the slow path (MS-RDPBCGR 2.2.8.1.1.3.1.1).
const (
	messageSync     = 0x0000 // INPUT_EVENT_SYNC
	messageUnused   = 0x0002 // INPUT_EVENT_UNUSED
	messageScancode = 0x0004 // INPUT_EVENT_SCANCODE
	messageUnicode  = 0x0005 // INPUT_EVENT_UNICODE
	messageMouse    = 0x8001 // INPUT_EVENT_MOUSE
	messageMouseX   = 0x8002 // INPUT_EVENT_MOUSEX
	messageMouseRel = 0x8004 // TS_INPUT_EVENT_MOUSEREL
)

// slowEventSize is the size of every event on the slow path: eventTime of 4
// bytes, messageType of 2 and six bytes of data, whatever they mean.
const slowEventSize = 12

// MaxSlowPathEvents is how many events fit into one Input Event PDU, so that MCS
// can carry it.
const MaxSlowPathEvents = 1024

const slowName = "TS_INPUT_PDU_DATA"

// ParseSlowPath reads the body of an Input Event PDU and appends its events to
// dst, in their order. Unused events and relative mouse movements, which nobody
// who did not ask for them gets, have the kind Unused. Bytes after the announced
// events are ignored. It does not allocate if dst has room; after an error dst is
// as it was.
func ParseSlowPath(dst []Event, body []byte) ([]Event, error) {
	r := wire.NewReader(slowName, body)
	count := int(r.U16LE("numEvents"))
	r.U16LE("pad2Octets")
	if count > MaxSlowPathEvents || count > r.Len()/slowEventSize {
		r.Failf("numEvents", "%d events in %d bytes", count, r.Len())
		count = 0
	}
	out := dst
	for range count {
		r.U32LE("eventTime")
		e := Event{}
		message := r.U16LE("messageType")
		first, second, third := r.U16LE("data"), r.U16LE("data"), r.U16LE("data")
		switch message {
		case messageSync: // pad2Octets, toggleFlags of four bytes
			e = Event{Kind: Synchronize, Flags: second}
		case messageScancode:
			e = Event{Kind: Scancode, Flags: first, Code: second}
		case messageUnicode:
			e = Event{Kind: Unicode, Flags: first, Code: second}
		case messageMouse:
			e = Event{Kind: Mouse, Flags: first, X: second, Y: third}
		case messageMouseX:
			e = Event{Kind: ExtMouse, Flags: first, X: second, Y: third}
		case messageUnused, messageMouseRel:
			e = Event{Kind: Unused}
		default:
			r.Failf("messageType", "type %#04x", message)
		}
		out = append(out, e)
	}
	if err := r.Err(); err != nil {
		return dst, err
	}
	return out, nil
}

// AppendSlowPath appends the body of an Input Event PDU. More than
// MaxSlowPathEvents events and an event without a kind are a *wire.MisuseError.
// The time of all events is 0: it has no meaning for a server.
func AppendSlowPath(dst []byte, events []Event) ([]byte, error) {
	if len(events) > MaxSlowPathEvents {
		return dst, wire.Misuse(slowName, "%d events, limit is %d", len(events), MaxSlowPathEvents)
	}
	le := binary.LittleEndian
	out := le.AppendUint16(dst, uint16(len(events)))
	out = append(out, 0, 0)
	for _, e := range events {
		var message, first, second, third uint16
		switch e.Kind {
		case Synchronize:
			message, second = messageSync, e.Flags
		case Scancode:
			message, first, second = messageScancode, e.Flags, e.Code
		case Unicode:
			message, first, second = messageUnicode, e.Flags, e.Code
		case Mouse:
			message, first, second, third = messageMouse, e.Flags, e.X, e.Y
		case ExtMouse:
			message, first, second, third = messageMouseX, e.Flags, e.X, e.Y
		case Unused:
			message = messageUnused
		default:
			return dst, wire.Misuse(slowName, "event of kind %d", e.Kind)
		}
		out = le.AppendUint32(out, 0) // eventTime
		out = le.AppendUint16(out, message)
		out = le.AppendUint16(le.AppendUint16(le.AppendUint16(out, first), second), third)
	}
	return out, nil
}
