package x224

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

const (
	dataHeaderSize = 3    // 1 /* length indicator */ + 1 /* code */ + 1 /* EOT and TPDU-NR */
	endOfTSDU      = 0x80 // RDP never spreads a message over several TPDUs

	// MaxPayload is the longest payload of one Data TPDU, in bytes.
	MaxPayload = MaxFrameSize - tpktHeaderSize - dataHeaderSize
)

// AppendData appends a whole TPKT packet with a Data TPDU (X.224 section 13.7)
// around payload. A payload longer than MaxPayload is a *wire.MisuseError.
func AppendData(dst, payload []byte) ([]byte, error) {
	if len(payload) > MaxPayload {
		return dst, wire.Misuse("Data TPDU", "payload of %d bytes, limit is %d", len(payload), MaxPayload)
	}
	dst = appendTPKTHeader(dst, dataHeaderSize+len(payload))
	dst = append(dst, dataHeaderSize-1, codeData, endOfTSDU)
	return append(dst, payload...), nil
}

// ParseData returns the payload of a whole TPKT packet with a Data TPDU. If the
// packet holds a Disconnect Request instead, the error is a *DisconnectRequest.
// What does not parse, and any other TPDU, is a *wire.Error.
func ParseData(frame []byte) (payload []byte, err error) {
	r := wire.NewReader("Data TPDU", frame)
	li, code := readFrame(r, frame)
	if r.Err() == nil && code == codeDisconnectRequest {
		return nil, parseDisconnectRequest(frame)
	}
	if code != codeData {
		r.Failf("code", "wants TPDU %#02x, got %#02x", codeData, code)
	}
	if li != dataHeaderSize-1 {
		r.Failf("lengthIndicator", "wants %d, got %d", dataHeaderSize-1, li)
	}
	if eot := r.U8("EOT"); eot != endOfTSDU {
		r.Failf("EOT", "wants %#02x, got %#02x", endOfTSDU, eot)
	}
	payload = r.Rest()
	return payload, r.Err()
}

// DisconnectRequest is the TPDU by which the peer ends the transport connection
// (X.224 section 13.5). It is an error: the peer refused to go on.
type DisconnectRequest struct {
	Reason byte // as X.224 section 13.5.3 numbers it; 0 is "not specified"
}

func (e *DisconnectRequest) Error() string {
	return fmt.Sprintf("x224: peer sent a disconnect request, reason %d", e.Reason)
}

// Code is the stable name of this failure.
func (e *DisconnectRequest) Code() string { return "x224.disconnect_request" }

// Kind tells whose fault the failure is: always "refused".
func (e *DisconnectRequest) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *DisconnectRequest) Args() map[string]any {
	return map[string]any{"reason": int(e.Reason)}
}

// parseDisconnectRequest always returns an error: the message itself, or what
// is wrong with it. Anything after its fixed part is free text that nobody reads.
func parseDisconnectRequest(frame []byte) error {
	r := wire.NewReader("Disconnect Request TPDU", frame)
	li, _ := readFrame(r, frame)
	if li != len(frame)-tpktHeaderSize-1 {
		r.Failf("lengthIndicator", "announces %d bytes, got %d", li, len(frame)-tpktHeaderSize-1)
	}
	r.U16BE("DST-REF")
	r.U16BE("SRC-REF")
	m := &DisconnectRequest{Reason: r.U8("reason")}
	if err := r.Err(); err != nil {
		return err
	}
	return m
}
