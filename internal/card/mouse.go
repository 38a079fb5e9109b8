package card

import (
	"image"

	"github.com/fumidai/fumidai/rdp/input"
)

func (c *Card) mouseEvent(e input.Event) Action {
	at := image.Pt(int(e.X), int(e.Y))
	switch {
	case e.Flags&input.PointerWheel != 0:
		c.turn(e.Flags)
		return Action{}
	case e.Flags&input.PointerHWheel != 0:
		return Action{}
	}
	c.point(at)
	if e.Flags&input.PointerButton1 == 0 {
		return Action{}
	}
	if e.Flags&input.PointerDown != 0 {
		c.press(at)
		return Action{}
	}
	return c.release()
}

// turn scrolls by the wheel; 120 is one step of a usual one, and touch pads send
// less.
func (c *Card) turn(flags uint16) {
	rotation := int(flags & input.PointerWheelMask)
	if flags&input.PointerWheelNegative != 0 {
		rotation -= input.PointerWheelMask + 1
	}
	const perStep = 120
	c.wheel += rotation
	steps := c.wheel / perStep
	c.wheel -= steps * perStep
	if steps != 0 {
		c.scrollTo(c.scroll - steps*c.stepHeight())
	}
}

// point moves the mouse to a place of the desktop.
func (c *Card) point(at image.Point) {
	if c.pressed.kind == scrollThumb {
		c.dragTo(at.Y)
		return
	}
	if t := c.targetAt(at); t != c.hover {
		before := c.hover
		c.hover = t
		c.compose()
		c.markTarget(before)
		c.markTarget(t)
	}
}

func (c *Card) press(at image.Point) {
	c.pressed = c.hover
	switch c.pressed.kind {
	case scrollThumb:
		c.grip = at.Y - c.thumb.Min.Y
	case scrollTrack:
		page := max(c.view.Dy()-c.stepHeight(), 1)
		if at.Y < c.thumb.Min.Y {
			page = -page
		}
		c.scrollTo(c.scroll + page)
	case listRow:
		c.choose(c.pressed.row)
	default:
		c.compose()
		c.markTarget(c.pressed)
	}
}

// release is a click if the mouse is still where it was pressed.
func (c *Card) release() Action {
	t := c.pressed
	c.pressed = target{}
	c.compose()
	c.markTarget(t)
	if t != c.hover {
		return Action{}
	}
	before := c.clicked
	c.clicked = -1
	switch t.kind {
	case closeButton, cancelButton:
		return Action{Kind: Close}
	case chooseButton:
		return Action{Choose, c.selected}
	case languageButton:
		c.switchLanguage()
	case listRow:
		// There is no clock to tell a double click from a second one, and both
		// mean the same.
		if before == t.row {
			return Action{Choose, t.row}
		}
		c.clicked = t.row
	}
	return Action{}
}

// targetAt is what lies at a place of the desktop.
func (c *Card) targetAt(at image.Point) target {
	for _, z := range c.zones {
		if at.In(z.rect) {
			return z.target
		}
	}
	if list := c.page.List; list != nil && at.In(c.view) {
		if i := at.Sub(c.bodyOffset()).Y / c.rowHeight(); i < len(list.Items) {
			return target{listRow, i}
		}
	}
	return target{}
}

func (c *Card) markTarget(t target) {
	if t.kind == listRow {
		c.mark(c.rowRect(t.row))
	}
	for _, z := range c.zones {
		if z.target == t && t.kind <= languageButton {
			c.mark(z.rect)
		}
	}
}
