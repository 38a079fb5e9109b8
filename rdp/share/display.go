package share

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Rect is TS_RECTANGLE16 (MS-RDPBCGR 2.2.11.1): pixels from the top left of the
// desktop, and both edges belong to it.
type Rect struct{ Left, Top, Right, Bottom uint16 }

func readRect(r *wire.Reader) Rect {
	return Rect{Left: r.U16LE("left"), Top: r.U16LE("top"), Right: r.U16LE("right"), Bottom: r.U16LE("bottom")}
}

func appendRect(dst []byte, r Rect) []byte {
	for _, v := range [...]uint16{r.Left, r.Top, r.Right, r.Bottom} {
		dst = binary.LittleEndian.AppendUint16(dst, v)
	}
	return dst
}

// RefreshRect is TS_REFRESH_RECT_PDU: a client wants these areas drawn again
// (MS-RDPBCGR 2.2.11.2.1). They are as the client sent them, not checked against
// any desktop.
type RefreshRect struct {
	Areas []Rect // at most 255
}

// ParseRefreshRect reads the body of a Refresh Rect PDU.
func ParseRefreshRect(body []byte) (RefreshRect, error) {
	r := wire.NewReader("TS_REFRESH_RECT_PDU", body)
	count := int(r.U8("numberOfAreas"))
	r.Bytes("pad3Octets", 3)
	if count > r.Len()/8 {
		r.Failf("numberOfAreas", "%d areas in %d bytes", count, r.Len())
	}
	if err := r.Err(); err != nil {
		return RefreshRect{}, err
	}
	m := RefreshRect{Areas: make([]Rect, count)}
	for i := range m.Areas {
		m.Areas[i] = readRect(r)
	}
	return m, nil
}

// AppendRefreshRect appends the body of a Refresh Rect PDU. More than 255 areas
// are a *wire.MisuseError.
func AppendRefreshRect(dst []byte, m RefreshRect) ([]byte, error) {
	if len(m.Areas) > 0xFF {
		return dst, wire.Misuse("TS_REFRESH_RECT_PDU", "%d areas", len(m.Areas))
	}
	dst = append(dst, byte(len(m.Areas)), 0, 0, 0)
	for _, area := range m.Areas {
		dst = appendRect(dst, area)
	}
	return dst, nil
}

// SuppressOutput is TS_SUPPRESS_OUTPUT_PDU: a client that shows nothing at the
// moment wants no updates, or wants them again (MS-RDPBCGR 2.2.11.3.1).
type SuppressOutput struct {
	Allow   bool // updates are wanted
	Desktop Rect // only with Allow
}

// ParseSuppressOutput reads the body of a Suppress Output PDU.
func ParseSuppressOutput(body []byte) (SuppressOutput, error) {
	r := wire.NewReader("TS_SUPPRESS_OUTPUT_PDU", body)
	m := SuppressOutput{Allow: r.U8("allowDisplayUpdates") != 0}
	r.Bytes("pad3Octets", 3)
	if m.Allow {
		m.Desktop = readRect(r)
	}
	if err := r.Err(); err != nil {
		return SuppressOutput{}, err
	}
	return m, nil
}

// AppendSuppressOutput appends the body of a Suppress Output PDU.
func AppendSuppressOutput(dst []byte, m SuppressOutput) []byte {
	if !m.Allow {
		return append(dst, 0, 0, 0, 0)
	}
	return appendRect(append(dst, 1, 0, 0, 0), m.Desktop)
}

// MonitorPrimary is TS_MONITOR_PRIMARY, the flag of Monitor.Flags.
const MonitorPrimary = 0x00000001

// Monitor is TS_MONITOR_DEF (MS-RDPBCGR 2.2.1.3.6.1): pixels from the top left of
// the primary monitor, and both edges belong to it.
type Monitor struct {
	Left, Top, Right, Bottom int32
	Flags                    uint32
}

// MonitorLayout is TS_MONITOR_LAYOUT_PDU (MS-RDPBCGR 2.2.12.1).
type MonitorLayout struct {
	Monitors []Monitor // at most MaxMonitors
}

// MaxMonitors is our limit of monitors; clients may announce 16.
const MaxMonitors = 64

const monitorSize = 20

// ParseMonitorLayout reads the body of a Monitor Layout PDU.
func ParseMonitorLayout(body []byte) (MonitorLayout, error) {
	r := wire.NewReader("TS_MONITOR_LAYOUT_PDU", body)
	count := r.U32LE("monitorCount")
	if count > MaxMonitors || int(count) > r.Len()/monitorSize {
		r.Failf("monitorCount", "%d monitors in %d bytes", count, r.Len())
	}
	if err := r.Err(); err != nil {
		return MonitorLayout{}, err
	}
	m := MonitorLayout{Monitors: make([]Monitor, count)}
	for i := range m.Monitors {
		m.Monitors[i] = Monitor{
			Left: int32(r.U32LE("left")), Top: int32(r.U32LE("top")),
			Right: int32(r.U32LE("right")), Bottom: int32(r.U32LE("bottom")), Flags: r.U32LE("flags"),
		}
	}
	return m, nil
}

// AppendMonitorLayout appends the body of a Monitor Layout PDU. More than
// MaxMonitors monitors are a *wire.MisuseError.
func AppendMonitorLayout(dst []byte, m MonitorLayout) ([]byte, error) {
	if len(m.Monitors) > MaxMonitors {
		return dst, wire.Misuse("TS_MONITOR_LAYOUT_PDU", "%d monitors", len(m.Monitors))
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(m.Monitors)))
	for _, monitor := range m.Monitors {
		for _, v := range [...]int32{monitor.Left, monitor.Top, monitor.Right, monitor.Bottom} {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
		}
		dst = binary.LittleEndian.AppendUint32(dst, monitor.Flags)
	}
	return dst, nil
}
