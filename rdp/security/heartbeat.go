package security

import "github.com/fumidai/fumidai/rdp/wire"

// Heartbeat is the content of a Server Heartbeat PDU (MS-RDPBCGR 2.2.16.1).
type Heartbeat struct {
	Period uint8 // seconds between heartbeats
	Count1 uint8 // missed heartbeats after which the client should warn
	Count2 uint8 // missed heartbeats after which it should reconnect
}

// AppendHeartbeat appends m, without a security header.
func AppendHeartbeat(dst []byte, m *Heartbeat) []byte {
	return append(dst, 0, m.Period, m.Count1, m.Count2)
}

// ParseHeartbeat reads the body of a Server Heartbeat PDU.
func ParseHeartbeat(body []byte) (*Heartbeat, error) {
	r := wire.NewReader("TS_HEARTBEAT_PDU", body)
	r.U8("reserved")
	m := &Heartbeat{Period: r.U8("period"), Count1: r.U8("count1"), Count2: r.U8("count2")}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}
