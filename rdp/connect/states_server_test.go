package connect

import (
	"bytes"
	"encoding/binary"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

const (
	atInitial     = "Client MCS Connect Initial PDU"
	atUser        = "Client MCS Attach User Request PDU"
	atInfo        = "Client Info PDU"
	atConfirm     = "Client Confirm Active PDU"
	atSynchronize = "Client Synchronize PDU"
	atCooperate   = "Client Control PDU (Cooperate)"
	atRequest     = "Client Control PDU (Request Control)"
	atFontList    = "Client Font List PDU"
	atInput       = "input"
)

// serverIn brings a server to the first moment of a state by what a client said.
func serverIn(t testing.TB, session []message, state string) *Server {
	t.Helper()
	s := newServer(t)
	for _, m := range session {
		if s.Awaits() == state {
			return s
		}
		if m.fromClient {
			must(s.Step(bytes.Clone(m.frame)))
		}
	}
	switch {
	case state == "":
		s.Close()
	case s.Awaits() != state:
		t.Fatalf("no state %q: %q", state, s.Awaits())
	}
	return s
}

func infoFrame(flags security.Flags) []byte {
	return fromClient(userOf, ioChannel, must(security.AppendClientInfo(security.AppendHeader(nil, flags), clientInfo())))
}

// serverKinds are the messages of a client.
func serverKinds(t testing.TB, session []message) []kind {
	t.Helper()
	finalizing := []string{atSynchronize, atCooperate, atRequest, atFontList}
	sharing := append([]string{atConfirm, atInput}, finalizing...)
	aside := everywhere(append(sharing, atInfo)...) // a message of another channel
	data := func(name string, typ share.DataType, body []byte, next map[string]string) kind {
		return kind{name: name, frame: fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, typ, body)), next: next}
	}
	control := func(action share.ControlAction) []byte {
		return share.AppendControlPDU(nil, share.ControlPDU{Action: action})
	}
	// In its time, and as a leftover of the share before or in a session, where it
	// means nothing.
	step := func(from, next string) map[string]string {
		return all(everywhere(atConfirm, atInput), to(next, from))
	}
	confirm := func(shareID uint32) []byte {
		return fromClient(userOf, ioChannel, must(share.AppendConfirmActive(nil, userOf, &share.ConfirmActive{
			ShareID: shareID, OriginatorID: share.OriginatorID, Capabilities: clientCapabilities(image.Pt(320, 200), 32, 0)})))
	}
	join := func(initiator, channel uint16) []byte {
		return must(x224.AppendData(nil, must(mcs.AppendChannelJoinRequest(nil, &mcs.ChannelJoinRequest{Initiator: initiator, ChannelID: channel}))))
	}
	key := []input.Event{{Kind: input.Scancode, Code: 30}}
	rtt := must(security.AppendAutoDetectResponse(security.AppendHeader(nil, security.AutoDetectResponseFlag), &security.AutoDetectResponse{Type: security.RTTResponse}))
	flow := binary.LittleEndian.AppendUint16([]byte{0, 0x80, 0, 0x42, 0, 0}, userOf)
	return []kind{
		{name: "Connect Initial", frame: session[0].frame, next: to(atUser, atInitial)},
		{name: "Erect Domain Request", frame: must(x224.AppendData(nil, mcs.AppendErectDomainRequest(nil, &mcs.ErectDomainRequest{}))), next: everywhere(atUser)},
		{name: "Attach User Request", frame: must(x224.AppendData(nil, mcs.AppendAttachUserRequest(nil))), next: to(atInfo, atUser)},
		{name: "join: I/O channel", frame: join(userOf, ioChannel), next: everywhere(atInfo)},
		{name: "join: user channel", frame: join(userOf, userOf), next: everywhere(atInfo)},
		{name: "join: static channel", frame: join(userOf, firstStatic), next: everywhere(atInfo)},
		{name: "Client Info", frame: infoFrame(security.Info), next: to(atConfirm, atInfo)},
		// a share
		{name: "Confirm Active", frame: confirm(firstShareID), next: to(atSynchronize, atConfirm)},
		{name: "Demand Active", frame: fromClient(userOf, ioChannel, must(share.AppendDemandActive(nil, userOf,
			&share.DemandActive{Capabilities: serverCapabilities(image.Pt(320, 200), 32)})))},
		{name: "Deactivate All", frame: fromClient(userOf, ioChannel, must(share.AppendDeactivateAll(nil, userOf, &share.DeactivateAll{})))},
		{name: "flow", frame: fromClient(userOf, ioChannel, flow), next: everywhere(sharing...)},
		data("Synchronize", share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{}), step(atSynchronize, atCooperate)),
		data("Control (Cooperate)", share.DataControl, control(share.ControlCooperate), step(atCooperate, atRequest)),
		data("Control (Request Control)", share.DataControl, control(share.ControlRequest), step(atRequest, atFontList)),
		data("Control (Detach)", share.DataControl, control(share.ControlDetach), everywhere(atConfirm, atInput)),
		data("Font List", share.DataFontList, share.AppendFontList(nil), step(atFontList, atInput)),
		data("Persistent Key List", share.DataBitmapCachePersistentList, must(share.AppendPersistentKeyList(nil, &share.PersistentKeyList{})), everywhere(sharing...)),
		data("Input", share.DataInput, must(input.AppendSlowPath(nil, key)), everywhere(sharing...)),
		data("Refresh Rect", share.DataRefreshRect, must(share.AppendRefreshRect(nil, share.RefreshRect{})), everywhere(sharing...)),
		data("Suppress Output", share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{}), everywhere(sharing...)),
		data("Shutdown Request", share.DataShutdownRequest, nil, everywhere(sharing...)),
		data("Frame Acknowledge", share.DataFrameAcknowledge, share.AppendFrameAcknowledge(nil, share.FrameAcknowledge{}), everywhere(sharing...)),
		data("a type that nobody knows", 200, []byte{1, 2, 3}, everywhere(sharing...)),
		{name: "fast-path input", frame: must(fastpath.AppendInput(nil, 1, must(input.AppendFastPath(nil, key)))), next: everywhere(sharing...)},
		// beside the I/O channel
		{name: "RTT response", frame: fromClient(userOf, messageOf, rtt), next: aside},
		{name: "static channel", frame: fromClient(userOf, firstStatic, make([]byte, 12)), next: aside},
		{name: "user channel", frame: fromClient(userOf, userOf, []byte{1}), next: aside},
		// what only a server says
		{name: "Attach User Confirm", frame: must(x224.AppendData(nil, must(mcs.AppendAttachUserConfirm(nil, &mcs.AttachUserConfirm{Initiator: userOf}))))},
		{name: "Send Data Indication", frame: fromServer(ioChannel, []byte{1})},
		goodbye,
	}
}

func TestServerStates(t *testing.T) {
	session := goodSession(t)
	kinds := append(serverKinds(t, session), garbage()...)
	// What comes as another, or of the wrong kind, has a code of its own where it is
	// looked at.
	own := map[[2]string]string{
		{"Demand Active", atInfo}: "connect.message.unexpected",
	}
	for _, state := range []string{atInitial, atUser, atInfo, atConfirm, atSynchronize, atCooperate, atRequest, atFontList, atInput, ""} {
		t.Run(state, func(t *testing.T) {
			for _, k := range kinds {
				if c := own[[2]string{k.name, state}]; c != "" {
					k.code = c
				}
				s := serverIn(t, session, state)
				checkStep(t, s, state, k)
				if s.Awaits() == "" && s.TakeInfo() != nil {
					t.Errorf("%s: the credentials are still there", k.name)
				}
			}
		})
	}
}

// A share that stood before changes nothing of what a server awaits.
func TestServerStatesReactivating(t *testing.T) {
	session := goodSession(t)
	for _, k := range serverKinds(t, session) {
		s := serverIn(t, session, atInput)
		must(s.Reactivate(image.Point{}))
		if k.name == "Confirm Active" { // of the share that was before
			k.next, k.code = nil, "connect.share_id.wrong"
		}
		checkStep(t, s, atConfirm, k)
	}
}

// Whatever the state, nobody sends as another or to a channel that is not there.
func TestServerChannels(t *testing.T) {
	session := goodSession(t)
	join := func(initiator, channel uint16) []byte {
		return must(x224.AppendData(nil, must(mcs.AppendChannelJoinRequest(nil, &mcs.ChannelJoinRequest{Initiator: initiator, ChannelID: channel}))))
	}
	body := dataPDU(userOf, firstShareID, share.DataShutdownRequest, nil)
	for _, state := range []string{atInfo, atConfirm, atSynchronize, atCooperate, atRequest, atFontList, atInput} {
		for name, frame := range map[string][]byte{
			"as the server":         fromClient(serverUser, ioChannel, body),
			"as the next user":      fromClient(userOf+1, ioChannel, body),
			"as a channel":          fromClient(ioChannel, ioChannel, body),
			"channel 0":             fromClient(userOf, 0, body),
			"the server's channel":  fromClient(userOf, serverUser, body),
			"one channel too far":   fromClient(userOf, userOf+1, body),
			"the last channel":      fromClient(userOf, 0xFFFF, body),
			"joins as the server":   join(serverUser, ioChannel),
			"joins another's":       join(userOf, userOf+1),
			"joins the server's":    join(userOf, serverUser),
			"joins the last number": join(userOf, 0xFFFF),
		} {
			k := kind{name: name, frame: frame, code: "connect.channel.unknown"}
			if f, _ := open(frame); f.kind == mcs.ChannelJoinRequestType && state != atInfo {
				k.code = "" // no joins any more
			}
			checkStep(t, serverIn(t, session, state), state, k)
		}
	}
}
