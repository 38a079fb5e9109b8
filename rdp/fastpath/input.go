package fastpath

import "github.com/fumidai/fumidai/rdp/wire"

const inputName = "TS_FP_INPUT_PDU"

// Counts and sizes of a Client Fast-Path Input Event PDU (MS-RDPBCGR
// 2.2.8.1.2).
const (
	MaxInputEvents = 255 // what the field numEvents of one byte can say

	maxHeaderEvents = 15 // what the 4 bits in the header can say; 0 there means the extra byte
	eventsShift     = 2
)

// ParseInput reads a whole frame from a client. It returns how many events the
// frame announces, 1 to 255, and their bytes, which it does not look at.
func ParseInput(frame []byte) (count int, events []byte, err error) {
	r := wire.NewReader(inputName, frame)
	first := readFrame(r, frame)
	count = int(first >> eventsShift & maxHeaderEvents)
	if count == 0 {
		count = int(r.U8("numEvents"))
	}
	if count == 0 {
		r.Failf("numEvents", "no event")
	}
	events = r.Rest()
	if err := r.Err(); err != nil {
		return 0, nil, err
	}
	return count, events, nil
}

// AppendInput appends one frame with count events, whose bytes the caller has
// written. A count outside 1 to 255, and a frame longer than MaxFrameSize, is a
// *wire.MisuseError.
func AppendInput(dst []byte, count int, events []byte) ([]byte, error) {
	if count < 1 || count > MaxInputEvents {
		return dst, wire.Misuse(inputName, "%d events, possible are 1 to %d", count, MaxInputEvents)
	}
	if n := longHeaderSize + 1 + len(events); n > MaxFrameSize {
		return dst, wire.Misuse(inputName, "%d bytes, limit is %d", n, MaxFrameSize)
	}
	if count <= maxHeaderEvents {
		dst = appendHeader(dst, byte(count<<eventsShift), len(events))
	} else {
		dst = append(appendHeader(dst, 0, 1+len(events)), byte(count))
	}
	return append(dst, events...), nil
}
