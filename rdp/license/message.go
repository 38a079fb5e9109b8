package license

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MessageType is the bMsgType of a LICENSE_PREAMBLE.
type MessageType uint8

// The types of MS-RDPBCGR 2.2.1.12.1.1.
const (
	LicenseRequest            MessageType = 0x01
	PlatformChallenge         MessageType = 0x02
	NewLicense                MessageType = 0x03
	UpgradeLicense            MessageType = 0x04
	LicenseInfo               MessageType = 0x12
	NewLicenseRequest         MessageType = 0x13
	PlatformChallengeResponse MessageType = 0x15
	ErrorAlertType            MessageType = 0xFF
)

// String is the name in the specification, or a number.
func (t MessageType) String() string {
	switch t {
	case LicenseRequest:
		return "LICENSE_REQUEST"
	case PlatformChallenge:
		return "PLATFORM_CHALLENGE"
	case NewLicense:
		return "NEW_LICENSE"
	case UpgradeLicense:
		return "UPGRADE_LICENSE"
	case LicenseInfo:
		return "LICENSE_INFO"
	case NewLicenseRequest:
		return "NEW_LICENSE_REQUEST"
	case PlatformChallengeResponse:
		return "PLATFORM_CHALLENGE_RESPONSE"
	case ErrorAlertType:
		return "ERROR_ALERT"
	}
	return fmt.Sprintf("MessageType(%#02x)", uint8(t))
}

// The flags of a LICENSE_PREAMBLE. The lower four bits are the version.
const (
	VersionMask            = 0x0F
	Version2               = 0x02 // PREAMBLE_VERSION_2_0, RDP 4.0
	Version3               = 0x03 // PREAMBLE_VERSION_3_0, RDP 5.0 and later
	ExtendedErrorSupported = 0x80 // EXTENDED_ERROR_MSG_SUPPORTED
)

// Message is a licensing message with its LICENSE_PREAMBLE (MS-RDPBCGR
// 2.2.1.12.1.1): 1 byte type, 1 byte flags and 2 bytes size, little endian.
type Message struct {
	Type  MessageType
	Flags uint8
	Body  []byte // after the preamble, not looked at
}

const (
	preambleName = "LICENSE_PREAMBLE"
	preambleSize = 4
)

// MaxBody is the longest Body, in bytes.
const MaxBody = 0xFFFF - preambleSize

// Append appends m with its preamble. A Body longer than MaxBody is a
// *wire.MisuseError.
func Append(dst []byte, m Message) ([]byte, error) {
	if len(m.Body) > MaxBody {
		return dst, wire.Misuse(preambleName, "body of %d bytes, limit is %d", len(m.Body), MaxBody)
	}
	dst = append(dst, byte(m.Type), m.Flags)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(preambleSize+len(m.Body)))
	return append(dst, m.Body...), nil
}

// Parse reads a message. Its size counts the preamble and must not go beyond the
// bytes; what is left over after it is ignored, as FreeRDP does.
func Parse(b []byte) (Message, error) {
	r := wire.NewReader(preambleName, b)
	m := Message{Type: MessageType(r.U8("bMsgType")), Flags: r.U8("flags")}
	size := int(r.U16LE("wMsgSize"))
	if size < preambleSize {
		r.Failf("wMsgSize", "announces %d bytes", size)
	}
	m.Body = r.Bytes("body", size-preambleSize)
	if err := r.Err(); err != nil {
		return Message{}, err
	}
	return m, nil
}
