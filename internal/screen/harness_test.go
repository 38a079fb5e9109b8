package screen

import (
	"bytes"
	"context"
	"errors"
	"image"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/x224"
)

// stripes is a scene with a pattern that Input moves: a scan code is how far.
type stripes struct {
	mu     sync.Mutex
	size   image.Point
	offset int
	drawn  int // pixels
	action Action
}

func (s *stripes) Draw(c *draw.Canvas) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := c.Bounds()
	s.drawn += b.Dx() * b.Dy()
	for x := b.Min.X; x < b.Max.X; x++ {
		c.Fill(image.Rect(x, b.Min.Y, x+1, b.Max.Y), draw.Colour((x+s.offset)*0x010203&0xFFFFFF))
	}
}

func (s *stripes) Input(dirty []image.Rectangle, e input.Event) ([]image.Rectangle, Action) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Kind {
	case input.Scancode:
		s.offset += int(e.Code)
		return append(dirty, image.Rectangle{Max: s.size}), Action{}
	case input.Mouse: // many small ones
		return append(dirty, image.Rect(int(e.X), int(e.Y), int(e.X)+4, int(e.Y)+4)), Action{}
	}
	return dirty, s.action
}

func (s *stripes) pixels() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() { s.drawn = 0 }()
	return s.drawn
}

const (
	asked = x224.ProtocolSSL
	width = 300 // no multiple of a tile
)

func machines(t testing.TB) (*connect.Client, *connect.Server) {
	t.Helper()
	server, err := connect.NewServer(connect.ServerConfig{Requested: asked, Selected: asked})
	if err != nil {
		t.Fatal(err)
	}
	client, err := connect.NewClient(connect.ClientConfig{Requested: asked, Selected: asked, Name: "C", Desktop: image.Pt(width, 200), Depth: 32,
		Channels: []gcc.Channel{{Name: "cliprdr"}}, Info: &security.ClientInfo{Flags: security.InfoUnicode}})
	if err != nil {
		t.Fatal(err)
	}
	return client, server
}

// viewer is a client on a connection in memory, in a session with a Session.
type viewer struct {
	t       *testing.T
	conn    net.Conn
	session *Session
	scene   *stripes
	ran     chan error
	cancel  context.CancelFunc
	keys    int // the sum of those that were sent

	mu     sync.Mutex
	client *connect.Client
	frames int
	ended  error
	done   chan struct{}
}

// connected are the two ends of a connection, with buffers as in life.
func connected(t *testing.T) (own, peer net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if peer, err = net.Dial("tcp", l.Addr().String()); err == nil {
		own, err = l.Accept()
	}
	if err != nil {
		t.Fatal(err)
	}
	return own, peer
}

// watch lets a client look at a scene.
func watch(t *testing.T) *viewer {
	t.Helper()
	client, server := machines(t)
	own, peer := connected(t)
	v := &viewer{t: t, conn: peer, client: client, ran: make(chan error, 1), done: make(chan struct{}), scene: &stripes{size: image.Pt(width, 200)}}
	first, err := client.Start()
	if err != nil {
		t.Fatal(err)
	}
	first = bytes.Clone(first)
	go v.read(first)
	frames := rdpio.NewFrames(own, time.Second)
	if err := rdpio.Connect(t.Context(), own, frames, server, nil, time.Second); err != nil {
		t.Fatal(err)
	}
	v.session = New(own, frames, server, time.Second)
	if v.session.Picture() != nil {
		t.Error("a picture before Run")
	}
	ctx, cancel := context.WithCancel(context.Background())
	v.cancel = cancel
	go func() {
		v.ran <- v.session.Run(ctx, v.scene)
		server.Close()
		own.Close()
	}()
	t.Cleanup(func() {
		cancel()
		peer.Close()
		<-v.done
	})
	return v
}

// read takes what the server sends until the end.
func (v *viewer) read(first []byte) {
	defer close(v.done)
	_, err := v.conn.Write(first)
	frames := rdpio.NewFrames(v.conn, time.Second)
	for err == nil {
		var frame, reply []byte
		if frame, err = frames.Next(context.Background()); err != nil {
			break
		}
		v.mu.Lock()
		v.frames++
		reply, err = v.client.Step(frame)
		reply = bytes.Clone(reply)
		v.mu.Unlock()
		if err == nil && len(reply) > 0 {
			_, err = v.conn.Write(reply)
		}
	}
	v.mu.Lock()
	v.ended = err
	v.mu.Unlock()
}

// send says something as the client.
func (v *viewer) send(make func(c *connect.Client) ([]byte, error)) {
	v.t.Helper()
	v.mu.Lock()
	b, err := make(v.client)
	b = bytes.Clone(b)
	v.mu.Unlock()
	if err != nil {
		v.t.Fatal(err)
	}
	if _, err := v.conn.Write(b); err != nil {
		v.t.Fatal(err)
	}
}

func (v *viewer) input(events ...input.Event) {
	v.t.Helper()
	for _, e := range events {
		if e.Kind == input.Scancode {
			v.keys += int(e.Code)
		}
	}
	v.send(func(c *connect.Client) ([]byte, error) { return c.AppendInput(nil, events) })
}

// arrived waits until the scene has had all keys.
func (v *viewer) arrived() {
	v.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		v.scene.mu.Lock()
		offset := v.scene.offset
		v.scene.mu.Unlock()
		if offset == v.keys {
			return
		}
	}
	v.t.Fatal("the keys do not arrive")
}

// moved waits until the client sees what its keys have done.
func (v *viewer) moved() {
	v.t.Helper()
	v.arrived()
	v.same()
}

// same waits until the client sees what the scene is.
func (v *viewer) same() {
	v.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		want := v.session.Picture()
		v.mu.Lock()
		good := v.client.Active() && want != nil && bytes.Equal(v.client.Screen().Image().Pix, want.Pix)
		v.mu.Unlock()
		if good {
			return
		}
	}
	v.t.Fatal("the client does not see it")
}

// end waits for Run.
func (v *viewer) end() error {
	v.t.Helper()
	select {
	case err := <-v.ran:
		if v.session.Picture() != nil {
			v.t.Error("a picture after Run")
		}
		v.session.Update(func([]image.Rectangle) []image.Rectangle {
			v.t.Error("an update after Run")
			return nil
		})
		return err
	case <-time.After(10 * time.Second):
		v.t.Fatal("Run goes on")
	}
	return nil
}

func codeOf(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return ""
}
