package gcc

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ClientClusterData is TS_UD_CS_CLUSTER (MS-RDPBCGR 2.2.1.3.5): whether the
// client can be redirected, and the session it wants.
type ClientClusterData struct {
	Flags               ClusterFlags
	RedirectedSessionID uint32 // valid with RedirectedSessionIDValid
}

// ClusterFlags are the flags of TS_UD_CS_CLUSTER. Four bits in the middle are a
// number, the redirection version.
type ClusterFlags uint32

// The flags of MS-RDPBCGR 2.2.1.3.5.
const (
	RedirectionSupported     ClusterFlags = 0x00000001
	RedirectedSessionIDValid ClusterFlags = 0x00000002
	RedirectionVersionMask   ClusterFlags = 0x0000003C
	RedirectedSmartcard      ClusterFlags = 0x00000040
)

// RedirectionVersion is the version of the Server Redirection PDU that the
// client can read, 1 to 16; it has a meaning only with RedirectionSupported.
func (f ClusterFlags) RedirectionVersion() int {
	return int(f&RedirectionVersionMask>>2) + 1
}

func parseClientClusterData(data []byte) (*ClientClusterData, error) {
	r := wire.NewReader("TS_UD_CS_CLUSTER", data)
	m := &ClientClusterData{
		Flags:               ClusterFlags(r.U32LE("Flags")),
		RedirectedSessionID: r.U32LE("RedirectedSessionID"),
	}
	// Padding may follow, as from an old client of Microsoft for the Mac (recalled
	// by the reader of FreeRDP).
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *ClientClusterData) block() Block {
	data := binary.LittleEndian.AppendUint32(nil, uint32(m.Flags))
	data = binary.LittleEndian.AppendUint32(data, m.RedirectedSessionID)
	return Block{BlockClientCluster, data}
}
