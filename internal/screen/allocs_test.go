package screen

import (
	"image"
	"net"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/rdp/input"
)

// sink is a connection that takes everything.
type sink struct {
	net.Conn
	n int
}

func (s *sink) Write(p []byte) (int, error)      { s.n += len(p); return len(p), nil }
func (s *sink) SetWriteDeadline(time.Time) error { return nil }

// raceDetector is set by a file of its own: with it pools drop what they hold.
var raceDetector bool

// Drawing a dirty rectangle allocates nothing.
func TestUpdateAllocations(t *testing.T) {
	if raceDetector {
		t.Skip("a pool does not keep its buffers under the race detector")
	}
	client, server := machines(t)
	connectInMemory(t, client, server)
	conn := &sink{}
	s := New(conn, nil, server, time.Second)
	s.scene = plain(0)
	change := func(dirty []image.Rectangle) []image.Rectangle {
		return append(dirty, image.Rect(10, 10, 90, 90), image.Rect(200, 100, 300, 200))
	}
	s.Update(change)
	if conn.n == 0 || s.lost != nil {
		t.Fatalf("%d bytes, %v", conn.n, s.lost)
	}
	if n := testing.AllocsPerRun(200, func() { s.Update(change) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	s.dirty = make([]image.Rectangle, 1000)
	if s.clean(); s.dirty != nil {
		t.Error("a session keeps the room of a thousand areas")
	}
}

// plain is a scene of one colour.
type plain draw.Colour

func (p plain) Draw(c *draw.Canvas) { c.Fill(c.Bounds(), draw.Colour(p)) }
func (plain) Input(dirty []image.Rectangle, _ input.Event) ([]image.Rectangle, Action) {
	return dirty, Action{}
}

func BenchmarkUpdate(b *testing.B) {
	client, server := machines(b)
	connectInMemory(b, client, server)
	s := New(&sink{}, nil, server, time.Second)
	s.scene = plain(0x123456)
	b.ReportAllocs()
	for b.Loop() {
		s.Update(func(dirty []image.Rectangle) []image.Rectangle { return append(dirty, image.Rect(0, 0, width, 200)) })
	}
}
