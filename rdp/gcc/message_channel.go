package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ClientMessageChannelData is TS_UD_CS_MCS_MSGCHANNEL (MS-RDPBCGR 2.2.1.3.7): the
// client asks for the message channel, which carries auto-detection, heartbeats
// and multitransport requests.
type ClientMessageChannelData struct {
	Flags uint32 // none are defined
}

// ServerMessageChannelData is TS_UD_SC_MCS_MSGCHANNEL (MS-RDPBCGR 2.2.1.4.5).
type ServerMessageChannelData struct {
	MCSChannelID uint16
}

func parseClientMessageChannelData(data []byte) (*ClientMessageChannelData, error) {
	flags, err := parseFlags("TS_UD_CS_MCS_MSGCHANNEL", data)
	if err != nil {
		return nil, err
	}
	return &ClientMessageChannelData{Flags: flags}, nil
}

func (m *ClientMessageChannelData) block() Block {
	return Block{BlockClientMessageChannel, binary.LittleEndian.AppendUint32(nil, m.Flags)}
}

func parseServerMessageChannelData(data []byte) (*ServerMessageChannelData, error) {
	r := wire.NewReader("TS_UD_SC_MCS_MSGCHANNEL", data)
	m := &ServerMessageChannelData{MCSChannelID: r.U16LE("MCSChannelID")}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ServerMessageChannelData) block() Block {
	return Block{BlockServerMessageChannel, binary.LittleEndian.AppendUint16(nil, m.MCSChannelID)}
}

// parseFlags reads a block that consists of four bytes of flags.
func parseFlags(name string, data []byte) (uint32, error) {
	r := wire.NewReader(name, data)
	flags := r.U32LE("flags")
	r.End()
	return flags, r.Err()
}
