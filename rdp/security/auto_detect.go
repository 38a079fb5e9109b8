package security

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// AutoDetectType is the requestType or responseType of a message of network
// auto-detection. The numbers of the two do not overlap.
type AutoDetectType uint16

// The types of requests (MS-RDPBCGR 2.2.14.1). Those with Connect are for the
// time before licensing, those with Lossy for a UDP transport.
const (
	RTTRequest             AutoDetectType = 0x0001
	RTTRequestConnect      AutoDetectType = 0x1001
	BandwidthStart         AutoDetectType = 0x0014
	BandwidthStartLossy    AutoDetectType = 0x0114
	BandwidthStartConnect  AutoDetectType = 0x1014
	BandwidthPayload       AutoDetectType = 0x0002
	BandwidthStop          AutoDetectType = 0x0429
	BandwidthStopLossy     AutoDetectType = 0x0629
	BandwidthStopConnect   AutoDetectType = 0x002B
	NetworkBaseRTT         AutoDetectType = 0x0840 // BaseRTT and AverageRTT
	NetworkBandwidth       AutoDetectType = 0x0880 // Bandwidth and AverageRTT
	NetworkCharacteristics AutoDetectType = 0x08C0 // all three
)

// The types of responses (MS-RDPBCGR 2.2.14.2).
const (
	RTTResponse                AutoDetectType = 0x0000
	BandwidthResultsConnect    AutoDetectType = 0x0003
	BandwidthResults           AutoDetectType = 0x000B
	NetworkCharacteristicsSync AutoDetectType = 0x0018
)

// String says what the message is for.
func (t AutoDetectType) String() string {
	switch t {
	case RTTRequest, RTTRequestConnect:
		return "RTT Measure Request"
	case BandwidthStart, BandwidthStartLossy, BandwidthStartConnect:
		return "Bandwidth Measure Start"
	case BandwidthPayload:
		return "Bandwidth Measure Payload"
	case BandwidthStop, BandwidthStopLossy, BandwidthStopConnect:
		return "Bandwidth Measure Stop"
	case NetworkBaseRTT, NetworkBandwidth, NetworkCharacteristics:
		return "Network Characteristics Result"
	case RTTResponse:
		return "RTT Measure Response"
	case BandwidthResults, BandwidthResultsConnect:
		return "Bandwidth Measure Results"
	case NetworkCharacteristicsSync:
		return "Network Characteristics Sync"
	}
	return fmt.Sprintf("AutoDetectType(%#04x)", uint16(t))
}

// AutoDetectRequest is any message from the server (MS-RDPBCGR 2.2.14.1).
type AutoDetectRequest struct {
	Sequence uint16 // the response has the same
	Type     AutoDetectType

	Payload []byte // of BandwidthPayload and BandwidthStopConnect; only its length counts

	// Results, with the Network types. Those that the type does not have are
	// zero.
	BaseRTT    uint32 // milliseconds, the lowest seen
	Bandwidth  uint32 // kilobits per second
	AverageRTT uint32 // milliseconds
}

// AutoDetectResponse is any message from the client (MS-RDPBCGR 2.2.14.2).
type AutoDetectResponse struct {
	Sequence uint16
	Type     AutoDetectType

	TimeDelta uint32 // milliseconds from start to stop, of BandwidthResults
	ByteCount uint32 // bytes between them

	Bandwidth uint32 // kilobits per second, of NetworkCharacteristicsSync
	RTT       uint32 // milliseconds
}

const (
	requestName  = "RDP_AUTODETECT_REQUEST"
	responseName = "RDP_AUTODETECT_RESPONSE"

	typeIDRequest  = 0x00 // TYPE_ID_AUTODETECT_REQUEST
	typeIDResponse = 0x01 // TYPE_ID_AUTODETECT_RESPONSE

	// autoDetectHeader is 1 /* headerLength */ + 1 /* headerTypeId */ +
	// 2 /* sequenceNumber */ + 2 /* requestType */.
	autoDetectHeader = 6
)

// MaxAutoDetectPayload is the longest Payload, in bytes.
const MaxAutoDetectPayload = 0xFFFF

// IsRTT reports whether the client answers at once with RTTResponse.
func (m *AutoDetectRequest) IsRTT() bool {
	return m.Type == RTTRequest || m.Type == RTTRequestConnect
}

// IsBandwidthStop reports whether the client answers with BandwidthResults, or
// BandwidthResultsConnect before licensing.
func (m *AutoDetectRequest) IsBandwidthStop() bool {
	return m.Type == BandwidthStop || m.Type == BandwidthStopLossy || m.Type == BandwidthStopConnect
}

// fields lists pointers to the numbers that the type has, in their order;
// payload says whether a length and a payload follow the header instead.
func (m *AutoDetectRequest) fields() (numbers []*uint32, payload, ok bool) {
	switch m.Type {
	case RTTRequest, RTTRequestConnect, BandwidthStart, BandwidthStartLossy, BandwidthStartConnect,
		BandwidthStop, BandwidthStopLossy:
		return nil, false, true
	case BandwidthPayload, BandwidthStopConnect:
		return nil, true, true
	case NetworkBaseRTT:
		return []*uint32{&m.BaseRTT, &m.AverageRTT}, false, true
	case NetworkBandwidth:
		return []*uint32{&m.Bandwidth, &m.AverageRTT}, false, true
	case NetworkCharacteristics:
		return []*uint32{&m.BaseRTT, &m.Bandwidth, &m.AverageRTT}, false, true
	}
	return nil, false, false
}

func (m *AutoDetectResponse) fields() (numbers []*uint32, ok bool) {
	switch m.Type {
	case RTTResponse:
		return nil, true
	case BandwidthResults, BandwidthResultsConnect:
		return []*uint32{&m.TimeDelta, &m.ByteCount}, true
	case NetworkCharacteristicsSync:
		return []*uint32{&m.Bandwidth, &m.RTT}, true
	}
	return nil, false
}

// AppendAutoDetectRequest appends m, without a security header. A Type that is
// no request, a Payload that its type does not have and one longer than
// MaxAutoDetectPayload are a *wire.MisuseError.
func AppendAutoDetectRequest(dst []byte, m *AutoDetectRequest) ([]byte, error) {
	numbers, payload, ok := m.fields()
	switch n := len(m.Payload); {
	case !ok:
		return dst, wire.Misuse(requestName, "no request %#04x", uint16(m.Type))
	case n > MaxAutoDetectPayload || n > 0 && !payload:
		return dst, wire.Misuse(requestName, "payload of %d bytes", n)
	}
	size := autoDetectHeader + 4*len(numbers)
	if payload {
		size += 2 // payloadLength
	}
	dst = appendAutoDetect(dst, size, typeIDRequest, m.Sequence, m.Type, numbers)
	if payload {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(len(m.Payload)))
		dst = append(dst, m.Payload...)
	}
	return dst, nil
}

// ParseAutoDetectRequest reads a message of the server. A type that is not known
// is an error: nobody could answer it.
func ParseAutoDetectRequest(body []byte) (*AutoDetectRequest, error) {
	r := wire.NewReader(requestName, body)
	m := &AutoDetectRequest{}
	var size int
	size, m.Sequence, m.Type = readAutoDetect(r, typeIDRequest)
	numbers, payload, ok := m.fields()
	if !ok {
		r.Failf("requestType", "no request %#04x", uint16(m.Type))
	}
	want := autoDetectHeader + 4*len(numbers)
	if payload {
		want += 2
	}
	readNumbers(r, size, want, numbers)
	if payload {
		if n := int(r.U16LE("payloadLength")); n > 0 {
			m.Payload = r.Bytes("payload", n)
		}
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendAutoDetectResponse appends m, without a security header. A Type that is
// no response is a *wire.MisuseError.
func AppendAutoDetectResponse(dst []byte, m *AutoDetectResponse) ([]byte, error) {
	numbers, ok := m.fields()
	if !ok {
		return dst, wire.Misuse(responseName, "no response %#04x", uint16(m.Type))
	}
	size := autoDetectHeader + 4*len(numbers)
	return appendAutoDetect(dst, size, typeIDResponse, m.Sequence, m.Type, numbers), nil
}

// ParseAutoDetectResponse reads a message of the client.
func ParseAutoDetectResponse(body []byte) (*AutoDetectResponse, error) {
	r := wire.NewReader(responseName, body)
	m := &AutoDetectResponse{}
	var size int
	size, m.Sequence, m.Type = readAutoDetect(r, typeIDResponse)
	numbers, ok := m.fields()
	if !ok {
		r.Failf("responseType", "no response %#04x", uint16(m.Type))
	}
	readNumbers(r, size, autoDetectHeader+4*len(numbers), numbers)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func readAutoDetect(r *wire.Reader, typeID uint8) (size int, sequence uint16, t AutoDetectType) {
	size = int(r.U8("headerLength"))
	if got := r.U8("headerTypeId"); got != typeID {
		r.Failf("headerTypeId", "wants %d, got %d", typeID, got)
	}
	return size, r.U16LE("sequenceNumber"), AutoDetectType(r.U16LE("type"))
}

func readNumbers(r *wire.Reader, size, want int, numbers []*uint32) {
	if size != want {
		r.Failf("headerLength", "wants %d, got %d", want, size)
	}
	for _, v := range numbers {
		*v = r.U32LE("results")
	}
}

func appendAutoDetect(dst []byte, size int, typeID uint8, sequence uint16, t AutoDetectType, numbers []*uint32) []byte {
	dst = append(dst, byte(size), typeID)
	dst = binary.LittleEndian.AppendUint16(dst, sequence)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(t))
	for _, v := range numbers {
		dst = binary.LittleEndian.AppendUint32(dst, *v)
	}
	return dst
}
