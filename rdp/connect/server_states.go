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
	s.facts = factsOf(data)
	s.facts.Channels = keepChannels(s.facts.Channels)
	if s.desktop = s.config.Desktop; s.desktop == (image.Point{}) {
		s.desktop = clampDesktop(s.facts.Desktop)
	}
	return awaitAttachUser{}, s.connectResponse(initial, data)
}

// connectResponse answers (MS-RDPBCGR 2.2.1.4): no encryption, and a number for
// every channel.
func (s *Server) connectResponse(initial *mcs.ConnectInitial, client *gcc.ClientData) error {
	requested := uint32(s.config.Requested)
	var early gcc.ServerCapabilities
	if client.Core != nil && client.Core.Has(gcc.CoreEarlyCapabilityFlags) &&
		client.Core.EarlyCapabilityFlags&gcc.ClientSupportsSkipChannelJoin != 0 {
		early |= gcc.ServerSkipChannelJoin
	}
	server := &gcc.ServerData{
		Core:     &gcc.ServerCoreData{Version: gcc.Version10, ClientRequestedProtocols: &requested, EarlyCapabilityFlags: &early},
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
	return s.reply(mcs.AppendConnectResponse(nil, &mcs.ConnectResponse{DomainParameters: initial.TargetParameters, UserData: conference}))
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
	flags, body, err := security.ParseHeader(m.UserData)
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

// control opens a message for the I/O channel as the only Share Control PDU in
// it, or says with done that it was for another channel.
func (s *Server) control(f frame) (c share.Control, done bool, err error) {
	m, err := s.received(f)
	if err != nil {
		return c, false, err
	}
	if done, err = s.aside(m); done || err != nil {
		return c, done, err
	}
	c, rest, err := share.NextControl(m.UserData)
	if err == nil && len(rest) > 0 {
		err = unexpected(s.state.name(), "bytes behind a Share Control PDU")
	}
	return c, false, err
}

type awaitConfirmActive struct{}

func (awaitConfirmActive) name() string { return "Client Confirm Active PDU" }

// What a client still sends for the share that was before, as long as it has not
// read the Demand Active PDU, is dropped.
func (state awaitConfirmActive) step(s *Server, f frame) (serverState, error) {
	if f.fastPath {
		return s.ignore(state)
	}
	c, done, err := s.control(f)
	switch {
	case err != nil:
		return nil, err
	case done || c.Type == share.TypeData:
		return s.ignore(state)
	case c.Type != share.TypeConfirmActive:
		return nil, unexpected(state.name(), c.Type.String())
	}
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
	c, done, err := s.control(f)
	if err != nil {
		return nil, err
	}
	if done {
		return s.ignore(a)
	}
	if c.Type != share.TypeData {
		return nil, unexpected(a.name(), c.Type.String())
	}
	d, err := share.ParseData(c)
	if err != nil {
		return nil, err
	}
	switch d.Type {
	case share.DataInput, share.DataRefreshRect, share.DataSuppressOutput, share.DataBitmapCachePersistentList:
		return s.ignore(a)
	case a.want:
		return a.answer(s, d)
	}
	return nil, unexpected(a.name(), d.Type.String())
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
