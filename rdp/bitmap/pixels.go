package bitmap

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
