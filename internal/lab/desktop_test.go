package lab

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/draw"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
)

func aDesktop(t testing.TB, size image.Point, lang i18n.Lang) *desktop {
	t.Helper()
	h := Hosts()[0]
	d := newDesktop(h, &connect.ClientFacts{Name: "CLIENT", ScaleFactor: 100, Depth: 32, FastPath: true}, size, lang, `FUMIDAI\alice`, "by_nla")
	d.tick(nil, time.Date(2026, 11, 30, 12, 34, 0, 0, time.UTC))
	return d
}

// paint draws all of a desktop into one picture.
func paint(d *desktop) []uint32 {
	p := bitmap.NewPixels(d.size.X, d.size.Y)
	d.Draw(&draw.Canvas{Pixels: p})
	return p.Pix
}

func do(d *desktop, events ...input.Event) (action screen.Action) {
	for _, e := range events {
		_, action = d.Input(nil, e)
	}
	return action
}

func key(code uint16, flags uint16) input.Event {
	return input.Event{Kind: input.Scancode, Code: code, Flags: flags}
}

func TestDesktopEchoes(t *testing.T) {
	for name, c := range map[string]struct {
		events []input.Event
		want   string
	}{
		"scan codes":         {[]input.Event{key(0x1E, 0), key(0x1E, input.KeyRelease), key(0x30, 0)}, "ab"},
		"shift":              {[]input.Event{key(0x2A, 0), key(0x1E, 0), key(0x2A, input.KeyRelease), key(0x1E, 0)}, "Aa"},
		"the other shift":    {[]input.Event{key(0x36, 0), key(0x02, 0)}, "!"},
		"unicode":            {input.TypeText(nil, "踏み台 ok"), "踏み台 ok"},
		"beyond 16 bits":     {input.TypeText(nil, "a𠮷b"), "a𠮷b"},
		"half a pair":        {[]input.Event{{Kind: input.Unicode, Code: 0xD842}, {Kind: input.Unicode, Code: 'x'}}, "x"},
		"backspace":          {append(input.TypeText(nil, "a台"), key(keyBackspace, 0)), "a"},
		"backspace, nothing": {[]input.Event{key(keyBackspace, 0)}, ""},
		"enter":              {append(input.TypeText(nil, "gone"), key(keyEnter, 0), key(0x1E, 0)), "a"},
		"control characters": {[]input.Event{{Kind: input.Unicode, Code: 0x1B}, {Kind: input.Unicode, Code: 'x'}}, "x"},
	} {
		d := aDesktop(t, image.Pt(800, 600), i18n.English)
		do(d, c.events...)
		if string(d.typed) != c.want || d.typedWidth != draw.Width(c.want, d.scale) {
			t.Errorf("%s: %q, %d pixels", name, d.typed, d.typedWidth)
		}
	}
	d := aDesktop(t, image.Pt(800, 600), i18n.English)
	for range 3 * maxTyped {
		do(d, input.TypeText(nil, "台")...)
	}
	if len(d.typed) > maxTyped || cap(d.typed) > maxTyped {
		t.Errorf("%d bytes typed, room for %d", len(d.typed), cap(d.typed))
	}
}

func TestDesktopActions(t *testing.T) {
	d := aDesktop(t, image.Pt(800, 600), i18n.English)
	inside := d.button().Min.Add(image.Pt(3, 3))
	mouse := func(at image.Point, flags uint16) input.Event {
		return input.Event{Kind: input.Mouse, X: uint16(at.X), Y: uint16(at.Y), Flags: flags}
	}
	const left = input.PointerButton1
	for name, c := range map[string]struct {
		events []input.Event
		want   screen.Action
	}{
		"F8":                 {[]input.Event{key(keyF8, 0)}, screen.Action{Reactivate: true}},
		"F8 let go":          {[]input.Event{key(keyF8, input.KeyRelease)}, screen.Action{}},
		"F12":                {[]input.Event{key(keyF12, 0)}, loggedOff},
		"click":              {[]input.Event{mouse(inside, left|input.PointerDown), mouse(inside, left)}, loggedOff},
		"pressed only":       {[]input.Event{mouse(inside, left|input.PointerDown)}, screen.Action{}},
		"let go elsewhere":   {[]input.Event{mouse(inside, left|input.PointerDown), mouse(image.Pt(1, 1), left)}, screen.Action{}},
		"pressed elsewhere":  {[]input.Event{mouse(image.Pt(1, 1), left|input.PointerDown), mouse(inside, left)}, screen.Action{}},
		"right button":       {[]input.Event{mouse(inside, input.PointerButton2|input.PointerDown), mouse(inside, input.PointerButton2)}, screen.Action{}},
		"wheel":              {[]input.Event{mouse(inside, input.PointerWheel|0x78)}, screen.Action{}},
		"a movement between": {[]input.Event{mouse(inside, left|input.PointerDown), mouse(inside.Add(image.Pt(1, 0)), input.PointerMove), mouse(inside, left)}, loggedOff},
	} {
		d := aDesktop(t, image.Pt(800, 600), i18n.English)
		if got := do(d, c.events...); got != c.want {
			t.Errorf("%s: %+v", name, got)
		}
	}
	do(d, mouse(image.Pt(123, 45), input.PointerMove))
	if string(d.where) != "123, 45" {
		t.Errorf("pointer at %q", d.where)
	}
}

// Drawing only what Input calls dirty ends in the same picture as drawing all, at
// every size and in both languages.
func TestDesktopDirtyIsEnough(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []image.Point{{200, 200}, {640, 480}, {801, 603}, {1920, 1080}} {
		for _, lang := range i18n.Langs() {
			d := aDesktop(t, size, lang)
			shown := bitmap.Pixels{Width: size.X, Height: size.Y, Stride: size.X, Pix: paint(d)}
			for i := range 60 {
				e := input.Event{Kind: input.Unicode, Code: uint16('あ' + r.IntN(60))}
				switch i % 4 {
				case 0:
					e = input.Event{Kind: input.Mouse, Flags: input.PointerMove, X: uint16(r.IntN(size.X)), Y: uint16(r.IntN(size.Y))}
				case 1:
					e = key(uint16(0x0E+r.IntN(40)), 0)
				}
				dirty, _ := d.Input(nil, e)
				if i%10 == 9 {
					dirty = d.tick(dirty, time.Unix(int64(i)*1e6, 0).UTC())
				}
				for _, area := range dirty {
					if area = area.Intersect(image.Rectangle{Max: size}); !area.Empty() {
						canvas := draw.Canvas{Pixels: shown.Sub(area.Min.X, area.Min.Y, area.Dx(), area.Dy()), Origin: area.Min}
						d.Draw(&canvas)
					}
				}
				if !slices.Equal(shown.Pix, paint(d)) {
					t.Fatalf("%v %s: after %+v the picture is another", size, lang, e)
				}
			}
		}
	}
}

func TestDesktopDoesNotAllocate(t *testing.T) {
	d := aDesktop(t, image.Pt(1024, 768), i18n.Japanese)
	canvas := draw.Canvas{Pixels: bitmap.NewPixels(64, 60), Origin: image.Pt(320, 300)}
	dirty := make([]image.Rectangle, 0, 16)
	if n := testing.AllocsPerRun(100, func() {
		dirty, _ = d.Input(dirty[:0], input.Event{Kind: input.Unicode, Code: '台'})
		dirty, _ = d.Input(dirty, input.Event{Kind: input.Mouse, X: 9, Y: 9})
		dirty, _ = d.Input(dirty, key(keyBackspace, 0))
		d.Draw(&canvas)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// A timer that fires at once, and one that is stopped from within.
func TestEvery(t *testing.T) {
	fired := make(chan struct{}, 100)
	stop := every(time.Nanosecond, func() {
		select {
		case fired <- struct{}{}:
		default:
		}
	})
	for range 3 {
		select {
		case <-fired:
		case <-time.After(failsafe):
			t.Fatal("it does not fire")
		}
	}
	stop()
	time.Sleep(10 * time.Millisecond)
	for len(fired) > 0 {
		<-fired
	}
	time.Sleep(10 * time.Millisecond)
	if len(fired) > 0 {
		t.Error("it fires after it was stopped")
	}
}
