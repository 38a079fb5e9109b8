package cleanpath

import (
	"errors"
	"io"

	"github.com/coder/websocket"
)

// orderly leaves out what is no failure: somebody went.
func orderly(err error) error {
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, websocket.StatusGoingAway, websocket.StatusNoStatusRcvd:
		return nil
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
