package security

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MultitransportRequest is the content of a Server Initiate Multitransport
// Request PDU (MS-RDPBCGR 2.2.15.1): the server offers a second transport.
type MultitransportRequest struct {
	RequestID uint32
	Protocol  uint16   // ProtocolUDPFECReliable or ProtocolUDPFECLossy
	Cookie    [16]byte // proves on the new transport that it belongs to this one
}

// The protocols of a MultitransportRequest.
const (
	ProtocolUDPFECReliable = 0x0001 // INITITATE_REQUEST_PROTOCOL_UDPFECR
	ProtocolUDPFECLossy    = 0x0002 // INITITATE_REQUEST_PROTOCOL_UDPFECL
)

// MultitransportResponse is the content of a Client Initiate Multitransport
// Response PDU (MS-RDPBCGR 2.2.15.2).
type MultitransportResponse struct {
	RequestID uint32 // of the request
	HResult   uint32 // Created or Abort
}

// The results of a MultitransportResponse.
const (
	Created = 0x00000000 // S_OK: the transport is there
	Abort   = 0x80004004 // E_ABORT: it is not, or the client does not want it
)

// AppendMultitransportRequest appends m, without a security header.
func AppendMultitransportRequest(dst []byte, m *MultitransportRequest) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, m.RequestID)
	dst = binary.LittleEndian.AppendUint16(dst, m.Protocol)
	dst = append(dst, 0, 0)
	return append(dst, m.Cookie[:]...)
}

// ParseMultitransportRequest reads the body of a Server Initiate Multitransport
// Request PDU.
func ParseMultitransportRequest(body []byte) (*MultitransportRequest, error) {
	r := wire.NewReader("Initiate Multitransport Request", body)
	m := &MultitransportRequest{RequestID: r.U32LE("requestId"), Protocol: r.U16LE("requestedProtocol")}
	r.U16LE("reserved")
	copy(m.Cookie[:], r.Bytes("securityCookie", len(m.Cookie)))
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// String keeps the cookie to itself.
func (m MultitransportRequest) String() string {
	return fmt.Sprintf("multitransport request %d, protocol %d", m.RequestID, m.Protocol)
}

// Format keeps the cookie out of whatever is printed, whatever the verb.
func (m MultitransportRequest) Format(f fmt.State, _ rune) { io.WriteString(f, m.String()) }

// MarshalText does the same for JSON and logs.
func (m MultitransportRequest) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// AppendMultitransportResponse appends m, without a security header.
func AppendMultitransportResponse(dst []byte, m *MultitransportResponse) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, m.RequestID)
	return binary.LittleEndian.AppendUint32(dst, m.HResult)
}

// ParseMultitransportResponse reads the body of a Client Initiate Multitransport
// Response PDU.
func ParseMultitransportResponse(body []byte) (*MultitransportResponse, error) {
	r := wire.NewReader("Initiate Multitransport Response", body)
	m := &MultitransportResponse{RequestID: r.U32LE("requestId"), HResult: r.U32LE("hrResponse")}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
