package interop

import (
	"encoding/binary"
	"fmt"
	"image"
	"math/bits"
)

// The file format of xwd (X11/XWDFile.h, version 7): a header of 25 numbers of 32
// bits, big-endian, the window's name up to the announced header size, colour map
// entries of 12 bytes, and the picture line by line. Xvfb's screens are the simple
// kind, which is the only one here: direct colours, 32 bits for each pixel, or 24
// where windows of several visuals are seen at once.
const (
	xwdHeader   = 100
	xwdVersion  = 7
	xwdZPixmap  = 2
	xwdTrue     = 4 // visual class TrueColor
	xwdColor    = 12
	xwdMaxSide  = 16384
	xwdLSBFirst = 0
)

// Places in the header, counted in numbers.
const (
	xwdHeaderSize    = 0
	xwdFileVersion   = 1
	xwdPixmapFormat  = 2
	xwdPixmapDepth   = 3
	xwdWidth         = 4
	xwdHeight        = 5
	xwdByteOrder     = 7
	xwdBitmapUnit    = 8
	xwdBitmapPad     = 10
	xwdBitsPerPixel  = 11
	xwdBytesPerLine  = 12
	xwdVisualClass   = 13
	xwdRedMask       = 14
	xwdGreenMask     = 15
	xwdBlueMask      = 16
	xwdBitsPerRGB    = 17
	xwdMapEntries    = 18
	xwdColors        = 19
	xwdWindowWidth   = 20
	xwdWindowHeight  = 21
	xwdHeaderNumbers = 25
)

// decodeXWD reads what xwd writes. The result is opaque.
func decodeXWD(file []byte) (*image.RGBA, error) {
	if len(file) < xwdHeader {
		return nil, fmt.Errorf("xwd: %d bytes, no header", len(file))
	}
	var h [xwdHeaderNumbers]int
	for i := range h {
		h[i] = int(binary.BigEndian.Uint32(file[4*i:]))
	}
	width, height, stride, wide := h[xwdWidth], h[xwdHeight], h[xwdBytesPerLine], h[xwdBitsPerPixel]/8
	switch {
	case h[xwdFileVersion] != xwdVersion || h[xwdPixmapFormat] != xwdZPixmap || wide != 3 && wide != 4:
		return nil, fmt.Errorf("xwd: version %d, format %d, %d bits for each pixel; only %d, %d, 24 or 32 is known",
			h[xwdFileVersion], h[xwdPixmapFormat], h[xwdBitsPerPixel], xwdVersion, xwdZPixmap)
	case width < 1 || width > xwdMaxSide || height < 1 || height > xwdMaxSide || stride < wide*width || stride > 8*xwdMaxSide:
		return nil, fmt.Errorf("xwd: %d x %d pixels, %d bytes for each line", width, height, stride)
	case h[xwdHeaderSize] < xwdHeader || h[xwdHeaderSize] > 1<<16 || h[xwdColors] > 1<<16:
		return nil, fmt.Errorf("xwd: header of %d bytes, %d colours", h[xwdHeaderSize], h[xwdColors])
	}
	start := h[xwdHeaderSize] + h[xwdColors]*xwdColor
	if len(file)-start < stride*height {
		return nil, fmt.Errorf("xwd: %d bytes of picture, not %d", max(0, len(file)-start), stride*height)
	}
	var shift [3]int
	for i, mask := range h[xwdRedMask : xwdBlueMask+1] {
		if shift[i] = bits.TrailingZeros32(uint32(mask)); uint32(mask)>>shift[i] != 0xff {
			return nil, fmt.Errorf("xwd: colour mask %#x", mask)
		}
	}
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		line, out := file[start+y*stride:], img.Pix[y*img.Stride:]
		for x := range width {
			pixel, to := xwdPixel(line[wide*x:][:wide], h[xwdByteOrder]), out[4*x:4*x+4]
			to[0], to[1], to[2], to[3] = byte(pixel>>shift[0]), byte(pixel>>shift[1]), byte(pixel>>shift[2]), 0xff
		}
	}
	return img, nil
}

func xwdPixel(b []byte, order int) (pixel uint32) {
	for i := range b {
		if order == xwdLSBFirst {
			pixel |= uint32(b[i]) << (8 * i)
		} else {
			pixel = pixel<<8 | uint32(b[i])
		}
	}
	return pixel
}

// encodeXWD writes a picture as xwud shows it on a screen of Xvfb.
func encodeXWD(img *image.RGBA) []byte {
	size := img.Rect.Size()
	name := "picture\x00"
	h := [xwdHeaderNumbers]int{
		xwdHeaderSize: xwdHeader + len(name), xwdFileVersion: xwdVersion, xwdPixmapFormat: xwdZPixmap,
		xwdPixmapDepth: 24, xwdWidth: size.X, xwdHeight: size.Y, xwdByteOrder: xwdLSBFirst, xwdBitmapUnit: 32,
		xwdBitmapPad: 32, xwdBitsPerPixel: 32, xwdBytesPerLine: 4 * size.X, xwdVisualClass: xwdTrue,
		xwdRedMask: 0xff0000, xwdGreenMask: 0xff00, xwdBlueMask: 0xff, xwdBitsPerRGB: 8, xwdMapEntries: 256,
		xwdWindowWidth: size.X, xwdWindowHeight: size.Y,
	}
	file := make([]byte, 0, xwdHeader+len(name)+4*size.X*size.Y)
	for _, n := range h {
		file = binary.BigEndian.AppendUint32(file, uint32(n))
	}
	file = append(file, name...)
	for y := range size.Y {
		line := img.Pix[y*img.Stride : y*img.Stride+4*size.X]
		for x := 0; x < len(line); x += 4 {
			file = append(file, line[x+2], line[x+1], line[x], 0)
		}
	}
	return file
}
