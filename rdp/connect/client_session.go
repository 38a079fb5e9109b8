package connect

import (
	"bytes"
	"image"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/security"
	"github.com/fumidai/fumidai/rdp/share"
)

// awaitFontMap awaits the end of the finalization. The three messages before it
// bring nothing to a client that does not share control, and Windows may draw
// between them, so that their order is not insisted on.
type awaitFontMap struct{}

func (awaitFontMap) name() string { return "Server Font Map PDU" }

func (state awaitFontMap) step(c *Client, f frame) (clientState, error) { return c.session(state, f) }

// clientActive takes what a server says in a session.
type clientActive struct{}

func (clientActive) name() string { return "updates" }

func (state clientActive) step(c *Client, f frame) (clientState, error) { return c.session(state, f) }

// session reads a frame of a share that stands or is about to.
func (c *Client) session(state clientState, f frame) (clientState, error) {
	if f.fastPath {
		return state, c.updates(f.payload)
	}
	userData, done, err := c.received(f)
	if done || err != nil {
		return state, err
	}
	return c.controls(state, userData)
}

// updates applies the updates of one fast-path frame.
func (c *Client) updates(b []byte) error {
	rest, err := fastpath.ParseOutput(b)
	for err == nil && len(rest) > 0 {
		var u fastpath.Update
		if u, rest, err = fastpath.NextUpdate(rest); err != nil {
			return err
		}
		code, data, complete, e := c.pieces.Add(u)
		if e != nil {
			return e
		}
		if complete {
			err = c.drawn(c.screen.Apply(code, data))
		}
	}
	return err
}

func (c *Client) drawn(dirty image.Rectangle, err error) error {
	if !dirty.Empty() {
		c.idle = 0
	}
	c.events.Dirty = c.events.Dirty.Union(dirty)
	return err
}

// controls reads the Share Control PDUs of one MCS message, of which there can be
// several, also those that change the state.
func (c *Client) controls(state clientState, userData []byte) (clientState, error) {
	for {
		pdu, rest, err := share.NextControl(userData)
		if err != nil {
			return nil, err
		}
		if state, err = c.control(state, pdu); err != nil || len(rest) == 0 {
			return state, err
		}
		userData = rest
	}
}

func (c *Client) control(state clientState, pdu share.Control) (clientState, error) {
	_, demanding := state.(awaitDemandActive)
	switch {
	case pdu.Type == share.TypeFlow:
		return c.unless(state)
	case pdu.Type == share.TypeServerRedirection:
		return state, c.redirected(pdu.Body)
	case pdu.Type == share.TypeDeactivateAll:
		if _, err := share.ParseDeactivateAll(pdu.Body); err != nil {
			return nil, err
		}
		// Not counted as progress: a server that only ever reactivates is ended.
		return c.ignore(awaitDemandActive{})
	case pdu.Type == share.TypeDemandActive && demanding:
		return c.activate(pdu)
	case pdu.Type == share.TypeData:
		d, err := share.ParseData(pdu)
		if err != nil {
			return nil, err
		}
		return c.shareData(state, d)
	}
	return nil, unexpected(state.name(), pdu.Type.String())
}

// redirected keeps a redirection apart from the frame it came in: it can hold a
// password. Whoever takes it wipes it.
func (c *Client) redirected(body []byte) error {
	own := bytes.Clone(body)
	clear(body)
	m, err := share.ParseServerRedirection(own)
	if err != nil {
		clear(own)
		return err
	}
	if c.events.Redirection != nil {
		c.events.Redirection.Wipe()
	}
	c.events.Redirection = m
	return nil
}

// unless counts a message of no use unless the session stands, in which any number
// may come.
func (c *Client) unless(state clientState) (clientState, error) {
	if _, ok := state.(clientActive); ok {
		return state, nil
	}
	return c.ignore(state)
}

// shareData reads one Share Data PDU. What a client without sound, caches and
// key lamps need not know is for nobody.
func (c *Client) shareData(state clientState, d share.Data) (clientState, error) {
	var err error
	switch d.Type {
	case share.DataSetErrorInfo:
		c.reason, err = share.ParseSetErrorInfo(d.Body)
		return state, err
	case share.DataSaveSessionInfo:
		// The cookie in it would let whoever holds it come back as this user. Ours
		// does not come back.
		c.events.LoggedOn = true
		_, err = share.ParseSaveSessionInfo(d.Body)
		clear(d.Body)
		return state, err
	case share.DataShutdownDenied:
		c.events.ShutdownDenied = true
		return state, nil
	case share.DataUpdate:
		if _, demanding := state.(awaitDemandActive); demanding {
			return c.ignore(state)
		}
		return state, c.drawn(c.screen.ApplySlowPath(d.Body))
	case share.DataFontMap:
		if _, ok := state.(awaitFontMap); ok {
			return clientActive{}, share.ParseFontMap(d.Body)
		}
	}
	return c.unless(state)
}

// messageChannel answers what a server measures and declines what it offers
// (MS-RDPBCGR 2.2.14 and 2.2.15). A heartbeat has no answer.
func (c *Client) messageChannel(userData []byte) error {
	flags, body, err := parseHeader(c.state, userData)
	switch {
	case err != nil:
		return err
	case flags&security.TransportRequest != 0:
		m, err := security.ParseMultitransportRequest(body)
		if err != nil {
			return err
		}
		return c.send(c.message, security.AppendMultitransportResponse(security.AppendHeader(nil, security.TransportResponse),
			&security.MultitransportResponse{RequestID: m.RequestID, HResult: security.Abort}))
	case flags&security.AutoDetectRequestFlag != 0:
		return c.autoDetect(body)
	}
	return nil
}

// autoDetect answers a round-trip request at once. A bandwidth measurement needs
// a clock, which this machine has not: it says that nothing was counted.
func (c *Client) autoDetect(body []byte) error {
	m, err := security.ParseAutoDetectRequest(body)
	if err != nil {
		return err
	}
	response := &security.AutoDetectResponse{Sequence: m.Sequence}
	switch {
	case m.IsRTT():
		response.Type = security.RTTResponse
	case m.Type == security.BandwidthStop:
		response.Type = security.BandwidthResults
	case m.Type == security.BandwidthStopConnect:
		response.Type = security.BandwidthResultsConnect
	default:
		return nil
	}
	answer, err := security.AppendAutoDetectResponse(security.AppendHeader(nil, security.AutoDetectResponseFlag), response)
	if err != nil {
		return err
	}
	return c.send(c.message, answer)
}
