package interop

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Input is what a key, a button or the pointer did on a screen.
type Input struct {
	Kind   string // "KeyPress", "KeyRelease", "ButtonPress", "ButtonRelease" or "MotionNotify"
	X, Y   int    // the pointer, in pixels
	Button int    // 1 left, 2 middle, 3 right, 4 to 7 wheel up, down, left, right
	Key    string // the keysym, as "a" or "Return"
	Code   int    // X keycode: for a PC keyboard the scan code of the first 0x58 keys plus 8
}

// Watch notes what arrives on a screen, by xev, whose window covers it: the
// proof that keys and clicks of a session reached the server's desktop.
type Watch struct {
	t   testing.TB
	xev *process
}

// Watch covers the screen with a window that notes its input.
func (s *Screen) Watch() *Watch {
	s.t.Helper()
	geometry := strconv.Itoa(s.Width) + "x" + strconv.Itoa(s.Height) + "+0+0"
	w := &Watch{s.t, start(s.t, s.command("stdbuf", "-oL", "xev", "-geometry", geometry, "-event", "keyboard",
		"-event", "mouse", "-event", "structure"))}
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(w.xev.log.String(), "MapNotify"); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("interop: xev shows no window: %s", w.xev.log)
		}
	}
	return w
}

var (
	xevEvent    = regexp.MustCompile(`(?m)^(KeyPress|KeyRelease|ButtonPress|ButtonRelease|MotionNotify) event`)
	xevPosition = regexp.MustCompile(`root:\((-?\d+),(-?\d+)\)`)
	xevButton   = regexp.MustCompile(`button (\d+)`)
	xevKey      = regexp.MustCompile(`keycode (\d+) \(keysym 0x[0-9a-f]+, (\w+)\)`)
)

// Events are all inputs so far, in their order.
func (w *Watch) Events() []Input { return parseXev(w.xev.log.String()) }

func parseXev(log string) []Input {
	var list []Input
	for _, event := range strings.Split(log, "\n\n") {
		kind, at := xevEvent.FindStringSubmatch(event), xevPosition.FindStringSubmatch(event)
		if kind == nil || at == nil {
			continue
		}
		in := Input{Kind: kind[1], X: atoi(at[1]), Y: atoi(at[2])}
		if m := xevButton.FindStringSubmatch(event); m != nil {
			in.Button = atoi(m[1])
		}
		switch m := xevKey.FindStringSubmatch(event); {
		case m != nil:
			in.Code, in.Key = atoi(m[1]), m[2]
		case strings.HasPrefix(in.Kind, "Key"):
			continue // the rest of the event is not written yet
		}
		list = append(list, in)
	}
	return list
}

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits) // the expression has taken digits only
	return n
}

// Wait waits until good says that what has arrived is enough, and fails the test
// after the timeout.
func (w *Watch) Wait(good func([]Input) bool, timeout time.Duration) []Input {
	w.t.Helper()
	for deadline := time.Now().Add(timeout); ; time.Sleep(20 * time.Millisecond) {
		events := w.Events()
		if good(events) {
			return events
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("interop: the screen has seen only: %+v", events)
		}
	}
}

// Typed is the text of the pressed keys that have a letter or digit as their name.
func Typed(events []Input) string {
	var text strings.Builder
	for _, e := range events {
		if e.Kind == "KeyPress" && len(e.Key) == 1 {
			text.WriteString(e.Key)
		}
	}
	return text.String()
}
