package screen

import (
	"image"
	"time"

	"github.com/fumidai/fumidai/internal/card"
	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
)

// japaneseLayout is the low word of every input locale identifier of a Japanese
// keyboard.
const japaneseLayout = 0x0411

// Lang is the language to show to a client: that of its keyboard if it is
// Japanese, else what the user has set, else the gateway's own; an empty one is
// not set. Everybody has some keyboard, and most of the world's are not English:
// only the Japanese one says something about the language.
func Lang(client *connect.ClientFacts, user, gateway i18n.Lang) i18n.Lang {
	switch {
	case client.KeyboardLayout&0xFFFF == japaneseLayout:
		return i18n.Japanese
	case user != "":
		return user
	case gateway != "":
		return gateway
	}
	return i18n.English
}

// CardScene shows a card. It never turns into anything else: a choice ends in a
// redirection, all other ends in a disconnect.
type CardScene struct {
	*card.Card
	size   image.Point
	client *connect.ClientFacts
	choose func(item int) *share.ServerRedirection
}

// NewCard makes the scene for an active session. choose says where an item of a
// list leads; it may be nil for other pages.
func NewCard(server *connect.Server, page card.Page, lang i18n.Lang, choose func(item int) *share.ServerRedirection) *CardScene {
	client := server.Client()
	return &CardScene{
		Card: card.New(page, server.Desktop(), client.ScaleFactor, lang),
		size: server.Desktop(), client: client, choose: choose,
	}
}

// Draw is the card's.
func (s *CardScene) Draw(c *draw.Canvas) { s.Card.Draw(c) }

// Input hands the event to the card and carries out what the user decides.
func (s *CardScene) Input(dirty []image.Rectangle, e input.Event) ([]image.Rectangle, Action) {
	changed, action := s.Card.Input(e)
	dirty = append(dirty, changed...)
	switch action.Kind {
	case card.Close:
		return dirty, Action{Disconnect: true}
	case card.Choose:
		if s.choose == nil {
			return dirty, Action{}
		}
		if s.client.RedirectionVersion > 0 {
			return dirty, Action{Redirect: s.choose(action.Item)}
		}
		page := card.Page{Explanation: &card.Explanation{Code: "redirection_unsupported"}}
		s.Card = card.New(page, s.size, s.client.ScaleFactor, s.Lang())
		return append(dirty, image.Rectangle{Max: s.size}), Action{}
	}
	return dirty, Action{}
}

// Elapse moves a waiting page on; call it in Session.Update.
func (s *CardScene) Elapse(dirty []image.Rectangle, since time.Duration) []image.Rectangle {
	return append(dirty, s.SetElapsed(since)...)
}
