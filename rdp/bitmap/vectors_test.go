package bitmap

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// Streams that strangers wrote, and the SHA-256 of what they decode to: raw, the
// bottom row first, with 16 or 24 bits per pixel. testdata/README.md has their
// source.
var vectors = []struct {
	file          string
	width, height int
	depth         int
	sum           string
}{
	{"rle16-284f668a.bin", 64, 64, 16, "1235d70448faa19ec14b31743a1c02eccf0fe3ee621810512b4df229cd0658c2"},
	{"rle16-28c08e75.bin", 64, 64, 16, "cbd347ce9dc114b9023dee44d7a490bc37e063804ea8beda5b7dcf3569bcb7ad"},
	{"rle16-8b8ccc77.bin", 64, 64, 16, "b2692735b59f78bfb3743ac594ae1b14338948c9b79e21cb200b7d236c3d894b"},
	{"rle16-9b06660a.bin", 64, 56, 16, "7728067e630dff70f97217d4ec6ffe5da45d0fb67c38369009c56db8210d876d"},
	{"rle16-aa326e7a.bin", 64, 64, 16, "31b0f02cb28fa35f577dc996e153b0e4d8db622feb003a174a2e596098141b2e"},
	{"rle16-fbcefc9a.bin", 64, 56, 16, "9b8123c2cd3c2324fe2a0b6f12bb8ae3af3b8fbd02560b1d581943e5d74d9b30"},
	{"planar-32x64_rgb_raw.bin", 32, 64, 32, "870237e13937bdfd87797fa9eba159920ee9e5fe8295934736d2827031f1efdb"},
	{"planar-64x24_argb_rle.bin", 64, 24, 32, "35f837e0be333b66fd7d2c618faddaa47d2934072f2fb49db28b32f8714fc952"},
	{"planar-64x35_ycocg_rle_ss.bin", 64, 35, 32, "bd42f42b0e7bcd922aa6005c605a67882ab9c7335af7339189efbe192d07afb1"},
	{"planar-64x64_aycocg_rle.bin", 64, 64, 32, "3db8cfd70ed57c6f8cc1d13f0891a48a45df8cbd245c05eb227510ab6fc61c59"},
	{"planar-64x64_ycocg_raw_ss.bin", 64, 64, 32, "43f91d52a0c0a65e8fa1265f8e25dc3f02c665a973d8b910447717375199c93f"},
}

func readVector(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(dst Pixels, depth int, data []byte) error {
	if depth == 32 {
		return DecodePlanar(dst, data)
	}
	return DecodeRLE(dst, depth, data)
}

func encode(dst []byte, src Pixels, depth int) []byte {
	if depth == 32 {
		return AppendPlanar(dst, src)
	}
	return AppendRLE(dst, src, depth)
}

func TestVectors(t *testing.T) {
	for _, v := range vectors {
		data := readVector(t, v.file)
		got := garbage(v.width, v.height)
		if err := decode(got, v.depth, data); err != nil {
			t.Errorf("%s: %v", v.file, err)
			continue
		}
		sum := sha256.Sum256(AppendRaw(nil, got, min(v.depth, 24)))
		if hex.EncodeToString(sum[:]) != v.sum {
			t.Errorf("%s: other pixels", v.file)
		}
		again := encode(nil, got, v.depth)
		back := garbage(v.width, v.height)
		if err := decode(back, v.depth, again); err != nil {
			t.Errorf("%s: our own of %d bytes: %v", v.file, len(again), err)
			continue
		}
		wantPixels(t, v.file, back, got, v.depth)
		if v.depth == 16 && len(again) > len(data) {
			t.Errorf("%s: %d bytes, theirs has %d", v.file, len(again), len(data))
		}
	}
}

func TestVectorsTruncated(t *testing.T) {
	for _, v := range vectors {
		data := readVector(t, v.file)
		end := len(data)
		if v.depth == 32 && data[0]&planarRLE == 0 {
			end-- // the last byte is padding
			if err := DecodePlanar(garbage(v.width, v.height), data[:end]); err != nil {
				t.Errorf("%s without padding: %v", v.file, err)
			}
		}
		for n := 0; n < end; n++ {
			if n > 64 && n < end-64 && n%61 != 0 {
				continue // every cut would take seconds
			}
			wiretest.WantMalformed(t, v.file, decode(garbage(v.width, v.height), v.depth, data[:n]))
		}
	}
}

// freeRDPPicture is the picture which libfreerdp 3.10.3 encoded for
// freeRDPStreams: interleaved_compress with 15 and 16 bits per pixel,
// freerdp_bitmap_compress_planar without and with an alpha plane. (Its encoder for
// 24 bits per pixel loses pixels, which its own decoder shows as well.)
var freeRDPPicture = filled(16, 8, func(x, y int) uint32 {
	switch {
	case y < 3:
		return 0x3366CC
	case x*y%3 == 0:
		return 0xFFFFFF
	case x >= 12:
		return uint32(x*0x100804 + y)
	}
	return 0
})

var freeRDPStreams = []struct {
	depth int
	hex   string
}{
	{15, `90ff7f00000000ff7f00000000ff7f00000000ff7f00000000ff7fa769c771ff7f71ff7f8e00000000ff7f00000000ff7f00000000
	ff7f00000000ff7fa769c771126fff7f819919600f9919`},
	{16, "400c49128347d387e3ffff400cb60d64ffff400bdb068247d387e312400bdb0684ffffffffffff3933600f3933"},
	{32, `30f0ff0000ff0000ff0000ff0000ffd0e010fff0000101000101000101000101005e3e1000f0000202000202000202000202005d3d10
	0001f0000101000101000101000101005e3e10001f680101f0ff0000ff0000ff0000ff0000ff687010fff0000101000101000101000101
	00d1e11000f000020200020200020200020200d2e2100001f000010100010100010100010100d1e110001fce0101f0ff0000ff0000ff00
	00ff0000ff3b3f10fff000010100010100010100010100777f1000f000020200020200020200020200747c10000d30010100f000010100
	010100010100010100717910001f650101`},
	{32, `101fff01010101010101f0ff0000ff0000ff0000ff0000ffd0e010fff0000101000101000101000101005e3e1000f000020200020200
	0202000202005d3d100001f0000101000101000101000101005e3e10001f680101f0ff0000ff0000ff0000ff0000ff687010fff0000101
	00010100010100010100d1e11000f000020200020200020200020200d2e2100001f000010100010100010100010100d1e110001fce0101
	f0ff0000ff0000ff0000ff0000ff3b3f10fff000010100010100010100010100777f1000f000020200020200020200020200747c10000d
	30010100f000010100010100010100010100717910001f650101`},
}

func TestFreeRDPStreams(t *testing.T) {
	for _, c := range freeRDPStreams {
		data := wiretest.Unhex(t, c.hex)
		got := garbage(16, 8)
		if err := decode(got, c.depth, data); err != nil {
			t.Errorf("%d, %02x: %v", c.depth, data[0], err)
			continue
		}
		wantPixels(t, "FreeRDP", got, freeRDPPicture, c.depth)
		for n := range data {
			wiretest.WantMalformed(t, "cut", decode(got, c.depth, data[:n]))
		}
		if again := encode(nil, freeRDPPicture, c.depth); len(again) > len(data) && data[0] != planarRLE|planarNoAlpha {
			t.Errorf("%d: %d bytes, theirs has %d", c.depth, len(again), len(data))
		}
	}
}
