package connect

import (
	"encoding/binary"
	"image"
	"slices"

	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

type awaitConnectResponse struct{}

func (awaitConnectResponse) name() string { return "Server MCS Connect Response PDU" }

func (state awaitConnectResponse) step(c *Client, f frame) (clientState, error) {
	if f.fastPath || f.kind != connectPDU {
		return nil, unexpected(state.name(), f.name())
	}
	server, err := ParseConnectResponse(f.payload)
	if err != nil {
		return nil, err
	}
	skip, err := c.settings(state, server)
	if err != nil {
		return nil, err
	}
	if err := c.reply(mcs.AppendErectDomainRequest(nil, &mcs.ErectDomainRequest{}), nil); err != nil {
		return nil, err
	}
	return awaitAttachUserConfirm{skip}, c.reply(mcs.AppendAttachUserRequest(nil), nil)
}

// ParseConnectResponse reads the settings out of an MCS Connect Response PDU, the
// payload of a Data TPDU, for those who ask no more of a server. A server that
// refused is a *mcs.RefusedError.
func ParseConnectResponse(payload []byte) (*gcc.ServerData, error) {
	response, err := mcs.ParseConnectResponse(payload)
	if err != nil {
		return nil, err
	}
	if err := response.Refused(); err != nil {
		return nil, err
	}
	conference, err := gcc.ParseConferenceCreateResponse(response.UserData)
	if err != nil {
		return nil, err
	}
	return gcc.ParseServerData(conference.UserData)
}

// settings takes the server's blocks and notes the channels to join.
func (c *Client) settings(state clientState, server *gcc.ServerData) (skipJoin bool, err error) {
	if server.Core == nil || server.Network == nil {
		return false, unexpected(state.name(), "no SC_CORE or no SC_NET")
	}
	// What came back is what was asked, or somebody in between changed it
	// (MS-RDPBCGR 3.2.5.3.4). Old servers do not say.
	if p := server.Core.ClientRequestedProtocols; p != nil && *p != uint32(c.config.Requested) {
		return false, peerError("protocols.changed", state.name(), "asked for %#x, the server was asked for %#x", uint32(c.config.Requested), *p)
	}
	if s := server.Security; s != nil && s.EncryptionMethod != gcc.EncryptionNone {
		return false, unexpected(state.name(), "encryption inside TLS")
	}
	if c.io = server.Network.MCSChannelID; c.io == 0 {
		return false, peerError("channel.unknown", state.name(), "no I/O channel")
	}
	c.joins = append(c.joins, c.io)
	if m := server.MessageChannel; m != nil {
		c.message = m.MCSChannelID
		c.joins = append(c.joins, c.message)
	}
	c.joins = append(c.joins, server.Network.ChannelIDs...)
	flags := server.Core.EarlyCapabilityFlags
	return flags != nil && *flags&gcc.ServerSkipChannelJoin != 0, nil
}

type awaitAttachUserConfirm struct{ skipJoin bool }

func (awaitAttachUserConfirm) name() string { return "Server MCS Attach User Confirm PDU" }

func (state awaitAttachUserConfirm) step(c *Client, f frame) (clientState, error) {
	if f.fastPath || f.kind != mcs.AttachUserConfirmType {
		return nil, unexpected(state.name(), f.name())
	}
	m, err := mcs.ParseAttachUserConfirm(f.payload)
	if err != nil {
		return nil, err
	}
	if err := m.Refused(); err != nil {
		return nil, err
	}
	c.user = m.Initiator
	if state.skipJoin {
		return awaitLicensing{}, c.clientInfo()
	}
	c.joins = append([]uint16{c.user}, c.joins...)
	return awaitJoinConfirm{}, c.join()
}

// join asks for the next channel.
func (c *Client) join() error {
	return c.reply(mcs.AppendChannelJoinRequest(nil, &mcs.ChannelJoinRequest{Initiator: c.user, ChannelID: c.joins[0]}))
}

// awaitJoinConfirm joins one channel after the other, as Windows does.
type awaitJoinConfirm struct{}

func (awaitJoinConfirm) name() string { return "Server MCS Channel Join Confirm PDU" }

func (state awaitJoinConfirm) step(c *Client, f frame) (clientState, error) {
	if f.fastPath || f.kind != mcs.ChannelJoinConfirmType {
		return nil, unexpected(state.name(), f.name())
	}
	m, err := mcs.ParseChannelJoinConfirm(f.payload)
	if err != nil {
		return nil, err
	}
	if err := m.Refused(); err != nil {
		return nil, err
	}
	if m.ChannelID != c.joins[0] {
		return nil, peerError("channel.unknown", state.name(), "channel %d, wants %d", m.ChannelID, c.joins[0])
	}
	if c.joins = c.joins[1:]; len(c.joins) > 0 {
		return state, c.join()
	}
	return awaitLicensing{}, c.clientInfo()
}

// clientInfo sends the Client Info PDU and forgets it, with every copy of the
// password that this takes.
func (c *Client) clientInfo() error {
	body, err := security.AppendClientInfo(security.AppendHeader(nil, security.Info), c.config.Info)
	defer clear(body)
	c.config.Info.Wipe()
	c.config.Info = nil
	if err != nil {
		return err
	}
	payload, err := mcs.AppendSendDataRequest(make([]byte, 0, sendDataHeader+len(body)),
		mcs.SendData{Initiator: c.user, ChannelID: c.io, UserData: body})
	defer clear(payload)
	if err != nil {
		return err
	}
	c.out = slices.Grow(c.out, x224.MaxFrameSize-x224.MaxPayload+len(payload))
	c.secret = true
	return c.reply(payload, nil)
}

// sendDataHeader is room for what MCS puts before user data, in bytes.
const sendDataHeader = 16

// received opens a Send Data Indication for the I/O channel; done says that it
// was for another one and has been dealt with.
func (c *Client) received(f frame) (userData []byte, done bool, err error) {
	if f.fastPath || f.kind != mcs.SendDataIndicationType {
		return nil, false, unexpected(c.state.name(), f.name())
	}
	m, err := mcs.ParseSendDataIndication(f.payload)
	switch {
	case err != nil:
		return nil, false, err
	case m.ChannelID == c.io:
		return m.UserData, false, nil
	case m.ChannelID == c.message && c.message != 0:
		return nil, true, c.messageChannel(m.UserData)
	}
	return nil, true, nil // static channels are not ours yet
}

// ignore counts a message that brings a connecting client no further.
func (c *Client) ignore(state clientState) (clientState, error) {
	if c.idle++; c.idle > maxIdle {
		return nil, peerError("too_many", state.name(), "%d messages without progress", c.idle)
	}
	return state, nil
}

// awaitLicensing awaits the end of licensing (MS-RDPBCGR 1.3.1.1 phase 6). A
// request for a licence is answered with the error that there is none, which
// servers that do not insist take for an answer.
type awaitLicensing struct{}

func (awaitLicensing) name() string { return "Server License Error PDU (valid client)" }

func (state awaitLicensing) step(c *Client, f frame) (clientState, error) {
	userData, done, err := c.received(f)
	if err != nil {
		return nil, err
	}
	if done {
		return c.ignore(state)
	}
	flags, body, err := parseHeader(state, userData)
	if shareControl(userData) || err == nil && flags&security.License == 0 {
		// A server may have nothing to say about licences, or a reason to end.
		return c.controls(awaitDemandActive{}, userData)
	}
	if err != nil {
		return nil, err
	}
	m, err := license.Parse(body)
	if err != nil {
		return nil, err
	}
	switch m.Type {
	case license.NewLicense, license.UpgradeLicense:
		return awaitDemandActive{}, nil
	case license.ErrorAlertType:
		alert, err := license.ParseErrorAlert(m)
		if err != nil {
			return nil, err
		}
		if alert.ErrorCode == license.StatusValidClient {
			return awaitDemandActive{}, nil
		}
		if alert.StateTransition == license.TotalAbort {
			return nil, alert
		}
		return c.ignore(state)
	}
	answer, err := license.AppendErrorAlert(security.AppendHeader(nil, security.License),
		&license.ErrorAlert{ErrorCode: license.ErrNoLicense, StateTransition: license.NoTransition})
	if err != nil {
		return nil, err
	}
	if err := c.send(c.io, answer); err != nil {
		return nil, err
	}
	return c.ignore(state)
}

// shareControl tells a Share Control PDU from a licensing message. Its first field
// is a length, which can look like any flags of a security header; its second has a
// type and a version, where a security header has zeros or, from old xrdp, 16.
func shareControl(userData []byte) bool {
	if len(userData) < 4 {
		return false
	}
	switch t := share.PDUType(binary.LittleEndian.Uint16(userData[2:])); t {
	case versioned | share.TypeDemandActive, versioned | share.TypeDeactivateAll, versioned | share.TypeData, share.TypeServerRedirection:
		return true
	}
	return false
}

// versioned is TS_PROTOCOL_VERSION as it stands in a pduType (2.2.8.1.1.1.1).
const versioned = 0x10

// awaitDemandActive begins a share: the first, or the next after a deactivation.
type awaitDemandActive struct{}

func (awaitDemandActive) name() string { return "Server Demand Active PDU" }

func (state awaitDemandActive) step(c *Client, f frame) (clientState, error) {
	if f.fastPath { // a last update of the share that was before
		return c.ignore(state)
	}
	userData, done, err := c.received(f)
	if err != nil {
		return nil, err
	}
	if done {
		return c.ignore(state)
	}
	return c.controls(state, userData)
}

// checkDesktop bounds the memory that a server can make a client allocate.
func (c *Client) checkDesktop(desktop image.Point) error {
	limit := max(MaxPixels, c.config.Desktop.X*c.config.Desktop.Y)
	r := wire.NewReader("TS_BITMAP_CAPABILITYSET", nil)
	if x, y := desktop.X, desktop.Y; x < 1 || y < 1 || x > update.MaxScreenSide || y > update.MaxScreenSide || x*y > limit {
		r.Failf("desktopWidth", "%dx%d pixels, limit is %d", x, y, limit)
	}
	return r.Err()
}

// activate answers a Demand Active PDU with all that a client has to say about
// it (1.3.1.1 phases 8 and 9).
func (c *Client) activate(control share.Control) (clientState, error) {
	demand, err := share.ParseDemandActive(control.Body)
	if err != nil {
		return nil, err
	}
	desktop := c.config.Desktop
	if b := demand.Capabilities.Bitmap; b != nil {
		desktop = image.Pt(int(b.DesktopWidth), int(b.DesktopHeight))
	}
	if c.screen == nil || c.screen.Bounds().Max != desktop {
		if err := c.checkDesktop(desktop); err != nil {
			return nil, err
		}
		if c.screen, err = update.NewScreen(desktop.X, desktop.Y); err != nil {
			return nil, err
		}
		c.events.Resized = true
	}
	c.pieces = fastpath.NewReassembler(MaxUpdate)
	c.shareID, c.server = demand.ShareID, control.Source
	i := demand.Capabilities.Input
	c.fast = i != nil && i.InputFlags&(capset.InputFastPath|capset.InputFastPath2) != 0
	pdu, err := share.AppendConfirmActive(nil, c.user, &share.ConfirmActive{
		ShareID: c.shareID, OriginatorID: share.OriginatorID, SourceDescriptor: []byte("MSTSC\x00"),
		Capabilities: clientCapabilities(desktop, c.config.Depth, c.config.KeyboardLayout)})
	if err != nil {
		return nil, err
	}
	if err := c.send(c.io, pdu); err != nil {
		return nil, err
	}
	for _, m := range []struct {
		t    share.DataType
		body []byte
	}{
		{share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{TargetUser: c.server})},
		{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlCooperate})},
		{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlRequest})},
		{share.DataFontList, share.AppendFontList(nil)},
	} {
		if err := c.data(m.t, m.body); err != nil {
			return nil, err
		}
	}
	return awaitFontMap{}, nil
}
