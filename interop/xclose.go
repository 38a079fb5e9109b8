package interop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Without a window manager nobody has a button that closes a window, and xdotool
// can only destroy it. So these few requests of the X protocol ask, as a window
// manager does (ICCCM 4.2.8.1): a WM_DELETE_WINDOW message to each window.

// Requests of the X protocol, version 11.
const (
	xQueryTree  = 15
	xInternAtom = 16
	xSendEvent  = 25

	xClientMessage = 33 // an event
)

// xConn is a connection to an X server on this machine.
type xConn struct {
	net.Conn
	root uint32
}

// dialX connects to a display, ":N".
func dialX(display string) (*xConn, error) {
	conn, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(display, ":"))
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	c := &xConn{Conn: conn}
	if err := c.setup(); err != nil {
		conn.Close()
		return nil, fmt.Errorf("X server %s: %w", display, err)
	}
	return c, nil
}

// setup takes the root window of the first screen out of the server's welcome.
func (c *xConn) setup() error {
	// Little-endian, version 11.0, no authorization.
	if _, err := c.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		return err
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(c, head); err != nil {
		return err
	}
	body := make([]byte, 4*int(binary.LittleEndian.Uint16(head[6:])))
	if _, err := io.ReadFull(c, body); err != nil {
		return err
	}
	if head[0] != 1 || len(body) < 32 {
		return errors.New("no welcome")
	}
	vendor, formats := int(binary.LittleEndian.Uint16(body[16:])), int(body[21])
	screen := 32 + (vendor+3)&^3 + 8*formats
	if len(body) < screen+4 {
		return errors.New("welcome without a screen")
	}
	c.root = binary.LittleEndian.Uint32(body[screen:])
	return nil
}

// request sends a request; its length is filled in.
func (c *xConn) request(opcode, detail byte, body []byte) error {
	body = append(body, make([]byte, -len(body)&3)...)
	frame := binary.LittleEndian.AppendUint16([]byte{opcode, detail}, uint16(1+len(body)/4))
	_, err := c.Write(append(frame, body...))
	return err
}

// reply reads the answer to the last request: 32 bytes and what they announce.
func (c *xConn) reply() ([]byte, error) {
	answer := make([]byte, 32)
	for {
		if _, err := io.ReadFull(c, answer); err != nil {
			return nil, err
		}
		switch answer[0] {
		case 0:
			return nil, fmt.Errorf("error %d", answer[1])
		case 1:
			more := make([]byte, 4*binary.LittleEndian.Uint32(answer[4:])&0xfffff)
			_, err := io.ReadFull(c, more)
			return append(answer, more...), err
		} // else an event
	}
}

func (c *xConn) atom(name string) (uint32, error) {
	body := binary.LittleEndian.AppendUint16(nil, uint16(len(name)))
	if err := c.request(xInternAtom, 0, append(append(body, 0, 0), name...)); err != nil {
		return 0, err
	}
	answer, err := c.reply()
	if err != nil {
		return 0, err
	}
	return binary.LittleEndian.Uint32(answer[8:]), nil
}

// windows are the top windows.
func (c *xConn) windows() ([]uint32, error) {
	if err := c.request(xQueryTree, 0, binary.LittleEndian.AppendUint32(nil, c.root)); err != nil {
		return nil, err
	}
	answer, err := c.reply()
	if err != nil {
		return nil, err
	}
	var list []uint32
	for b := answer[32:]; len(b) >= 4; b = b[4:] {
		list = append(list, binary.LittleEndian.Uint32(b))
	}
	return list, nil
}

// closeWindows asks every top window of a display to close and returns how many
// there were.
func closeWindows(display string) (int, error) {
	c, err := dialX(display)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	protocols, err := c.atom("WM_PROTOCOLS")
	if err != nil {
		return 0, err
	}
	deleteWindow, err := c.atom("WM_DELETE_WINDOW")
	if err != nil {
		return 0, err
	}
	list, err := c.windows()
	if err != nil {
		return 0, err
	}
	for _, window := range list {
		body := binary.LittleEndian.AppendUint32(nil, window)
		body = append(body, 0, 0, 0, 0)                                           // to the window's owner
		body = append(body, xClientMessage, 32, 0, 0)                             // of numbers of 32 bits
		for _, n := range []uint32{window, protocols, deleteWindow, 0, 0, 0, 0} { // the time may be unknown
			body = binary.LittleEndian.AppendUint32(body, n)
		}
		if err := c.request(xSendEvent, 0, body); err != nil {
			return 0, err
		}
	}
	// A server that answers has done what was asked before.
	_, err = c.atom("WM_PROTOCOLS")
	return len(list), err
}
