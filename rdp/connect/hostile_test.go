package connect

import (
	"bytes"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
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

// Fragments that are never finished stay within MaxUpdate.
func TestEndlessUpdate(t *testing.T) {
	c := clientIn(t, goodSession(t), atUpdates)
	fragment := func(f fastpath.Fragment) []byte {
		frame := must(fastpath.AppendOutput(nil, fastpath.UpdateBitmap, make([]byte, 16000)))
		frame[3] |= byte(f) << 4
		return frame
	}
	must(c.Step(fragment(fastpath.First)))
	held := 16000
	for {
		if _, err := c.Step(fragment(fastpath.Next)); err != nil {
			if code(err) != "wire.malformed" || held+16000 <= MaxUpdate {
				t.Errorf("after %d bytes: %v", held, err)
			}
			break
		}
		if held += 16000; held > MaxUpdate {
			t.Fatalf("holds %d bytes", held)
		}
	}
	wantDead(t, c, "fragments")
	c = clientIn(t, goodSession(t), atUpdates) // forgotten with the share
	must(c.Step(fragment(fastpath.First)))
	must(c.Step(fromServer(ioChannel, must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{})))))
	must(c.Step(fromServer(ioChannel, must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{Capabilities: serverCapabilities(image.Pt(320, 200), 32)})))))
	if _, err := c.Step(fragment(fastpath.Last)); code(err) != "wire.malformed" {
		t.Errorf("the end of an update of the share before: %v", err)
	}
}

// A server decides on the desktop, but not on how much memory the client has.
func TestDesktopBounds(t *testing.T) {
	for _, c := range []struct {
		asked image.Point
		given [2]uint16
		ok    bool
	}{
		{image.Pt(320, 200), [2]uint16{0, 0}, false},
		{image.Pt(320, 200), [2]uint16{0, 200}, false},
		{image.Pt(320, 200), [2]uint16{1, 1}, true},
		{image.Pt(320, 200), [2]uint16{65535, 65535}, false},
		{image.Pt(320, 200), [2]uint16{65535, 1}, false},
		{image.Pt(320, 200), [2]uint16{8193, 200}, false},
		{image.Pt(320, 200), [2]uint16{8192, 200}, true},
		{image.Pt(320, 200), [2]uint16{4096, 4096}, true},
		{image.Pt(320, 200), [2]uint16{4096, 4097}, false},
		{image.Pt(7680, 4320), [2]uint16{7680, 4320}, true},
		{image.Pt(7680, 4320), [2]uint16{7681, 4320}, false},
	} {
		client := newClient(t, func(o *ClientConfig) { o.Desktop = c.asked })
		_, err := converse(t, client, newServer(t), demanding(func(m *share.DemandActive) {
			m.Capabilities.Bitmap.DesktopWidth, m.Capabilities.Bitmap.DesktopHeight = c.given[0], c.given[1]
		}))
		if c.ok != (err == nil) || !c.ok && code(err) != "wire.malformed" {
			t.Errorf("asked for %v, got %v: %v", c.asked, c.given, err)
		}
		if !c.ok {
			wantDead(t, client, "desktop")
		}
	}
	if _, err := NewClient(ClientConfig{Selected: x224.ProtocolSSL, Depth: 32, Desktop: image.Pt(8192, 8192), Info: clientInfo()}); code(err) != "wire.misuse" {
		t.Errorf("a desktop that no Screen can have: %v", err)
	}
}

// Bitmaps outside, cut, overrunning or lying about their size.
func TestHostileBitmaps(t *testing.T) {
	session := goodSession(t)
	good := must(update.AppendBitmapUpdate(nil, image.Pt(316, 196), bitmap.NewPixels(8, 8), 32, true))
	field := func(at int, v uint16) []byte {
		b := bytes.Clone(good)
		b[at], b[at+1] = byte(v), byte(v>>8)
		return b
	}
	rle := must(update.AppendBitmapUpdate(nil, image.Pt(0, 0), bitmap.NewPixels(8, 8), 16, true))
	overrun := append(bytes.Clone(rle[:len(rle)-1]), 0xF0, 0xFF, 0xFF) // a background run of 65535 pixels
	overrun[20], overrun[24] = byte(len(overrun)-22), byte(len(overrun)-30)
	for name, c := range map[string]struct {
		body []byte
		ok   bool
	}{
		"cut by the edge":           {good, true},
		"outside":                   {field(4, 400), false},
		"right before left":         {field(8, 0), false},
		"no width":                  {field(12, 0), false},
		"larger than the screen":    {field(12, 1024), false},
		"8 bits per pixel":          {field(16, 8), false},
		"a length beyond the end":   {field(20, 0xFFFF), false},
		"more rectangles than data": {field(2, 2), false},
		"65535 rectangles":          {field(2, 0xFFFF), false},
		"RLE overrun":               {overrun, false},
		"another update type":       {field(0, 9), false},
	} {
		for _, fast := range []bool{true, false} {
			frame := fromServer(ioChannel, dataPDU(serverUser, firstShareID, share.DataUpdate, c.body))
			if fast {
				frame = must(fastpath.AppendOutput(nil, fastpath.UpdateBitmap, c.body))
			}
			client := clientIn(t, session, atUpdates)
			if _, err := client.Step(frame); c.ok != (err == nil) || !c.ok && code(err) != "wire.malformed" {
				t.Errorf("%s, fast path %v: %v", name, fast, err)
			}
		}
	}
	for name, frame := range map[string][]byte{
		"orders":       must(fastpath.AppendOutput(nil, fastpath.UpdateOrders, []byte{1, 0, 9})),
		"a codec":      must(fastpath.AppendOutput(nil, fastpath.UpdateSurfaceCommands, append([]byte{1, 0, 0, 0, 0, 0, 8, 0, 8, 0, 32, 0, 0, 3, 8, 0, 8, 0, 1, 0, 0, 0}, 0))),
		"compressed":   {0, 8, 0x81, 0x20, 2, 0, 0, 0},
		"unknown code": must(fastpath.AppendOutput(nil, 13, nil)),
	} {
		c := clientIn(t, session, atUpdates)
		if _, err := c.Step(frame); err == nil {
			t.Errorf("%s: accepted", name)
		}
		wantDead(t, c, name)
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
