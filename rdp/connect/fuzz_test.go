package connect

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/rdp/mcs"
)

// maxReply is more than any machine answers to one frame of a session, in bytes: a
// server's Demand Active, a client's Confirm Active with the four messages behind it.
const maxReply = 4096

// feed gives a stream of bytes to a machine, frame by frame, as a driver does.
func feed(t *testing.T, m machine, stream []byte) {
	for len(stream) > 0 {
		size, err := FrameSize(stream)
		if err != nil || size == 0 || size > len(stream) {
			return
		}
		reply, err := m.Step(stream[:size])
		if len(reply) > maxReply {
			t.Fatalf("a reply of %d bytes to %d", len(reply), size)
		}
		if err != nil {
			if code(err) == "" || len(code(err)) > 60 {
				t.Fatalf("no code: %v", err)
			}
			wantDead(t, m, "after an error")
			return
		}
		if m.Awaits() == "" {
			t.Fatal("dead without an error")
		}
		for rest := reply; len(rest) > 0; {
			n, err := FrameSize(rest)
			if err != nil || n == 0 || n > len(rest) {
				t.Fatalf("a reply that is no frame: % x", rest)
			}
			if _, err := open(rest[:n]); err != nil {
				t.Fatalf("a reply that does not parse: %v", err)
			}
			rest = rest[n:]
		}
		stream = stream[size:]
	}
}

func FuzzServer(f *testing.F) {
	session := goodSession(f)
	states := []string{atInitial, atUser, atInfo, atConfirm, atSynchronize, atCooperate, atRequest, atFontList, atInput}
	for i, state := range states {
		for _, k := range serverKinds(f, session) {
			if _, ok := k.next[state]; ok {
				f.Add(byte(i), k.frame)
			}
		}
	}
	var whole []byte
	for _, m := range session {
		if m.fromClient {
			whole = append(whole, m.frame...)
		}
	}
	f.Add(byte(0), whole)
	f.Fuzz(func(t *testing.T, state byte, stream []byte) {
		feed(t, serverIn(t, session, states[int(state)%len(states)]), stream)
	})
}

func FuzzClient(f *testing.F) {
	session := goodSession(f)
	states := []string{atResponse, atAttach, atJoin, atLicensing, atDemand, atFontMap, atUpdates}
	for i, state := range states {
		for _, k := range clientKinds(f, session) {
			if _, ok := k.next[state]; ok {
				f.Add(byte(i), k.frame)
			}
		}
	}
	var whole []byte
	for _, m := range session {
		if !m.fromClient {
			whole = append(whole, m.frame...)
		}
	}
	f.Add(byte(0), whole)
	f.Fuzz(func(t *testing.T, state byte, stream []byte) {
		c := clientIn(t, session, states[int(state)%len(states)])
		feed(t, c, stream)
		if s := c.Screen(); s != nil && s.Pixels.Width*s.Pixels.Height > MaxPixels {
			t.Fatalf("a screen of %v", s.Bounds())
		}
	})
}

// Whatever FrameSize says is what open wants to see.
func FuzzFrameSize(f *testing.F) {
	for _, m := range goodSession(f) {
		f.Add(m.frame)
	}
	f.Add([]byte{0, 0x80, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		size, err := FrameSize(b)
		if err != nil && size != 0 || size > 1<<16 {
			t.Fatalf("size %d with %v", size, err)
		}
		for n := range min(len(b), 5) { // more bytes never make it another
			if s, e := FrameSize(b[:n]); s != 0 && s != size || e != nil && err == nil {
				t.Fatalf("size %d of %d bytes, %d of all: %v, %v", s, n, size, e, err)
			}
		}
		if err != nil || size == 0 || size > len(b) {
			return
		}
		opened, err := open(bytes.Clone(b[:size]))
		if err == nil && !opened.fastPath && opened.kind != connectPDU && opened.kind > mcs.PDUType(63) {
			t.Fatalf("kind %d", opened.kind)
		}
	})
}
