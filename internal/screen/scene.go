package screen

import (
	"image"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
)

// Scene is what a session shows. Its methods are called one at a time.
type Scene interface {
	// Draw paints all of the scene that lies on the canvas, which is a small
	// part of the desktop.
	Draw(c *draw.Canvas)

	// Input takes one event of the user, appends to dirty what has to be drawn
	// again, and says what is to happen.
	Input(dirty []image.Rectangle, e input.Event) ([]image.Rectangle, Action)
}

// Action is what a session does after an event; the zero value: nothing but
// drawing.
type Action struct {
	Disconnect bool                     // end the session
	Reason     share.ErrorInfo          // told to the client with it; 0: none
	Redirect   *share.ServerRedirection // send the client elsewhere; it must be able to follow
	Reactivate bool                     // begin the share anew
}
