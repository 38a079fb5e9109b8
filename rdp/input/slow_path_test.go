package input

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// slowEvents has an event of each messageType, with the bytes that MS-RDPBCGR
// 2.2.8.1.1.3.1.1 and its subsections give it.
var slowEvents = []struct {
	digits string
	want   Event
}{
	{"00000000 0000 0000 07000000", Event{Kind: Synchronize, Flags: LockScroll | LockNum | LockCaps}},
	{"78563412 0400 0081 1d00 0000", Event{Kind: Scancode, Flags: KeyRelease | KeyExtended, Code: 0x1D}},
	{"00000000 0400 0040 1e00 0000", Event{Kind: Scancode, Flags: KeyDown, Code: 0x1E}},
	{"00000000 0500 0000 4230 0000", Event{Kind: Unicode, Code: 'あ'}},
	{"00000000 0180 0008 ab02 6f01", Event{Kind: Mouse, Flags: PointerMove, X: 683, Y: 367}},
	{"00000000 0180 0090 0a00 1400", Event{Kind: Mouse, Flags: PointerDown | PointerButton1, X: 10, Y: 20}},
	{"00000000 0280 0280 0100 0200", Event{Kind: ExtMouse, Flags: 0x8002, X: 1, Y: 2}},
	{"00000000 0200 00000000 0000", Event{Kind: Unused}},
	{"00000000 0480 0008 ffff 0100", Event{Kind: Unused}}, // relative, not asked for
}

func slowBody(t testing.TB) (body []byte, want []Event) {
	body = []byte{byte(len(slowEvents)), 0, 0, 0}
	for _, e := range slowEvents {
		body = append(body, wiretest.Unhex(t, e.digits)...)
		want = append(want, e.want)
	}
	return body, want
}

func TestSlowPath(t *testing.T) {
	body, want := slowBody(t)
	first := Event{Kind: Unicode, Code: 'x'}
	got, err := ParseSlowPath([]Event{first}, body)
	if d := cmp.Diff(append([]Event{first}, want...), got); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	for n := range body {
		got, err := ParseSlowPath([]Event{first}, body[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		if len(got) != 1 {
			t.Errorf("cut to %d: %d events", n, len(got))
		}
	}
	if got, err := ParseSlowPath(nil, append(body, 1, 2, 3)); err != nil || len(got) != len(want) {
		t.Errorf("with bytes behind: %d events, %v", len(got), err)
	}
	out, err := AppendSlowPath([]byte{9}, want)
	if err != nil || len(out) != 1+len(body) {
		t.Fatalf("%d bytes, %v", len(out), err)
	}
	// All but the times and the relative movement.
	body[4+12+3], body[4+12+2], body[4+12+1], body[4+12] = 0, 0, 0, 0
	if n := len(body) - 12; !bytes.Equal(out[1:][:n], body[:n]) {
		t.Errorf("% x\nwant\n% x", out[1:], body)
	}
	if again, err := ParseSlowPath(nil, out[1:]); err != nil || !cmp.Equal(want, again) {
		t.Errorf("%v %s", err, cmp.Diff(want, again))
	}
}

func TestSlowPathMalformed(t *testing.T) {
	for name, b := range map[string][]byte{
		"messageType 1":      wiretest.Unhex(t, "0100 0000 00000000 0100 0000 0000 0000"),
		"messageType 0xffff": wiretest.Unhex(t, "0100 0000 00000000 ffff 0000 0000 0000"),
		"65535 events":       wiretest.Unhex(t, "ffff 0000 00000000 0400 0000 1e00 0000"),
		"1025 events":        append(wiretest.Unhex(t, "0104 0000"), make([]byte, 1025*12)...),
	} {
		got, err := ParseSlowPath(nil, b)
		wiretest.WantMalformed(t, name, err)
		if got != nil {
			t.Errorf("%s: %d events", name, len(got))
		}
	}
	if got, err := ParseSlowPath(nil, wiretest.Unhex(t, "0000 0000")); err != nil || got != nil {
		t.Errorf("no events: %v, %v", got, err)
	}
	if got, err := ParseSlowPath(nil, append(wiretest.Unhex(t, "0004 0000"), make([]byte, 1024*12)...)); err != nil || len(got) != 1024 {
		t.Errorf("1024 events: %d, %v", len(got), err)
	}
	for name, events := range map[string][]Event{
		"too many": make([]Event, MaxSlowPathEvents+1),
		"no kind":  {{Kind: Scancode}, {}},
	} {
		out, err := AppendSlowPath([]byte{9}, events)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

func TestPathsDoNotAllocate(t *testing.T) {
	events := []Event{
		{Kind: Scancode, Code: 0x1E}, {Kind: Mouse, Flags: PointerMove, X: 1, Y: 2}, {Kind: ExtMouse}, {Kind: Synchronize, Flags: LockCaps},
		{Kind: Unicode, Code: 'x'},
	}
	bytes, again := make([]byte, 0, 256), make([]Event, 0, 16)
	var failed error
	note := func(err error) {
		if err != nil {
			failed = err
		}
	}
	if n := testing.AllocsPerRun(100, func() {
		b, err := AppendSlowPath(bytes, events)
		note(err)
		_, err = ParseSlowPath(again, b)
		note(err)
	}); n != 0 || failed != nil {
		t.Errorf("slow path: %v allocations, %v", n, failed)
	}
	if n := testing.AllocsPerRun(100, func() {
		b, err := AppendFastPath(bytes, events)
		note(err)
		_, err = ParseFastPath(again, len(events), b)
		note(err)
	}); n != 0 || failed != nil {
		t.Errorf("fast path: %v allocations, %v", n, failed)
	}
}

func FuzzSlowPath(f *testing.F) {
	body, _ := slowBody(f)
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		events, err := ParseSlowPath(nil, body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		out, err := AppendSlowPath(nil, events)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseSlowPath(nil, out); err != nil || !cmp.Equal(events, again) {
			t.Fatalf("%v %s", err, cmp.Diff(events, again))
		}
	})
}
