package capset

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// everySet has each set once, with all fields different from zero, and its length
// on the wire; min is the shortest legal length, if that is shorter.
var everySet = []struct {
	sets     *Sets
	typ      Type
	len, min int
}{
	{&Sets{General: &General{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, TypeGeneral, 24, 22},
	{&Sets{Bitmap: &Bitmap{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}, TypeBitmap, 28, 28},
	{&Sets{Order: &Order{[16]byte{1, 15: 2}, 3, 4, 5, 6, 7, [32]byte{8, 31: 9}, 10, 11, 12, 13}}, TypeOrder, 88, 88},
	{&Sets{BitmapCache: &BitmapCache{1, 2, 3, 4, 5, 6}}, TypeBitmapCache, 40, 40},
	{&Sets{BitmapCacheRev2: &BitmapCacheRev2{1, 2, [5]uint32{3, 4, 5, 6, 7}}}, TypeBitmapCacheRev2, 40, 40},
	{&Sets{BitmapCacheHostSupport: &BitmapCacheHostSupport{1}}, TypeBitmapCacheHostSupport, 8, 8},
	{&Sets{Control: &Control{1, 2, 3, 4}}, TypeControl, 12, 12},
	{&Sets{Activation: &Activation{1, 2, 3, 4}}, TypeActivation, 12, 12},
	{&Sets{Pointer: &Pointer{1, 2, 3}}, TypePointer, 10, 8},
	{&Sets{Share: &Share{1}}, TypeShare, 8, 8},
	{&Sets{ColorCache: &ColorCache{1}}, TypeColorCache, 8, 8},
	{&Sets{Sound: &Sound{1}}, TypeSound, 8, 8},
	{&Sets{Input: &Input{1, 2, 3, 4, 5, strings.Repeat("字", 31)}}, TypeInput, 88, 6},
	{&Sets{Font: &Font{1}}, TypeFont, 8, 4},
	{&Sets{Brush: &Brush{1}}, TypeBrush, 8, 8},
	{&Sets{GlyphCache: &GlyphCache{[10]CacheDefinition{{1, 2}, 9: {3, 4}}, CacheDefinition{5, 6}, 7}}, TypeGlyphCache, 52, 52},
	{&Sets{OffscreenCache: &OffscreenCache{1, 2, 3}}, TypeOffscreenCache, 12, 12},
	{&Sets{VirtualChannel: &VirtualChannel{1, 2}}, TypeVirtualChannel, 12, 8},
	{&Sets{MultifragmentUpdate: &MultifragmentUpdate{1}}, TypeMultifragmentUpdate, 8, 8},
	{&Sets{LargePointer: &LargePointer{1}}, TypeLargePointer, 6, 6},
	{&Sets{SurfaceCommands: &SurfaceCommands{1}}, TypeSurfaceCommands, 12, 12},
	{&Sets{BitmapCodecs: &BitmapCodecs{[]Codec{{CodecNSCodec, 1, []byte{1, 1, 3}}, {CodecRemoteFX, 3, []byte{}}}}}, TypeBitmapCodecs, 46, 46},
	{&Sets{FrameAcknowledge: &FrameAcknowledge{1}}, TypeFrameAcknowledge, 8, 8},
}

func TestEverySet(t *testing.T) {
	if want := len((&Sets{}).fields()); len(everySet) != want {
		t.Fatalf("%d of %d sets", len(everySet), want)
	}
	for _, c := range everySet {
		out, count, err := Append([]byte{9}, c.sets)
		if err != nil || count != 1 {
			t.Errorf("%v: %d sets, %v", c.typ, count, err)
			continue
		}
		b := out[1:]
		if head := []byte{byte(c.typ), 0, byte(c.len), 0}; len(b) != c.len || !bytes.Equal(b[:4], head) {
			t.Errorf("%v: % x", c.typ, b)
		}
		got, err := Parse(b, 1)
		if d := cmp.Diff(c.sets, got); err != nil || d != "" {
			t.Errorf("%v: %v %s", c.typ, err, d)
		}
		// Bytes that the length does not count are not there, ...
		for n := 4; n < c.len; n++ {
			cut := bytes.Clone(b[:n])
			cut[2] = byte(n)
			_, err := Parse(cut, 1)
			if what := fmt.Sprintf("%v cut to %d", c.typ, n); n < c.min {
				wiretest.WantMalformed(t, what, err)
			} else if err != nil && !middle(c.typ, n) {
				t.Errorf("%s: %v", what, err)
			}
		}
		// ... and those that it counts in vain are not read.
		_, err = Parse(b[:len(b)-1], 1)
		wiretest.WantMalformed(t, c.typ.String()+" cut", err)
	}
}

// middle says that a set of an optional tail ends inside of a field.
func middle(typ Type, n int) bool {
	switch typ {
	case TypePointer:
		return n != 8
	case TypeVirtualChannel:
		return n != 8
	case TypeFont:
		return n != 4 && n != 6
	case TypeInput: // flags, padding, then four numbers and a name
		return n != 6 && n != 8 && n != 12 && n != 16 && n != 20 && n != 24
	}
	return false
}

func TestSetEndsInsideOfAField(t *testing.T) {
	for name, digits := range map[string]string{
		"pointerCacheSize": "08000900 0100 1400 15",
		"VCChunkSize":      "14000b00 01000000 400600",
		"keyboardLayout":   "0d000b00 0100 0000 090400",
		"imeFileName":      "0d001900 0100 0000 09040000 04000000 00000000 0c000000 41",
		"fontSupportFlags": "0e000500 01",
	} {
		_, err := Parse(wiretest.Unhex(t, digits), 1)
		wiretest.WantMalformed(t, name, err)
	}
}

func TestSetsMisused(t *testing.T) {
	for name, s := range map[string]*Sets{
		"32 characters":   {Input: &Input{IMEFileName: strings.Repeat("a", 32)}},
		"NUL":             {Input: &Input{IMEFileName: "a\x00b"}},
		"256 codecs":      {BitmapCodecs: &BitmapCodecs{make([]Codec, 256)}},
		"long properties": {BitmapCodecs: &BitmapCodecs{[]Codec{{Properties: make([]byte, 0x10000)}}}},
		"long set":        {BitmapCodecs: &BitmapCodecs{[]Codec{{Properties: make([]byte, 0xFFFF)}}}},
	} {
		out, _, err := Append([]byte{9}, s)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote %d bytes", name, len(out))
		}
	}
}

// The GUIDs are in MS-RDPBCGR 2.2.7.2.10.1.1; the one of RemoteFX in wire order
// comes from Devolutions/IronRDP, capability_sets/bitmap_codecs/tests.rs.
func TestCodecs(t *testing.T) {
	b := wiretest.Unhex(t, "1d003000 02"+
		"122f777672bd6344afb3b73c9c6f7886 03 0200 aabb"+
		"b91b8dca0f004f15589fae2d1a87e2d6 01 0300 010103")
	got, err := Parse(b, 1)
	want := []Codec{{CodecRemoteFX, 3, []byte{0xaa, 0xbb}}, {CodecNSCodec, 1, []byte{1, 1, 3}}}
	if err == nil {
		if d := cmp.Diff(want, got.BitmapCodecs.Codecs); d != "" {
			t.Error(d)
		}
	} else {
		t.Error(err)
	}
	for _, c := range []struct {
		guid [16]byte
		text string
	}{
		{CodecNSCodec, "CA8D1BB9-000F-154F-589F-AE2D1A87E2D6"},
		{CodecRemoteFX, "76772F12-BD72-4463-AFB3-B73C9C6F7886"},
		{CodecImageRemoteFX, "2744CCD4-9D8A-4E74-803C-0ECBEEA19C54"},
		{CodecIgnore, "9C4351A6-3535-42AE-910C-CDFCE5760B58"},
	} {
		g := c.guid
		text := fmt.Sprintf("%02X%02X%02X%02X-%02X%02X-%02X%02X-%X-%X", g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8:10], g[10:])
		if text != c.text {
			t.Errorf("%s, want %s", text, c.text)
		}
	}
}
