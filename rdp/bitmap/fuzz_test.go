package bitmap

import (
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

// fuzzSize makes a size out of two bytes: small, so that streams reach its end.
func fuzzSize(width, height byte) (int, int) { return int(width)%80 + 1, int(height)%80 + 1 }

func FuzzDecodeRLE(f *testing.F) {
	for _, c := range rleOrders {
		f.Add(wiretest.Unhex(f, c.hex), byte(16), byte(c.width-1), byte(len(c.pixels)/c.width-1))
		f.Add(wiretest.Unhex(f, c.hex), byte(24), byte(c.width-1), byte(len(c.pixels)/c.width-1))
	}
	for _, v := range vectors {
		if v.depth == 16 {
			f.Add(readVector(f, v.file), byte(16), byte(v.width-1), byte(v.height-1))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, depth, width, height byte) {
		if depth != 15 && depth != 16 && depth != 24 {
			return
		}
		fuzzDecode(t, data, int(depth), width, height)
	})
}

func FuzzDecodePlanar(f *testing.F) {
	for _, c := range planarStreams {
		f.Add(wiretest.Unhex(f, c.hex), byte(c.width-1), byte(c.height-1))
	}
	for _, v := range vectors {
		if v.depth == 32 {
			f.Add(readVector(f, v.file), byte(v.width-1), byte(v.height-1))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, width, height byte) { fuzzDecode(t, data, 32, width, height) })
}

// fuzzDecode: hostile data is a *wire.Error, what decodes is a picture without
// remains of the last one, and our encoding of it decodes to the same.
func fuzzDecode(t *testing.T, data []byte, depth int, width, height byte) {
	w, h := fuzzSize(width, height)
	got := garbage(w, h)
	if err := decode(got, depth, data); err != nil {
		wiretest.WantMalformed(t, "decode", err)
		return
	}
	for _, p := range got.Pix {
		if p > white {
			t.Fatalf("pixel %08x", p)
		}
	}
	again := garbage(w, h)
	if err := decode(again, depth, encode(nil, got, depth)); err != nil {
		t.Fatal(err)
	}
	wantPixels(t, "our own", again, got, depth)
}

func FuzzDecodeRaw(f *testing.F) {
	for _, c := range rawBitmaps {
		f.Add(wiretest.Unhex(f, c.hex), byte(c.depth), byte(2), byte(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, depth, width, height byte) {
		if bytesPerPixel(int(depth)) == 0 {
			return
		}
		w, h := fuzzSize(width, height)
		got := garbage(w, h)
		if err := DecodeRaw(got, int(depth), data); err != nil {
			wiretest.WantMalformed(t, "decode", err)
			return
		}
		again := garbage(w, h)
		if err := DecodeRaw(again, int(depth), AppendRaw(nil, got, int(depth))); err != nil {
			t.Fatal(err)
		}
		wantPixels(t, "our own", again, got, int(depth))
	})
}
