package fastpath

import (
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

func TestIs(t *testing.T) {
	for b := range 256 {
		if got, want := Is(byte(b)), b%4 == 0; got != want {
			t.Errorf("%#02x: %v", b, got)
		}
	}
	if Is(3) {
		t.Error("TPKT is taken for a fast-path frame")
	}
}

func TestFrameSize(t *testing.T) {
	for _, c := range []struct {
		head string
		size int
		bad  bool
	}{
		{"", 0, false},
		{"00", 0, false},
		{"fc", 0, false},
		{"00 02", 2, false}, // nothing but the header
		{"00 05", 5, false},
		{"00 7f", 127, false},
		{"00 7f ff ff", 127, false},
		{"00 80", 0, false}, // length2 is needed
		{"00 81", 0, false},
		{"00 80 03", 3, false}, // longer than it must be, which FreeRDP writes
		{"00 80 08", 8, false},
		{"80 81 e7", 0x1E7, false}, // IronRDP's vector of a long length
		{"00 bf ff", 0x3FFF, false},
		{"00 ff ff", MaxFrameSize, false},
		{"00 00", 0, true},
		{"00 01", 0, true},
		{"00 80 00", 0, true},
		{"00 80 02", 0, true},
		{"03", 0, true}, // TPKT
		{"03 00 00 13", 0, true},
		{"01 05", 0, true},
		{"02 05", 0, true},
	} {
		size, err := FrameSize(wiretest.Unhex(t, c.head))
		if size != c.size || (err != nil) != c.bad {
			t.Errorf("%s: %d, %v", c.head, size, err)
		}
		if c.bad {
			wiretest.WantMalformed(t, c.head, err)
		}
	}
}

// TestHeaderForms: lengths around those at which the form changes.
func TestHeaderForms(t *testing.T) {
	for payload := range MaxFrameSize - longHeaderSize + 1 {
		if payload > 300 && payload < MaxFrameSize-300 && payload%97 != 0 {
			continue
		}
		head := appendHeader(nil, 0, payload)
		want := payload + len(head)
		if size, err := FrameSize(head); err != nil || size != want {
			t.Fatalf("payload %d: % x is %d, %v", payload, head, size, err)
		}
		if short := want < 128; (len(head) == 2) != short {
			t.Fatalf("payload %d: % x", payload, head)
		}
		for n := range head {
			if size, err := FrameSize(head[:n]); size != 0 || err != nil {
				t.Fatalf("%d of % x: %d, %v", n, head, size, err)
			}
		}
	}
}

// TestEncrypted: the security fields do not exist under TLS.
func TestEncrypted(t *testing.T) {
	for _, first := range []string{"40", "80", "c0"} {
		_, err := ParseOutput(wiretest.Unhex(t, first+"06 03 0000 00"))
		wiretest.WantMalformed(t, "output "+first, err)
		_, _, err = ParseInput(wiretest.Unhex(t, fmt.Sprintf("%s06 01 000000", first)))
		wiretest.WantMalformed(t, "input "+first, err)
	}
}
