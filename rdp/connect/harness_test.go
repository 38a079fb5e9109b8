package connect

import (
	"bytes"
	"errors"
	"image"
	"testing"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// This file lets a client and a server talk in memory, with somebody in between who
// can note and change the frames.

const asked = x224.ProtocolSSL | x224.ProtocolHybrid

var secret = []byte("geheim-9482")

func clientInfo() *security.ClientInfo {
	return &security.ClientInfo{Flags: security.InfoMouse | security.InfoUnicode, User: "hanako", Password: wire.AppendUTF16(nil, secret)}
}

func newClient(t testing.TB, change ...func(*ClientConfig)) *Client {
	t.Helper()
	config := ClientConfig{
		Requested: asked, Selected: x224.ProtocolHybrid, Name: "CLIENT", Desktop: image.Pt(320, 200), Depth: 32,
		KeyboardLayout: 0x411, Channels: []gcc.Channel{{Name: "rdpdr"}, {Name: "rdpsnd"}}, Info: clientInfo(),
	}
	for _, f := range change {
		f(&config)
	}
	c, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newServer(t testing.TB, change ...func(*ServerConfig)) *Server {
	t.Helper()
	config := ServerConfig{Requested: asked, Selected: x224.ProtocolHybrid}
	for _, f := range change {
		f(&config)
	}
	s, err := NewServer(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// message is a frame on its way.
type message struct {
	fromClient bool
	frame      []byte
}

// between sees each message and returns what arrives instead.
type between func(m message) [][]byte

// carry plays the sequence until both are Active and returns what was said.
func carry(t testing.TB, c *Client, s *Server, b between) []message {
	t.Helper()
	said, err := converse(t, c, s, b)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Active() || !s.Active() {
		t.Fatalf("the client awaits %q, the server %q", c.Awaits(), s.Awaits())
	}
	return said
}

// converse is carry for sequences that need not end well. It returns with the first
// error of either machine.
func converse(t testing.TB, c *Client, s *Server, b between) ([]message, error) {
	t.Helper()
	first, err := c.Start()
	if err != nil {
		t.Fatal(err)
	}
	return deliver(t, c, s, b, queue(t, nil, true, first))
}

// deliver gives the messages and all that they bring about to the machines.
func deliver(t testing.TB, c *Client, s *Server, b between, waiting []message) (said []message, err error) {
	t.Helper()
	for len(waiting) > 0 {
		m := waiting[0]
		waiting = waiting[1:]
		frames := [][]byte{m.frame}
		if b != nil {
			frames = b(m)
		}
		for _, frame := range frames {
			said = append(said, message{m.fromClient, bytes.Clone(frame)})
			step := c.Step
			if m.fromClient {
				step = s.Step
			}
			reply, err := step(bytes.Clone(frame))
			if err != nil {
				return said, err
			}
			waiting = queue(t, waiting, !m.fromClient, reply)
		}
	}
	return said, nil
}

func queue(t testing.TB, waiting []message, fromClient bool, b []byte) []message {
	t.Helper()
	for _, frame := range split(t, b) {
		waiting = append(waiting, message{fromClient, bytes.Clone(frame)})
	}
	return waiting
}

// split cuts bytes into frames.
func split(t testing.TB, b []byte) (frames [][]byte) {
	t.Helper()
	for len(b) > 0 {
		n, err := FrameSize(b)
		if err != nil || n == 0 || n > len(b) {
			t.Fatalf("a frame of %d bytes in %d: %v", n, len(b), err)
		}
		frames = append(frames, b[:n:n])
		b = b[n:]
	}
	return frames
}

// connected is a pair in an active session.
func connected(t testing.TB) (*Client, *Server) {
	t.Helper()
	c, s := newClient(t), newServer(t)
	carry(t, c, s, nil)
	return c, s
}

// code is the stable name of an error, "" for nil.
func code(err error) string {
	var typed interface{ Code() string }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &typed):
		return typed.Code()
	}
	return "untyped: " + err.Error()
}

// must unwraps what cannot fail in a test.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// fromClient and fromServer wrap user data into a frame of that direction.
func fromClient(initiator, channel uint16, userData []byte) []byte {
	pdu := must(mcs.AppendSendDataRequest(nil, mcs.SendData{Initiator: initiator, ChannelID: channel, UserData: userData}))
	return must(x224.AppendData(nil, pdu))
}

func fromServer(channel uint16, userData []byte) []byte {
	return must(appendIndication(nil, channel, userData))
}

// dataPDU is a Share Data PDU.
func dataPDU(source uint16, shareID uint32, t share.DataType, body []byte) []byte {
	return must(share.AppendData(nil, source, shareID, t, body))
}

// editInitial changes the client's settings on their way.
func editInitial(frame []byte, edit func(*gcc.ClientData)) []byte {
	initial := must(mcs.ParseConnectInitial(must(x224.ParseData(frame))))
	data := must(gcc.ParseClientData(must(gcc.ParseConferenceCreateRequest(initial.UserData))))
	edit(data)
	initial.UserData = must(gcc.AppendConferenceCreateRequest(nil, must(gcc.AppendClientData(nil, data))))
	return must(x224.AppendData(nil, must(mcs.AppendConnectInitial(nil, initial))))
}

// editResponse changes the server's settings on their way.
func editResponse(frame []byte, edit func(*gcc.ServerData)) []byte {
	response := must(mcs.ParseConnectResponse(must(x224.ParseData(frame))))
	conference := must(gcc.ParseConferenceCreateResponse(response.UserData))
	data := must(gcc.ParseServerData(conference.UserData))
	edit(data)
	conference.UserData = must(gcc.AppendServerData(nil, data))
	response.UserData = must(gcc.AppendConferenceCreateResponse(nil, conference))
	return must(x224.AppendData(nil, must(mcs.AppendConnectResponse(nil, response))))
}

// editActive changes a Demand Active or Confirm Active PDU on its way; other frames
// stay as they are.
func editActive(m message, demand func(*share.DemandActive), confirm func(*share.ConfirmActive)) []byte {
	f, err := open(m.frame)
	if err != nil || f.fastPath || f.kind != mcs.SendDataRequestType && f.kind != mcs.SendDataIndicationType {
		return m.frame
	}
	parse := mcs.ParseSendDataIndication
	if m.fromClient {
		parse = mcs.ParseSendDataRequest
	}
	data := must(parse(f.payload))
	if len(data.UserData) < 4 || data.UserData[2]&0xF0 != versioned {
		return m.frame
	}
	c, _, err := share.NextControl(data.UserData)
	switch {
	case err != nil:
	case c.Type == share.TypeDemandActive && demand != nil:
		d := must(share.ParseDemandActive(c.Body))
		demand(d)
		return fromServer(data.ChannelID, must(share.AppendDemandActive(nil, c.Source, d)))
	case c.Type == share.TypeConfirmActive && confirm != nil:
		d := must(share.ParseConfirmActive(c.Body))
		confirm(d)
		return fromClient(data.Initiator, data.ChannelID, must(share.AppendConfirmActive(nil, c.Source, d)))
	}
	return m.frame
}

func demanding(edit func(*share.DemandActive)) between {
	return func(m message) [][]byte { return [][]byte{editActive(m, edit, nil)} }
}

func confirming(edit func(*share.ConfirmActive)) between {
	return func(m message) [][]byte { return [][]byte{editActive(m, nil, edit)} }
}

// settingsOf changes the settings of the client.
func settingsOf(edit func(*gcc.ClientData)) between {
	first := true
	return func(m message) [][]byte {
		if m.fromClient && first {
			first = false
			return [][]byte{editInitial(m.frame, edit)}
		}
		return [][]byte{m.frame}
	}
}
