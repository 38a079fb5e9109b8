package x224

import "github.com/fumidai/fumidai/rdp/wire"

// ConnectionConfirm is the Server X.224 Connection Confirm PDU (MS-RDPBCGR
// 2.2.1.2). Servers that know no negotiation, and all servers that were asked
// without one, leave both Negotiation and Failure nil: the frame has 11 bytes
// and Standard RDP Security follows.
type ConnectionConfirm struct {
	Negotiation *NegotiationResponse
	Failure     *NegotiationFailure

	// DestinationRef and SourceRef mean nothing in RDP. Windows sends 0 and
	// 0x1234 (MS-RDPBCGR 3.3.5.3.2).
	DestinationRef, SourceRef uint16
}

const confirmName = "X.224 Connection Confirm"

// AppendConnectionConfirm appends m as a whole TPKT packet of 11 or 19 bytes.
// A message with both a response and a failure is a *wire.MisuseError.
func AppendConnectionConfirm(dst []byte, m *ConnectionConfirm) ([]byte, error) {
	var variable []byte
	switch {
	case m.Negotiation != nil && m.Failure != nil:
		return dst, wire.Misuse(confirmName, "response and failure exclude each other")
	case m.Negotiation != nil:
		variable = appendNegotiation(nil, typeNegotiationResponse,
			byte(m.Negotiation.Flags), uint32(m.Negotiation.SelectedProtocol))
	case m.Failure != nil:
		variable = appendNegotiation(nil, typeNegotiationFailure, 0, uint32(m.Failure.FailureCode))
	}
	return appendConnectionFrame(dst, codeConnectionConfirm, m.DestinationRef, m.SourceRef, variable), nil
}

// ParseConnectionConfirm reads a whole TPKT packet. A failure that the server
// sent is part of the message, not the error of this function.
func ParseConnectionConfirm(frame []byte) (*ConnectionConfirm, error) {
	r, dstRef, srcRef := readConnectionHeader(confirmName, frame, codeConnectionConfirm)
	m := &ConnectionConfirm{DestinationRef: dstRef, SourceRef: srcRef}
	if typ, ok := r.Peek(); ok {
		if typ == typeNegotiationFailure {
			_, code := readNegotiation(r, typeNegotiationFailure)
			m.Failure = &NegotiationFailure{FailureCode: FailureCode(code)}
		} else {
			flags, selected := readNegotiation(r, typeNegotiationResponse)
			m.Negotiation = &NegotiationResponse{Flags: ResponseFlags(flags), SelectedProtocol: Protocol(selected)}
		}
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
