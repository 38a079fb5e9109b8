package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MaxMonitors is how many monitors a client may describe (MS-RDPBCGR 2.2.1.3.6).
const MaxMonitors = 16

// ClientMonitorData is TS_UD_CS_MONITOR (MS-RDPBCGR 2.2.1.3.6).
type ClientMonitorData struct {
	Flags    uint32    // none are defined
	Monitors []Monitor // at most MaxMonitors
}

// Monitor is TS_MONITOR_DEF (MS-RDPBCGR 2.2.1.3.6.1): a rectangle of the virtual
// desktop in pixels, both corners included. The primary monitor begins at 0, 0.
type Monitor struct {
	Left, Top, Right, Bottom int32
	Flags                    uint32
}

// MonitorPrimary is the one flag of a Monitor.
const MonitorPrimary = 0x00000001

const clientMonitorName = "TS_UD_CS_MONITOR"

func parseClientMonitorData(data []byte) (*ClientMonitorData, error) {
	r := wire.NewReader(clientMonitorName, data)
	m := &ClientMonitorData{Flags: r.U32LE("flags")}
	for range readMonitorCount(r) {
		m.Monitors = append(m.Monitors, Monitor{
			Left:   int32(r.U32LE("left")),
			Top:    int32(r.U32LE("top")),
			Right:  int32(r.U32LE("right")),
			Bottom: int32(r.U32LE("bottom")),
			Flags:  r.U32LE("flags"),
		})
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientMonitorData) block() (Block, error) {
	if len(m.Monitors) > MaxMonitors {
		return Block{}, wire.Misuse(clientMonitorName, "%d monitors, limit is %d", len(m.Monitors), MaxMonitors)
	}
	le := binary.LittleEndian
	data := le.AppendUint32(nil, m.Flags)
	data = le.AppendUint32(data, uint32(len(m.Monitors)))
	for _, o := range m.Monitors {
		data = le.AppendUint32(data, uint32(o.Left))
		data = le.AppendUint32(data, uint32(o.Top))
		data = le.AppendUint32(data, uint32(o.Right))
		data = le.AppendUint32(data, uint32(o.Bottom))
		data = le.AppendUint32(data, o.Flags)
	}
	return Block{BlockClientMonitor, data}, nil
}

func readMonitorCount(r *wire.Reader) int {
	count := r.U32LE("monitorCount")
	if count > MaxMonitors {
		r.Failf("monitorCount", "%d monitors, limit is %d", count, MaxMonitors)
		return 0
	}
	return int(count)
}

// ClientMonitorExData is TS_UD_CS_MONITOR_EX (MS-RDPBCGR 2.2.1.3.9). It comes
// with TS_UD_CS_MONITOR and has as many entries, in the same order.
type ClientMonitorExData struct {
	Flags      uint32              // none are defined
	Attributes []MonitorAttributes // at most MaxMonitors
}

// MonitorAttributes is TS_MONITOR_ATTRIBUTES (MS-RDPBCGR 2.2.1.3.9.1).
type MonitorAttributes struct {
	PhysicalWidth      uint32 // millimetres
	PhysicalHeight     uint32 // millimetres
	Orientation        uint32 // degrees: 0, 90, 180, 270
	DesktopScaleFactor uint32 // per cent
	DeviceScaleFactor  uint32 // per cent
}

const (
	clientMonitorExName   = "TS_UD_CS_MONITOR_EX"
	monitorAttributesSize = 20
)

func parseClientMonitorExData(data []byte) (*ClientMonitorExData, error) {
	r := wire.NewReader(clientMonitorExName, data)
	m := &ClientMonitorExData{Flags: r.U32LE("flags")}
	if size := r.U32LE("monitorAttributeSize"); size != monitorAttributesSize {
		r.Failf("monitorAttributeSize", "wants %d bytes, got %d", monitorAttributesSize, size)
	}
	for range readMonitorCount(r) {
		m.Attributes = append(m.Attributes, MonitorAttributes{
			PhysicalWidth:      r.U32LE("physicalWidth"),
			PhysicalHeight:     r.U32LE("physicalHeight"),
			Orientation:        r.U32LE("orientation"),
			DesktopScaleFactor: r.U32LE("desktopScaleFactor"),
			DeviceScaleFactor:  r.U32LE("deviceScaleFactor"),
		})
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientMonitorExData) block() (Block, error) {
	if len(m.Attributes) > MaxMonitors {
		return Block{}, wire.Misuse(clientMonitorExName, "%d monitors, limit is %d", len(m.Attributes), MaxMonitors)
	}
	le := binary.LittleEndian
	data := le.AppendUint32(nil, m.Flags)
	data = le.AppendUint32(data, monitorAttributesSize)
	data = le.AppendUint32(data, uint32(len(m.Attributes)))
	for _, a := range m.Attributes {
		data = le.AppendUint32(data, a.PhysicalWidth)
		data = le.AppendUint32(data, a.PhysicalHeight)
		data = le.AppendUint32(data, a.Orientation)
		data = le.AppendUint32(data, a.DesktopScaleFactor)
		data = le.AppendUint32(data, a.DeviceScaleFactor)
	}
	return Block{BlockClientMonitorEx, data}, nil
}
