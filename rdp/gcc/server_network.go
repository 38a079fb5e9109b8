package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ServerNetworkData is TS_UD_SC_NET (MS-RDPBCGR 2.2.1.4.4).
type ServerNetworkData struct {
	MCSChannelID uint16   // the I/O channel; 1003 on Windows
	ChannelIDs   []uint16 // one for each channel of the client, in its order
}

const serverNetworkName = "TS_UD_SC_NET"

func parseServerNetworkData(data []byte) (*ServerNetworkData, error) {
	r := wire.NewReader(serverNetworkName, data)
	m := &ServerNetworkData{MCSChannelID: r.U16LE("MCSChannelId")}
	count := r.U16LE("channelCount")
	if count > MaxChannels {
		r.Failf("channelCount", "%d channels, limit is %d", count, MaxChannels)
	}
	for range min(count, MaxChannels) {
		m.ChannelIDs = append(m.ChannelIDs, r.U16LE("channelIdArray"))
	}
	// An odd count needs padding, which not every server sends (inferred).
	if count%2 == 1 && r.Len() > 0 {
		r.U16LE("Pad")
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ServerNetworkData) block() (Block, error) {
	if len(m.ChannelIDs) > MaxChannels {
		return Block{}, wire.Misuse(serverNetworkName, "%d channels, limit is %d", len(m.ChannelIDs), MaxChannels)
	}
	data := binary.LittleEndian.AppendUint16(nil, m.MCSChannelID)
	data = binary.LittleEndian.AppendUint16(data, uint16(len(m.ChannelIDs)))
	for _, id := range m.ChannelIDs {
		data = binary.LittleEndian.AppendUint16(data, id)
	}
	if len(m.ChannelIDs)%2 == 1 {
		data = append(data, 0, 0)
	}
	return Block{BlockServerNetwork, data}, nil
}
