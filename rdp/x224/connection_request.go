package x224

import (
	"bytes"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ConnectionRequest is the Client X.224 Connection Request PDU (MS-RDPBCGR
// 2.2.1.1). The whole frame has at most 259 bytes, because X.224 counts the
// header of a TPDU in one byte.
type ConnectionRequest struct {
	// Cookie is IDENTIFIER of "Cookie: mstshash=IDENTIFIER", a user name that
	// the client may have cut short, as the bytes of its ANSI code page.
	Cookie string

	// RoutingToken is any other line, without its CR LF, as a load balancer or
	// a redirection gave it to the client: "Cookie: msts=..." or "tsv://...".
	// A client sends one or the other; a server goes on if it gets both
	// (MS-RDPBCGR 3.3.5.3.1).
	RoutingToken []byte

	// Negotiation is nil if the client knows no negotiation: it wants Standard
	// RDP Security and must be answered without negotiation data.
	Negotiation *NegotiationRequest

	// CorrelationID is there if and only if RequestCorrelationInfo is set. Its
	// first byte should not be 0x00 or 0xF4, and no byte should be 0x0D.
	CorrelationID *[16]byte

	// SourceRef is the client's reference; RDP gives it no meaning.
	SourceRef uint16
}

const (
	requestName  = "X.224 Connection Request"
	cookiePrefix = "Cookie: mstshash="
)

var crlf = []byte("\r\n")

// AppendConnectionRequest appends m as a whole TPKT packet. A message that
// would be read back as another one, or is too long, is a *wire.MisuseError.
func AppendConnectionRequest(dst []byte, m *ConnectionRequest) ([]byte, error) {
	if err := m.check(); err != nil {
		return dst, err
	}
	var variable []byte
	if m.Cookie != "" {
		variable = append(variable, cookiePrefix+m.Cookie+"\r\n"...)
	}
	if len(m.RoutingToken) > 0 {
		variable = append(append(variable, m.RoutingToken...), crlf...)
	}
	if m.Negotiation != nil {
		variable = appendNegotiation(variable, typeNegotiationRequest,
			byte(m.Negotiation.Flags), uint32(m.Negotiation.Protocols))
	}
	if m.CorrelationID != nil {
		variable = appendCorrelationInfo(variable, m.CorrelationID)
	}
	if n := connectionHeaderSize + len(variable); n > maxTPDUHeader {
		return dst, wire.Misuse(requestName, "TPDU of %d bytes, limit is %d", n, maxTPDUHeader)
	}
	return appendConnectionFrame(dst, codeConnectionRequest, 0, m.SourceRef, variable), nil
}

func (m *ConnectionRequest) check() error {
	announced := m.Negotiation != nil && m.Negotiation.Flags&RequestCorrelationInfo != 0
	switch {
	case m.Cookie != "" && len(m.RoutingToken) > 0:
		return wire.Misuse(requestName, "cookie and routing token exclude each other")
	case strings.Contains(m.Cookie, "\r\n") || bytes.Contains(m.RoutingToken, crlf):
		return wire.Misuse(requestName, "line break in the cookie or routing token")
	case bytes.HasPrefix(m.RoutingToken, []byte(cookiePrefix)):
		return wire.Misuse(requestName, "routing token is a cookie")
	case len(m.RoutingToken) > 0 && m.RoutingToken[0] == typeNegotiationRequest:
		return wire.Misuse(requestName, "routing token begins like RDP_NEG_REQ")
	case announced != (m.CorrelationID != nil):
		return wire.Misuse(requestName, "correlation flag and correlation id contradict each other")
	}
	return nil
}

// ParseConnectionRequest reads a whole TPKT packet.
func ParseConnectionRequest(frame []byte) (*ConnectionRequest, error) {
	r, _, srcRef := readConnectionHeader(requestName, frame, codeConnectionRequest)
	m := &ConnectionRequest{SourceRef: srcRef}
	readLines(r, m)
	if r.Len() > 0 {
		flags, protocols := readNegotiation(r, typeNegotiationRequest)
		m.Negotiation = &NegotiationRequest{Flags: RequestFlags(flags), Protocols: Protocol(protocols)}
		if m.Negotiation.Flags&RequestCorrelationInfo != 0 {
			m.CorrelationID = readCorrelationInfo(r)
		}
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// readLines reads the text before the negotiation data: nothing, a cookie, a
// routing token, or one of each. Text never begins with the type of RDP_NEG_REQ.
func readLines(r *wire.Reader, m *ConnectionRequest) {
	var cookies, tokens int
	for {
		if first, ok := r.Peek(); !ok || first == typeNegotiationRequest {
			return
		}
		line := readLine(r)
		if value, ok := bytes.CutPrefix(line, []byte(cookiePrefix)); ok {
			m.Cookie = string(value)
			cookies++
		} else {
			m.RoutingToken = line
			tokens++
		}
		if cookies > 1 || tokens > 1 {
			r.Failf("routingToken", "more than one cookie or routing token")
		}
	}
}

// readLine reads as far as the next CR LF and returns what stands before it.
func readLine(r *wire.Reader) []byte {
	rest := *r // looking ahead must not move r
	n := bytes.Index(rest.Rest(), crlf)
	if n < 0 {
		r.Failf("routingToken", "no CR LF at its end")
		return nil
	}
	line := r.Bytes("routingToken", n)
	r.Bytes("routingToken", len(crlf))
	return line
}
