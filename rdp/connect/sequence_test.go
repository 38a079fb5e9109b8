package connect

import (
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/capset"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/x224"
)

// picture has flat areas, slopes and noise, so that every codec has something to do.
func picture(size image.Point) bitmap.Pixels {
	p := bitmap.NewPixels(size.X, size.Y)
	noise := uint32(1)
	for y := range size.Y {
		row := p.Row(y)
		for x := range row {
			switch {
			case y < size.Y/3:
				row[x] = 0x336699
			case x < size.X/2:
				row[x] = uint32(x)<<16 | uint32(y)<<8 | uint32(x^y)&0xFF
			default:
				noise = noise*1664525 + 1013904223
				row[x] = noise >> 8
			}
		}
	}
	return p
}

// show draws a picture on the client by way of the server.
func show(t *testing.T, c *Client, s *Server, p bitmap.Pixels) {
	t.Helper()
	var frames []byte
	for y := 0; y < p.Height; y += update.MaxTileHeight {
		for x := 0; x < p.Width; x += update.MaxTileWidth {
			w, h := min(update.MaxTileWidth, p.Width-x), min(update.MaxTileHeight, p.Height-y)
			var err error
			if frames, err = s.AppendBitmap(frames, image.Pt(x, y), p.Sub(x, y, w, h)); err != nil {
				t.Fatal(err)
			}
		}
	}
	var dirty image.Rectangle
	for _, frame := range split(t, frames) {
		if _, err := c.Step(frame); err != nil {
			t.Fatal(err)
		}
		dirty = dirty.Union(c.Events().Dirty)
	}
	if want := c.Screen().Bounds(); dirty != want {
		t.Errorf("dirty is %v, drawn was %v", dirty, want)
	}
}

// sameAs compares the client's screen with the picture at a depth.
func sameAs(t *testing.T, c *Client, p bitmap.Pixels, depth int) {
	t.Helper()
	got := c.Screen().Pixels
	if got.Width != p.Width || got.Height != p.Height {
		t.Fatalf("a screen of %dx%d, want %dx%d", got.Width, got.Height, p.Width, p.Height)
	}
	for y := range p.Height {
		for x, want := range p.Row(y) {
			if want = bitmap.Quantise(want, depth); got.Row(y)[x] != want {
				t.Fatalf("pixel %d,%d is %#06x, want %#06x", x, y, got.Row(y)[x], want)
			}
		}
	}
}

// Client and server agree on every picture: at all depths, on both paths, with and
// without the header of compressed bitmaps, for sizes that are no multiple of a tile.
func TestPictures(t *testing.T) {
	for _, depth := range []int{16, 24, 32} {
		for _, fast := range []bool{true, false} {
			for _, header := range []bool{true, false} {
				t.Run(fmt.Sprintf("%d bpp, fast path %v, header %v", depth, fast, header), func(t *testing.T) {
					size := image.Pt(333, 205)
					c, s := newClient(t, func(o *ClientConfig) { o.Depth, o.Desktop = depth, size }), newServer(t)
					carry(t, c, s, confirming(func(m *share.ConfirmActive) {
						m.Capabilities.General.ExtraFlags = 0
						if fast {
							m.Capabilities.General.ExtraFlags |= capset.FastPathOutputSupported
						}
						if !header {
							m.Capabilities.General.ExtraFlags |= capset.NoBitmapCompressionHdr
						}
					}))
					if s.Client().Depth != depth || s.Client().FastPath != fast || s.Client().NoBitmapHeader == header {
						t.Errorf("facts %+v", s.Client())
					}
					p := picture(size)
					show(t, c, s, p)
					sameAs(t, c, p, depth)
					frame := must(s.AppendBitmap(nil, image.Point{}, p.Sub(0, 0, 4, 4)))
					if fastpath.Is(frame[0]) != fast {
						t.Errorf("sent % x", frame[:4])
					}
				})
			}
		}
	}
}

// Joins are skipped only if both say so; else there is one for each channel.
func TestChannelJoin(t *testing.T) {
	for _, clientSkips := range []bool{true, false} {
		for _, serverSkips := range []bool{true, false} {
			c, s := newClient(t), newServer(t)
			joins := 0
			carry(t, c, s, func(m message) [][]byte {
				frame := m.frame
				switch f, _ := open(frame); {
				case f.kind == connectPDU && m.fromClient && !clientSkips:
					frame = editInitial(frame, func(d *gcc.ClientData) { d.Core.EarlyCapabilityFlags &^= gcc.ClientSupportsSkipChannelJoin })
				case f.kind == connectPDU && !m.fromClient && !serverSkips:
					frame = editResponse(frame, func(d *gcc.ServerData) { d.Core.EarlyCapabilityFlags = nil })
				case f.kind == mcs.ChannelJoinRequestType:
					joins++
				}
				return [][]byte{frame}
			})
			want := 5 // the user, the I/O channel, the message channel, two static ones
			if clientSkips && serverSkips {
				want = 0
			}
			if joins != want {
				t.Errorf("client skips %v, server %v: %d joins, want %d", clientSkips, serverSkips, joins, want)
			}
		}
	}
}

// The share has another number after each reactivation, the screen another size if
// the server wants it, and updates and input go on.
func TestReactivation(t *testing.T) {
	c, s := connected(t)
	seen := []uint32{c.shareID}
	for i, size := range []image.Point{{}, {}, {640, 400}, {200, 200}} {
		before := c.Screen()
		reply, err := s.Reactivate(size)
		if err != nil {
			t.Fatal(err)
		}
		if s.Active() || len(split(t, reply)) != 2 {
			t.Fatalf("active %v, %d frames", s.Active(), len(split(t, reply)))
		}
		if _, err := s.AppendBitmap(nil, image.Point{}, picture(image.Pt(4, 4))); code(err) != "wire.misuse" {
			t.Errorf("an update before the share: %v", err)
		}
		late := must(c.AppendInput(nil, []input.Event{{Kind: input.Scancode, Code: 1}})) // crosses the Deactivate All PDU
		if _, err := s.Step(late); err != nil || len(s.Events().Input) != 0 {
			t.Errorf("late input: %v, %v", s.Events().Input, err)
		}
		if _, err := deliver(t, c, s, nil, queue(t, nil, false, reply)); err != nil {
			t.Fatal(err)
		}
		if !c.Active() || !s.Active() || slices.Contains(seen, c.shareID) || c.shareID != s.shareID {
			t.Fatalf("%d: active %v, %v; share %#x, %#x after %#x", i, c.Active(), s.Active(), c.shareID, s.shareID, seen)
		}
		seen = append(seen, c.shareID)
		if resized := size != (image.Point{}); (c.Screen() != before) != resized {
			t.Errorf("%d: a new screen: %v, want %v", i, !resized, resized)
		}
		p := picture(s.Desktop())
		show(t, c, s, p)
		sameAs(t, c, p, 32)
	}
	if _, err := s.Reactivate(image.Pt(199, 300)); code(err) != "wire.misuse" {
		t.Errorf("a desktop that is too small: %v", err)
	}
}

// Input arrives on both paths, more events than fit one message, in their order.
func TestInput(t *testing.T) {
	for _, fast := range []bool{true, false} {
		c, s := newClient(t), newServer(t)
		carry(t, c, s, demanding(func(m *share.DemandActive) {
			if !fast {
				m.Capabilities.Input.InputFlags &^= capset.InputFastPath | capset.InputFastPath2
			}
		}))
		var events []input.Event
		for i := range 3*maxEvents + 1 {
			events = append(events, input.Event{Kind: input.Mouse, Flags: input.PointerMove, X: uint16(i), Y: uint16(2 * i)})
		}
		frames := split(t, must(c.AppendInput(nil, events)))
		var got []input.Event
		for _, frame := range frames {
			if fastpath.Is(frame[0]) != fast {
				t.Errorf("fast path %v: sent % x", fast, frame[:4])
			}
			if _, err := s.Step(frame); err != nil {
				t.Fatal(err)
			}
			got = append(got, s.Events().Input...)
		}
		if !slices.Equal(got, events) || len(frames) != 4 {
			t.Errorf("fast path %v: %d events in %d frames", fast, len(got), len(frames))
		}
	}
}

// What the server knows of a client after the sequence.
func TestFacts(t *testing.T) {
	scale := func(o *ClientConfig) { o.ScaleFactor = 150; o.Selected = x224.ProtocolSSL }
	c, s := newClient(t, scale), newServer(t, func(o *ServerConfig) { o.Selected = x224.ProtocolSSL })
	carry(t, c, s, nil)
	f := s.Client()
	if f.Name != "CLIENT" || f.KeyboardLayout != 0x411 || f.Desktop != image.Pt(320, 200) || f.ScaleFactor != 150 || f.Depth != 32 ||
		len(f.Channels) != 2 || f.Channels[1].Name != "rdpsnd" || f.RedirectionVersion != 6 || !f.ErrorInfo || !f.AutoDetect ||
		!f.Resizes || !f.FastPath || !f.NoBitmapHeader {
		t.Errorf("%+v", f)
	}
	if s.Desktop() != image.Pt(320, 200) {
		t.Errorf("desktop %v", s.Desktop())
	}
	own, other := newServer(t, func(o *ServerConfig) { o.Desktop = image.Pt(640, 480) }), newClient(t)
	carry(t, other, own, nil)
	if got := other.Screen().Bounds().Max; got != image.Pt(640, 480) {
		t.Errorf("the server's own size became %v", got)
	}
}
