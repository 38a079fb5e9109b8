package input

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// fastEvents has an event of each eventCode. The mouse is the decrypted
// fpInputEvents of MS-RDPBCGR 4.7; the others are what 2.2.8.1.2.2 and its
// subsections give them. Those without a form of ours cannot be written.
var fastEvents = []struct {
	digits string
	want   Event
}{
	{"20 0008 ab02 6f01", Event{Kind: Mouse, Flags: PointerMove, X: 683, Y: 367}},
	{"00 1e", Event{Kind: Scancode, Code: 0x1E}},
	{"01 1e", Event{Kind: Scancode, Flags: KeyRelease, Code: 0x1E}},
	{"03 53", Event{Kind: Scancode, Flags: KeyRelease | KeyExtended, Code: 0x53}},
	{"04 1d", Event{Kind: Scancode, Flags: KeyExtended1, Code: 0x1D}},
	{"40 0280 0100 0200", Event{Kind: ExtMouse, Flags: 0x8002, X: 1, Y: 2}},
	{"66", Event{Kind: Synchronize, Flags: LockNum | LockCaps}},
	{"6f", Event{Kind: Synchronize, Flags: LockScroll | LockNum | LockCaps | LockKana}},
	{"80 4230", Event{Kind: Unicode, Code: 'あ'}},
	{"81 4230", Event{Kind: Unicode, Flags: KeyRelease, Code: 'あ'}},
	{"a0 0008 ffff 0100", Event{Kind: Unused}}, // relative
	{"c0 78563412", Event{Kind: Unused}},       // time stamp
}

func fastBody(t testing.TB) (body []byte, want []Event) {
	for _, e := range fastEvents {
		body = append(body, wiretest.Unhex(t, e.digits)...)
		want = append(want, e.want)
	}
	return body, want
}

func TestFastPath(t *testing.T) {
	body, want := fastBody(t)
	first := Event{Kind: Unicode, Code: 'x'}
	got, err := ParseFastPath([]Event{first}, len(want), body)
	if d := cmp.Diff(append([]Event{first}, want...), got); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	for n := range body {
		got, err := ParseFastPath([]Event{first}, len(want), body[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		if len(got) != 1 {
			t.Errorf("cut to %d: %d events", n, len(got))
		}
	}
	if got, err := ParseFastPath(nil, 1, body); err != nil || !cmp.Equal(got, want[:1]) {
		t.Errorf("the first alone: %v, %v", got, err)
	}
	n := len(want) - 2
	out, err := AppendFastPath([]byte{9}, want[:n])
	if err != nil || !bytes.Equal(out[1:], body[:len(body)-12]) {
		t.Errorf("% x, %v", out, err)
	}
}

// Flags without a meaning do not get through.
func TestFastPathFlags(t *testing.T) {
	for digits, want := range map[string]Event{
		"18 1e":   {Kind: Scancode, Code: 0x1E},
		"9e 4230": {Kind: Unicode, Code: 'あ'},
		"76":      {Kind: Synchronize, Flags: LockNum | LockCaps},
	} {
		got, err := ParseFastPath(nil, 1, wiretest.Unhex(t, digits))
		if err != nil || !cmp.Equal(got, []Event{want}) {
			t.Errorf("%s: %+v, %v", digits, got, err)
		}
	}
	out, err := AppendFastPath(nil, []Event{
		{Kind: Scancode, Flags: KeyDown, Code: 0x1E},
		{Kind: Unicode, Flags: KeyExtended | KeyRelease, Code: 'x'},
	})
	if want := wiretest.Unhex(t, "00 1e 81 7800"); err != nil || !bytes.Equal(out, want) {
		t.Errorf("% x, %v", out, err)
	}
}

func TestFastPathMalformed(t *testing.T) {
	for name, c := range map[string]struct {
		count  int
		digits string
	}{
		"event code 7": {1, "e0 000000000000"},
		"no event":     {0, "00 1e"},
		"-1 events":    {-1, "00 1e"},
		"256 events":   {256, "00 1e"},
		"255 events":   {255, "00 1e"},
	} {
		got, err := ParseFastPath(nil, c.count, wiretest.Unhex(t, c.digits))
		wiretest.WantMalformed(t, name, err)
		if got != nil {
			t.Errorf("%s: %d events", name, len(got))
		}
	}
	locks := bytes.Repeat([]byte{0x60}, 255)
	got, err := ParseFastPath(nil, 255, locks)
	if err != nil || len(got) != 255 {
		t.Fatalf("255 events: %d, %v", len(got), err)
	}
	if out, err := AppendFastPath(nil, got); err != nil || !bytes.Equal(out, locks) {
		t.Errorf("255 events: %d bytes, %v", len(out), err)
	}
	for name, events := range map[string][]Event{
		"none":            {},
		"256":             append(got, got[0]),
		"no kind":         {{}},
		"unused":          {{Kind: Unused}},
		"scan code 0x100": {{Kind: Scancode, Code: 0x100}},
		"locks 0x10":      {{Kind: Synchronize, Flags: 0x10}},
	} {
		out, err := AppendFastPath([]byte{9}, events)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

// What the same person does looks the same on both paths.
func TestPathsAgree(t *testing.T) {
	events := TypeText(nil, "Aあ\n")
	events, err := Chord(events, "ctrl+alt+delete")
	if err != nil {
		t.Fatal(err)
	}
	slow, err := AppendSlowPath(nil, events)
	if err != nil {
		t.Fatal(err)
	}
	fast, err := AppendFastPath(nil, events)
	if err != nil {
		t.Fatal(err)
	}
	for name, parse := range map[string]func() ([]Event, error){
		"slow": func() ([]Event, error) { return ParseSlowPath(nil, slow) },
		"fast": func() ([]Event, error) { return ParseFastPath(nil, len(events), fast) },
	} {
		got, err := parse()
		if d := cmp.Diff(events, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

func FuzzFastPath(f *testing.F) {
	body, want := fastBody(f)
	f.Add(len(want), body)
	f.Add(len(want)-2, body)
	f.Fuzz(func(t *testing.T, count int, body []byte) {
		events, err := ParseFastPath(nil, count, body)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if len(events) != count {
			t.Fatalf("%d of %d events", len(events), count)
		}
		unused := false
		for _, e := range events {
			unused = unused || e.Kind == Unused
		}
		out, err := AppendFastPath(nil, events)
		if unused {
			wiretest.WantMisuse(t, "append", err)
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseFastPath(nil, count, out); err != nil || !cmp.Equal(events, again) {
			t.Fatalf("%v %s", err, cmp.Diff(events, again))
		}
	})
}
