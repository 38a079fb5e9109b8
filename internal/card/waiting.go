package card

import (
	"fmt"
	"image"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
)

const (
	dotCount = 5
	perStep  = 300 * time.Millisecond
)

// step is where the moving dot is: there and back.
func step(elapsed time.Duration) int {
	const there = dotCount - 1
	at := int(elapsed / perStep % (2 * there))
	return min(at, 2*there-at)
}

func seconds(elapsed time.Duration) int64 { return int64(elapsed / time.Second) }

func (c *Card) composeWaiting(w *Waiting) {
	colour := accent(SideGateway)
	h := c.headOf(&draw.Clock, c.say(w.Code, w.Args), w.Args)
	foot := c.footHeight()

	y := c.paragraph(c.m.gap, c.say(w.Code+".detail", w.Args)) + c.m.gap
	c.ticker = box(0, y, c.m.width, c.m.high())
	dot := 10 * c.m.scale
	for i := range dotCount {
		ink := colourLine
		if i == step(c.elapsed) {
			ink = colour
		}
		c.body.fill(box(c.m.pad+i*2*dot, y+(c.m.high()-dot)/2, dot, dot), ink)
	}
	c.body.text(image.Pt(c.m.pad+dotCount*2*dot+c.m.gap/2, y),
		c.say("card.elapsed", map[string]any{"time": clock(c.elapsed)}), c.m.scale, colourMuted)
	y += c.m.line + c.m.gap

	c.place(parts{head: h.height, body: y, foot: foot})
	c.paintHead(h, colour)
	c.paintFoot(foot, colour, cancelButton)
}

// clock writes a duration as 0:05 or 1:02:03.
func clock(d time.Duration) string {
	s := seconds(d)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}
