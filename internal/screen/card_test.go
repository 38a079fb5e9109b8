package screen

import (
	"image"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/card"
	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
)

// The Japanese keyboard says more than any setting, others say nothing.
func TestLang(t *testing.T) {
	for _, c := range []struct {
		layout        uint32
		user, gateway i18n.Lang
		want          i18n.Lang
	}{
		{0x409, "", "", i18n.English},
		{0x411, "", "", i18n.Japanese},
		{0xE0010411, i18n.English, i18n.English, i18n.Japanese}, // an input method of it
		{0x409, i18n.Japanese, i18n.English, i18n.Japanese},
		{0x407, "", i18n.Japanese, i18n.Japanese},
		{0x409, i18n.English, i18n.Japanese, i18n.English},
		{0, "", "", i18n.English},
	} {
		if got := Lang(&connect.ClientFacts{KeyboardLayout: c.layout}, c.user, c.gateway); got != c.want {
			t.Errorf("%#x, %q, %q: %s, want %s", c.layout, c.user, c.gateway, got, c.want)
		}
	}
}

const (
	enter  = 0x1C
	escape = 0x01
)

func press(t *testing.T, s Scene, code uint16) (changed bool, action Action) {
	t.Helper()
	for _, flags := range []uint16{0, input.KeyRelease} {
		dirty, a := s.Input(nil, input.Event{Kind: input.Scancode, Code: code, Flags: flags})
		changed = changed || len(dirty) > 0
		if a != (Action{}) {
			action = a
		}
	}
	return changed, action
}

func paint(s Scene, size image.Point) *image.NRGBA {
	c := draw.Canvas{Pixels: bitmap.NewPixels(size.X, size.Y)}
	s.Draw(&c)
	return c.Pixels.Image()
}

func list() card.Page {
	return card.Page{List: &card.List{TitleCode: card.TitleDestinations, Items: []card.Item{{Name: "A"}, {Name: "B"}}}}
}

func TestCardChooses(t *testing.T) {
	client, server := machines(t)
	connectInMemory(t, client, server)
	want := &share.ServerRedirection{LoadBalanceInfo: []byte("token")}
	var chosen []int
	s := NewCard(server, list(), i18n.English, func(item int) *share.ServerRedirection {
		chosen = append(chosen, item)
		return want
	})
	press(t, s, 0x50) // down
	if _, action := press(t, s, enter); action.Redirect != want || len(chosen) != 1 || chosen[0] != 1 {
		t.Errorf("%+v, chosen %v", action, chosen)
	}

	// A client that cannot be redirected is told so, and leaves from there.
	server.Client().RedirectionVersion = 0
	s = NewCard(server, list(), i18n.Japanese, func(int) *share.ServerRedirection { return want })
	before := paint(s, server.Desktop())
	changed, action := press(t, s, enter)
	if !changed || action != (Action{}) || s.Lang() != i18n.Japanese {
		t.Errorf("changed %v, %+v, %s", changed, action, s.Lang())
	}
	if after := paint(s, server.Desktop()); string(after.Pix) == string(before.Pix) {
		t.Error("nothing else is shown")
	}
	if _, action := press(t, s, enter); !action.Disconnect {
		t.Errorf("%+v", action)
	}

	// Nobody says where the list leads.
	server.Client().RedirectionVersion = 6
	s = NewCard(server, list(), i18n.English, nil)
	if _, action := press(t, s, enter); action != (Action{}) {
		t.Errorf("%+v", action)
	}
}

func TestCardCloses(t *testing.T) {
	client, server := machines(t)
	connectInMemory(t, client, server)
	s := NewCard(server, card.Page{Explanation: &card.Explanation{Code: "internal"}}, i18n.English, nil)
	if _, action := press(t, s, escape); !action.Disconnect || action.Redirect != nil {
		t.Errorf("%+v", action)
	}
	s = NewCard(server, card.Page{Waiting: &card.Waiting{Code: card.WaitingForHost, Args: map[string]any{"host": "H"}}}, i18n.English, nil)
	if dirty := s.Elapse(nil, 1500*time.Millisecond); len(dirty) == 0 {
		t.Error("time passes and nothing changes")
	}
	if dirty := s.Elapse([]image.Rectangle{{}}, 1500*time.Millisecond); len(dirty) != 1 {
		t.Errorf("the same moment: %v", dirty)
	}
}
