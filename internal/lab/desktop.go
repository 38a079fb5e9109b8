package lab

import (
	"image"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/verdict"
)

// desktop is what a lab host shows: what it plays, who looks at it, and an echo of
// what that person types and points at. It is a screen.Scene: text and numbers,
// no pixels.
type desktop struct {
	size   image.Point
	scale  int // screen pixels per dot of the font
	colour draw.Colour
	title  string
	rows   []row
	hint   string

	clock      []byte
	typed      []byte // what is in the box
	typedWidth int    // of it, in pixels
	high       rune   // the first half of a surrogate pair
	shift      bool
	pointer    image.Point // outside the desktop before the first movement
	where      []byte      // the pointer's place in figures
	logOff     string
	pressed    bool // a button went down on "log off"
}

type row struct{ label, value string }

// The colours of a desktop, by what the update of the host is.
var backgrounds = map[verdict.Update]draw.Colour{
	verdict.UpdateAbsent:  0x7B2D26,
	verdict.UpdatePresent: 0x1F5F5B,
}

const (
	otherBackground draw.Colour = 0x3C4A5E
	paper           draw.Colour = 0xF8F6F0
	ink             draw.Colour = 0x1E1E1E
	pale            draw.Colour = 0x6B6B6B
	line            draw.Colour = 0xC8C2B4
	white           draw.Colour = 0xFFFFFF
	mark            draw.Colour = 0xFFC83D
)

// maxTyped bounds the echo, in bytes.
const maxTyped = 512

// newDesktop draws up the desktop of h for a client. who is the user, how says
// how that is known: a key of i18n below lab.desktop.
func newDesktop(h Host, client *connect.ClientFacts, size image.Point, lang i18n.Lang, who, how string) *desktop {
	text := func(key string) string { return i18n.Text(lang, "lab.desktop."+key, nil) }
	d := &desktop{
		size: size, scale: scaleFor(size, client.ScaleFactor), title: h.Name, colour: otherBackground,
		hint: text("hint"), logOff: text("log_off"), pointer: image.Pt(-64, -64),
		typed: make([]byte, 0, maxTyped), clock: make([]byte, 0, 16), where: make([]byte, 0, 16),
	}
	if c, ok := backgrounds[h.Truth.Update]; ok {
		d.colour = c
	}
	state := text("no_nla")
	if h.UsesNLA() {
		state = "CredSSP " + strconv.Itoa(h.CredSSP) + ", " + i18n.Text(lang, "ui.state."+strings.ReplaceAll(h.Level.String(), " ", "_"), nil)
	}
	path := text("path.slow")
	if client.FastPath {
		path = text("path.fast")
	}
	d.rows = []row{
		{text("plays"), h.Product},
		{text("state"), state},
		{text("user"), who + "  (" + text(how) + ")"},
		{text("client"), client.Name + "  " + strconv.Itoa(size.X) + "x" + strconv.Itoa(size.Y) + " " + strconv.Itoa(client.Depth) + " bpp, " + path},
		{text("clock"), ""},
		{text("pointer"), ""},
		{text("typed"), ""},
	}
	return d
}

// scaleFor makes text readable: larger on a large screen and as the client asks.
func scaleFor(size image.Point, percent int) int {
	scale := max(1, min(size.X/640, size.Y/400), percent/100)
	return min(scale, max(1, min(size.X/480, size.Y/300)))
}

// The layout, in dots of the font; all of it times scale.
const (
	windowWidth  = 460
	windowHeight = 252
	lineStep     = 22
	labelWidth   = 110
	margin       = 16
	titleHeight  = 28
)

// px is a measure in pixels.
func (d *desktop) px(dots int) int { return dots * d.scale }

// window is the rectangle of the paper, in the middle of the desktop.
func (d *desktop) window() image.Rectangle {
	w, h := d.px(windowWidth), d.px(windowHeight)
	at := image.Pt((d.size.X-w)/2, (d.size.Y-h)/2)
	return image.Rectangle{at, at.Add(image.Pt(w, h))}
}

// row is where the value of the i-th row stands.
func (d *desktop) rowAt(i int) image.Rectangle {
	w := d.window()
	at := image.Pt(w.Min.X+d.px(margin+labelWidth), w.Min.Y+d.px(titleHeight+10+i*lineStep))
	return image.Rect(at.X, at.Y, w.Max.X-d.px(margin), at.Y+d.px(draw.TextHeight+2))
}

// The rows that change.
const (
	clockRow = 4 + iota
	pointerRow
	typedRow
)

// button is the place of "log off".
func (d *desktop) button() image.Rectangle {
	w := d.window()
	width := draw.Width(d.logOff, d.scale) + d.px(16)
	return image.Rect(w.Max.X-d.px(4)-width, w.Min.Y+d.px(4), w.Max.X-d.px(4), w.Min.Y+d.px(titleHeight-4))
}

// Draw paints the part of the desktop that lies on the canvas.
func (d *desktop) Draw(c *draw.Canvas) {
	c.Fill(c.Bounds(), d.colour)
	w := d.window()
	c.Fill(w, paper)
	c.Fill(image.Rect(w.Min.X, w.Min.Y, w.Max.X, w.Min.Y+d.px(titleHeight)), ink)
	c.Text(w.Min.Add(image.Pt(d.px(margin), d.px(6))), d.title, d.scale, white)
	b := d.button()
	c.Frame(b, d.scale, white)
	c.Text(b.Min.Add(image.Pt(d.px(8), d.px(2))), d.logOff, d.scale, white)
	for i, r := range d.rows {
		at := d.rowAt(i).Min
		c.Text(image.Pt(w.Min.X+d.px(margin), at.Y), r.label, d.scale, pale)
		value := c.Within(d.rowAt(i))
		value.Text(at, r.value, d.scale, ink)
	}
	c.TextBytes(d.rowAt(clockRow).Min, d.clock, d.scale, ink)
	c.TextBytes(d.rowAt(pointerRow).Min, d.where, d.scale, ink)
	d.drawTyped(c)
	hint := image.Pt(w.Min.X+d.px(margin), w.Max.Y-d.px(24))
	c.Fill(image.Rect(w.Min.X, hint.Y-d.px(6), w.Max.X, hint.Y-d.px(5)), line)
	c.Text(hint, d.hint, d.scale, pale)
	p := d.pointerAt(d.pointer)
	c.Frame(p, d.scale, mark)
}

// drawTyped shows the end of what was typed, which is what one looks at.
func (d *desktop) drawTyped(c *draw.Canvas) {
	box := d.rowAt(typedRow)
	c.Frame(box.Inset(-2*d.scale), d.scale, line)
	inside := c.Within(box)
	end := box.Min.X + min(0, box.Dx()-d.px(8)-d.typedWidth)
	end += inside.TextBytes(image.Pt(end, box.Min.Y), d.typed, d.scale, ink)
	c.Fill(image.Rect(end, box.Min.Y, end+2*d.scale, box.Max.Y), ink) // the caret
}

// pointerAt is the square that marks a place.
func (d *desktop) pointerAt(p image.Point) image.Rectangle {
	r := d.px(5)
	return image.Rect(p.X-r, p.Y-r, p.X+r, p.Y+r)
}

// F8 begins the share anew, for whoever tests a client with it; F12 logs off as the
// button does.
const (
	keyF8        = 0x42
	keyF12       = 0x58
	keyBackspace = 0x0E
	keyEnter     = 0x1C
	keyShiftL    = 0x2A
	keyShiftR    = 0x36
)

// Input echoes an event.
func (d *desktop) Input(dirty []image.Rectangle, e input.Event) ([]image.Rectangle, screen.Action) {
	down := e.Flags&input.KeyRelease == 0
	switch e.Kind {
	case input.Scancode:
		return d.key(dirty, e.Code, down)
	case input.Unicode:
		if down {
			return d.unit(dirty, rune(e.Code)), screen.Action{}
		}
	case input.Mouse, input.ExtMouse:
		return d.mouse(dirty, e)
	}
	return dirty, screen.Action{}
}

func (d *desktop) key(dirty []image.Rectangle, code uint16, down bool) ([]image.Rectangle, screen.Action) {
	if code == keyShiftL || code == keyShiftR {
		d.shift = down
		return dirty, screen.Action{}
	}
	if !down {
		return dirty, screen.Action{}
	}
	switch code {
	case keyF8:
		return dirty, screen.Action{Reactivate: true}
	case keyF12:
		return dirty, loggedOff
	case keyEnter:
		d.typed, d.typedWidth = d.typed[:0], 0
		return append(dirty, d.typedArea()), screen.Action{}
	case keyBackspace:
		if r, n := utf8.DecodeLastRune(d.typed); n > 0 {
			d.typed = d.typed[:len(d.typed)-n]
			d.typedWidth -= draw.Width(string(r), d.scale)
		}
		return append(dirty, d.typedArea()), screen.Action{}
	}
	if r, ok := input.Rune(code, d.shift); ok {
		return d.echo(dirty, r), screen.Action{}
	}
	return dirty, screen.Action{}
}

// loggedOff ends the session as Windows does when its user logs off.
var loggedOff = screen.Action{Disconnect: true, Reason: share.ErrorInfoLogoffByUser}

// unit takes one UTF-16 code unit.
func (d *desktop) unit(dirty []image.Rectangle, u rune) []image.Rectangle {
	if utf16.IsSurrogate(u) {
		high := d.high
		if d.high = u; high == 0 {
			return dirty
		}
		u = utf16.DecodeRune(high, u)
	}
	d.high = 0
	return d.echo(dirty, u)
}

func (d *desktop) echo(dirty []image.Rectangle, r rune) []image.Rectangle {
	if r < ' ' || len(d.typed)+utf8.UTFMax > maxTyped {
		return dirty
	}
	d.typed = utf8.AppendRune(d.typed, r)
	d.typedWidth += draw.Width(string(r), d.scale)
	return append(dirty, d.typedArea())
}

func (d *desktop) typedArea() image.Rectangle { return d.rowAt(typedRow).Inset(-2 * d.scale) }

func (d *desktop) mouse(dirty []image.Rectangle, e input.Event) ([]image.Rectangle, screen.Action) {
	at := image.Pt(int(e.X), int(e.Y))
	if e.Kind == input.Mouse && e.Flags&(input.PointerWheel|input.PointerHWheel) != 0 {
		return dirty, screen.Action{}
	}
	if at != d.pointer {
		dirty = append(dirty, d.pointerAt(d.pointer))
		d.pointer = at
		d.where = append(strconv.AppendInt(d.where[:0], int64(at.X), 10), ", "...)
		d.where = strconv.AppendInt(d.where, int64(at.Y), 10)
		dirty = append(dirty, d.pointerAt(at), d.rowAt(pointerRow))
	}
	if e.Kind == input.Mouse && e.Flags&input.PointerButton1 != 0 {
		inside := at.In(d.button())
		if e.Flags&input.PointerDown != 0 {
			d.pressed = inside
		} else if d.pressed && inside {
			return dirty, loggedOff
		} else {
			d.pressed = false
		}
	}
	return dirty, screen.Action{}
}

// tick shows a time, to the minute.
func (d *desktop) tick(dirty []image.Rectangle, now time.Time) []image.Rectangle {
	d.clock = now.AppendFormat(d.clock[:0], "2006-01-02 15:04")
	return append(dirty, d.rowAt(clockRow))
}
