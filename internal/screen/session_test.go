package screen

import (
	"image"
	"net"
	"testing"
	"time"

	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

func key(code uint16) input.Event { return input.Event{Kind: input.Scancode, Code: code} }

// fromUser is a Share Data PDU of the client: its user comes behind the I/O channel,
// one static channel and the message channel.
func fromUser(pdus ...[]byte) func(*connect.Client) ([]byte, error) {
	return func(*connect.Client) ([]byte, error) {
		var userData []byte
		for _, pdu := range pdus {
			userData = append(userData, pdu...)
		}
		payload, err := mcs.AppendSendDataRequest(nil, mcs.SendData{Initiator: 1006, ChannelID: 1003, UserData: userData})
		if err != nil {
			return nil, err
		}
		return x224.AppendData(nil, payload)
	}
}

func data(t *testing.T, typ share.DataType, body []byte) []byte {
	t.Helper()
	pdu, err := share.AppendData(nil, 1006, 1, typ, body)
	if err != nil {
		t.Fatal(err)
	}
	return pdu
}

func TestSessionShowsAndTypes(t *testing.T) {
	v := watch(t)
	v.same()
	v.input(key(7))
	v.moved()
	v.session.Update(func(dirty []image.Rectangle) []image.Rectangle {
		v.scene.offset += 3
		return append(dirty, image.Rect(-50, -50, 5000, 5000))
	})
	v.same()
	v.send((*connect.Client).Disconnect)
	if err := v.end(); err != nil {
		t.Error(err)
	}
}

// Only what is dirty is drawn, in tiles that begin at multiples of four pixels.
func TestSessionDrawsWhatIsDirty(t *testing.T) {
	v := watch(t)
	v.same()
	v.scene.pixels()
	v.input(input.Event{Kind: input.Mouse, X: 101, Y: 50})
	deadline := time.Now().Add(5 * time.Second)
	drawn := 0
	for drawn == 0 && time.Now().Before(deadline) {
		time.Sleep(time.Millisecond)
		drawn = v.scene.pixels()
	}
	if drawn != 5*4 {
		t.Errorf("%d pixels for 4x4 at 101,50", drawn)
	}
}

// A client that asks for the whole desktop two thousand times in one message gets
// it once, and so does one that moves the pointer all over it.
func TestSessionJoinsAreas(t *testing.T) {
	areas := make([]share.Rect, 255)
	for i := range areas {
		areas[i] = share.Rect{Right: 0xFFFF, Bottom: 0xFFFF}
	}
	refresh, err := share.AppendRefreshRect(nil, share.RefreshRect{Areas: areas})
	if err != nil {
		t.Fatal(err)
	}
	client, server := machines(t)
	connectInMemory(t, client, server)
	s, scene := New(&sink{}, nil, server, time.Second), &stripes{size: image.Pt(width, 200)}
	s.scene = scene
	drawn := func(make func(*connect.Client) ([]byte, error)) int {
		t.Helper()
		frame, err := make(client)
		if err != nil {
			t.Fatal(err)
		}
		if end, err := s.step(frame); end || err != nil {
			t.Fatal(end, err)
		}
		return scene.pixels()
	}
	pdu := data(t, share.DataRefreshRect, refresh)
	if n := drawn(fromUser(pdu, pdu, pdu, pdu, pdu, pdu, pdu)); n != width*200 {
		t.Errorf("%d pixels for %d", n, width*200)
	}
	var events []input.Event
	for i := range input.MaxSlowPathEvents {
		events = append(events, input.Event{Kind: input.Mouse, X: uint16(i * 37 % width), Y: uint16(i * 17 % 200)})
	}
	moves, err := input.AppendSlowPath(nil, events)
	if err != nil {
		t.Fatal(err)
	}
	if n := drawn(fromUser(data(t, share.DataInput, moves))); n > width*200 {
		t.Errorf("%d pixels for a thousand movements", n)
	}
	desktop := image.Rect(0, 0, width, 200)
	for name, c := range map[string]struct {
		dirty []image.Rectangle
		want  []image.Rectangle
	}{
		"nothing":           {nil, []image.Rectangle{}},
		"outside":           {[]image.Rectangle{image.Rect(400, 0, 500, 10), image.Rect(-9, -9, 0, 0)}, []image.Rectangle{}},
		"cut":               {[]image.Rectangle{image.Rect(-5, -5, 10, 10)}, []image.Rectangle{image.Rect(0, 0, 10, 10)}},
		"twice":             {[]image.Rectangle{desktop, desktop}, []image.Rectangle{desktop}},
		"inside the former": {[]image.Rectangle{desktop, image.Rect(1, 1, 2, 2)}, []image.Rectangle{desktop}},
		"around the former": {[]image.Rectangle{image.Rect(1, 1, 2, 2), desktop}, []image.Rectangle{desktop}},
		"too many":          {make33(), []image.Rectangle{image.Rect(0, 0, 297, 10)}},
	} {
		s.dirty = append(s.dirty[:0], c.dirty...)
		s.join(desktop)
		if len(s.dirty) != len(c.want) || len(s.dirty) > 0 && s.dirty[0] != c.want[0] {
			t.Errorf("%s: %v, want %v", name, s.dirty, c.want)
		}
	}
}

func make33() (areas []image.Rectangle) {
	for i := range maxDirty + 1 {
		areas = append(areas, image.Rect(9*i, 0, 9*i+9, 10))
	}
	return append(areas, image.Rect(-100, -100, -50, -50))
}

// A minimised window costs nothing; when it is back it shows what it has missed.
func TestSessionSuppressed(t *testing.T) {
	v := watch(t)
	v.same()
	suppress := func(allow bool) {
		v.send(fromUser(data(t, share.DataSuppressOutput, share.AppendSuppressOutput(nil, share.SuppressOutput{Allow: allow}))))
	}
	suppress(false)
	v.input(key(5))
	v.arrived()
	v.mu.Lock()
	before := v.frames
	v.mu.Unlock()
	v.session.Update(func(dirty []image.Rectangle) []image.Rectangle { return append(dirty, image.Rect(0, 0, 9, 9)) })
	time.Sleep(20 * time.Millisecond)
	v.mu.Lock()
	if v.frames != before {
		t.Error("an update for a client that wants none")
	}
	v.mu.Unlock()
	suppress(true)
	v.same()
}

// Input beside the wish for a new share is not lost, and the new one shows it all.
func TestSessionReactivates(t *testing.T) {
	v := watch(t)
	v.same()
	v.scene.mu.Lock()
	v.scene.action = Action{Reactivate: true}
	v.scene.mu.Unlock()
	for range 3 {
		v.input(input.Event{Kind: input.Unicode, Code: 'x'}, key(11))
		v.moved()
	}
}

// All the ways in which a session ends well.
func TestSessionEnds(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(v *viewer)
		want string // what the client is told
	}{
		"the client says goodbye": {func(v *viewer) { v.send((*connect.Client).Disconnect) }, ""},
		"the client just closes":  {func(v *viewer) { v.conn.Close() }, ""},
		"the user asks to leave":  {func(v *viewer) { v.send((*connect.Client).Shutdown) }, "mcs.disconnected"},
		"ctx":                     {func(v *viewer) { v.cancel() }, "conn.closed"},
		"an action": {func(v *viewer) {
			v.scene.action = Action{Disconnect: true, Reason: share.ErrorInfoLogoffByUser}
			v.input(input.Event{Kind: input.Unicode})
		}, share.ErrorInfoLogoffByUser.Code()},
		"a redirection": {func(v *viewer) {
			v.scene.action = Action{Redirect: &share.ServerRedirection{LoadBalanceInfo: []byte("x")}}
			v.input(input.Event{Kind: input.Unicode})
			for v.seen() == nil {
				time.Sleep(time.Millisecond)
			}
			v.conn.Close() // and goes there
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			v := watch(t)
			v.same()
			began := time.Now()
			c.do(v)
			if c.want != "" {
				<-v.done
				v.mu.Lock()
				// Whoever hangs up with input unread resets the connection.
				if code := codeOf(v.ended); code != c.want && !(c.want == "conn.closed" && code == "conn.reset") {
					t.Errorf("the client was told %v", v.ended)
				}
				v.mu.Unlock()
				v.conn.Close()
			}
			if err := v.end(); err != nil || time.Since(began) > farewell {
				t.Errorf("after %v: %v", time.Since(began), err)
			}
		})
	}
}

func (v *viewer) seen() *share.ServerRedirection {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.client.Events().Redirection
}

// A client that does what it must not ends with its error, and one that does not read
// with the timeout, also if it was an Update that it did not read.
func TestSessionFails(t *testing.T) {
	v := watch(t)
	v.same()
	v.send(func(*connect.Client) ([]byte, error) { return []byte{3, 0, 0, 8, 2, 0xF0, 0x80, 0x28}, nil })
	if err := v.end(); codeOf(err) != "connect.message.unexpected" {
		t.Error(err)
	}

	client, server := machines(t)
	own, peer := net.Pipe()
	defer peer.Close()
	connectInMemory(t, client, server)
	s := New(own, nil, server, 50*time.Millisecond)
	s.scene = &stripes{}
	s.Update(func(dirty []image.Rectangle) []image.Rectangle { return append(dirty, image.Rect(0, 0, 9, 9)) })
	if codeOf(s.lost) != "conn.timeout" {
		t.Errorf("lost %v", s.lost)
	}
	if end, err := s.step(nil); !end || err != nil {
		t.Errorf("a step after that: %v, %v", end, err)
	}
}

// Run tells that an Update was not read in time, and not that the connection was
// closed because of it.
func TestSessionLost(t *testing.T) {
	client, server := machines(t)
	connectInMemory(t, client, server)
	own, peer := net.Pipe()
	defer peer.Close()
	s := New(own, rdpio.NewFrames(own, time.Second), server, 100*time.Millisecond)
	ran := make(chan error, 1)
	go func() { ran <- s.Run(t.Context(), plain(1)) }()
	for err := error(nil); err == nil; { // all of the first picture, and no more
		peer.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		_, err = peer.Read(make([]byte, 1<<16))
	}
	s.Update(func(dirty []image.Rectangle) []image.Rectangle { return append(dirty, image.Rect(0, 0, 9, 9)) })
	if err := <-ran; codeOf(err) != "conn.timeout" {
		t.Error(err)
	}
}

// connectInMemory makes both machines active without a connection.
func connectInMemory(t testing.TB, client *connect.Client, server *connect.Server) {
	t.Helper()
	toServer, err := client.Start()
	for err == nil && !(client.Active() && server.Active()) {
		var toClient []byte
		if toClient, err = steps(server.Step, toServer); err == nil {
			toServer, err = steps(client.Step, toClient)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func steps(step func([]byte) ([]byte, error), b []byte) (replies []byte, err error) {
	for len(b) > 0 && err == nil {
		var n int
		var reply []byte
		if n, err = connect.FrameSize(b); err == nil {
			reply, err = step(b[:n])
			replies, b = append(replies, reply...), b[n:]
		}
	}
	return replies, err
}
