package x224

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The type bytes and sizes of the negotiation structures, which share a layout:
// 1 /* type */ + 1 /* flags */ + 2 /* length */ + 4 /* value */, little endian.
const (
	typeNegotiationRequest  = 0x01
	typeNegotiationResponse = 0x02
	typeNegotiationFailure  = 0x03
	typeCorrelationInfo     = 0x06

	negotiationSize     = 8
	correlationInfoSize = 36 // 4 /* header */ + 16 /* correlationId */ + 16 /* reserved */
)

// NegotiationRequest is RDP_NEG_REQ: what the client can do (MS-RDPBCGR
// 2.2.1.1.1).
type NegotiationRequest struct {
	Flags     RequestFlags
	Protocols Protocol
}

// RequestFlags are the flags of RDP_NEG_REQ. Unknown bits are kept.
type RequestFlags uint8

// The request flags of MS-RDPBCGR 2.2.1.1.1.
const (
	RequestRestrictedAdmin          RequestFlags = 0x01 // no credentials will be delegated
	RequestRedirectedAuthentication RequestFlags = 0x02 // Remote Credential Guard
	RequestCorrelationInfo          RequestFlags = 0x08 // RDP_NEG_CORRELATION_INFO follows
)

// NegotiationResponse is RDP_NEG_RSP: the protocol that the server selected
// (MS-RDPBCGR 2.2.1.2.1).
type NegotiationResponse struct {
	Flags            ResponseFlags
	SelectedProtocol Protocol
}

// ResponseFlags are the flags of RDP_NEG_RSP. Unknown bits are kept.
type ResponseFlags uint8

// The response flags of MS-RDPBCGR 2.2.1.2.1.
const (
	ResponseExtendedClientData       ResponseFlags = 0x01 // user data of up to 4096 bytes, more blocks
	ResponseDynVCGFX                 ResponseFlags = 0x02 // the graphics pipeline of MS-RDPEGFX
	ResponseReserved                 ResponseFlags = 0x04 // NEGRSP_FLAG_RESERVED
	ResponseRestrictedAdmin          ResponseFlags = 0x08
	ResponseRedirectedAuthentication ResponseFlags = 0x10 // Remote Credential Guard
)

func readNegotiation(r *wire.Reader, typ byte) (flags byte, value uint32) {
	if got := r.U8("type"); got != typ {
		r.Failf("type", "wants %d, got %d", typ, got)
	}
	flags = r.U8("flags")
	if n := r.U16LE("length"); n != negotiationSize {
		r.Failf("length", "wants %d, got %d", negotiationSize, n)
	}
	return flags, r.U32LE("value")
}

func appendNegotiation(dst []byte, typ, flags byte, value uint32) []byte {
	dst = append(dst, typ, flags, negotiationSize, 0)
	return binary.LittleEndian.AppendUint32(dst, value)
}

// readCorrelationInfo reads RDP_NEG_CORRELATION_INFO (MS-RDPBCGR 2.2.1.1.2).
// Its flags and reserved bytes have no meaning yet and are not looked at.
func readCorrelationInfo(r *wire.Reader) *[16]byte {
	if got := r.U8("rdpCorrelationInfo.type"); got != typeCorrelationInfo {
		r.Failf("rdpCorrelationInfo.type", "wants %d, got %d", typeCorrelationInfo, got)
	}
	r.U8("rdpCorrelationInfo.flags")
	if n := r.U16LE("rdpCorrelationInfo.length"); n != correlationInfoSize {
		r.Failf("rdpCorrelationInfo.length", "wants %d, got %d", correlationInfoSize, n)
	}
	var id [16]byte
	copy(id[:], r.Bytes("rdpCorrelationInfo.correlationId", len(id)))
	r.Bytes("rdpCorrelationInfo.reserved", 16)
	return &id
}

func appendCorrelationInfo(dst []byte, id *[16]byte) []byte {
	dst = append(dst, typeCorrelationInfo, 0, correlationInfoSize, 0)
	dst = append(dst, id[:]...)
	return append(dst, make([]byte, 16)...)
}
