package card

import (
	"image"

	"github.com/fumidai/fumidai/rdp/input"
)

// Input takes one event of the client, in pixels of the desktop. It returns
// which parts of the desktop are to be painted anew, valid until the next call
// of a method, and what the person decided. Unknown events change nothing.
func (c *Card) Input(e input.Event) (dirty []image.Rectangle, action Action) {
	c.dirty = c.dirty[:0]
	switch e.Kind {
	case input.Scancode, input.Unicode:
		action = c.keyEvent(e)
	case input.Mouse:
		action = c.mouseEvent(e)
	case input.Synchronize:
		c.numLock = e.Flags&input.LockNum != 0
	}
	return c.dirty, action
}

func (c *Card) keyEvent(e input.Event) Action {
	k := keyOf(e, c.numLock)
	if e.Flags&input.KeyRelease != 0 {
		if k == c.held {
			c.held = keyNone
		}
		return Action{}
	}
	// Somebody who still holds Enter from the page before does not decide with it.
	repeated := e.Flags&input.KeyDown != 0 || k == c.held
	if k != keyNone {
		c.clicked = -1
	}
	if c.move(k) || k == keyNone || repeated {
		return Action{}
	}
	if e.Kind == input.Scancode {
		c.held = k
	}
	return c.decide(k)
}

// decide does what a key does once per press.
func (c *Card) decide(k key) Action {
	list := c.page.List
	switch {
	case k == keyNumLock:
		c.numLock = !c.numLock
	case k == keyLanguage:
		c.switchLanguage()
	case k == keyEsc:
		return Action{Kind: Close}
	case list != nil && len(list.Items) > 0:
		switch i := int(k) - int(keyDigit) - 1; {
		case k == keyEnter:
			return Action{Choose, c.selected}
		case i >= 0 && i < len(list.Items):
			c.choose(i)
			return Action{Choose, i}
		}
	case c.page.Waiting == nil && (k == keyEnter || k == keySpace):
		return Action{Kind: Close}
	}
	return Action{}
}

// move does what a key does again while it is held: it walks through the list
// or scrolls the text. It reports whether the key is of that kind.
func (c *Card) move(k key) bool {
	if k < keyUp || k > keyEnd {
		return false
	}
	if c.page.List == nil {
		line, page := c.stepHeight(), max(c.view.Dy()-c.stepHeight(), 1)
		c.scrollTo(c.scroll + map[key]int{
			keyUp: -line, keyDown: line, keyPageUp: -page, keyPageDown: page, keyHome: -c.height, keyEnd: c.height,
		}[k])
		return true
	}
	last := len(c.page.List.Items) - 1
	page := max(c.view.Dy()/c.rowHeight()-1, 1)
	c.choose(c.selected + map[key]int{
		keyUp: -1, keyDown: 1, keyPageUp: -page, keyPageDown: page, keyHome: -last, keyEnd: last,
	}[k])
	return true
}

// choose selects a row, or the nearest there is.
func (c *Card) choose(i int) {
	before, scroll := c.selected, c.scroll
	c.selected = max(min(i, len(c.page.List.Items)-1), 0)
	c.compose()
	c.reveal()
	switch {
	case c.scroll != scroll:
		c.mark(c.view)
	case c.selected != before:
		c.mark(c.rowRect(before))
		c.mark(c.rowRect(c.selected))
	}
}

// stepHeight is how far one step scrolls, in pixels.
func (c *Card) stepHeight() int {
	if c.page.List != nil {
		return c.rowHeight()
	}
	return 2 * c.m.line
}

func (c *Card) switchLanguage() {
	c.lang = c.otherLang()
	c.scroll = 0
	c.arrange()
	c.mark(image.Rectangle{Max: c.size})
}
