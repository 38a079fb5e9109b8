package card

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
)

func (c *Card) composeExplanation(e *Explanation) {
	side := sides[e.Code]
	colour := accent(side)
	h := c.headOf(&draw.Warning, c.say("card."+e.Code, e.Args), e.Args)
	foot, strip := c.footHeight(), c.stripHeight(e.HelpCode)

	y := c.section(c.m.gap, c.say("card.label.what", nil), c.say("card."+e.Code+".what", e.Args), colour)
	y = c.whose(y, side)
	y = c.section(y, c.say("card.label.do", nil), c.say("card."+e.Code+".do", e.Args), colour)
	const enough = 4 // lines of text; with fewer the code is scrolled, too
	if strip > 0 && c.size.Y-2*c.m.margin-h.height-foot-strip < enough*c.m.line {
		y = c.section(y, c.say("card.label.help", nil), e.HelpCode, colour)
		strip = 0
	}
	if strip > 0 {
		y -= c.m.gap / 4 // which is above the strip
	}

	c.place(parts{h.height, y, strip, foot})
	c.paintHead(h, colour)
	if strip > 0 {
		c.paintStrip(box(c.panel.Min.X, c.view.Max.Y, c.m.width, strip), e.HelpCode, colour)
	}
	c.paintFoot(foot, colour, closeButton)
}

// whose shows the way from the reader to the destination, with the part in
// colour that the failure belongs to, and says it in words.
func (c *Card) whose(y int, side Side) int {
	colour := accent(side)
	y = c.label(y, c.say("card.label.side", nil), colour)
	tile, link := c.m.tile, c.m.link
	left := c.m.pad + 3*tile + 2*link + c.m.gap
	lines := draw.Wrap(c.say("card.side."+string(side), nil), c.m.width-c.m.pad-left, c.m.scale)
	height := max(len(lines)*c.m.line, tile)

	at := image.Pt(c.m.pad, y+(height-tile)/2)
	c.stop(at, &draw.Screen, side == SideClient, colour)
	at.X += tile
	c.link(box(at.X, at.Y, link, tile), false, colour)
	at.X += link
	c.stop(at, &draw.Gate, side == SideGateway, colour)
	at.X += tile
	c.link(box(at.X, at.Y, link, tile), side == SideBetween, colour)
	at.X += link
	c.stop(at, &draw.Server, side == SideServer, colour)

	at = image.Pt(left, y+(height-len(lines)*c.m.line+c.m.line-c.m.high())/2)
	for _, line := range lines {
		c.body.text(at, line, c.m.scale, colourText)
		at.Y += c.m.line
	}
	return y + height + c.m.gap + c.m.gap/4
}

// stop is one of the computers on the way.
func (c *Card) stop(at image.Point, icon *draw.Icon, here bool, colour draw.Colour) {
	r := box(at.X, at.Y, c.m.tile, c.m.tile)
	ink := colourMuted
	if here {
		c.body.fill(r, colour)
		ink = colourOnDark
	} else {
		c.body.outline(r, c.m.border, colourFaint)
	}
	inset := (c.m.tile - draw.IconSize*c.m.scale) / 2
	c.body.symbol(at.Add(image.Pt(inset, inset)), icon, c.m.scale, ink)
}

// link is the line between two stops; where the failure lies it has a cross.
func (c *Card) link(r image.Rectangle, here bool, colour draw.Colour) {
	middle := (r.Min.Y + r.Max.Y) / 2
	if !here {
		c.body.fill(box(r.Min.X, middle-c.m.border/2, r.Dx(), c.m.border), colourFaint)
		return
	}
	size := draw.IconSize * c.m.scale
	left := (r.Min.X + r.Max.X - size) / 2
	c.body.fill(image.Rect(r.Min.X, middle-c.m.border, left, middle+c.m.border), colour)
	c.body.fill(image.Rect(left+size, middle-c.m.border, r.Max.X, middle+c.m.border), colour)
	c.body.symbol(image.Pt(left, middle-size/2), &draw.Cross, c.m.scale, colour)
}

// stripHeight is the height of the band with the code for the help desk, without
// which it need not be.
func (c *Card) stripHeight(code string) int {
	if code == "" {
		return 0
	}
	return draw.TextHeight*c.m.code + 2*c.stripPad() + c.m.gap
}

func (c *Card) stripPad() int { return c.m.gap/2 + c.m.border }

func (c *Card) paintStrip(r image.Rectangle, code string, colour draw.Colour) {
	r = image.Rect(r.Min.X+c.m.pad, r.Min.Y+c.m.gap/4, r.Max.X-c.m.pad, r.Max.Y-c.m.gap*3/4)
	c.frame.fill(r, colourFooter)
	c.frame.outline(r, c.m.border, colourLine)
	label, inset, scale := c.say("card.label.help", nil), c.m.gap*3/4, c.m.code
	if draw.Width(code, scale)+draw.Width(label, c.m.scale)+3*inset > r.Dx() {
		scale = c.m.scale
	}
	left, right := r.Min.X+inset, r.Max.X-inset-draw.Width(code, scale)
	// Most glyphs leave their lowest row free: one dot down, and the text stands
	// in the middle.
	c.frame.text(image.Pt(left, (r.Min.Y+r.Max.Y-c.m.high()+c.m.scale)/2),
		draw.Shorten(label, right-left-inset, c.m.scale), c.m.scale, colourMuted)
	c.frame.text(image.Pt(right, (r.Min.Y+r.Max.Y-draw.TextHeight*scale+scale)/2), code, scale, colour)
}
