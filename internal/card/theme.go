package card

import "github.com/fumidai/fumidai/internal/draw"

// Every colour is one that 16 bits per pixel have, too: a session of that depth
// looks the same, and flat areas stay flat.
const (
	colourDesktop draw.Colour = 0x182839
	colourPanel   draw.Colour = 0xFFFFFF
	colourFooter  draw.Colour = 0xE7EBEF
	colourLine    draw.Colour = 0xC6CFD6
	colourFaint   draw.Colour = 0x949EA5 // edges of what is not concerned
	colourChosen  draw.Colour = 0xCEEBE7 // the selected row of a list
	colourText    draw.Colour = 0x182029
	colourMuted   draw.Colour = 0x52616B
	colourOnDark  draw.Colour = 0xFFFFFF // text on an accent
)

// accent is the one strong colour of a page.
func accent(s Side) draw.Colour {
	switch s {
	case SideClient:
		return 0x1055A5 // blue
	case SideServer:
		return 0xAD4910 // burnt orange
	case SideBetween:
		return 0x6B3894 // violet
	case SideGateway:
		return 0x006D6B // teal, also of pages without a failure: the gateway speaks
	}
	return 0x4A5963 // slate
}
