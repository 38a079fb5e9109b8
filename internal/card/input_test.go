package card

import (
	"image"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/input"
)

func TestExplanationCloses(t *testing.T) {
	for name, e := range map[string]input.Event{
		"Enter": press(scanEnter), "Enter of the numeric pad": arrow(scanEnter), "Space": press(scanSpace), "Esc": press(scanEsc),
		"the character": {Kind: input.Unicode, Code: '\r'}, "a full-width space": {Kind: input.Unicode, Code: 0x3000},
	} {
		c := newCard("explanation", 640, 480)
		if _, action := c.Input(e); action.Kind != Close {
			t.Errorf("%s: %v", name, action)
		}
	}
	c := newCard("explanation", 640, 480)
	if action := click(c, middle(t, c, closeButton)); action.Kind != Close {
		t.Errorf("click: %v", action)
	}
}

func TestWhatDoesNotClose(t *testing.T) {
	c := newCard("explanation", 640, 480)
	at := middle(t, c, closeButton)
	for name, events := range map[string][]input.Event{
		"a letter":         {press(0x1E), release(0x1E)},
		"a release":        {release(scanEnter)},
		"a repeated Enter": {{Kind: input.Scancode, Code: scanEnter, Flags: input.KeyDown}},
		"another key of that number": {
			{Kind: input.Scancode, Code: scanEsc, Flags: input.KeyExtended}, {Kind: input.Scancode, Code: scanSpace, Flags: input.KeyExtended1},
		},
		"the right button": {mouse(input.PointerMove, at), mouse(input.PointerButton2|input.PointerDown, at), mouse(input.PointerButton2, at)},
		"a click beside":   {mouse(input.PointerButton1|input.PointerDown, image.Pt(1, 1)), mouse(input.PointerButton1, image.Pt(1, 1))},
		"pressed beside":   {mouse(input.PointerButton1|input.PointerDown, image.Pt(1, 1)), mouse(input.PointerButton1, at)},
		"released beside":  {mouse(input.PointerButton1|input.PointerDown, at), mouse(input.PointerButton1, image.Pt(1, 1))},
		"only pressed":     {mouse(input.PointerButton1|input.PointerDown, at)},
		"nothing":          {{Kind: input.Unused}, {}, {Kind: 200, Flags: 0xFFFF}, {Kind: input.ExtMouse, Flags: 0x8001}},
	} {
		for _, e := range events {
			if _, action := c.Input(e); action.Kind != None {
				t.Errorf("%s: %v", name, action)
			}
		}
	}
}

// Windows repeats a held key as a press after a press.
func TestHeldKeyDecidesOnce(t *testing.T) {
	c := newCard("many", 640, 480)
	if _, action := c.Input(press(0x03)); action != (Action{Choose, 1}) {
		t.Fatal(action)
	}
	if _, action := c.Input(press(0x03)); action.Kind != None {
		t.Errorf("held: %v", action)
	}
	c.Input(release(0x03))
	if _, action := c.Input(press(0x03)); action != (Action{Choose, 1}) {
		t.Errorf("pressed again: %v", action)
	}
}

func TestLanguageSwitch(t *testing.T) {
	c := newCard("explanation", 640, 480)
	dirty, action := c.Input(press(scanF2))
	if c.Lang() != i18n.Japanese || action.Kind != None || len(dirty) != 1 || dirty[0] != image.Rect(0, 0, 640, 480) {
		t.Errorf("F2: %s, %v, %v", c.Lang(), action, dirty)
	}
	if !shows(c, "閉じる") || shows(c, "Close") || !shows(c, "F2: English") {
		t.Error("F2: not in Japanese")
	}
	click(c, middle(t, c, languageButton))
	if c.Lang() != i18n.English || !shows(c, "Close") || !shows(c, "F2: 日本語") {
		t.Errorf("click: %s", c.Lang())
	}
	if got := New(pages()["waiting"], image.Pt(640, 480), 100, "de").Lang(); got != i18n.English {
		t.Errorf("a language without messages: %s", got)
	}
}

// shows reports whether a text stands on the card, scrolled away or not.
func shows(c *Card, text string) bool {
	for _, l := range []layer{c.frame, c.body} {
		for _, s := range l {
			if strings.Contains(s.text, text) {
				return true
			}
		}
	}
	return false
}

func TestExplanationShowsAll(t *testing.T) {
	c := newCard("explanation", 640, 480)
	for _, text := range []string{"Update needed", "srv-acc01.example.local", "What happened", "Where the cause lies", "What to do", "FD-1204-7K"} {
		if !shows(c, text) {
			t.Errorf("%q is missing", text)
		}
	}
	bare := newCard("between", 640, 480)
	if shows(bare, "help desk:") || shows(bare, "For the help desk") || shows(bare, "Connecting to") {
		t.Error("labels of what there is not")
	}
	tiny := newCard("explanation", 320, 130) // the code is scrolled
	if !shows(tiny, "FD-1204-7K") {
		t.Error("no code on a tiny desktop")
	}
}

// A failure that nobody wrote a page for is still a page.
func TestUnknownPages(t *testing.T) {
	for _, page := range []Page{{}, {Explanation: &Explanation{Code: "no.such"}}} {
		c := New(page, image.Pt(640, 480), 100, i18n.English)
		if !shows(c, "A fault inside the gateway") {
			t.Errorf("%+v", page)
		}
	}
}

func TestTextIsScrolled(t *testing.T) {
	c := newCard("explanation", 320, 240)
	last := c.height - c.view.Dy()
	if last <= 0 || c.track.Empty() {
		t.Fatal("it fits; the test wants a smaller desktop")
	}
	for _, s := range []struct {
		what string
		e    input.Event
		want func(before int) bool
	}{
		{"down", arrow(scanDown), func(b int) bool { return c.scroll > b }},
		{"up", arrow(scanUp), func(int) bool { return c.scroll == 0 }},
		{"page down", arrow(scanPageDown), func(int) bool { return c.scroll > 30 }},
		{"home", arrow(scanHome), func(int) bool { return c.scroll == 0 }},
		{"end", arrow(scanEnd), func(int) bool { return c.scroll == last }},
		{"down at the end", arrow(scanDown), func(int) bool { return c.scroll == last }},
		{"wheel up", wheel(1), func(b int) bool { return c.scroll < b }},
		{"wheel down", wheel(-2), func(int) bool { return c.scroll == last }},
		{"page up", arrow(scanPageUp), func(b int) bool { return c.scroll < b-30 }},
		{"wheel far up", wheel(2), func(b int) bool { return c.scroll < b || c.scroll == 0 }},
	} {
		before := c.scroll
		dirty, action := c.Input(s.e)
		if !s.want(before) || action.Kind != None {
			t.Errorf("%s: from %d to %d of %d, %v", s.what, before, c.scroll, last, action)
		}
		if (len(dirty) > 0) != (c.scroll != before) {
			t.Errorf("%s: dirty %v", s.what, dirty)
		}
	}
}

// A touch pad sends a step in many parts.
func TestWheelInParts(t *testing.T) {
	c := newCard("explanation", 320, 240)
	for i := range 4 {
		c.Input(input.Event{Kind: input.Mouse, Flags: input.PointerWheel | uint16(-30&0x1FF)})
		if (c.scroll > 0) != (i == 3) {
			t.Fatalf("after %d parts: %d", i+1, c.scroll)
		}
	}
	c.Input(input.Event{Kind: input.Mouse, Flags: input.PointerHWheel | 120})
	if c.scroll == 0 {
		t.Error("sideways")
	}
}

func TestScrollBar(t *testing.T) {
	c := newCard("many", 640, 480)
	last := c.height - c.view.Dy()
	click(c, image.Pt(c.track.Min.X+2, c.track.Max.Y-2))
	if c.scroll <= 0 || c.scroll == last {
		t.Errorf("click below the thumb: %d", c.scroll)
	}
	click(c, image.Pt(c.track.Min.X+2, c.track.Min.Y+1))
	if c.scroll != 0 {
		t.Errorf("click above the thumb: %d", c.scroll)
	}
	at := c.thumb.Min.Add(image.Pt(3, 5))
	c.Input(mouse(input.PointerMove, at))
	c.Input(mouse(input.PointerButton1|input.PointerDown, at))
	c.Input(mouse(input.PointerMove, at.Add(image.Pt(-300, 40)))) // off the bar it is still held
	if c.scroll <= 0 || c.scroll >= last {
		t.Errorf("dragged: %d of %d", c.scroll, last)
	}
	c.Input(mouse(input.PointerMove, at.Add(image.Pt(0, 4000))))
	if c.scroll != last {
		t.Errorf("dragged to the end: %d of %d", c.scroll, last)
	}
	c.Input(mouse(input.PointerButton1, at.Add(image.Pt(0, 4000))))
	c.Input(mouse(input.PointerMove, at))
	if c.scroll != last || c.selected != 0 {
		t.Errorf("let go: %d, row %d", c.scroll, c.selected)
	}
}

func TestWaiting(t *testing.T) {
	c := newCard("waiting", 640, 480)
	if !shows(c, "1:03 so far") || !shows(c, "Connecting") {
		t.Error("texts")
	}
	if dirty := c.SetElapsed(63*time.Second + time.Millisecond); len(dirty) != 0 {
		t.Errorf("nothing visible changed: %v", dirty)
	}
	dirty := c.SetElapsed(64 * time.Second)
	if len(dirty) != 1 || dirty[0].Dy() > 32 || !shows(c, "1:04 so far") {
		t.Errorf("a second later: %v", dirty)
	}
	for _, code := range []uint16{scanEnter, scanSpace} {
		if action := typeKey(c, code); action.Kind != None {
			t.Errorf("key %#x gives up: %v", code, action)
		}
	}
	if action := click(c, middle(t, c, cancelButton)); action.Kind != Close {
		t.Errorf("click: %v", action)
	}
	if action := typeKey(c, scanEsc); action.Kind != Close {
		t.Errorf("Esc: %v", action)
	}
	if dirty := newCard("list", 640, 480).SetElapsed(time.Hour); len(dirty) != 0 {
		t.Errorf("a list waits: %v", dirty)
	}
}

func TestClock(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0:00", 999 * time.Millisecond: "0:00", time.Minute: "1:00", 59*time.Minute + 59*time.Second: "59:59",
		time.Hour + 2*time.Minute + 3*time.Second: "1:02:03",
	} {
		if got := clock(d); got != want {
			t.Errorf("%v: %s, want %s", d, got, want)
		}
	}
	var steps []int
	for i := range 9 {
		steps = append(steps, step(time.Duration(i)*perStep))
	}
	if want := [9]int{0, 1, 2, 3, 4, 3, 2, 1, 0}; [9]int(steps) != want {
		t.Errorf("steps %v", steps)
	}
	if c := newCard("waiting", 320, 240); c.SetElapsed(-time.Second) == nil || !shows(c, "0:00") {
		t.Error("a clock set back")
	}
}

func FuzzInput(f *testing.F) {
	f.Add(uint16(640), uint16(480), uint8(0), []byte("\x01\x00\x00\x01\x00\x00\x00\x00\x00"))
	f.Add(uint16(320), uint16(240), uint8(3), []byte("\x03\x90\x00\x00\x00\x00\x40\x00\x40\x03\x10\x00\x00\x00\x00\x40\x00\x40"))
	f.Add(uint16(1), uint16(1), uint8(4), []byte("\x01\x00\x00\x3c\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, width, height uint16, which uint8, events []byte) {
		names := pageNames()
		c := newCard(names[int(which)%len(names)], int(width%1200), int(height%900))
		for ; len(events) >= 9; events = events[9:] {
			number := func(i int) uint16 { return uint16(events[i])<<8 | uint16(events[i+1]) }
			dirty, action := c.Input(input.Event{
				Kind: input.Kind(events[0]), Flags: number(1), Code: number(3) & 0xFF, X: number(5), Y: number(7),
			})
			for _, r := range dirty {
				if r.Empty() || !r.In(image.Rectangle{Max: c.size}) {
					t.Fatalf("dirty %v of %v", r, c.size)
				}
			}
			if list := c.page.List; action.Kind == Choose && (list == nil || action.Item < 0 || action.Item >= len(list.Items)) {
				t.Fatalf("%+v", action)
			}
		}
		paint(c)
	})
}
