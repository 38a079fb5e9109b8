package update

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/fumidai/fumidai/rdp/fastpath"
)

// zeros are n bytes in hexadecimal.
func zeros(n int) string { return strings.Repeat("00", n) }

// Made by hand from MS-RDPBCGR 2.2.9.1.1.4 and 2.2.9.1.2.1.11. A row of the xor
// mask, and of the and mask, ends at a multiple of two bytes.
var pointers = []struct {
	name string
	code fastpath.UpdateCode
	hex  string
}{
	{"position", fastpath.UpdatePointerPosition, "0100 0200"},
	{"cached", fastpath.UpdateCachedPointer, "0300"},
	{"color, 3x3", fastpath.UpdateColorPointer, "0000 0100 0100 0300 0300 0600 1e00" + zeros(30+6)},
	{"color, 96x96", fastpath.UpdateColorPointer, "0000 0000 0000 6000 6000 8004 006c" + zeros(96*96*3+96*12)},
	{"new, 32 bits", fastpath.UpdateNewPointer, "2000 0000 ffff ffff 2000 2000 8000 0010" + zeros(32*32*4+32*4)},
	{"new, 1 bit", fastpath.UpdateNewPointer, "0100 0000 0000 0000 2000 2000 8000 8000" + zeros(2*32*4)},
	{"new, no masks", fastpath.UpdateNewPointer, "2000 0000 0000 0000 2000 2000 0000 0000"},
	{"large", fastpath.UpdateLargePointer, "2000 0000 0000 0000 8001 0100 30000000 00060000" + zeros(48+1536)},
}

func TestPointers(t *testing.T) {
	for _, c := range pointers {
		data := wiretest.Unhex(t, c.hex)
		if err := CheckPointer(c.code, data); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := CheckPointer(c.code, append(data, 0)); err != nil {
			t.Errorf("%s with padding: %v", c.name, err)
		}
		for n := range data {
			if n > 40 && n < len(data)-40 {
				continue
			}
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), CheckPointer(c.code, data[:n]))
		}
	}
	for _, code := range []fastpath.UpdateCode{fastpath.UpdatePointerHidden, fastpath.UpdatePointerDefault} {
		if err := CheckPointer(code, nil); err != nil {
			t.Errorf("%v: %v", code, err)
		}
	}
	wiretest.WantMisuse(t, "a bitmap", CheckPointer(fastpath.UpdateBitmap, nil))
}

func TestPointersMalformed(t *testing.T) {
	for _, c := range []struct {
		name string
		code fastpath.UpdateCode
		hex  string
	}{
		{"too wide", fastpath.UpdateColorPointer, "0000 0000 0000 6100 0100 0000 0000"},
		{"too high", fastpath.UpdateColorPointer, "0000 0000 0000 0100 6100 0000 0000"},
		{"xor mask a byte short", fastpath.UpdateColorPointer, "0000 0100 0100 0300 0300 0600 1d00" + zeros(60)},
		{"xor mask without padding", fastpath.UpdateColorPointer, "0000 0100 0100 0300 0300 0600 1b00" + zeros(60)},
		{"and mask of another size", fastpath.UpdateColorPointer, "0000 0100 0100 0300 0300 0300 1e00" + zeros(60)},
		{"masks of nothing", fastpath.UpdateColorPointer, "0000 0000 0000 0000 0000 0200 0200" + zeros(60)},
		{"depth 0", fastpath.UpdateNewPointer, "0000 0000 0000 0000 2000 2000 0000 0000"},
		{"depth 33", fastpath.UpdateNewPointer, "2100 0000 0000 0000 2000 2000 0000 0000"},
		{"24 bits said, 32 sent", fastpath.UpdateNewPointer, "1800 0000 0000 0000 2000 2000 8000 0010" + zeros(32*32*4+32*4)},
		{"large too wide", fastpath.UpdateLargePointer, "2000 0000 0000 0000 8101 0100 00000000 00000000"},
		{"large of 4 GiB", fastpath.UpdateLargePointer, "2000 0000 0000 0000 8001 0100 30000000 ffffffff" + zeros(60)},
	} {
		wiretest.WantMalformed(t, c.name, CheckPointer(c.code, wiretest.Unhex(t, c.hex)))
	}
}
