package connect

import (
	"encoding/binary"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/x224"
)

const (
	atResponse  = "Server MCS Connect Response PDU"
	atAttach    = "Server MCS Attach User Confirm PDU"
	atJoin      = "Server MCS Channel Join Confirm PDU"
	atLicensing = "Server License Error PDU (valid client)"
	atDemand    = "Server Demand Active PDU"
	atFontMap   = "Server Font Map PDU"
	atUpdates   = "updates"
)

// The channels of the sessions of this file: two static ones, then message and user.
const (
	firstStatic = ioChannel + 1
	messageOf   = ioChannel + 3
	userOf      = ioChannel + 4
)

// noSkip makes client and server join channels one by one.
func noSkip(m message) [][]byte {
	if f, _ := open(m.frame); f.kind == connectPDU && !m.fromClient {
		return [][]byte{editResponse(m.frame, func(d *gcc.ServerData) { d.Core.EarlyCapabilityFlags = nil })}
	}
	return [][]byte{m.frame}
}

// goodSession is a whole recorded session with joins.
func goodSession(t testing.TB) []message { return carry(t, newClient(t), newServer(t), noSkip) }

// clientIn brings a client to the first moment of a state by what a server said.
func clientIn(t testing.TB, session []message, state string) *Client {
	t.Helper()
	c := newClient(t)
	must(c.Start())
	for _, m := range session {
		if c.Awaits() == state {
			return c
		}
		if !m.fromClient {
			must(c.Step(append([]byte(nil), m.frame...)))
		}
	}
	switch {
	case state == "":
		c.Close()
	case c.Awaits() != state:
		t.Fatalf("no state %q: %q", state, c.Awaits())
	}
	return c
}

// clientKinds are the messages of a server.
func clientKinds(t testing.TB, session []message) []kind {
	t.Helper()
	sharing := []string{atDemand, atFontMap, atUpdates}
	aside := everywhere(atLicensing, atDemand, atFontMap, atUpdates) // a message of another channel
	// A server without a word about licences begins with what comes after them.
	inShare := all(everywhere(sharing...), to(atDemand, atLicensing))
	data := func(name string, typ share.DataType, body []byte) kind {
		return kind{name: name, frame: fromServer(ioChannel, dataPDU(serverUser, firstShareID, typ, body)), next: inShare}
	}
	licensing := func(name string, m license.Message, next map[string]string) kind {
		return kind{name: name, next: next, code: "wire.malformed", // in a share its flags are a length
			frame: fromServer(ioChannel, must(license.Append(security.AppendHeader(nil, security.License), m)))}
	}
	alert := func(code license.ErrorCode, transition license.StateTransition) license.Message {
		return must(license.Parse(must(license.AppendErrorAlert(nil, &license.ErrorAlert{ErrorCode: code, StateTransition: transition}))))
	}
	var kinds []kind
	for _, m := range session {
		f := must(open(m.frame))
		switch {
		case m.fromClient || f.fastPath:
		case f.kind == connectPDU:
			kinds = append(kinds, kind{name: "Connect Response", frame: m.frame, next: to(atAttach, atResponse)})
		case f.kind == mcs.AttachUserConfirmType:
			kinds = append(kinds, kind{name: "Attach User Confirm", frame: m.frame, next: to(atJoin, atAttach)})
		case f.kind == mcs.ChannelJoinConfirmType && len(kinds) == 2:
			kinds = append(kinds, kind{name: "Channel Join Confirm", frame: m.frame, next: everywhere(atJoin)})
		}
	}
	demand := must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: firstShareID, Capabilities: serverCapabilities(image.Pt(320, 200), 32)}))
	deactivate := must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{ShareID: firstShareID}))
	redirect := must(share.AppendServerRedirection(nil, serverUser, &share.ServerRedirection{LoadBalanceInfo: []byte("Cookie: msts=1\r\n")}))
	flow := binary.LittleEndian.AppendUint16([]byte{0, 0x80, 0, 0x42, 0, 0}, serverUser)
	tile := must(update.AppendBitmapUpdate(nil, image.Pt(0, 0), bitmap.NewPixels(8, 8), 32, false))
	response := must(x224.AppendData(nil, must(mcs.AppendConnectResponse(nil, &mcs.ConnectResponse{Result: mcs.ResultUserRejected}))))
	rtt := must(security.AppendAutoDetectRequest(security.AppendHeader(nil, security.AutoDetectRequestFlag), &security.AutoDetectRequest{Type: security.RTTRequest}))
	udp := security.AppendMultitransportRequest(security.AppendHeader(nil, security.TransportRequest), &security.MultitransportRequest{RequestID: 1, Protocol: 1})
	return append(kinds,
		// atResponse, and what refuses
		kind{name: "Connect Response that refuses", frame: response, code: "mcs.connect.refused"},
		licensing("valid client", alert(license.StatusValidClient, license.NoTransition), to(atDemand, atLicensing)),
		licensing("new license", license.Message{Type: license.NewLicense}, to(atDemand, atLicensing)),
		licensing("upgraded license", license.Message{Type: license.UpgradeLicense}, to(atDemand, atLicensing)),
		licensing("license request", license.Message{Type: license.LicenseRequest, Body: make([]byte, 40)}, everywhere(atLicensing)),
		licensing("platform challenge", license.Message{Type: license.PlatformChallenge}, everywhere(atLicensing)),
		licensing("another error alert", alert(license.ErrNoLicenseServer, license.NoTransition), everywhere(atLicensing)),
		// a share
		kind{name: "Demand Active", frame: fromServer(ioChannel, demand), next: to(atFontMap, atLicensing, atDemand)},
		kind{name: "Deactivate All", frame: fromServer(ioChannel, deactivate), next: to(atDemand, atLicensing, atDemand, atFontMap, atUpdates)},
		kind{name: "Server Redirection", frame: fromServer(ioChannel, redirect), next: inShare},
		kind{name: "flow", frame: fromServer(ioChannel, flow), next: inShare},
		kind{name: "Confirm Active", frame: fromServer(ioChannel, must(share.AppendConfirmActive(nil, serverUser,
			&share.ConfirmActive{Capabilities: serverCapabilities(image.Pt(320, 200), 32)})))},
		kind{name: "Font Map", frame: fromServer(ioChannel, dataPDU(serverUser, firstShareID, share.DataFontMap, share.AppendFontMap(nil))),
			next: all(everywhere(atDemand, atUpdates), to(atDemand, atLicensing), to(atUpdates, atFontMap))},
		data("Synchronize", share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{TargetUser: userOf})),
		data("Control (Cooperate)", share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlCooperate})),
		data("Control (Granted)", share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlGranted})),
		data("Set Error Info", share.DataSetErrorInfo, share.AppendSetErrorInfo(nil, share.ErrorInfoLogoffByUser)),
		data("Save Session Info", share.DataSaveSessionInfo, must(share.AppendSaveSessionInfo(nil, &share.SaveSessionInfo{Type: share.InfoPlainNotify}))),
		data("Update", share.DataUpdate, tile),
		data("Pointer", share.DataPointer, []byte{1, 0, 0, 0, 0, 0, 0, 0}),
		data("Shutdown Denied", share.DataShutdownDenied, nil),
		data("Play Sound", share.DataPlaySound, make([]byte, 8)),
		data("Set Keyboard Indicators", share.DataSetKeyboardIndicators, share.AppendSetKeyboardIndicators(nil, share.SetKeyboardIndicators{})),
		data("Status Info", share.DataStatusInfo, share.AppendStatusInfo(nil, share.StatusInfo{Code: share.StatusVMLoading})),
		data("Monitor Layout", share.DataMonitorLayout, must(share.AppendMonitorLayout(nil, share.MonitorLayout{}))),
		data("a type that nobody knows", 200, []byte{1, 2, 3}),
		kind{name: "fast-path bitmap", frame: must(fastpath.AppendOutput(nil, fastpath.UpdateBitmap, tile)), next: everywhere(sharing...)},
		kind{name: "fast-path PDU without updates", frame: []byte{0, 2}, next: everywhere(sharing...)},
		// beside the I/O channel
		kind{name: "RTT request", frame: fromServer(messageOf, rtt), next: aside},
		kind{name: "heartbeat", frame: fromServer(messageOf, security.AppendHeartbeat(security.AppendHeader(nil, security.HeartbeatFlag), &security.Heartbeat{Period: 30})), next: aside},
		kind{name: "multitransport request", frame: fromServer(messageOf, udp), next: aside},
		kind{name: "static channel", frame: fromServer(firstStatic, make([]byte, 12)), next: aside},
		kind{name: "user channel", frame: fromServer(userOf, []byte{1}), next: aside},
		kind{name: "channel that nobody has", frame: fromServer(2000, []byte{1}), next: aside},
		// what only a client says
		kind{name: "Erect Domain Request", frame: must(x224.AppendData(nil, mcs.AppendErectDomainRequest(nil, &mcs.ErectDomainRequest{})))},
		kind{name: "Attach User Request", frame: must(x224.AppendData(nil, mcs.AppendAttachUserRequest(nil)))},
		kind{name: "Send Data Request", frame: fromClient(userOf, ioChannel, demand)},
		goodbye)
}

// TestClientStates: a message that refuses, and some that do not parse there, have a
// code of their own in the state that awaits them.
func TestClientStates(t *testing.T) {
	session := goodSession(t)
	kinds := append(clientKinds(t, session), garbage()...)
	own := map[[2]string]string{
		{"Connect Response that refuses", atResponse}: "mcs.connect.refused",
		{"nothing", atUpdates}:                        "wire.malformed",
	}
	states := []string{atResponse, atAttach, atJoin, atLicensing, atDemand, atFontMap, atUpdates, ""}
	for _, state := range states {
		t.Run(state, func(t *testing.T) {
			for _, k := range kinds {
				early := state == atResponse || state == atAttach || state == atJoin
				switch {
				case own[[2]string{k.name, state}] != "":
					k.code = own[[2]string{k.name, state}]
				case k.code == "wire.malformed" && k.next != nil && early, k.code == "mcs.connect.refused":
					k.code = "" // not looked at
				}
				c := clientIn(t, session, state)
				checkStep(t, c, state, k)
				if c.Awaits() == "" && c.config.Info != nil {
					t.Errorf("%s: the credentials are still there", k.name)
				}
			}
		})
	}
}

// In the middle of a session a client may be in Demand Active for the second time;
// that differs only in what it remembers.
func TestClientStatesReactivating(t *testing.T) {
	session := goodSession(t)
	deactivate := fromServer(ioChannel, must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{ShareID: firstShareID})))
	for _, k := range clientKinds(t, session) {
		c := clientIn(t, session, atUpdates)
		must(c.Step(append([]byte(nil), deactivate...)))
		if k.code == "mcs.connect.refused" {
			k.code = ""
		}
		checkStep(t, c, atDemand, k)
	}
}

// Before Start there is nothing to step.
func TestClientNotStarted(t *testing.T) {
	c := newClient(t)
	if _, err := c.Step([]byte{3, 0, 0, 7, 2, 0xF0, 0x80}); code(err) != "wire.misuse" {
		t.Errorf("%v", err)
	}
	must(c.Start())
	if _, err := c.Start(); code(err) != "wire.misuse" {
		t.Errorf("a second start: %v", err)
	}
}
