package card

import (
	"image"
	"slices"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
)

// Card is a page as it stands on a desktop. It is not for concurrent use.
type Card struct {
	page    Page
	size    image.Point
	percent int
	lang    i18n.Lang

	elapsed  time.Duration // Waiting
	selected int           // List
	scroll   int           // pixels of the body above its view

	hover, pressed target
	clicked        int // the row of the click before, -1 for none
	grip           int // pixels from the top of the scroll bar's thumb to where it is held
	held           key // a key that acts once per press
	wheel          int // rotation that did not fill a step yet
	numLock        bool

	m metrics
	layout
	dirty []image.Rectangle
}

// New lays out a page for a desktop. The scale in percent is the client's
// DesktopScaleFactor, 100 to 500; 0 stands for 100. A language without messages
// is English.
func New(page Page, size image.Point, scalePercent int, lang i18n.Lang) *Card {
	if !slices.Contains(i18n.Langs(), lang) {
		lang = i18n.English
	}
	c := &Card{page: page.known(), lang: lang, dirty: make([]image.Rectangle, 0, maxDirty)}
	c.Resize(size, scalePercent)
	return c
}

// Resize lays out the page anew; all of the desktop is to be painted after it.
func (c *Card) Resize(size image.Point, scalePercent int) {
	c.size = image.Pt(max(size.X, 0), max(size.Y, 0))
	c.percent = scalePercent
	c.hover, c.pressed, c.clicked = target{}, target{}, -1
	c.arrange()
}

// Lang is the language that is shown now; the reader may have switched it.
func (c *Card) Lang() i18n.Lang { return c.lang }

// SetElapsed tells a Waiting page how long it has waited. It returns what is to
// be painted anew, valid until the next call of a method; other pages do not
// change.
func (c *Card) SetElapsed(d time.Duration) (dirty []image.Rectangle) {
	c.dirty = c.dirty[:0]
	before := c.elapsed
	c.elapsed = max(d, 0)
	if c.page.Waiting != nil && (step(before) != step(c.elapsed) || seconds(before) != seconds(c.elapsed)) {
		c.compose()
		c.mark(c.ticker.Add(c.bodyOffset()).Intersect(c.view))
	}
	return c.dirty
}

// Draw paints whatever of the card lies on the canvas, and the empty desktop
// around it. The same state gives the same pixels. It does not allocate.
func (c *Card) Draw(canvas *draw.Canvas) {
	desktop := canvas.Within(image.Rectangle{Max: c.size})
	for i := range c.frame {
		c.frame[i].draw(&desktop, image.Point{})
	}
	body := desktop.Within(c.view)
	for i := range c.body {
		c.body[i].draw(&body, c.bodyOffset())
	}
	for i := range c.bar {
		c.bar[i].draw(&desktop, image.Point{})
	}
}

// maxDirty is how many rectangles a method returns at most.
const maxDirty = 4

// mark notes a part of the desktop as changed.
func (c *Card) mark(r image.Rectangle) {
	r = r.Intersect(image.Rectangle{Max: c.size})
	switch {
	case r.Empty():
	case len(c.dirty) < maxDirty:
		c.dirty = append(c.dirty, r)
	default:
		c.dirty[maxDirty-1] = c.dirty[maxDirty-1].Union(r)
	}
}
