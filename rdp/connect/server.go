package connect

import (
	"bytes"
	"image"

	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// ServerConfig is what a Server needs.
type ServerConfig struct {
	// Requested is what the client asked for in RDP_NEG_REQ. It comes back to the
	// client inside, so that it notices if somebody changed it.
	Requested x224.Protocol

	// Selected is what was agreed on: SSL, HYBRID or HYBRID_EX.
	Selected x224.Protocol

	// Desktop is the size of the desktop in pixels; zero: what the client asks
	// for, brought between MinDesktop and MaxDesktop.
	Desktop image.Point
}

// The sizes of a desktop in pixels, each way (MS-RDPBCGR 2.2.1.3.2 and
// 2.2.7.1.2).
const (
	MinDesktop = 200
	MaxDesktop = 8192
)

// Server is the server's end of one connection.
//
// Step takes one whole frame at a time and returns what to send back, which is
// valid until the next call of any method that returns bytes. After an error the
// machine is dead. Once Active, the client's words are in Events, and the Append
// methods make what is sent to it.
type Server struct {
	config  ServerConfig
	state   serverState
	facts   ClientFacts
	info    *security.ClientInfo
	events  ServerEvents
	desktop image.Point
	shareID uint32
	user    uint16 // the client's user channel
	message uint16 // the message channel, 0: none
	joined  int    // Channel Join Requests so far
	idle    int    // frames of no use since the last step of the sequence
	out     []byte
}

// ServerEvents is what the client said in the last Step. The slices are valid
// until the next one.
type ServerEvents struct {
	Input    []input.Event
	Refresh  []image.Rectangle // areas to send again, within the desktop
	Suppress bool              // the client wants no updates for now
	Allow    bool              // it wants them again
	Shutdown bool              // the user wants to leave: deny it or disconnect
	RTT      bool              // the answer to AppendRTTRequest has come
	Chunks   []Chunk           // data of static channels
}

// Chunk is one chunk of a static virtual channel, with its header. Data aliases
// the frame.
type Chunk struct {
	Channel string
	Data    []byte
}

func (e *ServerEvents) reset() {
	*e = ServerEvents{Input: keep(e.Input), Refresh: keep(e.Refresh), Chunks: keep(e.Chunks)}
}

// keep empties a slice for the next Step, unless it has become so large that an
// idle session should not hold on to it.
func keep[T any](s []T) []T {
	if cap(s) > keepEvents {
		return nil
	}
	clear(s) // what it points to is over
	return s[:0]
}

const keepEvents = 64

// serverState awaits one message of the client.
type serverState interface {
	name() string
	step(s *Server, f frame) (next serverState, err error)
}

// firstShareID is that of a session before any reactivation. Windows builds it
// of the server's user channel, 0x03EA, and a count.
const firstShareID = 0x000103EA

// NewServer prepares a server. It does not do Standard RDP Security.
func NewServer(config ServerConfig) (*Server, error) {
	switch d := config.Desktop; {
	case config.Selected == x224.ProtocolRDP:
		return nil, wire.Misuse("connect.Server", "no standard RDP security")
	case d != (image.Point{}) && d != clampDesktop(d):
		return nil, wire.Misuse("connect.Server", "desktop of %v", d)
	}
	return &Server{config: config, state: awaitConnectInitial{}, shareID: firstShareID}, nil
}

func clampDesktop(p image.Point) image.Point {
	return image.Pt(min(max(p.X, MinDesktop), MaxDesktop), min(max(p.Y, MinDesktop), MaxDesktop))
}

// Step takes one frame of the client and returns what to answer, if anything.
// What is returned beside an error is sent before the connection is closed. A
// client that leaves politely ends the machine with a
// *mcs.DisconnectProviderUltimatum as error.
func (s *Server) Step(b []byte) (reply []byte, err error) {
	if s.state == nil {
		return nil, wire.Misuse("connect.Server", "awaits no frame")
	}
	s.events.reset()
	s.begin()
	f, err := open(b)
	var next serverState
	switch {
	case err != nil:
	case f.ends():
		err = ultimatum(f.payload)
	default:
		next, err = s.state.step(s, f)
	}
	if err != nil {
		s.Close()
		return s.out, err
	}
	s.state = next
	return s.out, nil
}

// Close ends the machine and wipes the credentials that nobody took.
func (s *Server) Close() {
	s.state = nil
	if s.info != nil {
		s.info.Wipe()
		s.info = nil
	}
}

// Awaits is what the machine waits for, as MS-RDPBCGR names it; "" after the end.
func (s *Server) Awaits() string {
	if s.state == nil {
		return ""
	}
	return s.state.name()
}

// Active reports whether the session stands: updates may be sent.
func (s *Server) Active() bool { _, ok := s.state.(serverActive); return ok }

// Client is what the client has said about itself so far.
func (s *Server) Client() *ClientFacts { return &s.facts }

// TakeInfo hands over the Client Info PDU, with the password that a client
// without NLA types; nil before it came and when it was taken. Whoever takes it
// wipes it.
func (s *Server) TakeInfo() *security.ClientInfo {
	info := s.info
	s.info = nil
	return info
}

// Desktop is the size of the desktop in pixels.
func (s *Server) Desktop() image.Point { return s.desktop }

// Events is what the last Step brought.
func (s *Server) Events() *ServerEvents { return &s.events }

// keepReply is the most that a machine holds on to between two steps, in bytes:
// an idle session is to cost little.
const keepReply = 4096

// begin makes room for the next reply.
func (s *Server) begin() {
	if cap(s.out) > keepReply {
		s.out = nil
	}
	s.out = s.out[:0]
}

// send adds one MCS message to the reply.
func (s *Server) send(channel uint16, userData []byte) error {
	out, err := appendIndication(s.out, channel, userData)
	if err == nil {
		s.out = out
	}
	return err
}

// reply adds one message that is no data.
func (s *Server) reply(payload []byte, err error) error {
	if err != nil {
		return err
	}
	s.out, err = x224.AppendData(s.out, payload)
	return err
}

// data adds a Share Data PDU to the reply.
func (s *Server) data(t share.DataType, body []byte) error {
	pdu, err := share.AppendData(nil, serverUser, s.shareID, t, body)
	if err != nil {
		return err
	}
	return s.send(ioChannel, pdu)
}

// received opens a Send Data Request and checks who sends where.
func (s *Server) received(f frame) (mcs.SendData, error) {
	if f.fastPath || f.kind != mcs.SendDataRequestType {
		return mcs.SendData{}, unexpected(s.state.name(), f.name())
	}
	m, err := mcs.ParseSendDataRequest(f.payload)
	if err != nil {
		return mcs.SendData{}, err
	}
	if m.Initiator != s.user {
		return mcs.SendData{}, peerError("channel.unknown", s.state.name(), "user %d sends as %d", s.user, m.Initiator)
	}
	if !s.hasChannel(m.ChannelID) {
		return mcs.SendData{}, peerError("channel.unknown", s.state.name(), "channel %d", m.ChannelID)
	}
	return m, nil
}

func (s *Server) hasChannel(id uint16) bool {
	_, static := s.static(id)
	return id == ioChannel || id == s.user || id == s.message && id != 0 || static
}

// static is the name of a static channel, if it is one.
func (s *Server) static(id uint16) (name string, ok bool) {
	if n := int(id) - ioChannel - 1; n >= 0 && n < len(s.facts.Channels) {
		return s.facts.Channels[n].Name, true
	}
	return "", false
}

// aside deals with what may come at any time beside the sequence: data of
// channels, and answers on the message channel. done is false if the message is for the
// I/O channel.
func (s *Server) aside(m mcs.SendData) (done bool, err error) {
	switch m.ChannelID {
	case ioChannel:
		return false, nil
	case s.message:
		return true, s.messageChannel(m.UserData)
	}
	if name, ok := s.static(m.ChannelID); ok {
		s.events.Chunks = append(s.events.Chunks, Chunk{name, m.UserData})
	}
	return true, nil
}

// messageChannel reads an answer to an Auto-Detect request; what else comes
// there is for nobody.
func (s *Server) messageChannel(userData []byte) error {
	flags, body, err := parseHeader(s.state, userData)
	if err != nil || flags&security.AutoDetectResponseFlag == 0 {
		return err
	}
	response, err := security.ParseAutoDetectResponse(body)
	if err != nil {
		return err
	}
	s.events.RTT = response.Type == security.RTTResponse
	return nil
}

// maxIdle bounds the frames that bring a connecting client no further.
const maxIdle = 256

// ignore counts a message that brings nothing.
func (s *Server) ignore(state serverState) (serverState, error) {
	if s.idle++; s.idle > maxIdle {
		return nil, peerError("too_many", state.name(), "%d messages without progress", s.idle)
	}
	return state, nil
}

// AppendRTTRequest appends a request that the client of an active session answers
// at once; the answer shows as Events().RTT. Only a client with AutoDetect and a
// message channel gets one: to others nothing is appended.
func (s *Server) AppendRTTRequest(dst []byte, sequence uint16) ([]byte, error) {
	if !s.Active() {
		return dst, wire.Misuse("connect.Server", "a measurement outside an active session")
	}
	if s.message == 0 || !s.facts.AutoDetect {
		return dst, nil
	}
	body := security.AppendHeader(nil, security.AutoDetectRequestFlag)
	body, err := security.AppendAutoDetectRequest(body, &security.AutoDetectRequest{Sequence: sequence, Type: security.RTTRequest})
	if err != nil {
		return dst, err
	}
	return appendIndication(dst, s.message, body)
}

// Disconnect ends the session and returns the last words: the reason, if there
// is one and the client reads it, and the Disconnect Provider Ultimatum, which says
// that the user wanted it unless the reason says otherwise. A client that reads no
// reason goes by that.
func (s *Server) Disconnect(reason share.ErrorInfo) ([]byte, error) {
	if s.state == nil {
		return nil, wire.Misuse("connect.Server", "ended already")
	}
	s.begin()
	if reason != 0 && s.facts.ErrorInfo && s.inShare() {
		if err := s.data(share.DataSetErrorInfo, share.AppendSetErrorInfo(nil, reason)); err != nil {
			return nil, err
		}
	}
	ultimatum := &mcs.DisconnectProviderUltimatum{Reason: mcs.ReasonProviderInitiated}
	if reason == 0 || reason == share.ErrorInfoLogoffByUser {
		ultimatum.Reason = mcs.ReasonUserRequested
	}
	err := s.reply(mcs.AppendDisconnectProviderUltimatum(nil, ultimatum))
	s.Close()
	return s.out, err
}

// inShare reports whether the client knows of a share: before, there is no place
// for Share Data PDUs.
func (s *Server) inShare() bool { _, ok := s.state.(shareState); return ok }

// Redirect ends the session by sending the client elsewhere (MS-RDPBCGR 2.2.13).
// A client that said it cannot be redirected is a *wire.MisuseError: tell its
// user instead.
func (s *Server) Redirect(r *share.ServerRedirection) ([]byte, error) {
	if !s.Active() || s.facts.RedirectionVersion == 0 {
		return nil, wire.Misuse("connect.Server", "a redirection for a client that reads none")
	}
	s.begin()
	pdu, err := share.AppendServerRedirection(nil, serverUser, r)
	if err != nil {
		return nil, err
	}
	if err := s.send(ioChannel, pdu); err != nil {
		return nil, err
	}
	s.Close()
	return s.out, nil
}

// Reactivate goes back to Demand Active with a new share id and, unless it is
// zero, another size of the desktop. Updates may be sent when the machine is
// Active again.
func (s *Server) Reactivate(desktop image.Point) ([]byte, error) {
	switch {
	case !s.Active():
		return nil, wire.Misuse("connect.Server", "no active session to reactivate")
	case desktop != (image.Point{}) && desktop != clampDesktop(desktop):
		return nil, wire.Misuse("connect.Server", "desktop of %v", desktop)
	}
	if desktop != (image.Point{}) && desktop != s.desktop {
		if !s.facts.Resizes {
			return nil, wire.Misuse("connect.Server", "another size for a client that keeps its own")
		}
		s.desktop = desktop
	}
	s.begin()
	pdu, err := share.AppendDeactivateAll(nil, serverUser, &share.DeactivateAll{ShareID: s.shareID})
	if err != nil {
		return nil, err
	}
	if err := s.send(ioChannel, pdu); err != nil {
		return nil, err
	}
	s.shareID += 1 << 16
	s.idle = 0
	if err := s.demandActive(); err != nil {
		return nil, err
	}
	s.state = awaitConfirmActive{}
	return s.out, nil
}

// DenyShutdown answers Events().Shutdown: the client asks its user then.
func (s *Server) DenyShutdown() ([]byte, error) {
	if !s.inShare() {
		return nil, wire.Misuse("connect.Server", "no session that somebody wants to leave")
	}
	s.begin()
	err := s.data(share.DataShutdownDenied, nil)
	return s.out, err
}

// ownInfo reads a Client Info PDU from a copy, and takes the password out of the
// frame.
func ownInfo(body []byte) (*security.ClientInfo, error) {
	own := bytes.Clone(body)
	clear(body)
	info, err := security.ParseClientInfo(own)
	if err != nil {
		clear(own)
		return nil, err
	}
	if info.Flags&security.InfoUnicode == 0 { // Password is no part of own, but a copy
		if x := info.Extended; x != nil {
			x.AutoReconnectCookie, x.Extra = bytes.Clone(x.AutoReconnectCookie), bytes.Clone(x.Extra)
		}
		clear(own)
	}
	return info, nil
}
