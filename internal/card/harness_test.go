package card

import (
	"fmt"
	"image"
	"image/color"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/input"
)

// pages are one of each kind, and a list that does not fit.
func pages() map[string]Page {
	args := map[string]any{"host": "srv-acc01.example.local"}
	var many []Item
	for i := range 40 {
		many = append(many, Item{fmt.Sprintf("srv-%02d.branch.example.jp", i+1), fmt.Sprintf("支店 %d 号機", i+1)})
	}
	return map[string]Page{
		"explanation": {Explanation: &Explanation{Code: "credssp.server_not_updated", HelpCode: "FD-1204-7K", Args: args}},
		"between":     {Explanation: &Explanation{Code: "name_not_found"}},
		"list": {List: &List{TitleCode: TitleDestinations, Items: []Item{
			{"会計サーバー", "本社 第 2 データセンター"}, {"srv-file01.example.local", "File server, building 3"},
			{"工場 HMI-07", ""}, {"人事システム（本番）", "管理者のみ"},
		}}},
		"many":    {List: &List{TitleCode: TitleSessions, Items: many}},
		"empty":   {List: &List{TitleCode: TitleDestinations}},
		"waiting": {Waiting: &Waiting{Code: WaitingForHost, Args: args}},
	}
}

func pageNames() []string {
	var names []string
	for name := range pages() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func newCard(name string, width, height int) *Card {
	c := New(pages()[name], image.Pt(width, height), 100, i18n.English)
	c.SetElapsed(63 * time.Second)
	return c
}

func paint(c *Card) bitmap.Pixels {
	canvas := draw.Canvas{Pixels: bitmap.NewPixels(c.size.X, c.size.Y)}
	c.Draw(&canvas)
	return canvas.Pixels
}

func picture(p bitmap.Pixels) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for y := range p.Height {
		for x, v := range p.Row(y) {
			m.SetNRGBA(x, y, color.NRGBA{uint8(v >> 16), uint8(v >> 8), uint8(v), 0xFF})
		}
	}
	return m
}

// The scan codes that the tests type.
const (
	scanEsc, scanEnter, scanSpace, scanF2 = 0x01, 0x1C, 0x39, 0x3C
	scanUp, scanDown, scanPageUp          = 0x48, 0x50, 0x49
	scanPageDown, scanHome, scanEnd       = 0x51, 0x47, 0x4F
)

func press(code uint16) input.Event { return input.Event{Kind: input.Scancode, Code: code} }

func arrow(code uint16) input.Event {
	return input.Event{Kind: input.Scancode, Code: code, Flags: input.KeyExtended}
}

func release(code uint16) input.Event {
	return input.Event{Kind: input.Scancode, Code: code, Flags: input.KeyRelease}
}

func mouse(flags uint16, at image.Point) input.Event {
	return input.Event{Kind: input.Mouse, Flags: flags, X: uint16(at.X), Y: uint16(at.Y)}
}

func wheel(steps int) input.Event {
	flags := uint16(steps*120) & input.PointerWheelMask
	return input.Event{Kind: input.Mouse, Flags: input.PointerWheel | flags}
}

// typeKey presses and releases a key.
func typeKey(c *Card, code uint16) Action {
	_, action := c.Input(press(code))
	c.Input(release(code))
	return action
}

func click(c *Card, at image.Point) Action {
	c.Input(mouse(input.PointerMove, at))
	_, first := c.Input(mouse(input.PointerButton1|input.PointerDown, at))
	_, second := c.Input(mouse(input.PointerButton1, at))
	if first.Kind != None {
		return first
	}
	return second
}

// middle is where to click a target.
func middle(t *testing.T, c *Card, kind targetKind) image.Point {
	t.Helper()
	for _, z := range c.zones {
		if z.kind == kind {
			return z.rect.Min.Add(z.rect.Size().Div(2))
		}
	}
	t.Fatalf("no target %d on the page", kind)
	return image.Point{}
}
