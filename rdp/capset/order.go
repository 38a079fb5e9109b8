package capset

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The flags of Order.OrderFlags (MS-RDPBCGR 2.2.7.1.3).
const (
	NegotiateOrderSupport   = 0x0002 // always set
	ZeroBoundsDeltasSupport = 0x0008 // always set
	ColorIndexSupport       = 0x0020
	SolidPatternBrushOnly   = 0x0040
	OrderFlagsExtraFlags    = 0x0080 // OrderSupportExFlags is valid
)

// The flags of Order.OrderSupportExFlags.
const (
	OrderExCacheBitmapRev3Support   = 0x0002
	OrderExAltSecFrameMarkerSupport = 0x0004
)

// Order is TS_ORDER_CAPABILITYSET (MS-RDPBCGR 2.2.7.1.3).
type Order struct {
	TerminalDescriptor      [16]byte
	DesktopSaveXGranularity uint16 // always 1
	DesktopSaveYGranularity uint16 // always 20
	MaximumOrderLevel       uint16 // always 1, ORD_LEVEL_1_ORDERS
	NumberFonts             uint16 // always 0
	OrderFlags              uint16
	OrderSupport            [32]byte // by index of the drawing order, 1 if supported
	TextFlags               uint16
	OrderSupportExFlags     uint16
	DesktopSaveSize         uint32 // bytes
	TextANSICodePage        uint16
}

func (*Order) name() string { return "TS_ORDER_CAPABILITYSET" }

func (m *Order) read(r *wire.Reader) {
	copy(m.TerminalDescriptor[:], r.Bytes("terminalDescriptor", len(m.TerminalDescriptor)))
	r.Bytes("pad4octetsA", 4)
	m.DesktopSaveXGranularity = r.U16LE("desktopSaveXGranularity")
	m.DesktopSaveYGranularity = r.U16LE("desktopSaveYGranularity")
	r.Bytes("pad2octetsA", 2)
	m.MaximumOrderLevel = r.U16LE("maximumOrderLevel")
	m.NumberFonts = r.U16LE("numberFonts")
	m.OrderFlags = r.U16LE("orderFlags")
	copy(m.OrderSupport[:], r.Bytes("orderSupport", len(m.OrderSupport)))
	m.TextFlags = r.U16LE("textFlags")
	m.OrderSupportExFlags = r.U16LE("orderSupportExFlags")
	r.Bytes("pad4octetsB", 4)
	m.DesktopSaveSize = r.U32LE("desktopSaveSize")
	r.Bytes("pad2octetsC", 2)
	r.Bytes("pad2octetsD", 2)
	m.TextANSICodePage = r.U16LE("textANSICodePage")
	r.Bytes("pad2octetsE", 2)
}

func (m *Order) appendTo(dst []byte) ([]byte, error) {
	dst = append(dst, m.TerminalDescriptor[:]...)
	dst = append(dst, 0, 0, 0, 0)
	dst = appendU16s(dst, m.DesktopSaveXGranularity, m.DesktopSaveYGranularity, 0,
		m.MaximumOrderLevel, m.NumberFonts, m.OrderFlags)
	dst = append(dst, m.OrderSupport[:]...)
	dst = appendU16s(dst, m.TextFlags, m.OrderSupportExFlags, 0, 0)
	dst = binary.LittleEndian.AppendUint32(dst, m.DesktopSaveSize)
	return appendU16s(dst, 0, 0, m.TextANSICodePage, 0), nil
}
