package update

import (
	"bytes"
	"fmt"
	"image"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
)

// The frame markers and the head of "RemoteFX" are from the tests of IronRDP
// (crates/ironrdp-pdu/src/basic_output/surface_commands/tests.rs), the latter
// with its data cut to eight bytes. The others are made by hand from MS-RDPBCGR
// 2.2.9.2. shorter is a length at which the same bytes are legal as well.
var surfaceCommands = []struct {
	name    string
	hex     string
	want    []SurfaceCommand
	shorter int
}{
	{"nothing", "", nil, 0},
	{"frame marker", "0400 0000 05000000", []SurfaceCommand{{Which: FrameMarker, FrameID: 5}}, 4},
	{"frame marker without its number", "0400 0100", []SurfaceCommand{{Which: FrameMarker, Action: FrameEnd}}, 0},
	{"RemoteFX", "0600 0000 0000 8007 3804 20 00 00 03 8007 3804 08000000 c4cc0e0000000100", []SurfaceCommand{
		{Which: StreamSurfaceBits, Width: 1920, Height: 1080, BitsPerPixel: 32, CodecID: 3, Data: []byte{0xc4, 0xcc, 0x0e, 0, 0, 0, 1, 0}},
	}, 0},
	{"uncompressed", "0100 0100 0200 0300 0300 20 00 00 00 0200 0100 08000000 0000ff00 00ff0000", []SurfaceCommand{
		{Which: SetSurfaceBits, Left: 1, Top: 2, Width: 2, Height: 1, BitsPerPixel: 32, Data: []byte{0, 0, 0xff, 0, 0, 0xff, 0, 0}},
	}, 0},
	{"extended header", `0100 0000 0000 0100 0100 10 01 00 00 0100 0100 02000000
		0102030405060708 090a0b0c0d0e0f10 1112131415161718 ffff`, []SurfaceCommand{
		{Which: SetSurfaceBits, Width: 1, Height: 1, BitsPerPixel: 16, Data: []byte{0xff, 0xff}},
	}, 0},
}

func parseSurface(data []byte) (all []SurfaceCommand, err error) {
	r := ParseSurfaceCommands(data)
	for c, ok := r.Next(); ok; c, ok = r.Next() {
		all = append(all, c)
	}
	return all, r.Err()
}

func TestSurfaceCommands(t *testing.T) {
	for _, c := range surfaceCommands {
		data := wiretest.Unhex(t, c.hex)
		got, err := parseSurface(data)
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", c.name, err, d)
		}
		for n := 1; n < len(data); n++ {
			_, err := parseSurface(data[:n])
			if n == c.shorter {
				if err != nil {
					t.Errorf("%s cut to %d: %v", c.name, n, err)
				}
				continue
			}
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
	}
	var all []byte
	for _, c := range []int{1, 4, 5, 3, 1} {
		all = append(all, wiretest.Unhex(t, surfaceCommands[c].hex)...)
	}
	if got, err := parseSurface(all); err != nil || len(got) != 5 {
		t.Errorf("five in a row: %d, %v", len(got), err)
	}
}

func TestSurfaceCommandsMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"unknown command":       "0200 0000 05000000",
		"no width":              "0100 0100 0200 0300 0300 20 00 00 00 0000 0100 08000000 0000ff00 00ff0000",
		"no height":             "0100 0100 0200 0300 0300 20 00 00 00 0200 0000 08000000 0000ff00 00ff0000",
		"8 bits":                "0100 0100 0200 0300 0300 08 00 00 00 0200 0100 08000000 0000ff00 00ff0000",
		"4 GiB":                 "0100 0100 0200 0300 0300 20 00 00 00 0200 0100 ffffffff 0000ff00 00ff0000",
		"length beyond the end": "0100 0100 0200 0300 0300 20 00 00 00 0200 0100 09000000 0000ff00 00ff0000",
	} {
		_, err := parseSurface(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestAppendSetSurfaceBits(t *testing.T) {
	screen, err := NewScreen(50, 40)
	if err != nil {
		t.Fatal(err)
	}
	src := filled(20, 9, text)
	for _, depth := range []int{16, 24, 32} {
		data := AppendFrameMarker(nil, FrameBegin, 0x01020304)
		data, err := AppendSetSurfaceBits(data, image.Pt(7, 8), src, depth)
		if err != nil {
			t.Fatal(err)
		}
		data = AppendFrameMarker(data, FrameEnd, 0x01020304)
		if want := wiretest.Unhex(t, "0400 0100 04030201"); !bytes.HasSuffix(data, want) {
			t.Errorf("marker % x", data[len(data)-8:])
		}
		dirty, err := screen.Apply(fastpath.UpdateSurfaceCommands, data)
		if want := image.Rect(7, 8, 27, 17); err != nil || dirty != want {
			t.Errorf("%v, want %v: %v", dirty, want, err)
		}
		same(t, fmt.Sprint(depth, " bits"), screen.Pixels.Sub(7, 8, 20, 9), src, depth)
	}
	// The bottom row comes first.
	two := bitmap.Pixels{Width: 1, Height: 2, Stride: 1, Pix: []uint32{0x0000FF, 0xFF0000}}
	got, err := AppendSetSurfaceBits(nil, image.Pt(1, 2), two, 32)
	if want := wiretest.Unhex(t, "0100 0100 0200 0200 0400 20 00 00 00 0100 0200 08000000 0000ff00 ff000000"); err != nil || !bytes.Equal(got, want) {
		t.Errorf("% x, %v", got, err)
	}
}

func TestAppendSetSurfaceBitsMisuse(t *testing.T) {
	for name, c := range map[string]struct {
		at            image.Point
		width, height int
		depth         int
	}{
		"left":             {image.Pt(-1, 0), 4, 4, 32},
		"above":            {image.Pt(0, -1), 4, 4, 32},
		"right":            {image.Pt(65532, 0), 4, 4, 32},
		"below":            {image.Pt(0, 65532), 4, 4, 32},
		"nothing":          {image.Pt(0, 0), 0, 4, 32},
		"8 bits":           {image.Pt(0, 0), 4, 4, 8},
		"rows of 6 bytes":  {image.Pt(0, 0), 3, 4, 16},
		"rows of 15 bytes": {image.Pt(0, 0), 5, 4, 24},
	} {
		out, err := AppendSetSurfaceBits([]byte{9}, c.at, bitmap.NewPixels(c.width, c.height), c.depth)
		wiretest.WantMisuse(t, name, err)
		if len(out) != 1 {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
}

func TestOtherCodecs(t *testing.T) {
	screen, err := NewScreen(1920, 1080)
	if err != nil {
		t.Fatal(err)
	}
	_, err = screen.Apply(fastpath.UpdateSurfaceCommands, wiretest.Unhex(t, surfaceCommands[3].hex))
	wantUnsupported(t, "RemoteFX", "update.codec.unsupported", err)
	e := unsupportedCodec(3).(*UnsupportedError)
	if e.Kind() != "misbehaved" || e.Args()["value"] != 3 || e.Error() != "TS_BITMAP_DATA_EX: update.codec.unsupported: 3" {
		t.Errorf("%s, %v, %v", e.Kind(), e.Args(), e)
	}
	c := SurfaceCommand{Width: 2, Height: 2, BitsPerPixel: 32, Data: make([]byte, 16)}
	wiretest.WantMisuse(t, "another size", c.Decode(bitmap.NewPixels(2, 1)))
}
