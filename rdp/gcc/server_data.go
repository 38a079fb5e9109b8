package gcc

// ServerData are the blocks of a server, nil where it sent none (MS-RDPBCGR
// 2.2.1.4).
type ServerData struct {
	Core           *ServerCoreData
	Network        *ServerNetworkData
	Security       *ServerSecurityData
	MessageChannel *ServerMessageChannelData
	Multitransport *ServerMultitransportData
	Others         []Block // all other blocks, raw and in their order
}

// ParseServerData reads the user data of a Conference Create Response. The
// blocks may come in any order, each type once.
func ParseServerData(userData []byte) (*ServerData, error) {
	blocks, err := parseDistinctBlocks(userData)
	if err != nil {
		return nil, err
	}
	m := &ServerData{}
	for _, b := range blocks {
		var err error
		switch b.Type {
		case BlockServerCore:
			m.Core, err = parseServerCoreData(b.Data)
		case BlockServerNetwork:
			m.Network, err = parseServerNetworkData(b.Data)
		case BlockServerSecurity:
			m.Security, err = parseServerSecurityData(b.Data)
		case BlockServerMessageChannel:
			m.MessageChannel, err = parseServerMessageChannelData(b.Data)
		case BlockServerMultitransport:
			m.Multitransport, err = parseServerMultitransportData(b.Data)
		default:
			m.Others = append(m.Others, b)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// AppendServerData appends the blocks of m in the order of the struct, which is
// that of Windows servers for the first three (MS-RDPBCGR 4.1.4). What does not fit its field is a
// *wire.MisuseError.
func AppendServerData(dst []byte, m *ServerData) ([]byte, error) {
	var l blockList
	if m.Core != nil {
		l.add(m.Core.block())
	}
	if m.Network != nil {
		l.add(m.Network.block())
	}
	if m.Security != nil {
		l.add(m.Security.block())
	}
	if m.MessageChannel != nil {
		l.add(m.MessageChannel.block(), nil)
	}
	if m.Multitransport != nil {
		l.add(m.Multitransport.block(), nil)
	}
	for _, b := range m.Others {
		l.add(b, nil)
	}
	return l.appendTo(dst)
}
