package card

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
)

// arrange finds the size of the letters and lays out the page: the largest that
// suits the desktop; if a text would have to be scrolled then, things move closer
// together first, and then the letters get smaller. A list is scrolled anyway.
func (c *Card) arrange() {
	largest, smallest := scales(c.size, c.percent)
	for scale := largest; scale >= smallest; scale-- {
		for _, d := range []density{roomy, snug} {
			c.m = metricsFor(c.size, scale, d)
			c.compose()
			if c.height <= c.view.Dy() || c.page.List != nil {
				c.reveal()
				return
			}
		}
	}
}

// compose makes the shapes and the zones of the page as it is now.
func (c *Card) compose() {
	c.reset()
	c.frame.fill(image.Rectangle{Max: c.size}, colourDesktop)
	switch {
	case c.page.List != nil:
		c.composeList(c.page.List)
	case c.page.Waiting != nil:
		c.composeWaiting(c.page.Waiting)
	default:
		c.composeExplanation(c.page.Explanation)
	}
	c.scroll = max(min(c.scroll, c.height-c.view.Dy()), 0)
	c.composeBar()
}

func (c *Card) say(code string, args map[string]any) string { return i18n.Text(c.lang, code, args) }

// parts are the heights of what stands in a panel, from the top.
type parts struct{ head, body, strip, foot int }

// place puts the panel into the middle of the desktop and the view of the body
// between its other parts. The body gets what is left, down to nothing.
func (c *Card) place(p parts) {
	fixed := p.head + p.strip + p.foot
	height := min(fixed+p.body, max(c.size.Y-2*c.m.margin, fixed))
	at := image.Pt((c.size.X-c.m.width)/2, max((c.size.Y-height)/2, 0))
	c.panel = image.Rectangle{at, at.Add(image.Pt(c.m.width, height))}
	c.view = image.Rect(at.X, at.Y+p.head, at.X+c.m.width, at.Y+height-p.strip-p.foot)
	c.height = p.body
	c.frame.fill(c.panel, colourPanel)
}

// head is the coloured band with the title.
type head struct {
	icon   *draw.Icon
	lines  []string
	below  string // a line in small letters, may be empty
	indent int    // of the text, right of the icon
	height int
}

func (c *Card) headOf(icon *draw.Icon, title string, args map[string]any) head {
	h := head{icon: icon, indent: draw.IconSize*c.m.title + c.m.gap*3/4}
	h.lines = draw.Wrap(title, c.m.inner()-h.indent, c.m.title)
	h.height = 2*c.m.gap + len(h.lines)*c.titleLine()
	if _, ok := args["host"]; ok {
		h.below = draw.Shorten(c.say("card.host", args), c.m.inner()-h.indent, c.m.scale)
		h.height += c.m.line
	}
	return h
}

// titleLine is from one line of the title to the next.
func (c *Card) titleLine() int { return c.m.title * (draw.TextHeight + 2) }

func (c *Card) paintHead(h head, colour draw.Colour) {
	band := c.panel
	band.Max.Y = band.Min.Y + h.height
	c.frame.fill(band, colour)
	at := band.Min.Add(image.Pt(c.m.pad, c.m.gap))
	c.frame.symbol(at, h.icon, c.m.title, colourOnDark)
	at.X += h.indent
	for _, line := range h.lines {
		c.frame.text(at, line, c.m.title, colourOnDark)
		at.Y += c.titleLine()
	}
	c.frame.text(at.Add(image.Pt(0, c.m.gap/4)), h.below, c.m.scale, colourOnDark)
}

// section is a label with text below it; it returns where the next part begins.
func (c *Card) section(y int, label, text string, colour draw.Colour) int {
	y = c.label(y, label, colour)
	return c.paragraph(y, text) + c.m.gap
}

func (c *Card) label(y int, label string, colour draw.Colour) int {
	const mark, down = 8, 4 // a square before the label, in dots
	c.body.fill(box(c.m.pad, y+down*c.m.scale, mark*c.m.scale, mark*c.m.scale), colour)
	c.body.text(image.Pt(c.m.pad+2*mark*c.m.scale, y), label, c.m.scale, colour)
	return y + c.m.line + c.m.gap/8
}

func (c *Card) paragraph(y int, text string) int {
	for _, line := range wrapEvenly(text, c.m.inner(), c.m.scale) {
		c.body.text(image.Pt(c.m.pad, y), line, c.m.scale, colourText)
		y += c.m.line
	}
	return y
}

// wrapEvenly is draw.Wrap, with the lines a little shorter if that saves the last
// of them from holding nothing but the end of a word.
func wrapEvenly(text string, width, scale int) []string {
	lines := draw.Wrap(text, width, scale)
	em := draw.TextHeight * scale
	for narrow := width - em/2; narrow > width*4/5 && draw.Width(lines[len(lines)-1], scale) < 5*em; narrow -= em / 2 {
		again := draw.Wrap(text, narrow, scale)
		if len(again) != len(lines) {
			break
		}
		lines = again
	}
	return lines
}
