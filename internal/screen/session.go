package screen

import (
	"context"
	"errors"
	"image"
	"io"
	"net"
	"sync"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/update"
)

// Session is a client looking at a scene.
type Session struct {
	conn    net.Conn
	server  *connect.Server
	frames  *rdpio.Frames
	timeout time.Duration

	mu         sync.Mutex // the machine, the scene and the order of writes
	scene      Scene
	dirty      []image.Rectangle
	suppressed bool // the client wants no updates, as when it is minimised
	redraw     bool // it has missed some
	lost       error
	asked      time.Time     // when the round-trip request went out
	roundTrip  time.Duration // 0 until the client has answered it
}

// New prepares a session on a connection whose sequence is through: server is
// Active.
func New(conn net.Conn, frames *rdpio.Frames, server *connect.Server, timeout time.Duration) *Session {
	return &Session{conn: conn, server: server, frames: frames, timeout: timeout}
}

// Client is what the client has said about itself up to now.
func (s *Session) Client() connect.ClientFacts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.server.Client()
}

// Run shows the scene until the client leaves, an Action ends the session or ctx
// is cancelled, and returns nil in all three cases.
func (s *Session) Run(ctx context.Context, scene Scene) error {
	stop := context.AfterFunc(ctx, func() { s.conn.Close() })
	defer stop()
	s.mu.Lock()
	s.scene, s.redraw = scene, true
	err := s.flush()
	if err == nil {
		err = s.askRoundTrip()
	}
	s.mu.Unlock()
	end := false
	for err == nil && !end {
		var frame []byte
		if frame, err = s.frames.Next(ctx); err == nil {
			end, err = s.step(frame)
		}
	}
	s.mu.Lock()
	s.scene = nil // nobody draws any more
	if s.lost != nil {
		err = s.lost // and not that the connection was closed because of it
	}
	s.mu.Unlock()
	if end && err == nil {
		s.hangUp()
	}
	return politely(ctx, err)
}

// askRoundTrip sends one request to a client that answers such (MS-RDPBCGR
// 2.2.14.1.1).
func (s *Session) askRoundTrip() error {
	request, err := s.server.AppendRTTRequest(nil, 1)
	if err != nil {
		return err
	}
	s.asked = time.Now()
	return s.write(request)
}

// RoundTrip is how long the client took to answer at the start of the session,
// through everything that lies between; 0 if it has not answered, as most do that
// were not told to detect the network.
func (s *Session) RoundTrip() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.roundTrip
}

// hangUp lets the client close first, as Windows does: one that is redirected says
// goodbye too, and takes a connection that is gone for a failure (rdesktop 1.9,
// confirmed); and closing with unread input would reset the connection before the
// last words are read.
func (s *Session) hangUp() {
	s.conn.SetReadDeadline(time.Now().Add(farewell))
	io.CopyN(io.Discard, s.conn, maxFarewell)
}

// farewell is how long a client may take to close the connection, maxFarewell how
// many bytes it may send meanwhile.
const (
	farewell    = 3 * time.Second
	maxFarewell = 64 << 10
)

// politely forgives what is a normal end: the client says so, or it just closes.
func politely(ctx context.Context, err error) error {
	var said *mcs.DisconnectProviderUltimatum
	var closed *rdpio.ConnError
	switch {
	case errors.As(err, &said), ctx.Err() != nil:
		return nil
	case errors.As(err, &closed) && (closed.Code() == "conn.closed" || closed.Code() == "conn.reset"):
		return nil
	}
	return err
}

// step gives one frame to the machine and the scene.
func (s *Session) step(frame []byte) (end bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost != nil {
		return true, nil
	}
	reply, err := s.server.Step(frame)
	if e := s.write(reply); err == nil {
		err = e
	}
	if err != nil {
		return false, err
	}
	events := s.server.Events()
	s.dirty = append(s.dirty, events.Refresh...)
	if events.RTT && s.roundTrip == 0 {
		s.roundTrip = time.Since(s.asked)
	}
	if events.Suppress {
		s.suppressed = true
	}
	// Whoever asks for an area wants to see it, whatever was said before.
	if events.Allow || len(events.Refresh) > 0 {
		s.redraw = s.redraw || s.suppressed
		s.suppressed = false
	}
	if events.Shutdown {
		return true, s.end(Action{Disconnect: true})
	}
	again := false
	for _, e := range events.Input {
		var action Action
		s.dirty, action = s.scene.Input(s.dirty, e)
		if action.Disconnect || action.Redirect != nil {
			return true, s.end(action)
		}
		again = again || action.Reactivate
	}
	if again {
		return false, s.reactivate()
	}
	return false, s.flush()
}

// reactivate begins the share anew; what is dirty is drawn in the new one.
func (s *Session) reactivate() error {
	reply, err := s.server.Reactivate(image.Point{})
	if err != nil {
		return err
	}
	// What the client says about updates before it has read this is lost.
	s.redraw, s.suppressed = true, false
	return s.write(reply)
}

// end says goodbye.
func (s *Session) end(action Action) error {
	if action.Redirect != nil {
		last, err := s.server.Redirect(action.Redirect)
		if err != nil {
			return err
		}
		return s.write(last)
	}
	last, err := s.server.Disconnect(action.Reason)
	if err != nil {
		return err
	}
	return s.write(last)
}

// Update lets change alter the scene, from any goroutine, and draws what it
// returns. After the session has ended nothing happens.
func (s *Session) Update(change func(dirty []image.Rectangle) []image.Rectangle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scene == nil || s.lost != nil {
		return
	}
	s.dirty = change(s.dirty)
	if err := s.flush(); err != nil {
		s.lost = err
		s.conn.Close()
	}
}

// Picture is what the client ought to see now; nil before Run and after it. It is
// drawn for the occasion: no session keeps one.
func (s *Session) Picture() *image.NRGBA {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.scene == nil {
		return nil
	}
	size := s.server.Desktop()
	canvas := draw.Canvas{Pixels: bitmap.NewPixels(size.X, size.Y)}
	s.scene.Draw(&canvas)
	return canvas.Pixels.Image()
}

// flush draws what is dirty, if the client can see it.
func (s *Session) flush() error {
	if !s.server.Active() || s.suppressed {
		s.redraw = s.redraw || len(s.dirty) > 0
		s.clean()
		return nil
	}
	desktop := image.Rectangle{Max: s.server.Desktop()}
	if s.redraw {
		s.dirty = append(s.dirty[:0], desktop)
		s.redraw = false
	}
	s.join(desktop)
	if len(s.dirty) == 0 {
		return nil
	}
	w := buffers.Get().(*buffer)
	defer buffers.Put(w)
	w.out = w.out[:0]
	for _, area := range s.dirty {
		if err := s.paint(w, area); err != nil {
			return err
		}
	}
	s.clean()
	return s.write(w.out)
}

// maxDirty is how many areas are drawn one by one. A client that asks for more with
// one message gets the rectangle around them, once.
const maxDirty = 32

// join leaves of the dirty areas those on the desktop that lie in no other one, and
// no more than maxDirty.
func (s *Session) join(desktop image.Rectangle) {
	if len(s.dirty) > maxDirty {
		var all image.Rectangle
		for _, area := range s.dirty {
			all = all.Union(area.Intersect(desktop))
		}
		s.dirty = append(s.dirty[:0], all)
	}
	kept := s.dirty[:0]
next:
	for _, area := range s.dirty {
		area = area.Intersect(desktop)
		for i, other := range kept {
			if area.In(other) {
				continue next
			}
			if other.In(area) {
				kept[i] = area
				continue next
			}
		}
		if !area.Empty() {
			kept = append(kept, area)
		}
	}
	s.dirty = kept
}

// clean forgets the dirty areas, and their room if there were unusually many.
func (s *Session) clean() {
	if s.dirty = s.dirty[:0]; cap(s.dirty) > 2*maxDirty {
		s.dirty = nil
	}
}

// buffer is what drawing needs, shared by all sessions.
type buffer struct {
	tile   bitmap.Pixels
	canvas draw.Canvas
	out    []byte
}

// sendAt is how much is gathered before it is sent, in bytes.
const sendAt = 32 << 10

var buffers = sync.Pool{New: func() any {
	return &buffer{tile: bitmap.NewPixels(update.MaxTileWidth, update.MaxTileHeight), out: make([]byte, 0, 2*sendAt)}
}}

// paint draws one area tile by tile. Tiles begin at multiples of four pixels,
// because the codecs want such widths.
func (s *Session) paint(w *buffer, area image.Rectangle) error {
	area.Min.X &^= 3
	for y := area.Min.Y; y < area.Max.Y; y += update.MaxTileHeight {
		for x := area.Min.X; x < area.Max.X; x += update.MaxTileWidth {
			width, height := min(update.MaxTileWidth, area.Max.X-x), min(update.MaxTileHeight, area.Max.Y-y)
			w.canvas = draw.Canvas{Pixels: w.tile.Sub(0, 0, width, height), Origin: image.Pt(x, y)}
			s.scene.Draw(&w.canvas)
			var err error
			if w.out, err = s.server.AppendBitmap(w.out, image.Pt(x, y), w.tile.Sub(0, 0, width, height)); err != nil {
				return err
			}
			if len(w.out) >= sendAt {
				if err := s.write(w.out); err != nil {
					return err
				}
				w.out = w.out[:0]
			}
		}
	}
	return nil
}

// write sends bytes under the deadline of one step.
func (s *Session) write(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	return rdpio.Send(s.conn, b, s.timeout)
}
