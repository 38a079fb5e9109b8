package rdpio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// scripted is a connection whose reads give what is written here, piece by piece, and
// which remembers its deadlines.
type scripted struct {
	net.Conn
	pieces   [][]byte
	end      error // after the last piece
	deadline time.Time
	longest  int // buffer that was offered
}

func (c *scripted) Read(p []byte) (int, error) {
	c.longest = max(c.longest, len(p))
	if len(c.pieces) == 0 {
		return 0, c.end
	}
	n := copy(p, c.pieces[0])
	if c.pieces[0] = c.pieces[0][n:]; len(c.pieces[0]) == 0 {
		c.pieces = c.pieces[1:]
	}
	return n, nil
}

func (c *scripted) SetReadDeadline(t time.Time) error {
	c.deadline = t
	return nil
}

// tpkt and fast are frames of that many bytes in all.
func tpkt(n int, fill byte) []byte {
	b := bytes.Repeat([]byte{fill}, n)
	copy(b, []byte{3, 0, byte(n >> 8), byte(n)})
	return b
}

func fast(n int, fill byte) []byte {
	b := bytes.Repeat([]byte{fill}, n)
	copy(b, []byte{4, 0x80 | byte(n>>8), byte(n)})
	return b
}

func wantFrames(t *testing.T, f *Frames, want ...[]byte) {
	t.Helper()
	for i, w := range want {
		got, err := f.Next(context.Background())
		if err != nil || !bytes.Equal(got, w) {
			t.Fatalf("frame %d: %d bytes, want %d: %v", i, len(got), len(w), err)
		}
		if cap(got) != len(got) {
			t.Errorf("frame %d: an append would write over the next one", i)
		}
	}
}

func TestFramesInEverySplit(t *testing.T) {
	small := [][]byte{tpkt(7, 1), fast(4, 2), {8, 2}, tpkt(300, 3), fast(200, 4), tpkt(512, 5), tpkt(9, 6)}
	stream := bytes.Join(small, nil)
	for a := range stream {
		c := &scripted{pieces: [][]byte{stream[:a], stream[a:]}, end: io.EOF}
		if a == 0 {
			c.pieces = c.pieces[1:]
		}
		f := NewFrames(c, 0)
		wantFrames(t, f, small...)
		if _, err := f.Next(context.Background()); codeOf(err) != "conn.closed" || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("at the end: %v", err)
		}
		if !c.deadline.IsZero() {
			t.Fatal("a deadline stays")
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 { // many pieces, frames of all sizes
		var frames, pieces [][]byte
		for i := range 20 {
			n := 7 + random.IntN([]int{10, 600, 20000, maxFrame - 8}[random.IntN(4)])
			if frame := tpkt(n, byte(i)); n > 0x7FFF || random.IntN(2) == 0 {
				frames = append(frames, frame)
			} else {
				frames = append(frames, fast(n, byte(i)))
			}
		}
		for rest := bytes.Join(frames, nil); len(rest) > 0; {
			n := min(len(rest), 1+random.IntN(3000))
			pieces, rest = append(pieces, rest[:n]), rest[n:]
		}
		wantFrames(t, NewFrames(&scripted{pieces: pieces, end: io.EOF}, 0), frames...)
	}
	bytewise := make([][]byte, len(stream))
	for i := range stream {
		bytewise[i] = stream[i : i+1]
	}
	wantFrames(t, NewFrames(&scripted{pieces: bytewise, end: io.EOF}, 0), small...)
}

// While it waits a reader holds its small buffer and no other.
func TestFramesGiveTheLargeBufferBack(t *testing.T) {
	large, next := tpkt(maxFrame-1, 7), fast(20, 8)
	f := NewFrames(&scripted{pieces: [][]byte{large[:3], large[3:1000], large[1000:], next[:1], next[1:], next}, end: io.EOF}, 0)
	wantFrames(t, f, large)
	if f.large == nil {
		t.Fatal("a frame of 64 KiB in a buffer of 512 bytes")
	}
	wantFrames(t, f, next)
	if f.large != nil || &f.buf[0] != &f.small[0] {
		t.Error("the large buffer is still there")
	}
	wantFrames(t, f, next)
	if n := testing.AllocsPerRun(20, func() {
		f.conn.(*scripted).pieces = [][]byte{large, next}
		wantFrames(t, f, large, next)
	}); n > 2 { // what this test makes of pieces
		t.Errorf("%v allocations for a large frame", n)
	}
}

// What a frame has left where it was before would be found by nobody who wipes it.
func TestFramesLeaveNoCopies(t *testing.T) {
	first, second, third := tpkt(100, 1), tpkt(450, 0xEE), tpkt(2000, 0xDD)
	stream := bytes.Join([][]byte{first, second, third}, nil)
	c := &scripted{pieces: [][]byte{stream[:512], stream[512:550], stream[550:]}, end: io.EOF}
	f := NewFrames(c, 0)
	wantFrames(t, f, first)
	got, err := f.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	clear(got)
	if n := bytes.Count(f.small[:], []byte{0xEE}); n > 0 {
		t.Errorf("%d bytes of a frame that was moved", n)
	}
	if got, err = f.Next(context.Background()); err != nil || len(got) != 2000 {
		t.Fatal(err)
	}
	if n := bytes.Count(f.small[:], []byte{0xDD}); n > 0 {
		t.Errorf("%d bytes of a frame that went to the large buffer", n)
	}
}

func TestFramesEnd(t *testing.T) {
	reset := errors.New("reset")
	for name, c := range map[string]struct {
		pieces     [][]byte
		end        error
		code       string
		unexpected bool
	}{
		"between frames":        {nil, io.EOF, "conn.closed", false},
		"in a header":           {[][]byte{{3}}, io.EOF, "conn.closed", true},
		"in a frame":            {[][]byte{{3, 0, 0, 20, 1}}, io.EOF, "conn.closed", true},
		"something else breaks": {[][]byte{{3, 0}}, reset, "conn.failed", false},
		"no frame":              {[][]byte{{1}}, io.EOF, "wire.malformed", false},
		"a length of nothing":   {[][]byte{{3, 0, 0, 4}}, io.EOF, "wire.malformed", false},
		"a short fast path":     {[][]byte{{0, 1}}, io.EOF, "wire.malformed", false},
	} {
		conn := &scripted{pieces: c.pieces, end: c.end}
		frame, err := NewFrames(conn, 0).Next(context.Background())
		if frame != nil || codeOf(err) != c.code || errors.Is(err, io.ErrUnexpectedEOF) != c.unexpected {
			t.Errorf("%s: %d bytes, %v", name, len(frame), err)
		}
		if !conn.deadline.IsZero() {
			t.Errorf("%s: a deadline stays", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewFrames(&scripted{end: reset}, 0).Next(ctx); codeOf(err) != "conn.cancelled" {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzFrames(f *testing.F) {
	f.Add([]byte{4, 3, 9, 3, 0, 0, 7, 2, 0xF0, 0x80}, uint16(3))
	f.Add(append(tpkt(2000, 1), fast(700, 2)...), uint16(511))
	f.Add([]byte{3, 0, 0xFF}, uint16(1))
	f.Fuzz(func(t *testing.T, stream []byte, step uint16) {
		read := func(step int) (frames [][]byte, code string) {
			c := &scripted{end: io.EOF}
			for rest := stream; len(rest) > 0; {
				n := min(step, len(rest))
				c.pieces, rest = append(c.pieces, rest[:n]), rest[n:]
			}
			frames = [][]byte{}
			reader := NewFrames(c, 0)
			for {
				frame, err := reader.Next(context.Background())
				if err != nil {
					return frames, codeOf(err)
				}
				frames = append(frames, bytes.Clone(frame))
			}
		}
		whole, end := read(len(stream) + 1)
		pieces, pieceEnd := read(int(step) + 1)
		if end != pieceEnd || len(whole) != len(pieces) || !bytes.Equal(bytes.Join(whole, nil), bytes.Join(pieces, nil)) {
			t.Fatalf("%d frames and %s, in pieces %d and %s", len(whole), end, len(pieces), pieceEnd)
		}
		if got := bytes.Join(whole, nil); !bytes.HasPrefix(stream, got) {
			t.Fatal("the frames are not what came")
		}
	})
}
