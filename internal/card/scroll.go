package card

import "image"

func (c *Card) bodyOffset() image.Point { return c.view.Min.Sub(image.Pt(0, c.scroll)) }

// composeBar makes the scroll bar if the body is higher than its view. It stands
// in the margin, where it takes no room from the text.
func (c *Card) composeBar() {
	shown := c.view.Dy()
	if c.height <= shown || shown <= 0 {
		return
	}
	left := c.view.Max.X - (c.m.pad+c.m.bar)/2
	c.track = image.Rect(left, c.view.Min.Y+c.m.bar/2, left+c.m.bar, c.view.Max.Y-c.m.bar/2)
	length := min(max(c.track.Dy()*shown/c.height, 2*c.m.bar), c.track.Dy())
	top := c.track.Min.Y + (c.track.Dy()-length)*c.scroll/(c.height-shown)
	c.thumb = box(left, top, c.m.bar, length)
	c.bar.fill(c.track, colourFooter)
	c.bar.fill(c.thumb, colourMuted)
	wide := image.Pt(c.m.bar/2, 0) // easier to hit than to see
	c.zones = append(c.zones,
		zone{target{kind: scrollThumb}, image.Rectangle{c.thumb.Min.Sub(wide), c.thumb.Max.Add(wide)}},
		zone{target{kind: scrollTrack}, image.Rectangle{c.track.Min.Sub(wide), c.track.Max.Add(wide)}})
}

// scrollTo shows the body from y on, as far as it has something to show there.
func (c *Card) scrollTo(y int) {
	if y = max(min(y, c.height-c.view.Dy()), 0); y != c.scroll {
		c.scroll = y
		c.compose()
		c.mark(c.view)
	}
}

// dragTo moves the thumb so that the held point of it is at y of the desktop.
func (c *Card) dragTo(y int) {
	if free := c.track.Dy() - c.thumb.Dy(); free > 0 {
		c.scrollTo((y - c.grip - c.track.Min.Y) * (c.height - c.view.Dy()) / free)
	}
}
