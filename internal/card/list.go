package card

import (
	"image"
	"slices"
	"strconv"

	"github.com/fumidai/fumidai/internal/draw"
)

func (c *Card) composeList(l *List) {
	colour := accent(SideGateway)
	h := c.headOf(&draw.Screen, c.say(l.TitleCode, l.Args), l.Args)
	foot := c.footHeight()
	if len(l.Items) == 0 {
		c.place(parts{head: h.height, body: c.paragraph(c.m.gap, c.say("card.list.empty", nil)) + c.m.gap, foot: foot})
		c.paintHead(h, colour)
		c.paintFoot(foot, colour, closeButton)
		return
	}
	row := c.rowHeight()
	c.place(parts{head: h.height, body: row * len(l.Items), foot: foot})
	for i, item := range l.Items {
		c.row(i, item, box(0, i*row, c.m.width, row), colour)
	}
	c.paintHead(h, colour)
	c.paintFoot(foot, colour, chooseButton, cancelButton)
}

// rowHeight is the height of an item, in pixels: two lines if any has a detail
// and there is room.
func (c *Card) rowHeight() int {
	if c.m.density == compact || !slices.ContainsFunc(c.page.List.Items, func(i Item) bool { return i.Detail != "" }) {
		return c.m.line + c.m.gap*3/4
	}
	return 2*c.m.line + c.m.gap/2
}

// row is one item: the digit that chooses it, the name, and the detail below it
// or, if there is little room, right of it.
func (c *Card) row(i int, item Item, r image.Rectangle, colour draw.Colour) {
	switch {
	case i == c.selected:
		c.body.fill(r, colourChosen)
		c.body.fill(box(r.Min.X, r.Min.Y, c.m.gap/2, r.Dy()), colour)
	case c.hover == target{listRow, i}:
		c.body.fill(r, colourFooter)
	}
	if i+1 < len(c.page.List.Items) {
		c.body.fill(box(r.Min.X+c.m.pad, r.Max.Y-c.m.border, r.Dx()-2*c.m.pad, c.m.border), colourLine)
	}
	at := image.Pt(r.Min.X+c.m.pad, r.Min.Y+(r.Dy()-c.m.high())/2)
	if i < 9 {
		c.body.text(at, strconv.Itoa(i+1), c.m.scale, colourMuted)
	}
	at.X += 3 * c.m.high() / 2
	room := r.Max.X - c.m.pad - at.X
	name := draw.Shorten(item.Name, room, c.m.scale)
	below := item.Detail != "" && r.Dy() >= 2*c.m.line
	if below {
		at.Y = r.Min.Y + (r.Dy()-c.m.line-c.m.high())/2
	}
	c.body.text(at, name, c.m.scale, colourText)
	if below {
		c.body.text(at.Add(image.Pt(0, c.m.line)), draw.Shorten(item.Detail, room, c.m.scale), c.m.scale, colourMuted)
		return
	}
	detail := draw.Shorten(item.Detail, room-draw.Width(name, c.m.scale)-c.m.gap, c.m.scale)
	at.X = r.Max.X - c.m.pad - draw.Width(detail, c.m.scale)
	c.body.text(at, detail, c.m.scale, colourMuted)
}

// reveal scrolls so far that the selected row is in sight.
func (c *Card) reveal() {
	if c.page.List == nil || len(c.page.List.Items) == 0 {
		return
	}
	row := c.rowHeight()
	top := c.selected * row
	scroll := min(c.scroll, top)
	scroll = max(scroll, top+row-c.view.Dy())
	if scroll = max(min(scroll, c.height-c.view.Dy()), 0); scroll != c.scroll {
		c.scroll = scroll
		c.compose()
	}
}

// rowRect is where a row of the list is on the desktop, as far as it shows.
func (c *Card) rowRect(i int) image.Rectangle {
	row := c.rowHeight()
	return box(0, i*row, c.view.Dx(), row).Add(c.bodyOffset()).Intersect(c.view)
}
