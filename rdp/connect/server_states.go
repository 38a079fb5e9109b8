package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
)

type awaitConnectInitial struct{}

func (awaitConnectInitial) name() string { return "Client MCS Connect Initial PDU" }

func (state awaitConnectInitial) step(s *Server, f frame) (serverState, error) {
	if f.fastPath || f.kind != connectPDU {
		return nil, unexpected(state.name(), f.name())
	}
	initial, err := mcs.ParseConnectInitial(f.payload)
	if err != nil {
		return nil, err
	}
	userData, err := gcc.ParseConferenceCreateRequest(initial.UserData)
	if err != nil {
		return nil, err
	}
	data, err := gcc.ParseClientData(userData)
	if err != nil {
		return nil, err
	}
	if data.Core == nil {
		return nil, unexpected(state.name(), "no CS_CORE")
	}
	// The client repeats inside TLS what it was told outside; if that is something
	// else, somebody in between changed it (MS-RDPBCGR 2.2.1.3.2).
	if data.Core.Has(gcc.CoreServerSelectedProtocol) && data.Core.ServerSelectedProtocol != uint32(s.config.Selected) {
		return nil, peerError("protocols.changed", state.name(), "selected %#x, the client was told %#x",
			uint32(s.config.Selected), data.Core.ServerSelectedProtocol)
	}
	s.facts = factsOf(data)
	if s.desktop = s.config.Desktop; s.desktop == (image.Point{}) {
		s.desktop = clampDesktop(s.facts.Desktop)
	}
	return awaitAttachUser{}, s.connectResponse(initial, data)
}

// connectResponse answers (MS-RDPBCGR 2.2.1.4): no encryption, and a number for
// every channel.
func (s *Server) connectResponse(initial *mcs.ConnectInitial, client *gcc.ClientData) error {
	parameters, err := initial.MergeParameters()
	if err != nil {
		return err
	}
	requested := uint32(s.config.Requested)
	core := &gcc.ServerCoreData{Version: gcc.Version10, ClientRequestedProtocols: &requested}
	if client.Core.Has(gcc.CoreEarlyCapabilityFlags) &&
		client.Core.EarlyCapabilityFlags&gcc.ClientSupportsSkipChannelJoin != 0 {
		early := gcc.ServerSkipChannelJoin
		core.EarlyCapabilityFlags = &early
	}
	server := &gcc.ServerData{
		Core:     core,
		Network:  &gcc.ServerNetworkData{MCSChannelID: ioChannel},
		Security: &gcc.ServerSecurityData{},
	}
	next := uint16(ioChannel + 1)
	for range s.facts.Channels {
		server.Network.ChannelIDs = append(server.Network.ChannelIDs, next)
		next++
	}
	if client.MessageChannel != nil {
		s.message = next
		server.MessageChannel = &gcc.ServerMessageChannelData{MCSChannelID: next}
		next++
	}
	s.user = next
	userData, err := gcc.AppendServerData(nil, server)
	if err != nil {
		return err
	}
	conference, err := gcc.AppendConferenceCreateResponse(nil, &gcc.ConferenceCreateResponse{NodeID: gcc.MinNodeID, UserData: userData})
	if err != nil {
		return err
	}
	return s.reply(mcs.AppendConnectResponse(nil, &mcs.ConnectResponse{DomainParameters: parameters, UserData: conference}))
}

// awaitAttachUser lets an Erect Domain Request pass, which has no answer.
type awaitAttachUser struct{}

func (awaitAttachUser) name() string { return "Client MCS Attach User Request PDU" }

func (state awaitAttachUser) step(s *Server, f frame) (serverState, error) {
	switch {
	case !f.fastPath && f.kind == mcs.ErectDomainRequestType:
		if _, err := mcs.ParseErectDomainRequest(f.payload); err != nil {
			return nil, err
		}
		return s.ignore(state)
	case !f.fastPath && f.kind == mcs.AttachUserRequestType:
		if err := mcs.ParseAttachUserRequest(f.payload); err != nil {
			return nil, err
		}
		return awaitChannelJoin{}, s.reply(mcs.AppendAttachUserConfirm(nil, &mcs.AttachUserConfirm{Initiator: s.user}))
	}
	return nil, unexpected(state.name(), f.name())
}

// awaitChannelJoin confirms joins until the Client Info PDU comes: the client
// decides which it leaves out, and both may skip them all.
type awaitChannelJoin struct{}

func (awaitChannelJoin) name() string { return "Client Info PDU" }

func (state awaitChannelJoin) step(s *Server, f frame) (serverState, error) {
	if !f.fastPath && f.kind == mcs.ChannelJoinRequestType {
		m, err := mcs.ParseChannelJoinRequest(f.payload)
		if err != nil {
			return nil, err
		}
		if m.Initiator != s.user || !s.hasChannel(m.ChannelID) {
			return nil, peerError("channel.unknown", state.name(), "user %d joins channel %d", m.Initiator, m.ChannelID)
		}
		if s.joined++; s.joined > gcc.MaxChannels+3 {
			return nil, peerError("too_many", state.name(), "%d channels joined", s.joined)
		}
		return state, s.reply(mcs.AppendChannelJoinConfirm(nil, &mcs.ChannelJoinConfirm{
			Initiator: s.user, Requested: m.ChannelID, ChannelID: m.ChannelID}))
	}
	m, err := s.received(f)
	if err != nil {
		return nil, err
	}
	if done, err := s.aside(m); done {
		if err != nil {
			return nil, err
		}
		return s.ignore(state)
	}
	flags, body, err := parseHeader(state, m.UserData)
	if err != nil {
		return nil, err
	}
	if flags&security.Info == 0 {
		return nil, unexpected(state.name(), "a security header without SEC_INFO_PKT")
	}
	if s.info, err = ownInfo(body); err != nil {
		return nil, err
	}
	// The short cut of 2.2.1.12.1: no licence is needed.
	if err := s.send(ioChannel, license.AppendValidClient(security.AppendHeader(nil, security.License))); err != nil {
		return nil, err
	}
	return awaitConfirmActive{}, s.demandActive()
}

func (s *Server) demandActive() error {
	pdu, err := share.AppendDemandActive(nil, serverUser, &share.DemandActive{
		ShareID: s.shareID, SourceDescriptor: []byte("RDP\x00"), Capabilities: serverCapabilities(s.desktop, s.facts.Depth)})
	if err != nil {
		return err
	}
	return s.send(ioChannel, pdu)
}

// shareState is a state in which there is a share: it takes Share Control PDUs.
type shareState interface {
	serverState
	control(s *Server, c share.Control) (serverState, error)
}

// controls reads a message of a share: the Share Control PDUs on the I/O channel, of
// which there can be several, also if one of them changes the state; or what is for
// another channel.
func (s *Server) controls(state shareState, f frame) (serverState, error) {
	m, err := s.received(f)
	if err != nil {
		return nil, err
	}
	switch done, err := s.aside(m); {
	case err != nil:
		return nil, err
	case done && s.Active():
		return state, nil
	case done:
		return s.ignore(state)
	}
	for userData := m.UserData; ; {
		c, rest, err := share.NextControl(userData)
		if err != nil {
			return nil, err
		}
		next, err := state.control(s, c)
		if err != nil || len(rest) == 0 {
			return next, err
		}
		state, userData = next.(shareState), rest // there is no way back before the share
	}
}

// early takes what a client says of a session that is not quite there: that its user
// wants to leave is the only thing that cannot wait.
func (s *Server) early(state serverState, d share.Data) (serverState, error) {
	if d.Type == share.DataShutdownRequest {
		s.events.Shutdown = true
	}
	return s.ignore(state)
}

type awaitConfirmActive struct{}

func (awaitConfirmActive) name() string { return "Client Confirm Active PDU" }

func (state awaitConfirmActive) step(s *Server, f frame) (serverState, error) {
	if f.fastPath { // input for the share that was before
		return s.ignore(state)
	}
	return s.controls(state, f)
}

// What a client still sends for the share that was before, as long as it has not
// read the Demand Active PDU, is dropped.
func (state awaitConfirmActive) control(s *Server, c share.Control) (serverState, error) {
	switch c.Type {
	case share.TypeFlow:
		return s.ignore(state)
	case share.TypeData:
		d, err := share.ParseData(c)
		if err != nil {
			return nil, err
		}
		return s.early(state, d)
	case share.TypeConfirmActive:
		return state.confirm(s, c)
	}
	return nil, unexpected(state.name(), c.Type.String())
}

func (state awaitConfirmActive) confirm(s *Server, c share.Control) (serverState, error) {
	m, err := share.ParseConfirmActive(c.Body)
	if err != nil {
		return nil, err
	}
	if m.ShareID != s.shareID {
		return nil, peerError("share_id.wrong", state.name(), "share %#x, wants %#x", m.ShareID, s.shareID)
	}
	s.facts.confirm(m.Capabilities)
	return awaitFinalization{want: share.DataSynchronize}, nil
}

// awaitFinalization awaits the four messages of MS-RDPBCGR 1.3.1.1 phase 9 in
// their order and answers each.
type awaitFinalization struct {
	want   share.DataType
	action share.ControlAction // of a Control PDU
}

func (a awaitFinalization) name() string {
	switch a.want {
	case share.DataSynchronize:
		return "Client Synchronize PDU"
	case share.DataFontList:
		return "Client Font List PDU"
	}
	if a.action == share.ControlCooperate {
		return "Client Control PDU (Cooperate)"
	}
	return "Client Control PDU (Request Control)"
}

func (a awaitFinalization) step(s *Server, f frame) (serverState, error) {
	if f.fastPath { // input that is too early
		return s.ignore(a)
	}
	return s.controls(a, f)
}

func (a awaitFinalization) control(s *Server, c share.Control) (serverState, error) {
	switch c.Type {
	case share.TypeFlow:
		return s.ignore(a)
	case share.TypeData:
	default:
		return nil, unexpected(a.name(), c.Type.String())
	}
	d, err := share.ParseData(c)
	if err != nil {
		return nil, err
	}
	switch d.Type {
	case a.want:
		return a.answer(s, d)
	case share.DataSynchronize, share.DataControl, share.DataFontList:
		return nil, unexpected(a.name(), d.Type.String())
	}
	return s.early(a, d)
}

func (a awaitFinalization) answer(s *Server, d share.Data) (serverState, error) {
	switch d.Type {
	case share.DataSynchronize:
		if _, err := share.ParseSynchronize(d.Body); err != nil {
			return nil, err
		}
		return awaitFinalization{share.DataControl, share.ControlCooperate},
			s.data(share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{TargetUser: s.user}))
	case share.DataFontList:
		if err := share.ParseFontList(d.Body); err != nil {
			return nil, err
		}
		s.idle = 0
		return serverActive{}, s.data(share.DataFontMap, share.AppendFontMap(nil))
	}
	m, err := share.ParseControlPDU(d.Body)
	switch {
	case err != nil:
		return nil, err
	case m.Action != a.action:
		return nil, unexpected(a.name(), "another action")
	case m.Action == share.ControlCooperate:
		return awaitFinalization{share.DataControl, share.ControlRequest},
			s.data(share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlCooperate}))
	}
	return awaitFinalization{want: share.DataFontList},
		s.data(share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{
			Action: share.ControlGranted, GrantID: s.user, ControlID: serverUser}))
}
