package gcc

import (
	"bytes"
	"encoding/binary"
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MaxChannels is how many static virtual channels a client may ask for
// (MS-RDPBCGR 2.2.1.3.4).
const MaxChannels = 31

// ClientNetworkData is TS_UD_CS_NET (MS-RDPBCGR 2.2.1.3.4). The server answers
// with one identifier for each channel, in the same order.
type ClientNetworkData struct {
	Channels []Channel // at most MaxChannels
}

// Channel is CHANNEL_DEF (MS-RDPBCGR 2.2.1.3.4.1).
type Channel struct {
	Name    string // at most seven bytes, ANSI
	Options uint32 // the CHANNEL_OPTION flags
}

const (
	clientNetworkName = "TS_UD_CS_NET"
	channelNameSize   = 8 // seven characters and a NUL
)

func parseClientNetworkData(data []byte) (*ClientNetworkData, error) {
	r := wire.NewReader(clientNetworkName, data)
	count := r.U32LE("channelCount")
	if count > MaxChannels {
		r.Failf("channelCount", "%d channels, limit is %d", count, MaxChannels)
	}
	m := &ClientNetworkData{}
	for range min(count, MaxChannels) {
		name := r.Bytes("name", channelNameSize)
		if name != nil {
			name, _, _ = bytes.Cut(name[:channelNameSize-1], []byte{0})
		}
		m.Channels = append(m.Channels, Channel{string(name), r.U32LE("options")})
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientNetworkData) block() (Block, error) {
	if len(m.Channels) > MaxChannels {
		return Block{}, wire.Misuse(clientNetworkName, "%d channels, limit is %d", len(m.Channels), MaxChannels)
	}
	data := binary.LittleEndian.AppendUint32(nil, uint32(len(m.Channels)))
	for _, c := range m.Channels {
		if len(c.Name) >= channelNameSize || strings.Contains(c.Name, "\x00") {
			return Block{}, wire.Misuse(clientNetworkName, "channel name %q does not fit 7 bytes and a NUL", c.Name)
		}
		var name [channelNameSize]byte
		copy(name[:], c.Name)
		data = append(data, name[:]...)
		data = binary.LittleEndian.AppendUint32(data, c.Options)
	}
	return Block{BlockClientNetwork, data}, nil
}
