package connect

import (
	"bytes"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/x224"
)

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
	if _, err := c.Step(fragment(fastpath.First)); err != nil {
		t.Errorf("the first update of a share: %v", err)
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
