package interop

import (
	"slices"
	"testing"
)

// As xev 1.2.5 writes it.
const xevLog = `
MapNotify event, serial 18, synthetic NO, window 0x200001,
    event 0x200001, window 0x200001, override NO

MotionNotify event, serial 21, synthetic NO, window 0x200001,
    root 0x50d, subw 0x0, time 187, (121,232), root:(123,234),
    state 0x0, is_hint 0, same_screen YES

ButtonPress event, serial 21, synthetic NO, window 0x200001,
    root 0x50d, subw 0x0, time 190, (121,232), root:(123,234),
    state 0x0, button 3, same_screen YES

KeyPress event, serial 21, synthetic NO, window 0x200001,
    root 0x50d, subw 0x0, time 200, (121,232), root:(123,234),
    state 0x0, keycode 38 (keysym 0x61, a), same_screen YES,
    XLookupString gives 1 bytes: (61) "a"
    XmbLookupString gives 1 bytes: (61) "a"
    XFilterEvent returns: False

KeyRelease event, serial 21, synthetic NO, window 0x200001,
    root 0x50d, subw 0x0, time 201, (121,232), root:(123,234),
    state 0x0, keyc`

func TestParseXev(t *testing.T) {
	t.Parallel()
	want := []Input{
		{Kind: "MotionNotify", X: 123, Y: 234},
		{Kind: "ButtonPress", X: 123, Y: 234, Button: 3},
		{Kind: "KeyPress", X: 123, Y: 234, Key: "a", Code: 38},
	} // the last event is not whole yet
	if got := parseXev(xevLog); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := Typed(want); got != "a" {
		t.Errorf("typed %q", got)
	}
}
