package connect

import (
	"bytes"
	"image"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
)

// Several Share Control PDUs can share an MCS message, also where one of them
// changes the state for the next.
func TestSeveralPDUsInOneMessage(t *testing.T) {
	t.Run("client", func(t *testing.T) {
		c := clientIn(t, goodSession(t), atDemand)
		message := must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: firstShareID, Capabilities: serverCapabilities(image.Pt(320, 200), 32)}))
		message = append(message, dataPDU(serverUser, firstShareID, share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{}))...)
		message = append(message, dataPDU(serverUser, firstShareID, share.DataFontMap, nil)...)
		tile := must(update.AppendBitmapUpdate(nil, image.Pt(8, 8), bitmap.NewPixels(8, 8), 32, true))
		message = append(message, dataPDU(serverUser, firstShareID, share.DataUpdate, tile)...)
		must(c.Step(fromServer(ioChannel, message)))
		if !c.Active() || c.Events().Dirty != image.Rect(8, 8, 16, 16) {
			t.Errorf("awaits %q, dirty %v", c.Awaits(), c.Events().Dirty)
		}
		message = must(share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{}))
		message = append(message, must(share.AppendDemandActive(nil, serverUser, &share.DemandActive{ShareID: 7, Capabilities: serverCapabilities(image.Pt(640, 200), 32)}))...)
		must(c.Step(fromServer(ioChannel, message)))
		if c.Awaits() != atFontMap || !c.Events().Resized || c.Screen().Bounds().Dx() != 640 {
			t.Errorf("awaits %q, screen %v", c.Awaits(), c.Screen().Bounds())
		}
	})
	t.Run("server", func(t *testing.T) {
		s := serverIn(t, goodSession(t), atConfirm)
		message := must(share.AppendConfirmActive(nil, userOf, &share.ConfirmActive{ShareID: firstShareID, Capabilities: clientCapabilities(image.Pt(320, 200), 32, 0)}))
		for _, m := range []struct {
			t    share.DataType
			body []byte
		}{
			{share.DataSynchronize, share.AppendSynchronize(nil, share.Synchronize{})},
			{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlCooperate})},
			{share.DataControl, share.AppendControlPDU(nil, share.ControlPDU{Action: share.ControlRequest})},
			{share.DataFontList, share.AppendFontList(nil)},
			{share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{})},
		} {
			message = append(message, dataPDU(userOf, firstShareID, m.t, m.body)...)
		}
		reply := must(s.Step(fromClient(userOf, ioChannel, message)))
		if !s.Active() || len(split(t, reply)) != 4 || !s.Events().Suppress {
			t.Errorf("awaits %q, %d answers, %+v", s.Awaits(), len(split(t, reply)), s.Events())
		}
	})
}

// What clients say about the picture, within the desktop.
func TestServerEvents(t *testing.T) {
	c, s := connected(t)
	events := func(frame []byte) *ServerEvents {
		must(s.Step(frame))
		return s.Events()
	}
	refresh := must(c.AppendRefresh(nil, image.Rect(-5, 10, 5000, 20)))
	if e := events(refresh); !slices.Equal(e.Refresh, []image.Rectangle{image.Rect(0, 10, 320, 20)}) {
		t.Errorf("refresh %v", e.Refresh)
	}
	if _, err := c.AppendRefresh(nil, image.Rect(320, 0, 400, 20)); code(err) != "wire.misuse" {
		t.Errorf("a refresh outside: %v", err)
	}
	far := fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataRefreshRect, must(share.AppendRefreshRect(nil,
		share.RefreshRect{Areas: []share.Rect{{Left: 310, Top: 190, Right: 0xFFFF, Bottom: 0xFFFF}, {Left: 400, Right: 500}, {Left: 9, Right: 1}}}))))
	if e := events(far); !slices.Equal(e.Refresh, []image.Rectangle{image.Rect(310, 190, 320, 200), image.Rect(2, 0, 9, 1)}) {
		t.Errorf("refresh %v", e.Refresh)
	}
	suppress := func(allow bool) []byte {
		return fromClient(userOf, ioChannel, dataPDU(userOf, firstShareID, share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{Allow: allow})))
	}
	if e := events(suppress(false)); !e.Suppress || e.Allow || len(e.Refresh) != 0 {
		t.Errorf("%+v", e)
	}
	if e := events(suppress(true)); e.Suppress || !e.Allow {
		t.Errorf("%+v", e)
	}
	if e := events(fromClient(userOf, firstStatic+1, []byte{1, 2})); len(e.Chunks) != 1 || e.Chunks[0].Channel != "rdpsnd" || !bytes.Equal(e.Chunks[0].Data, []byte{1, 2}) {
		t.Errorf("chunks %v", e.Chunks)
	}
	rtt := must(s.AppendRTTRequest(nil, 5))
	if e := events(must(c.Step(rtt))); !e.RTT {
		t.Error("no answer to the RTT request")
	}
}

// A channel may have no name.
func TestNamelessChannel(t *testing.T) {
	c, s := newClient(t, func(o *ClientConfig) { o.Channels = []gcc.Channel{{}} }), newServer(t)
	carry(t, c, s, noSkip)
	must(s.Step(fromClient(c.user, firstStatic, []byte{1})))
	if chunks := s.Events().Chunks; len(chunks) != 1 || chunks[0].Channel != "" {
		t.Errorf("chunks %v", chunks)
	}
}
