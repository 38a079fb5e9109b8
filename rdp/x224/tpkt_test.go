package x224

import (
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

func TestFrameSize(t *testing.T) {
	for _, c := range []struct {
		name string
		head []byte
		size int
		bad  bool
	}{
		{"nothing", nil, 0, false},
		{"version only", []byte{3}, 0, false},
		{"three bytes", []byte{3, 0, 0}, 0, false},
		{"confirm", []byte{3, 0, 0, 0x13}, 19, false},
		{"reserved byte is not looked at", []byte{3, 9, 0, 0x13}, 19, false},
		{"more than the head", []byte{3, 0, 0, 0x13, 0x0e, 0xd0}, 19, false},
		{"shortest", []byte{3, 0, 0, 7}, 7, false},
		{"too short", []byte{3, 0, 0, 6}, 0, true},
		{"zero", []byte{3, 0, 0, 0}, 0, true},
		{"longest", []byte{3, 0, 0xff, 0xff}, 65535, false},
		{"fast-path", []byte{0x04}, 0, true},
		{"TLS", []byte{0x16, 3, 1, 2}, 0, true},
		{"TSRequest", []byte{0x30, 0x37, 0xa0, 3}, 0, true},
	} {
		size, err := FrameSize(c.head)
		if size != c.size || (err != nil) != c.bad {
			t.Errorf("%s: %d, %v", c.name, size, err)
		}
		if c.bad {
			wiretest.WantMalformed(t, c.name, err)
		}
	}
}

func FuzzFrameSize(f *testing.F) {
	f.Add([]byte{3, 0, 0, 0x13})
	f.Add([]byte{0x16, 3, 1, 2})
	f.Fuzz(func(t *testing.T, head []byte) {
		size, err := FrameSize(head)
		if err != nil && size != 0 || size != 0 && (size < MinFrameSize || size > MaxFrameSize) {
			t.Fatalf("%d, %v", size, err)
		}
		if err == nil && size == 0 && len(head) >= 4 {
			t.Fatal("wants more than four bytes")
		}
	})
}
