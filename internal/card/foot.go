package card

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
)

// targetKind is something that can be clicked.
type targetKind uint8

const (
	nowhere targetKind = iota
	closeButton
	cancelButton
	chooseButton
	languageButton
	listRow
	scrollThumb
	scrollTrack
)

type target struct {
	kind targetKind
	row  int // of listRow
}

// zone is where a target is on the desktop.
type zone struct {
	target
	rect image.Rectangle
}

func (c *Card) footHeight() int { return c.m.button + 2*c.m.footPad() }

// paintFoot draws the language switch on the left and buttons on the right, the
// first of them outermost and in colour.
func (c *Card) paintFoot(height int, colour draw.Colour, buttons ...targetKind) {
	band := c.panel
	band.Min.Y = band.Max.Y - height
	c.frame.fill(band, colourFooter)
	c.frame.fill(box(band.Min.X, band.Min.Y, band.Dx(), c.m.border), colourLine)

	y := band.Min.Y + c.m.footPad()
	other := i18n.Text(c.otherLang(), "card.language", nil)
	c.button(band.Min.X+c.m.pad, y, languageButton, "F2: "+other, "")
	right := band.Max.X - c.m.pad
	for i, kind := range buttons {
		label, hint := c.buttonLabel(kind)
		right -= c.buttonWidth(label, hint)
		if i > 0 {
			c.button(right, y, kind, label, hint)
		} else {
			c.mainButton(right, y, kind, label, hint, colour)
		}
		right -= c.m.gap * 3 / 4
	}
}

// buttonLabel is the text of a button and, if there is room to show it, the name
// of its key.
func (c *Card) buttonLabel(kind targetKind) (label, hint string) {
	switch kind {
	case chooseButton:
		label, hint = c.say("card.button.choose", nil), "(Enter)"
	case cancelButton:
		label, hint = c.say("card.button.cancel", nil), "(Esc)"
	default:
		label, hint = c.say("card.button.close", nil), "(Enter)"
	}
	if c.m.width < 400*c.m.scale {
		hint = ""
	}
	return label, hint
}

func (c *Card) buttonWidth(label, hint string) int {
	width := draw.Width(label, c.m.scale) + 3*c.m.gap/2
	if hint != "" {
		width += draw.Width(" "+hint, c.m.scale)
	}
	return width
}

func (c *Card) mainButton(x, y int, kind targetKind, label, hint string, colour draw.Colour) {
	c.paintButton(x, y, kind, label, hint, look{colour, colour, colourOnDark, colourOnDark})
}

func (c *Card) button(x, y int, kind targetKind, label, hint string) {
	c.paintButton(x, y, kind, label, hint, look{colourPanel, colourFaint, colourText, colourMuted})
}

// look is the colours of a button.
type look struct{ fill, edge, label, hint draw.Colour }

func (c *Card) paintButton(x, y int, kind targetKind, label, hint string, l look) {
	r := box(x, y, c.buttonWidth(label, hint), c.m.button)
	border := c.m.border
	if c.hover.kind == kind {
		border, l.edge = 2*border, colourText
		if c.pressed.kind == kind {
			l = look{colourText, colourText, colourOnDark, colourOnDark}
		}
	}
	c.frame.fill(r, l.fill)
	c.frame.outline(r, border, l.edge)
	at := image.Pt(x+3*c.m.gap/4, y+(c.m.button-c.m.high()+c.m.scale)/2)
	c.frame.text(at, label, c.m.scale, l.label)
	at.X += draw.Width(label+" ", c.m.scale)
	c.frame.text(at, hint, c.m.scale, l.hint)
	c.zones = append(c.zones, zone{target{kind: kind}, r})
}

// otherLang is the language that the switch leads to.
func (c *Card) otherLang() i18n.Lang {
	langs := i18n.Langs()
	for i, l := range langs {
		if l == c.lang {
			return langs[(i+1)%len(langs)]
		}
	}
	return langs[0]
}
