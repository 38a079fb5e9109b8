package share

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/capset"
)

func TestDemandActive(t *testing.T) {
	c, rest, err := NextControl(wiretest.Vector(t, "demand_active_ironrdp"))
	if err != nil || len(rest) > 0 || c.Type != TypeDemandActive || c.Source != 1002 {
		t.Fatalf("%+v, rest %x, %v", c, rest, err)
	}
	m, err := ParseDemandActive(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	if m.ShareID != 0x000103EA || string(m.SourceDescriptor) != "RDP\x00" || m.SessionID != 0 ||
		m.Capabilities.Bitmap.DesktopWidth != 1280 || m.Capabilities.Share.NodeID != 1002 {
		t.Errorf("%+v", m)
	}
	// The sessionId at the end may be missing as a whole.
	for n := range c.Body {
		if _, err := ParseDemandActive(c.Body[:n]); n != len(c.Body)-4 {
			wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		} else if err != nil {
			t.Errorf("without sessionId: %v", err)
		}
	}
	m.SessionID = 7
	out, err := AppendDemandActive([]byte{9}, 1002, m)
	if err != nil {
		t.Fatal(err)
	}
	c2, rest, err := NextControl(out[1:])
	if err != nil || len(rest) > 0 || c2.Type != TypeDemandActive || len(c2.Body) != len(c.Body) {
		t.Fatalf("%+v, rest %x, %v", c2, rest, err)
	}
	again, err := ParseDemandActive(c2.Body)
	if d := cmp.Diff(m, again); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func TestConfirmActive(t *testing.T) {
	c, _, err := NextControl(wiretest.Vector(t, "confirm_active_ironrdp"))
	if err != nil || c.Type != TypeConfirmActive || c.Source != 1007 {
		t.Fatalf("%+v, %v", c, err)
	}
	m, err := ParseConfirmActive(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	if m.ShareID != 0x000103EA || m.OriginatorID != OriginatorID || string(m.SourceDescriptor) != "MSTSC\x00" ||
		m.Capabilities.Input.KeyboardLayout != 0x409 || m.Capabilities.VirtualChannel.VCChunkSize != 1600 {
		t.Errorf("%+v", m)
	}
	for n := range c.Body {
		_, err := ParseConfirmActive(c.Body[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	out, err := AppendConfirmActive(nil, 1007, m)
	if err != nil {
		t.Fatal(err)
	}
	// The sets have another order, all before them is the same.
	if b := wiretest.Vector(t, "confirm_active_ironrdp"); len(out) != len(b) || !bytes.Equal(out[:26], b[:26]) {
		t.Errorf("% x", out[:26])
	}
	c2, _, err := NextControl(out)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseConfirmActive(c2.Body)
	if d := cmp.Diff(m, again); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func TestDeactivateAll(t *testing.T) {
	m := &DeactivateAll{ShareID: 0x000103EA, SourceDescriptor: []byte{0}}
	out, err := AppendDeactivateAll([]byte{9}, 1002, m)
	if want := wiretest.Unhex(t, "09 0d00 1600 ea03 ea030100 0100 00"); err != nil || !bytes.Equal(out, want) {
		t.Fatalf("% x, %v", out, err)
	}
	c, _, err := NextControl(out[1:])
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(c.Body) + 1 {
		got, err := ParseDeactivateAll(c.Body[:n])
		switch n {
		case 0: // Windows XP
			if err != nil || !cmp.Equal(got, &DeactivateAll{}) {
				t.Errorf("empty: %+v, %v", got, err)
			}
		case 4:
			if err != nil || !cmp.Equal(got, &DeactivateAll{ShareID: m.ShareID}) {
				t.Errorf("share ID alone: %+v, %v", got, err)
			}
		case len(c.Body):
			if err != nil || !cmp.Equal(got, m) {
				t.Errorf("%+v, %v", got, err)
			}
		default:
			wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
		}
	}
}

func TestActiveLengths(t *testing.T) {
	for name, digits := range map[string]string{
		"combined 0":       "ea030100 0000 0000 0000 0000",
		"combined 3":       "ea030100 0000 0300 0000 0000",
		"combined beyond":  "ea030100 0000 0500 0000 0000",
		"descriptor":       "ea030100 ffff 0400 0000 0000",
		"count without":    "ea030100 0000 0400 0100 0000",
		"count too large":  "ea030100 0000 0c00 ffff 0000 0e00 0800 0100 0000",
		"set beyond":       "ea030100 0000 0c00 0100 0000 0e00 0900 0100 0000 0000",
		"half a sessionId": "ea030100 0000 0400 0000 0000 0100",
	} {
		_, err := ParseDemandActive(wiretest.Unhex(t, digits))
		wiretest.WantMalformed(t, name, err)
	}
	long := make([]byte, MaxControlBody)
	big := &capset.Sets{Others: []capset.Raw{{Type: capset.TypeRail, Data: make([]byte, 0x7FFF)}}}
	misused := &capset.Sets{Others: []capset.Raw{{Type: capset.TypeGeneral}}}
	for name, appendTo := range map[string]func([]byte) ([]byte, error){
		"descriptor": func(dst []byte) ([]byte, error) {
			return AppendDemandActive(dst, 1, &DemandActive{0, long, &capset.Sets{}, 0})
		},
		"descriptor+": func(dst []byte) ([]byte, error) {
			return AppendConfirmActive(dst, 1, &ConfirmActive{SourceDescriptor: append(long, 0), Capabilities: &capset.Sets{}})
		},
		"deactivate": func(dst []byte) ([]byte, error) { return AppendDeactivateAll(dst, 1, &DeactivateAll{0, long}) },
		"sets": func(dst []byte) ([]byte, error) {
			return AppendConfirmActive(dst, 1, &ConfirmActive{Capabilities: big})
		},
		"wrong sets": func(dst []byte) ([]byte, error) {
			return AppendDemandActive(dst, 1, &DemandActive{Capabilities: misused})
		},
		"no sets": func(dst []byte) ([]byte, error) { return AppendDemandActive(dst, 1, &DemandActive{}) },
	} {
		out, err := appendTo([]byte{9})
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

func FuzzActive(f *testing.F) {
	for _, name := range []string{"demand_active_ironrdp", "confirm_active_ironrdp"} {
		c, _, err := NextControl(wiretest.Vector(f, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.Body)
	}
	f.Add(wiretest.Unhex(f, "ea030100 0100 00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := ParseDemandActive(body); err != nil {
			wiretest.WantMalformed(t, "demand", err)
		} else if out, err := AppendDemandActive(nil, 1002, m); err == nil {
			c, _, err := NextControl(out)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseDemandActive(c.Body)
			if d := cmp.Diff(m, again); err != nil || d != "" {
				t.Fatalf("%v %s", err, d)
			}
		}
		if m, err := ParseConfirmActive(body); err != nil {
			wiretest.WantMalformed(t, "confirm", err)
		} else if out, err := AppendConfirmActive(nil, 1007, m); err == nil {
			c, _, err := NextControl(out)
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseConfirmActive(c.Body)
			if d := cmp.Diff(m, again); err != nil || d != "" {
				t.Fatalf("%v %s", err, d)
			}
		}
		if _, err := ParseDeactivateAll(body); err != nil {
			wiretest.WantMalformed(t, "deactivate", err)
		}
	})
}
