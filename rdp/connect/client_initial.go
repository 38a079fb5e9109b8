package connect

import (
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
)

// What our client says of itself in TS_UD_CS_CORE (MS-RDPBCGR 2.2.1.3.2).
const (
	colorDepth8    = 0xCA01 // RNS_UD_COLOR_8BPP: the two older fields, which the newer ones override
	sasDel         = 0xAA03 // RNS_UD_SAS_DEL
	clientBuild    = 18363
	keyboardType   = 4 // IBM enhanced, 101 or 102 keys
	functionKeys   = 12
	lan            = 6 // CONNECTION_TYPE_LAN
	redirectionAll = 5 // REDIRECTION_VERSION6
)

// connectInitial is the first message, with all the settings of the client.
func (c *Client) connectInitial() ([]byte, error) {
	early := gcc.ClientSupportsErrorInfo | gcc.ClientStrongAsymmetricKeys | gcc.ClientValidConnectionType |
		gcc.ClientSupportsStatusInfo | gcc.ClientSupportsNetAutoDetect | gcc.ClientSupportsHeartbeat | gcc.ClientSupportsSkipChannelJoin
	depth := uint16(c.config.Depth)
	if depth == 32 {
		early |= gcc.ClientWants32BPP
		depth = 24 // the most that highColorDepth says
	}
	cluster := &gcc.ClientClusterData{Flags: gcc.RedirectionSupported | redirectionAll<<2}
	if c.config.SessionID != nil {
		cluster.Flags |= gcc.RedirectedSessionIDValid
		cluster.RedirectedSessionID = *c.config.SessionID
	}
	userData, err := gcc.AppendClientData(nil, &gcc.ClientData{
		Core: &gcc.ClientCoreData{
			Version:      gcc.Version10,
			DesktopWidth: uint16(c.config.Desktop.X), DesktopHeight: uint16(c.config.Desktop.Y),
			ColorDepth: colorDepth8, SASSequence: sasDel,
			KeyboardLayout: c.config.KeyboardLayout, ClientBuild: clientBuild, ClientName: c.config.Name,
			KeyboardType: keyboardType, KeyboardFunctionKey: functionKeys,
			Last:                gcc.CoreDeviceScaleFactor,
			PostBeta2ColorDepth: colorDepth8, ClientProductID: 1, HighColorDepth: depth,
			SupportedColorDepths: supports24 | supports16 | supports15 | supports32, EarlyCapabilityFlags: early, ConnectionType: lan,
			ServerSelectedProtocol: uint32(c.config.Selected),
			DesktopScaleFactor:     uint32(c.config.ScaleFactor), DeviceScaleFactor: 100,
		},
		Cluster:        cluster,
		Security:       &gcc.ClientSecurityData{},
		Network:        &gcc.ClientNetworkData{Channels: c.config.Channels},
		MessageChannel: &gcc.ClientMessageChannelData{},
	})
	if err != nil {
		return nil, err
	}
	conference, err := gcc.AppendConferenceCreateRequest(nil, userData)
	if err != nil {
		return nil, err
	}
	return mcs.AppendConnectInitial(nil, mcs.NewConnectInitial(conference))
}
