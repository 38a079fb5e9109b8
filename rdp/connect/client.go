package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/update"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// ClientConfig is what a Client needs.
type ClientConfig struct {
	Requested x224.Protocol // of RDP_NEG_REQ; the server repeats it inside
	Selected  x224.Protocol // SSL, HYBRID or HYBRID_EX

	Name           string      // of this computer, at most 15 UTF-16 characters
	Desktop        image.Point // pixels; the server has the last word, within MaxPixels
	ScaleFactor    int         // per cent, 100 to 500; 0: 100
	Depth          int         // bits per pixel to ask for: 16, 24 or 32
	KeyboardLayout uint32      // input locale identifier
	SessionID      *uint32     // of an earlier redirection; nil: none
	Channels       []gcc.Channel

	// Info is the Client Info PDU. The machine wipes it when it is sent.
	Info *security.ClientInfo
}

// MaxPixels is the largest desktop that a server may give to a client which did not
// ask for a larger one itself.
const MaxPixels = 4096 * 4096

// Client is the client's end of one connection: Start gives the first bytes, and
// Step takes one whole frame at a time and returns what to answer, which is
// valid until the next call. After an error the machine is dead.
//
// Whatever the server sends, a Client holds no more than its Screen, of MaxPixels
// or what was asked for, at four bytes a pixel and as much again for a bitmap that
// is cut; an unfinished update of MaxUpdate bytes; and a few KiB.
type Client struct {
	config  ClientConfig
	state   clientState
	events  ClientEvents
	screen  *update.Screen
	joins   []uint16 // channels not joined yet
	user    uint16
	io      uint16
	message uint16
	shareID uint32
	server  uint16          // user id of the server, from its Demand Active
	fast    bool            // the server reads fast-path input
	reason  share.ErrorInfo // last Set Error Info
	pieces  *fastpath.Reassembler
	idle    int
	out     []byte
	secret  bool // out holds the password
}

// ClientEvents is what the server said in the last Step. What the pointers point to
// belongs to the caller, who wipes it: it can hold credentials.
type ClientEvents struct {
	Dirty          image.Rectangle          // what changed on the Screen
	Resized        bool                     // the Screen is a new one
	LoggedOn       bool                     // the user is logged on
	Redirection    *share.ServerRedirection // go there instead; the server will close
	ShutdownDenied bool                     // ask the user, then disconnect
}

// clientState awaits one message of the server.
type clientState interface {
	name() string
	step(c *Client, f frame) (next clientState, err error)
}

// NewClient prepares a client.
func NewClient(config ClientConfig) (*Client, error) {
	if config.ScaleFactor == 0 {
		config.ScaleFactor = 100
	}
	switch {
	case config.Selected == x224.ProtocolRDP:
		return nil, wire.Misuse("connect.Client", "no standard RDP security")
	case config.Desktop != clampDesktop(config.Desktop) || config.Desktop.X*config.Desktop.Y > update.MaxScreenPixels:
		return nil, wire.Misuse("connect.Client", "desktop of %v", config.Desktop)
	case config.Depth != 16 && config.Depth != 24 && config.Depth != 32:
		return nil, wire.Misuse("connect.Client", "depth of %d bits", config.Depth)
	case config.ScaleFactor < 100 || config.ScaleFactor > 500:
		return nil, wire.Misuse("connect.Client", "scale factor of %d per cent", config.ScaleFactor)
	case config.Info == nil:
		return nil, wire.Misuse("connect.Client", "no Client Info")
	}
	return &Client{config: config, pieces: fastpath.NewReassembler(MaxUpdate)}, nil
}

// Start returns the MCS Connect Initial PDU.
func (c *Client) Start() ([]byte, error) {
	if c.state != nil || c.config.Info == nil {
		return nil, wire.Misuse("connect.Client", "started already")
	}
	initial, err := c.connectInitial()
	if err != nil {
		return nil, err
	}
	c.begin()
	if err := c.reply(initial, nil); err != nil {
		return nil, err
	}
	c.state = awaitConnectResponse{}
	return c.out, nil
}

// Step takes one frame of the server and returns what to answer, if anything.
// A server that ends the session ends the machine with the reason that it gave, a
// share.ErrorInfo, or else with its *mcs.DisconnectProviderUltimatum.
func (c *Client) Step(b []byte) (reply []byte, err error) {
	if c.state == nil {
		return nil, wire.Misuse("connect.Client", "awaits no frame")
	}
	c.events = ClientEvents{}
	c.begin()
	f, err := open(b)
	var next clientState
	switch {
	case err != nil:
	case f.ends():
		if err = ultimatum(f.payload); c.reason != 0 {
			err = c.reason
		}
	default:
		next, err = c.state.step(c, f)
	}
	if err != nil {
		c.end()
		return c.out, err
	}
	c.state = next
	return c.out, nil
}

// Close ends the machine and wipes what it was given, also from the last reply.
func (c *Client) Close() {
	c.end()
	c.begin()
}

// end leaves the last reply to whoever sends it.
func (c *Client) end() {
	c.state = nil
	if c.config.Info != nil {
		c.config.Info.Wipe()
		c.config.Info = nil
	}
}

// Awaits is what the machine waits for, as MS-RDPBCGR names it; "" before Start
// and after the end.
func (c *Client) Awaits() string {
	if c.state == nil {
		return ""
	}
	return c.state.name()
}

// Active reports whether the session stands.
func (c *Client) Active() bool { _, ok := c.state.(clientActive); return ok }

// Screen is what the server has drawn; nil before its Demand Active PDU.
func (c *Client) Screen() *update.Screen { return c.screen }

// Events is what the last Step brought.
func (c *Client) Events() *ClientEvents { return &c.events }

// Reason is the last reason the server gave for an end to come, 0 if none. It
// tells more than the closed connection that may be all that follows.
func (c *Client) Reason() share.ErrorInfo { return c.reason }

// begin makes room for the next reply.
func (c *Client) begin() {
	if c.secret {
		clear(c.out)
		c.secret = false
	}
	if cap(c.out) > keepReply {
		c.out = nil
	}
	c.out = c.out[:0]
}

// reply adds one message that is no data.
func (c *Client) reply(payload []byte, err error) error {
	if err != nil {
		return err
	}
	c.out, err = x224.AppendData(c.out, payload)
	return err
}

// send adds one MCS message to the reply.
func (c *Client) send(channel uint16, userData []byte) error {
	out, err := c.appendRequest(c.out, channel, userData)
	if err == nil {
		c.out = out
	}
	return err
}

func (c *Client) appendRequest(dst []byte, channel uint16, userData []byte) ([]byte, error) {
	return appendSendData(dst, mcs.AppendSendDataRequest, mcs.SendData{Initiator: c.user, ChannelID: channel, UserData: userData})
}

// data adds a Share Data PDU to the reply.
func (c *Client) data(t share.DataType, body []byte) error {
	out, err := c.appendData(c.out, t, body)
	if err == nil {
		c.out = out
	}
	return err
}

func (c *Client) appendData(dst []byte, t share.DataType, body []byte) ([]byte, error) {
	pdu, err := share.AppendData(nil, c.user, c.shareID, t, body)
	if err != nil {
		return dst, err
	}
	return c.appendRequest(dst, c.io, pdu)
}

// AppendInput appends the frames for these events, on the path that the server
// reads.
func (c *Client) AppendInput(dst []byte, events []input.Event) ([]byte, error) {
	if !c.Active() {
		return dst, wire.Misuse("connect.Client", "input outside an active session")
	}
	for len(events) > 0 {
		n := min(len(events), maxEvents)
		var err error
		if dst, err = c.appendEvents(dst, events[:n]); err != nil {
			return dst, err
		}
		events = events[n:]
	}
	return dst, nil
}

// maxEvents is how many events go into one message: more than people can make.
const maxEvents = 64

func (c *Client) appendEvents(dst []byte, events []input.Event) ([]byte, error) {
	if c.fast {
		body, err := input.AppendFastPath(nil, events)
		if err != nil {
			return dst, err
		}
		return fastpath.AppendInput(dst, len(events), body)
	}
	body, err := input.AppendSlowPath(nil, events)
	if err != nil {
		return dst, err
	}
	return c.appendData(dst, share.DataInput, body)
}

// AppendRefresh appends a request to send an area of the Screen again.
func (c *Client) AppendRefresh(dst []byte, area image.Rectangle) ([]byte, error) {
	if !c.Active() {
		return dst, wire.Misuse("connect.Client", "a refresh outside an active session")
	}
	if area = area.Intersect(c.screen.Bounds()); area.Empty() {
		return dst, wire.Misuse("connect.Client", "nothing to refresh")
	}
	body, err := share.AppendRefreshRect(nil, share.RefreshRect{Areas: []share.Rect{{
		Left: uint16(area.Min.X), Top: uint16(area.Min.Y), Right: uint16(area.Max.X - 1), Bottom: uint16(area.Max.Y - 1)}}})
	if err != nil {
		return dst, err
	}
	return c.appendData(dst, share.DataRefreshRect, body)
}

// Shutdown asks the server whether the user may go: it closes, or says
// ShutdownDenied.
func (c *Client) Shutdown() ([]byte, error) {
	if !c.Active() {
		return nil, wire.Misuse("connect.Client", "no active session to leave")
	}
	c.begin()
	err := c.data(share.DataShutdownRequest, nil)
	return c.out, err
}

// Disconnect ends the session and returns the last words.
func (c *Client) Disconnect() ([]byte, error) {
	if c.state == nil {
		return nil, wire.Misuse("connect.Client", "ended already")
	}
	c.begin()
	err := c.reply(mcs.AppendDisconnectProviderUltimatum(nil, &mcs.DisconnectProviderUltimatum{Reason: mcs.ReasonUserRequested}))
	c.end()
	return c.out, err
}
