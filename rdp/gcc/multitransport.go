package gcc

import "encoding/binary"

// MultitransportFlags are the transports besides TCP that a side can use.
type MultitransportFlags uint32

// The flags of MS-RDPBCGR 2.2.1.3.8 and 2.2.1.4.6.
const (
	MultitransportUDPFECReliable MultitransportFlags = 0x0001 // TRANSPORTTYPE_UDPFECR
	MultitransportUDPFECLossy    MultitransportFlags = 0x0004 // TRANSPORTTYPE_UDPFECL
	MultitransportUDPPreferred   MultitransportFlags = 0x0100
	MultitransportSoftSync       MultitransportFlags = 0x0200 // SOFTSYNC_TCP_TO_UDP
)

// ClientMultitransportData is TS_UD_CS_MULTITRANSPORT (MS-RDPBCGR 2.2.1.3.8).
type ClientMultitransportData struct {
	Flags MultitransportFlags
}

// ServerMultitransportData is TS_UD_SC_MULTITRANSPORT (MS-RDPBCGR 2.2.1.4.6).
type ServerMultitransportData struct {
	Flags MultitransportFlags
}

func parseClientMultitransportData(data []byte) (*ClientMultitransportData, error) {
	flags, err := parseFlags("TS_UD_CS_MULTITRANSPORT", data)
	if err != nil {
		return nil, err
	}
	return &ClientMultitransportData{Flags: MultitransportFlags(flags)}, nil
}

func (m *ClientMultitransportData) block() Block {
	return Block{BlockClientMultitransport, binary.LittleEndian.AppendUint32(nil, uint32(m.Flags))}
}

func parseServerMultitransportData(data []byte) (*ServerMultitransportData, error) {
	flags, err := parseFlags("TS_UD_SC_MULTITRANSPORT", data)
	if err != nil {
		return nil, err
	}
	return &ServerMultitransportData{Flags: MultitransportFlags(flags)}, nil
}

func (m *ServerMultitransportData) block() Block {
	return Block{BlockServerMultitransport, binary.LittleEndian.AppendUint32(nil, uint32(m.Flags))}
}
