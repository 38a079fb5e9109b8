package capset

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// orderSupport is what both ends of MS-RDPBCGR 4.1.12 and 4.1.13 have, by index.
func orderSupport(indexes ...int) (support [32]byte) {
	for _, i := range indexes {
		support[i] = 1
	}
	return support
}

var serverSets = &Sets{
	Share: &Share{NodeID: 0x03EA},
	General: &General{
		OSMajorType: OSMajorWindows, OSMinorType: OSMinorWindowsNT, ProtocolVersion: ProtocolVersion,
		ExtraFlags: FastPathOutputSupported | LongCredentialsSupported | AutoReconnectSupported |
			EncSaltedChecksum | NoBitmapCompressionHdr,
		RefreshRectSupport: 1, SuppressOutputSupport: 1,
	},
	VirtualChannel: &VirtualChannel{Flags: VirtualChannelCompressionToServer8K, VCChunkSize: 1600},
	Font:           &Font{FontSupportFlags: 0x0100}, // the padding of the annotated dump is in front
	Bitmap: &Bitmap{
		PreferredBitsPerPixel: 24, Receive1BitPerPixel: 1, Receive4BitsPerPixel: 1, Receive8BitsPerPixel: 1,
		DesktopWidth: 1280, DesktopHeight: 1024, DesktopResizeFlag: 1, BitmapCompressionFlag: 1, MultipleRectangleSupport: 1,
	},
	Order: &Order{
		DesktopSaveXGranularity: 1, DesktopSaveYGranularity: 20, MaximumOrderLevel: 1,
		OrderFlags:      NegotiateOrderSupport | ColorIndexSupport,
		OrderSupport:    orderSupport(0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 27),
		DesktopSaveSize: 1000000,
	},
	ColorCache:             &ColorCache{CacheSize: 6},
	BitmapCacheHostSupport: &BitmapCacheHostSupport{CacheVersion: 1},
	Pointer:                &Pointer{ColorPointerFlag: 1, ColorPointerCacheSize: 25, PointerCacheSize: 25},
	Others: []Raw{
		{TypeDrawGDIPlus, nil}, {TypeRail, make([]byte, 4)}, {TypeWindow, make([]byte, 7)},
	},
}

var clientSets = &Sets{
	General: &General{
		OSMajorType: OSMajorWindows, OSMinorType: OSMinorWindowsNT, ProtocolVersion: ProtocolVersion,
		ExtraFlags: serverSets.General.ExtraFlags,
	},
	Bitmap: serverSets.Bitmap,
	Order: &Order{
		DesktopSaveXGranularity: 1, DesktopSaveYGranularity: 20, MaximumOrderLevel: 1,
		OrderFlags:      NegotiateOrderSupport | ZeroBoundsDeltasSupport | ColorIndexSupport,
		OrderSupport:    orderSupport(0, 1, 2, 3, 4, 7, 8, 9, 11, 15, 16, 17, 18, 19, 20, 21, 22, 24, 25, 26),
		DesktopSaveSize: 480 * 480,
	},
	BitmapCacheRev2: &BitmapCacheRev2{
		CacheFlags: PersistentKeysExpected | AllowCacheWaitingList, NumCellCaches: 3, CellInfo: [5]uint32{120, 120, 0x800009FB},
	},
	ColorCache: &ColorCache{CacheSize: 6},
	Activation: &Activation{},
	Control:    &Control{ControlInterest: ControlPriorityNever, DetachInterest: ControlPriorityNever},
	Pointer:    &Pointer{ColorPointerFlag: 1, ColorPointerCacheSize: 20, PointerCacheSize: 21},
	Share:      &Share{},
	Input: &Input{
		InputFlags: InputScancodes | InputMouseX | InputUnicode, KeyboardLayout: 0x409, KeyboardType: 4, KeyboardFunctionKey: 12,
	},
	Sound: &Sound{SoundFlags: SoundBeeps},
	Font:  &Font{FontSupportFlags: FontSupportFontList},
	GlyphCache: &GlyphCache{
		GlyphCache: [10]CacheDefinition{{254, 4}, {254, 4}, {254, 8}, {254, 8}, {254, 16}, {254, 32}, {254, 64}, {254, 128}, {254, 256}, {64, 2048}},
		FragCache:  CacheDefinition{256, 256}, GlyphSupportLevel: GlyphSupportEncode,
	},
	Brush:          &Brush{BrushSupportLevel: BrushColor8x8},
	OffscreenCache: &OffscreenCache{OffscreenSupportLevel: 1, OffscreenCacheSize: 7680, OffscreenCacheEntries: 100},
	VirtualChannel: &VirtualChannel{Flags: VirtualChannelCompressionToClient, VCChunkSize: 1600},
	Others: []Raw{
		{TypeDrawNineGridCache, []byte{2, 0, 0, 0, 0, 10, 0, 1}}, {TypeDrawGDIPlus, make([]byte, 36)},
	},
}

func TestServerSets(t *testing.T) {
	b := wiretest.Vector(t, "server_ironrdp")
	got, err := Parse(b, 13)
	if err != nil {
		t.Fatal(err)
	}
	// What a Windows server leaves in two sets is whatever was in its memory.
	if got.Input == nil || got.Input.InputFlags != InputScancodes|InputMouseX|InputUnicode|InputFastPath2 || got.Input.KeyboardLayout != 0x6A1 {
		t.Errorf("input: %+v", got.Input)
	}
	if len(got.Others) == 0 || len(got.Others[0].Data) != 36 {
		t.Fatalf("others: %v", got.Others)
	}
	got.Input, got.Others[0].Data = nil, nil
	if d := cmp.Diff(serverSets, got); d != "" {
		t.Error(d)
	}
}

func TestClientSets(t *testing.T) {
	b := wiretest.Vector(t, "client_ironrdp")
	got, err := Parse(b, 18)
	if d := cmp.Diff(clientSets, got); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	out, count, err := Append([]byte{9}, got)
	if err != nil || count != 18 || len(out) != 1+len(b) {
		t.Fatalf("%d sets, %d bytes, %v", count, len(out), err)
	}
	// The order is ours, the sets are the same to the byte.
	for rest := b; len(rest) > 0; {
		n := int(rest[2]) | int(rest[3])<<8
		if !bytes.Contains(out, rest[:n]) {
			t.Errorf("%v: % x is not in % x", Type(rest[0]), rest[:n], out)
		}
		rest = rest[n:]
	}
	if again, err := Parse(out[1:], count); err != nil || !cmp.Equal(clientSets, again) {
		t.Errorf("%v %s", err, cmp.Diff(clientSets, again))
	}
}

func TestShortSets(t *testing.T) {
	got, err := Parse(wiretest.Vector(t, "client_short_ironrdp"), 20)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(&VirtualChannel{Flags: 1}, got.VirtualChannel); d != "" {
		t.Error(d)
	}
	want := &BitmapCache{
		Cache0Entries: 120, Cache0MaximumCellSize: 0x400, Cache1Entries: 120, Cache1MaximumCellSize: 0x1000,
		Cache2Entries: 0x151, Cache2MaximumCellSize: 0x4000,
	}
	if d := cmp.Diff(want, got.BitmapCache); d != "" {
		t.Error(d)
	}
	if got.Bitmap.DrawingFlags != DrawAllowDynamicColorFidelity|DrawAllowSkipAlpha || got.Order.TextANSICodePage != 1252 {
		t.Errorf("%+v %+v", got.Bitmap, got.Order)
	}
	if got.MultifragmentUpdate == nil || got.Input.InputFlags&InputMouseRelative == 0 {
		t.Errorf("%+v %+v", got.MultifragmentUpdate, got.Input)
	}
}

// Truncated is an error everywhere but between sets, and there the count is wrong.
func TestTruncatedSets(t *testing.T) {
	b := wiretest.Vector(t, "client_ironrdp")
	for n := range b {
		_, err := Parse(b[:n], 18)
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
}

func TestSetLengths(t *testing.T) {
	for name, c := range map[string]struct {
		digits string
		count  int
	}{
		"length 0":        {"0e000000", 1},
		"length 3":        {"0e000300", 1},
		"beyond the end":  {"0e000900 01000000", 1},
		"65535":           {"0e00ffff 01000000", 1},
		"count negative":  {"0e000800 01000000", -1},
		"count 2 of 1":    {"0e000800 01000000", 2},
		"count 65535":     {"0e000800 01000000", 65535},
		"codecs, 255":     {"1d000500 ff", 1},
		"codec too long":  {"1d001800 01" + "00000000000000000000000000000000" + "01 0100", 1},
		"codecs, no GUID": {"1d000800 01 000000", 1},
	} {
		_, err := Parse(wiretest.Unhex(t, c.digits), c.count)
		wiretest.WantMalformed(t, name, err)
	}
	_, err := Parse(make([]byte, MaxSize+1), 0)
	wiretest.WantMalformed(t, "too much", err)
	if s, err := Parse(nil, 0); err != nil || !cmp.Equal(s, &Sets{}) {
		t.Errorf("nothing: %+v, %v", s, err)
	}
}

func TestLastSetWins(t *testing.T) {
	s, err := Parse(wiretest.Unhex(t, "0e000800 01000000 99000600 aaaa 0e000800 02000000 99000500 bb"), 4)
	if d := cmp.Diff(&Sets{Font: &Font{2}, Others: []Raw{{0x99, []byte{0xbb}}}}, s); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

// Newer versions may lengthen a set, and send something after the last one.
func TestLongerSet(t *testing.T) {
	s, err := Parse(wiretest.Unhex(t, "1c001000 52000000 00000000 eeeeeeee ffff"), 1)
	want := &Sets{SurfaceCommands: &SurfaceCommands{Flags: SurfaceSetSurfaceBits | SurfaceFrameMarker | SurfaceStreamSurfaceBits}}
	if d := cmp.Diff(want, s); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func TestOthersMisused(t *testing.T) {
	for name, s := range map[string]*Sets{
		"known type":    {Others: []Raw{{TypeGeneral, nil}}},
		"twice":         {Others: []Raw{{TypeRail, nil}, {TypeRail, nil}}},
		"set too long":  {Others: []Raw{{TypeRail, make([]byte, MaxData+1)}}},
		"sets too long": {Others: []Raw{{TypeRail, make([]byte, MaxData-4)}, {TypeWindow, nil}}},
	} {
		out, count, err := Append([]byte{9}, s)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) || count != 0 {
			t.Errorf("%s: %d sets, %d bytes", name, count, len(out))
		}
	}
	out, _, err := Append(nil, &Sets{Others: []Raw{{TypeRail, make([]byte, MaxSize-4)}}})
	if err != nil || len(out) != MaxSize {
		t.Errorf("longest: %d bytes, %v", len(out), err)
	}
}

func TestTypeNames(t *testing.T) {
	if got := TypeBitmapCacheRev2.String(); got != "BITMAPCACHE_REV2" {
		t.Error(got)
	}
	if got := Type(0x99).String(); got != "Type(0x0099)" {
		t.Error(got)
	}
	seen := map[string]bool{}
	for typ, name := range typeNames {
		if name == "" || seen[name] {
			t.Errorf("%#x: %q", uint16(typ), name)
		}
		seen[name] = true
	}
	for _, f := range (&Sets{}).fields() {
		if typeNames[f.typ] == "" {
			t.Errorf("%v has no name", f.typ)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(wiretest.Vector(f, "server_ironrdp"), 13)
	f.Add(wiretest.Vector(f, "client_ironrdp"), 18)
	f.Add(wiretest.Vector(f, "client_short_ironrdp"), 20)
	f.Add(wiretest.Unhex(f, "1d001800 01 b91b8dca0f004f15589fae2d1a87e2d6 01 0000"), 1)
	f.Fuzz(func(t *testing.T, b []byte, count int) {
		s, err := Parse(b, count)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		out, n, err := Append(nil, s)
		if err != nil {
			wiretest.WantMisuse(t, "append", err) // a name without a NUL, or tails that were missing and have no room
			return
		}
		again, err := Parse(out, n)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(s, again, cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) })); d != "" {
			t.Fatal(d)
		}
	})
}
