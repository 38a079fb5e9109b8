package gcc

import (
	"encoding/binary"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ClientCoreData is TS_UD_CS_CORE (MS-RDPBCGR 2.2.1.3.2). All numbers are
// little endian. The fields after IMEFileName are optional, and one of them can
// only be there if all before it are: Last says how far the block goes.
type ClientCoreData struct {
	Version             Version
	DesktopWidth        uint16 // pixels
	DesktopHeight       uint16 // pixels
	ColorDepth          uint16
	SASSequence         uint16
	KeyboardLayout      uint32 // input locale identifier
	ClientBuild         uint32
	ClientName          string // at most 15 UTF-16 characters
	KeyboardType        uint32
	KeyboardSubType     uint32
	KeyboardFunctionKey uint32
	IMEFileName         string // at most 31 UTF-16 characters

	Last ClientCoreField // fields after this one are not sent and have no meaning

	PostBeta2ColorDepth    uint16
	ClientProductID        uint16
	SerialNumber           uint32
	HighColorDepth         uint16 // bits per pixel
	SupportedColorDepths   uint16
	EarlyCapabilityFlags   ClientCapabilities
	ClientDigProductID     [64]byte
	ConnectionType         uint8
	Pad1Octet              uint8
	ServerSelectedProtocol uint32 // what RDP_NEG_RSP said; the server compares
	DesktopPhysicalWidth   uint32 // millimetres
	DesktopPhysicalHeight  uint32 // millimetres
	DesktopOrientation     uint16 // degrees
	DesktopScaleFactor     uint32 // per cent
	DeviceScaleFactor      uint32 // per cent

	Extra []byte // bytes after all known fields, from newer clients
}

// ClientCoreField names an optional field of ClientCoreData, in their order.
type ClientCoreField int

// The optional fields. CoreMandatory stands for none of them.
const (
	CoreMandatory ClientCoreField = iota
	CorePostBeta2ColorDepth
	CoreClientProductID
	CoreSerialNumber
	CoreHighColorDepth
	CoreSupportedColorDepths
	CoreEarlyCapabilityFlags
	CoreClientDigProductID
	CoreConnectionType
	CorePad1Octet
	CoreServerSelectedProtocol
	CoreDesktopPhysicalWidth
	CoreDesktopPhysicalHeight
	CoreDesktopOrientation
	CoreDesktopScaleFactor
	CoreDeviceScaleFactor
)

// Has reports whether the block goes as far as the field f.
func (m *ClientCoreData) Has(f ClientCoreField) bool { return f <= m.Last }

// ClientCapabilities are the earlyCapabilityFlags of a client.
type ClientCapabilities uint16

// The client's early capabilities of MS-RDPBCGR 2.2.1.3.2.
const (
	ClientSupportsErrorInfo       ClientCapabilities = 0x0001
	ClientWants32BPP              ClientCapabilities = 0x0002
	ClientSupportsStatusInfo      ClientCapabilities = 0x0004
	ClientStrongAsymmetricKeys    ClientCapabilities = 0x0008 // server keys longer than 512 bits
	ClientRelativeMouse           ClientCapabilities = 0x0010
	ClientValidConnectionType     ClientCapabilities = 0x0020
	ClientSupportsMonitorLayout   ClientCapabilities = 0x0040
	ClientSupportsNetAutoDetect   ClientCapabilities = 0x0080
	ClientSupportsDynVCGFX        ClientCapabilities = 0x0100 // the graphics pipeline of MS-RDPEGFX
	ClientSupportsDynamicTimeZone ClientCapabilities = 0x0200
	ClientSupportsHeartbeat       ClientCapabilities = 0x0400
	ClientSupportsSkipChannelJoin ClientCapabilities = 0x0800
)

const (
	clientCoreName  = "TS_UD_CS_CORE"
	clientNameSize  = 32 // 15 characters and a NUL
	imeFileNameSize = 64 // 31 characters and a NUL
)

// optional lists pointers to the optional fields in their order, that of the
// field f at f - 1.
func (m *ClientCoreData) optional() [CoreDeviceScaleFactor]any {
	return [...]any{
		&m.PostBeta2ColorDepth, &m.ClientProductID, &m.SerialNumber, &m.HighColorDepth,
		&m.SupportedColorDepths, &m.EarlyCapabilityFlags, &m.ClientDigProductID, &m.ConnectionType,
		&m.Pad1Octet, &m.ServerSelectedProtocol, &m.DesktopPhysicalWidth, &m.DesktopPhysicalHeight,
		&m.DesktopOrientation, &m.DesktopScaleFactor, &m.DeviceScaleFactor,
	}
}

func parseClientCoreData(data []byte) (*ClientCoreData, error) {
	r := wire.NewReader(clientCoreName, data)
	m := &ClientCoreData{
		Version:             Version(r.U32LE("version")),
		DesktopWidth:        r.U16LE("desktopWidth"),
		DesktopHeight:       r.U16LE("desktopHeight"),
		ColorDepth:          r.U16LE("colorDepth"),
		SASSequence:         r.U16LE("SASSequence"),
		KeyboardLayout:      r.U32LE("keyboardLayout"),
		ClientBuild:         r.U32LE("clientBuild"),
		ClientName:          readName(r, "clientName", clientNameSize),
		KeyboardType:        r.U32LE("keyboardType"),
		KeyboardSubType:     r.U32LE("keyboardSubType"),
		KeyboardFunctionKey: r.U32LE("keyboardFunctionKey"),
		IMEFileName:         readName(r, "imeFileName", imeFileNameSize),
	}
	for i, field := range m.optional() {
		if r.Len() == 0 {
			break
		}
		m.Last = ClientCoreField(i + 1)
		if b := r.Bytes("optional fields", binary.Size(field)); b != nil {
			binary.Decode(b, binary.LittleEndian, field)
		}
	}
	if r.Len() > 0 {
		m.Extra = r.Rest()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientCoreData) block() (Block, error) {
	switch {
	case m.Last < CoreMandatory || m.Last > CoreDeviceScaleFactor:
		return Block{}, wire.Misuse(clientCoreName, "no field %d", m.Last)
	case len(m.Extra) > 0 && m.Last != CoreDeviceScaleFactor:
		return Block{}, wire.Misuse(clientCoreName, "extra bytes after a missing field")
	}
	var data []byte
	le := binary.LittleEndian
	data = le.AppendUint32(data, uint32(m.Version))
	data = le.AppendUint16(data, m.DesktopWidth)
	data = le.AppendUint16(data, m.DesktopHeight)
	data = le.AppendUint16(data, m.ColorDepth)
	data = le.AppendUint16(data, m.SASSequence)
	data = le.AppendUint32(data, m.KeyboardLayout)
	data = le.AppendUint32(data, m.ClientBuild)
	data, err := appendName(data, "clientName", m.ClientName, clientNameSize)
	if err != nil {
		return Block{}, err
	}
	data = le.AppendUint32(data, m.KeyboardType)
	data = le.AppendUint32(data, m.KeyboardSubType)
	data = le.AppendUint32(data, m.KeyboardFunctionKey)
	if data, err = appendName(data, "imeFileName", m.IMEFileName, imeFileNameSize); err != nil {
		return Block{}, err
	}
	for i, field := range m.optional() {
		if m.Has(ClientCoreField(i + 1)) {
			data, _ = binary.Append(data, le, field) // fixed-size values cannot fail
		}
	}
	return Block{BlockClientCore, append(data, m.Extra...)}, nil
}

// readName reads UTF-16 text in a field of size bytes. It ends at the first NUL;
// if there is none, the last character gives way to it.
func readName(r *wire.Reader, field string, size int) string {
	b := r.Bytes(field, size)
	if b == nil {
		return ""
	}
	name, _, _ := strings.Cut(wire.DecodeUTF16(b[:size-2]), "\x00")
	return name
}

func appendName(dst []byte, field, name string, size int) ([]byte, error) {
	text := wire.AppendUTF16(nil, name)
	if len(text) > size-2 || strings.Contains(name, "\x00") {
		return dst, wire.Misuse(clientCoreName, "%s does not fit %d characters and a NUL", field, size/2-1)
	}
	return append(append(dst, text...), make([]byte, size-len(text))...), nil
}
