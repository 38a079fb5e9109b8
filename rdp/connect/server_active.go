package connect

import (
	"image"

	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
)

// serverActive takes what a client says in a session.
type serverActive struct{}

func (serverActive) name() string { return "input" }

func (state serverActive) step(s *Server, f frame) (serverState, error) {
	if f.fastPath {
		count, events, err := fastpath.ParseInput(f.payload)
		if err != nil {
			return nil, err
		}
		s.events.Input, err = input.ParseFastPath(s.events.Input, count, events)
		return state, err
	}
	return s.controls(state, f)
}

func (state serverActive) control(s *Server, c share.Control) (serverState, error) {
	switch c.Type {
	case share.TypeFlow:
		return state, nil
	case share.TypeData:
		d, err := share.ParseData(c)
		if err != nil {
			return nil, err
		}
		return state, s.sessionData(d)
	}
	return nil, unexpected(state.name(), c.Type.String())
}

// sessionData reads one Share Data PDU. Those without a meaning for a server that
// caches nothing are for nobody.
func (s *Server) sessionData(d share.Data) error {
	var err error
	switch d.Type {
	case share.DataInput:
		s.events.Input, err = input.ParseSlowPath(s.events.Input, d.Body)
	case share.DataRefreshRect:
		var m share.RefreshRect
		if m, err = share.ParseRefreshRect(d.Body); err == nil {
			for _, a := range m.Areas {
				s.refresh(image.Rect(int(a.Left), int(a.Top), int(a.Right)+1, int(a.Bottom)+1))
			}
		}
	case share.DataSuppressOutput:
		var m share.SuppressOutput
		if m, err = share.ParseSuppressOutput(d.Body); err == nil {
			s.events.Suppress, s.events.Allow = !m.Allow, m.Allow
		}
	case share.DataShutdownRequest:
		s.events.Shutdown = true
	}
	return err
}

func (s *Server) refresh(area image.Rectangle) {
	if area = area.Intersect(image.Rectangle{Max: s.desktop}); !area.Empty() {
		s.events.Refresh = append(s.events.Refresh, area)
	}
}
