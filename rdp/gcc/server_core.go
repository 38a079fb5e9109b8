package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ServerCoreData is TS_UD_SC_CORE (MS-RDPBCGR 2.2.1.4.2). A field that is nil
// was not sent; an older server sends neither.
type ServerCoreData struct {
	Version Version

	// ClientRequestedProtocols repeats the requestedProtocols of RDP_NEG_REQ,
	// so that the client notices if somebody changed them. Without it, the
	// client must take it for 0.
	ClientRequestedProtocols *uint32

	// EarlyCapabilityFlags can only be there with the field before it.
	EarlyCapabilityFlags *ServerCapabilities

	Extra []byte // bytes after all known fields, from newer servers
}

// ServerCapabilities are the earlyCapabilityFlags of a server.
type ServerCapabilities uint32

// The server's early capabilities of MS-RDPBCGR 2.2.1.4.2.
const (
	ServerEdgeActionsV1   ServerCapabilities = 0x00000001
	ServerDynamicDST      ServerCapabilities = 0x00000002
	ServerEdgeActionsV2   ServerCapabilities = 0x00000004
	ServerSkipChannelJoin ServerCapabilities = 0x00000008
)

const serverCoreName = "TS_UD_SC_CORE"

func parseServerCoreData(data []byte) (*ServerCoreData, error) {
	r := wire.NewReader(serverCoreName, data)
	m := &ServerCoreData{Version: Version(r.U32LE("version"))}
	if r.Len() > 0 {
		protocols := r.U32LE("clientRequestedProtocols")
		m.ClientRequestedProtocols = &protocols
	}
	if r.Len() > 0 {
		flags := ServerCapabilities(r.U32LE("earlyCapabilityFlags"))
		m.EarlyCapabilityFlags = &flags
	}
	if r.Len() > 0 {
		m.Extra = r.Rest()
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ServerCoreData) block() (Block, error) {
	if m.EarlyCapabilityFlags != nil && m.ClientRequestedProtocols == nil ||
		len(m.Extra) > 0 && m.EarlyCapabilityFlags == nil {
		return Block{}, wire.Misuse(serverCoreName, "a field after a missing field")
	}
	data := binary.LittleEndian.AppendUint32(nil, uint32(m.Version))
	if m.ClientRequestedProtocols != nil {
		data = binary.LittleEndian.AppendUint32(data, *m.ClientRequestedProtocols)
	}
	if m.EarlyCapabilityFlags != nil {
		data = binary.LittleEndian.AppendUint32(data, uint32(*m.EarlyCapabilityFlags))
	}
	return Block{BlockServerCore, append(data, m.Extra...)}, nil
}
