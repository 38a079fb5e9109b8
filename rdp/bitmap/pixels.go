package bitmap

import "image"

// Pixels is a rectangle of pixels, the top row first. A pixel is 0x00RRGGBB.
type Pixels struct {
	Width, Height int
	Stride        int // pixels from one row to the next, at least Width
	Pix           []uint32
}

// NewPixels makes a black rectangle.
func NewPixels(width, height int) Pixels {
	return Pixels{Width: width, Height: height, Stride: width, Pix: make([]uint32, width*height)}
}

// Row is one row of p, from the top.
func (p Pixels) Row(y int) []uint32 { return p.Pix[y*p.Stride:][:p.Width:p.Width] }

// Sub is a part of p that shares its pixels; the rectangle must lie within.
func (p Pixels) Sub(x, y, width, height int) Pixels {
	return Pixels{Width: width, Height: height, Stride: p.Stride, Pix: p.Pix[y*p.Stride+x:]}
}

// Image is an opaque copy of p.
func (p Pixels) Image() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for y := range p.Height {
		out := m.Pix[y*m.Stride:]
		for x, pixel := range p.Row(y) {
			o := out[4*x:][:4:4]
			o[0], o[1], o[2], o[3] = byte(pixel>>16), byte(pixel>>8), byte(pixel), 0xFF
		}
	}
	return m
}
