package connect

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

// cut shortens a frame to n bytes. Whole says whether the lengths of TPKT, fast-path
// and MCS follow, so that the cut is only felt inside.
func cut(frame []byte, n int, whole bool) []byte {
	b := bytes.Clone(frame[:n])
	switch {
	case !whole || n < 3:
	case fastpath.Is(b[0]) && b[1]&0x80 != 0:
		b[1], b[2] = 0x80|byte(n>>8), byte(n)
	case fastpath.Is(b[0]):
		b[1] = byte(n)
	case n > 4:
		b[2], b[3] = byte(n>>8), byte(n)
		const header = 7 + 6 // TPKT, Data TPDU; choice, initiator, channel, priority
		if n < header+2 || b[7]>>2 != byte(mcs.SendDataRequestType) && b[7]>>2 != byte(mcs.SendDataIndicationType) {
			break
		}
		if b[header]&0x80 != 0 {
			size := n - header - 2
			b[header], b[header+1] = 0x80|byte(size>>8), byte(size)
		} else {
			b[header] = byte(n - header - 1)
		}
	}
	return b
}

// TestTruncations cuts each frame of a good session at every byte, in the state that
// awaits it. Nothing may panic, an error ends the machine without a reply, and what is
// cut and yet accepted is one of the known few.
func TestTruncations(t *testing.T) {
	session := goodSession(t)
	drawing, leaving := serverIn(t, session, atInput), serverIn(t, session, atInput)
	slow := must(input.AppendSlowPath(nil, []input.Event{{Kind: input.Scancode}}))
	fast := must(input.AppendFastPath(nil, []input.Event{{Kind: input.Unicode, Code: 65}, {Kind: input.Mouse}}))
	session = append(session,
		message{true, fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataInput, slow))},
		message{true, must(fastpath.AppendInput(nil, 2, fast))},
		message{false, must(drawing.AppendBitmap(nil, image.Point{}, picture(image.Pt(64, 60))))},
		message{false, split(t, must(leaving.Disconnect(share.ErrorInfoLogoffByUser)))[0]})
	accepted := map[string]int{}
	for i, m := range session {
		for _, whole := range []bool{false, true} {
			for n := range m.frame {
				c, s := newClient(t), newServer(t)
				must(c.Start())
				for _, before := range session[:i] {
					if before.fromClient {
						must(s.Step(bytes.Clone(before.frame)))
					} else {
						must(c.Step(bytes.Clone(before.frame)))
					}
				}
				var peer machine = c
				if m.fromClient {
					peer = s
				}
				awaited := peer.Awaits()
				reply, err := peer.Step(cut(m.frame, n, whole))
				if err == nil {
					accepted[awaited]++
					continue
				}
				if c := code(err); c != "wire.malformed" && c != "connect.message.unexpected" && c != "connect.channel.unknown" {
					t.Errorf("%s, %d of %d bytes: %v", awaited, n, len(m.frame), err)
				}
				if len(reply) > 0 {
					t.Errorf("%s, %d of %d bytes: reply % x", awaited, n, len(m.frame), reply)
				}
				wantDead(t, peer, awaited)
			}
		}
	}
	for awaited, n := range accepted {
		if want := tolerated[awaited]; n != want {
			t.Errorf("%s: %d truncations are accepted, expected are %d", awaited, n, want)
		}
	}
}

// tolerated counts the truncations that are messages of their own: a fast-path frame
// of a server may hold no update.
var tolerated = map[string]int{atUpdates: 1}

// A storm of the things that lead nowhere ends, in every state that has such things.
func TestStorms(t *testing.T) {
	session := goodSession(t)
	storm := func(t *testing.T, m machine, limit int, frames ...[]byte) {
		t.Helper()
		for i := range 10 * limit {
			reply, err := m.Step(bytes.Clone(frames[i%len(frames)]))
			if err != nil {
				if code(err) != "connect.too_many" || i > len(frames)*(limit+1) {
					t.Errorf("after %d: %v", i, err)
				}
				wantDead(t, m, "storm")
				return
			}
			if len(reply) > keepReply {
				t.Fatalf("a reply of %d bytes", len(reply))
			}
		}
		t.Errorf("%T goes on for ever", m)
	}
	clientStorm := func(name, state string, frames ...[]byte) {
		t.Run("client: "+name, func(t *testing.T) { storm(t, clientIn(t, session, state), maxIdle, frames...) })
	}
	serverStorm := func(name, state string, limit int, frames ...[]byte) {
		t.Run("server: "+name, func(t *testing.T) { storm(t, serverIn(t, session, state), limit, frames...) })
	}
	licence := fromServer(ioChannel, must(license.Append(security.AppendHeader(nil, security.License), license.Message{Type: license.LicenseRequest})))
	deactivate := fromServer(ioChannel, must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{})))
	demand := func(x int) []byte {
		return fromServer(ioChannel, must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{Capabilities: serverCapabilities(image.Pt(x, 200), 32)})))
	}
	status := fromServer(ioChannel, dataPDU(serverUser, firstShareID, share.DataStatusInfo, make([]byte, 4)))
	chunk := fromServer(firstStatic, make([]byte, 1600))
	rtt := fromServer(messageOf, must(security.AppendAutoDetectRequest(security.AppendHeader(nil, security.AutoDetectRequestFlag), &security.AutoDetectRequest{Type: security.RTTRequest})))
	clientStorm("licensing", atLicensing, licence)
	clientStorm("licensing, with chunks", atLicensing, licence, chunk, rtt)
	clientStorm("chunks before the share", atDemand, chunk)
	clientStorm("status before the share", atDemand, status)
	clientStorm("fast-path updates before the share", atDemand, []byte{0, 2})
	clientStorm("status before the font map", atFontMap, status)
	clientStorm("deactivations", atUpdates, deactivate)
	clientStorm("reactivations", atUpdates, deactivate, demand(320))
	clientStorm("reactivations with a new size", atUpdates, deactivate, demand(400), deactivate, demand(500))

	erect := must(x224.AppendData(nil, mcs.AppendErectDomainRequest(nil, &mcs.ErectDomainRequest{})))
	join := must(x224.AppendData(nil, must(mcs.AppendChannelJoinRequest(nil, &mcs.ChannelJoinRequest{Initiator: userOf, ChannelID: ioChannel}))))
	key := must(fastpath.AppendInput(nil, 1, []byte{0, 30}))
	upload := fromClient(userOf, firstStatic, make([]byte, 1600))
	serverStorm("erect domain", atUser, maxIdle, erect)
	serverStorm("joins", atInfo, 34, join)
	serverStorm("chunks before the share", atInfo, maxIdle, upload)
	for _, state := range []string{atConfirm, atSynchronize, atFontList} {
		serverStorm("input before "+state, state, maxIdle, key)
		serverStorm("chunks before "+state, state, maxIdle, upload)
	}
}

// In a session a client may say what it likes, as long as it likes: nothing of it
// stays with the server.
func TestEndlessInput(t *testing.T) {
	s := serverIn(t, goodSession(t), atInput)
	var events []input.Event
	for range input.MaxSlowPathEvents {
		events = append(events, input.Event{Kind: input.Mouse})
	}
	large := fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataInput, must(input.AppendSlowPath(nil, events))))
	var refresh []byte
	for range 7 {
		refresh = append(refresh, dataPDU(userOf, firstShareID, share.DataRefreshRect, must(share.AppendRefreshRect(nil, share.RefreshRect{Areas: make([]share.Rect, 255)})))...)
	}
	for range 1000 {
		must(s.Step(bytes.Clone(large)))
		must(s.Step(fromClient(userOf, ioChannel, refresh)))
		must(s.Step(fromClient(userOf, firstStatic, make([]byte, 1600))))
	}
	must(s.Step(must(fastpath.AppendInput(nil, 1, []byte{0, 30}))))
	e := s.Events()
	if len(e.Input) != 1 || cap(e.Input) > keepEvents || cap(e.Refresh) > keepEvents || cap(e.Chunks) > keepEvents || cap(s.out) > keepReply {
		t.Errorf("%d events; room for %d, %d, %d and %d bytes", len(e.Input), cap(e.Input), cap(e.Refresh), cap(e.Chunks), cap(s.out))
	}
	if chunks := e.Chunks[:cap(e.Chunks)]; slices.ContainsFunc(chunks, func(c Chunk) bool { return c.Data != nil }) {
		t.Error("a chunk of an old frame is still there")
	}
}

// Confirms for channels that nobody asked for.
func TestHostileJoins(t *testing.T) {
	session := goodSession(t)
	c := clientIn(t, session, atJoin)
	want := c.joins[0]
	for _, id := range []uint16{0xFFFF, ioChannel, want + 1, 1} {
		confirm := must(x224.AppendData(nil, must(mcs.AppendChannelJoinConfirm(nil, &mcs.ChannelJoinConfirm{Initiator: userOf, Requested: want, ChannelID: id}))))
		checkStep(t, clientIn(t, session, atJoin), atJoin, kind{name: fmt.Sprint("channel ", id), frame: confirm, code: "connect.channel.unknown"})
	}
	refused := must(x224.AppendData(nil, must(mcs.AppendChannelJoinConfirm(nil, &mcs.ChannelJoinConfirm{Result: mcs.ResultUnspecifiedFailure, Initiator: userOf, Requested: want}))))
	checkStep(t, c, atJoin, kind{name: "refused", frame: refused, code: "mcs.channel_join.refused"})
	user := must(x224.AppendData(nil, must(mcs.AppendAttachUserConfirm(nil, &mcs.AttachUserConfirm{Result: mcs.ResultUserRejected}))))
	checkStep(t, clientIn(t, session, atAttach), atAttach, kind{name: "user refused", frame: user, code: "mcs.attach_user.refused"})
	abort := fromServer(ioChannel, must(license.AppendErrorAlert(security.AppendHeader(nil, security.License),
		&license.ErrorAlert{ErrorCode: license.ErrNoLicenseServer, StateTransition: license.TotalAbort})))
	checkStep(t, clientIn(t, session, atLicensing), atLicensing, kind{name: "no licence", frame: abort, code: "license.no_license_server"})
}
