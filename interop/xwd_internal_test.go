package interop

import (
	"bytes"
	"image"
	"testing"
)

func TestXWD(t *testing.T) {
	t.Parallel()
	want := Pattern(37, 23)
	file := encodeXWD(want)
	got, err := decodeXWD(file)
	if err != nil || !bytes.Equal(got.Pix, want.Pix) || got.Rect != want.Rect {
		t.Fatalf("round trip: %v, %v", got.Rect, err)
	}
	part := want.SubImage(image.Rect(5, 6, 30, 20)).(*image.RGBA)
	// Pix of a part begins at its corner, as encodeXWD reads it.
	if got, err = decodeXWD(encodeXWD(part)); err != nil || !Compare(got, part, 0).Same() {
		t.Errorf("round trip of a part: %v", err)
	}
	for n := range len(file) {
		if _, err := decodeXWD(file[:n]); err == nil {
			t.Fatalf("%d of %d bytes are taken for a picture", n, len(file))
		}
	}
}

func TestXWDOfAnotherKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		field int
		value byte // the lowest byte of the number
	}{
		{"version 6", xwdFileVersion, 6},
		{"XYPixmap", xwdPixmapFormat, 1},
		{"16 bits for each pixel", xwdBitsPerPixel, 16},
		{"no width", xwdWidth, 0},
		{"no height", xwdHeight, 0},
		{"short lines", xwdBytesPerLine, 30},
		{"short header", xwdHeaderSize, 99},
		{"a mask of 7 bits", xwdBlueMask, 0x7f},
	} {
		file := encodeXWD(Pattern(16, 16))
		file[4*c.field+3] = c.value
		if _, err := decodeXWD(file); err == nil {
			t.Errorf("%s is taken", c.name)
		}
	}
	huge := encodeXWD(Pattern(16, 16))
	for _, field := range []int{xwdWidth, xwdHeight, xwdBytesPerLine, xwdHeaderSize, xwdColors} {
		file := bytes.Clone(huge)
		copy(file[4*field:], []byte{0xff, 0xff, 0xff, 0xff})
		if _, err := decodeXWD(file); err == nil {
			t.Errorf("number %d may be 2^32-1", field)
		}
	}
}

// The other byte order and other masks, as a server on another machine has them.
func TestXWDByteOrder(t *testing.T) {
	t.Parallel()
	file := encodeXWD(Pattern(2, 1))
	file[4*xwdByteOrder+3] = 1
	file[4*xwdRedMask+3], file[4*xwdRedMask+1] = 0xff, 0 // red is lowest, blue highest
	file[4*xwdBlueMask+3], file[4*xwdBlueMask+1] = 0, 0xff
	copy(file[len(file)-8:], []byte{0, 3, 2, 1, 0, 6, 5, 4})
	got, err := decodeXWD(file)
	if err != nil || !bytes.Equal(got.Pix, []byte{1, 2, 3, 255, 4, 5, 6, 255}) {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzXWD(f *testing.F) {
	f.Add(encodeXWD(Pattern(3, 2)))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		img, err := decodeXWD(file)
		if err != nil {
			return
		}
		again, err := decodeXWD(encodeXWD(img))
		if err != nil || !bytes.Equal(again.Pix, img.Pix) {
			t.Errorf("not the same again: %v", err)
		}
	})
}
