package gcc

// ClientData are the blocks of a client, nil where it sent none (MS-RDPBCGR
// 2.2.1.3).
type ClientData struct {
	Core           *ClientCoreData
	Cluster        *ClientClusterData
	Security       *ClientSecurityData
	Network        *ClientNetworkData
	Monitor        *ClientMonitorData
	MonitorEx      *ClientMonitorExData
	MessageChannel *ClientMessageChannelData
	Multitransport *ClientMultitransportData
	Others         []Block // all other blocks, raw and in their order
}

// ParseClientData reads the user data of a Conference Create Request. The blocks
// may come in any order, each type once.
func ParseClientData(userData []byte) (*ClientData, error) {
	blocks, err := parseDistinctBlocks(userData)
	if err != nil {
		return nil, err
	}
	m := &ClientData{}
	for _, b := range blocks {
		var err error
		switch b.Type {
		case BlockClientCore:
			m.Core, err = parseClientCoreData(b.Data)
		case BlockClientCluster:
			m.Cluster, err = parseClientClusterData(b.Data)
		case BlockClientSecurity:
			m.Security, err = parseClientSecurityData(b.Data)
		case BlockClientNetwork:
			m.Network, err = parseClientNetworkData(b.Data)
		case BlockClientMonitor:
			m.Monitor, err = parseClientMonitorData(b.Data)
		case BlockClientMonitorEx:
			m.MonitorEx, err = parseClientMonitorExData(b.Data)
		case BlockClientMessageChannel:
			m.MessageChannel, err = parseClientMessageChannelData(b.Data)
		case BlockClientMultitransport:
			m.Multitransport, err = parseClientMultitransportData(b.Data)
		default:
			m.Others = append(m.Others, b)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// AppendClientData appends the blocks of m in the order of the struct, which is
// that of Windows clients for the first four (MS-RDPBCGR 4.1.3) and that of
// FreeRDP for the rest. What does not fit its field is a *wire.MisuseError.
func AppendClientData(dst []byte, m *ClientData) ([]byte, error) {
	var l blockList
	if m.Core != nil {
		l.add(m.Core.block())
	}
	if m.Cluster != nil {
		l.add(m.Cluster.block(), nil)
	}
	if m.Security != nil {
		l.add(m.Security.block(), nil)
	}
	if m.Network != nil {
		l.add(m.Network.block())
	}
	if m.Monitor != nil {
		l.add(m.Monitor.block())
	}
	if m.MonitorEx != nil {
		l.add(m.MonitorEx.block())
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
