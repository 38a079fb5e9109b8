package card

import (
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/input"
)

func TestListByKeys(t *testing.T) {
	c := newCard("many", 640, 480)
	page := c.view.Dy()/c.rowHeight() - 1
	if page < 2 {
		t.Fatalf("%d rows a page", page)
	}
	for _, s := range []struct {
		what string
		code uint16
		want int
	}{
		{"up at the top", scanUp, 0}, {"down", scanDown, 1}, {"down", scanDown, 2}, {"up", scanUp, 1},
		{"page down", scanPageDown, 1 + page}, {"page up", scanPageUp, 1}, {"page up", scanPageUp, 0},
		{"end", scanEnd, 39}, {"down at the end", scanDown, 39}, {"up", scanUp, 38}, {"home", scanHome, 0},
	} {
		if _, action := c.Input(arrow(s.code)); action.Kind != None || c.selected != s.want {
			t.Errorf("%s: row %d, want %d; %v", s.what, c.selected, s.want, action)
		}
		if r := c.rowRect(c.selected); r.Dy() != c.rowHeight() {
			t.Errorf("%s: row %d is not in sight: %v", s.what, c.selected, r)
		}
	}
	c.Input(arrow(scanDown))
	if action := typeKey(c, scanEnter); action != (Action{Choose, 1}) {
		t.Errorf("Enter: %v", action)
	}
	if action := typeKey(c, scanEsc); action.Kind != Close {
		t.Errorf("Esc: %v", action)
	}
}

func TestListByDigits(t *testing.T) {
	c := newCard("list", 640, 480)
	if action := typeKey(c, 0x04); action != (Action{Choose, 2}) {
		t.Errorf("3: %v", action)
	}
	if action := typeKey(c, 0x06); action.Kind != None { // 5 of four
		t.Errorf("5: %v", action)
	}
	for _, unit := range []uint16{'4', '４'} {
		if _, action := c.Input(input.Event{Kind: input.Unicode, Code: unit}); action != (Action{Choose, 3}) {
			t.Errorf("%c: %v", unit, action)
		}
	}
	if _, action := c.Input(input.Event{Kind: input.Unicode, Code: '0'}); action.Kind != None {
		t.Errorf("0: %v", action)
	}
}

// The keys of the numeric pad are digits while Num Lock is on, else arrows; the
// arrows proper are arrows all the time.
func TestNumericPad(t *testing.T) {
	c := newCard("list", 640, 480)
	c.Input(press(scanDown))
	if c.selected != 1 {
		t.Errorf("without Num Lock: row %d", c.selected)
	}
	c.Input(input.Event{Kind: input.Synchronize, Flags: input.LockNum | input.LockCaps})
	if action := typeKey(c, scanDown); action != (Action{Choose, 1}) { // 2
		t.Errorf("with Num Lock: %v", action)
	}
	if _, action := c.Input(arrow(scanDown)); action.Kind != None || c.selected != 2 {
		t.Errorf("the arrow: %v, row %d", action, c.selected)
	}
	typeKey(c, 0x45) // Num Lock
	if action := typeKey(c, scanUp); action.Kind != None || c.selected != 1 {
		t.Errorf("after Num Lock: %v, row %d", action, c.selected)
	}
}

func TestListByMouse(t *testing.T) {
	c := newCard("list", 640, 480)
	row := func(i int) image.Point { r := c.rowRect(i); return r.Min.Add(r.Size().Div(2)) }
	if action := click(c, row(2)); action.Kind != None || c.selected != 2 {
		t.Errorf("click: %v, row %d", action, c.selected)
	}
	if action := click(c, row(1)); action.Kind != None || c.selected != 1 {
		t.Errorf("another: %v, row %d", action, c.selected)
	}
	if action := click(c, row(1)); action != (Action{Choose, 1}) {
		t.Errorf("double click: %v", action)
	}
	// The row that is selected from the start is not chosen by the first click.
	c = newCard("list", 640, 480)
	if action := click(c, row(0)); action.Kind != None {
		t.Errorf("first click: %v", action)
	}
	c.Input(arrow(scanDown))
	if action := click(c, row(0)); action.Kind != None {
		t.Errorf("click after a key: %v", action)
	}
	if action := click(c, middle(t, c, chooseButton)); action != (Action{Choose, 0}) {
		t.Errorf("the button: %v", action)
	}
	if action := click(c, middle(t, c, cancelButton)); action.Kind != Close {
		t.Errorf("cancel: %v", action)
	}
}

// The wheel moves the list under the mouse and leaves the selection alone.
func TestListByWheel(t *testing.T) {
	c := newCard("many", 640, 480)
	c.Input(wheel(-2))
	if c.scroll != 2*c.rowHeight() || c.selected != 0 {
		t.Errorf("scrolled %d, row %d", c.scroll, c.selected)
	}
	c.Input(arrow(scanDown))
	if c.scroll > c.rowHeight() || c.selected != 1 {
		t.Errorf("the selection is not in sight: scrolled %d, row %d", c.scroll, c.selected)
	}
}

func TestEmptyList(t *testing.T) {
	c := newCard("empty", 640, 480)
	for code, want := range map[uint16]ActionKind{0x02: None, scanDown: None, scanEnd: None, scanEnter: Close, scanEsc: Close} {
		if action := typeKey(c, code); action.Kind != want {
			t.Errorf("%#x: %v", code, action)
		}
	}
	if action := click(c, middle(t, c, closeButton)); action.Kind != Close {
		t.Errorf("click: %v", action)
	}
	if !shows(c, "nothing to choose") {
		t.Error("no text")
	}
}

// The selection stays and stays in sight when the desktop changes its size.
func TestResizeKeepsTheSelection(t *testing.T) {
	c := newCard("many", 1024, 768)
	c.Input(arrow(scanEnd))
	for _, size := range []image.Point{{640, 480}, {320, 240}, {1920, 1080}} {
		c.Resize(size, 100)
		if r := c.rowRect(c.selected); c.selected != 39 || r.Dy() != c.rowHeight() {
			t.Errorf("%v: row %d at %v", size, c.selected, r)
		}
	}
}

func TestLongNames(t *testing.T) {
	long := "非常に長い名前のサーバー非常に長い名前のサーバー非常に長い名前のサーバー.example.local"
	for _, size := range []image.Point{{320, 240}, {640, 480}} {
		c := New(Page{List: &List{TitleCode: TitleDestinations, Items: []Item{{long, long}, {"", ""}}}}, size, 100, i18n.Japanese)
		for _, s := range c.body {
			if s.rect.Min.X < 0 || s.rect.Max.X > c.m.width {
				t.Errorf("%v: %q at %v leaves the panel", size, s.text, s.rect)
			}
		}
	}
}
