package update

import (
	"image"

	"github.com/fumidai/fumidai/rdp/bitmap"
	"github.com/fumidai/fumidai/rdp/fastpath"
	"github.com/fumidai/fumidai/rdp/wire"
)

// The largest Screen, in pixels. The specification allows 8192 x 8192.
const (
	MaxScreenSide   = 8192
	MaxScreenPixels = 32 << 20
)

// Screen is the desktop as a client sees it. It must be made with NewScreen.
//
// It holds four bytes for each pixel. A bitmap that goes to the screen whole is
// decoded there; one that is cut, at its own edge or that of the screen, is
// decoded in a buffer of its size which is used again. No bitmap may be larger
// than the screen with both sides rounded up to a multiple of 64, the tile of most
// servers, so that buffer is never much larger than another screen; with such
// tiles it has 16 KiB.
type Screen struct {
	Pixels bitmap.Pixels

	scratch []uint32
}

// NewScreen makes a black screen of that size in pixels. A side outside 1 to
// MaxScreenSide and more than MaxScreenPixels are a *wire.MisuseError.
func NewScreen(width, height int) (*Screen, error) {
	if width < 1 || height < 1 || width > MaxScreenSide || height > MaxScreenSide || width*height > MaxScreenPixels {
		return nil, wire.Misuse("Screen", "%dx%d pixels", width, height)
	}
	return &Screen{Pixels: bitmap.NewPixels(width, height)}, nil
}

// Bounds is the rectangle from 0,0 to the size of the screen.
func (s *Screen) Bounds() image.Rectangle { return image.Rect(0, 0, s.Pixels.Width, s.Pixels.Height) }

// Image is a copy of the screen, opaque.
func (s *Screen) Image() *image.NRGBA { return s.Pixels.Image() }

// Apply draws one whole update of the fast path: its code and data as a
// fastpath.Reassembler returns them. dirty contains every pixel that may have
// changed, and is empty if none did. Pointer and palette updates are checked and
// otherwise ignored; drawing orders and codecs, which nobody offered, are an
// *UnsupportedError. After an error the screen may be half drawn.
func (s *Screen) Apply(code fastpath.UpdateCode, data []byte) (dirty image.Rectangle, err error) {
	switch code {
	case fastpath.UpdateBitmap:
		return s.applyBitmaps(data)
	case fastpath.UpdateSurfaceCommands:
		return s.applySurfaceCommands(data)
	case fastpath.UpdatePalette:
		return image.Rectangle{}, checkPalette(data)
	case fastpath.UpdateSynchronize:
		return image.Rectangle{}, nil
	case fastpath.UpdateOrders:
		r := wire.NewReader("TS_FP_UPDATE_ORDERS", data)
		return image.Rectangle{}, readOrders(r)
	case fastpath.UpdatePointerHidden, fastpath.UpdatePointerDefault, fastpath.UpdatePointerPosition,
		fastpath.UpdateColorPointer, fastpath.UpdateCachedPointer, fastpath.UpdateNewPointer, fastpath.UpdateLargePointer:
		return image.Rectangle{}, CheckPointer(code, data)
	}
	r := wire.NewReader("TS_FP_UPDATE", data)
	r.Failf("updateHeader.updateCode", "got %d", uint8(code))
	return image.Rectangle{}, r.Err()
}

// ApplySlowPath draws the body of an Update Data PDU (MS-RDPBCGR 2.2.9.1.1.3.1),
// otherwise like Apply.
func (s *Screen) ApplySlowPath(body []byte) (dirty image.Rectangle, err error) {
	r := wire.NewReader("TS_UPDATE_PDU_DATA", body)
	switch t := Type(r.U16LE("updateType")); {
	case r.Err() != nil:
	case t == TypeBitmap:
		return s.applyBitmaps(body)
	case t == TypePalette:
		return image.Rectangle{}, checkPalette(body)
	case t == TypeSynchronize:
	case t == TypeOrders:
		r.U16LE("pad2OctetsA")
		return image.Rectangle{}, readOrders(r)
	default:
		r.Failf("updateType", "got %d", t)
	}
	return image.Rectangle{}, r.Err()
}

// readOrders reads how many drawing orders follow. A server may send an update
// with none.
func readOrders(r *wire.Reader) error {
	count := int(r.U16LE("numberOrders"))
	if err := r.Err(); err != nil || count == 0 {
		return err
	}
	return unsupportedOrders(count)
}

// effort bounds the pixels that one update may have decoded, in screens: a few bytes
// can stand for very many pixels, over and over the same place.
const effort = 2

// spend takes a bitmap off what the update may still have decoded.
func (s *Screen) spend(left *int, name string, size image.Point) error {
	if *left -= size.X * size.Y; *left < 0 {
		in := wire.NewReader(name, nil)
		in.Failf("bitmaps", "more pixels than %d screens of %dx%d", effort, s.Pixels.Width, s.Pixels.Height)
		return in.Err()
	}
	return nil
}

// budget is what an update may have decoded, in pixels. A tile of 64 by 64 at the
// edge of a tiny screen may stand for few pixels of it.
func (s *Screen) budget() int {
	return effort * ((s.Pixels.Width + 63) &^ 63 * ((s.Pixels.Height + 63) &^ 63))
}

func (s *Screen) applyBitmaps(data []byte) (dirty image.Rectangle, err error) {
	bitmaps, err := ParseBitmapUpdate(data)
	if err != nil {
		return dirty, err
	}
	left := s.budget()
	for b, ok := bitmaps.Next(); ok; b, ok = bitmaps.Next() {
		size := image.Pt(int(b.Width), int(b.Height))
		area, err := s.place(bitmapName, b.Rectangle(), size)
		if err == nil {
			err = s.spend(&left, bitmapName, size)
		}
		if err != nil {
			return dirty, err
		}
		dst, direct := s.target(area, b.Rectangle().Min, size)
		if err := b.Decode(dst); err != nil {
			return dirty, err
		}
		if !direct {
			s.copyFrom(dst, area, b.Rectangle().Min)
		}
		dirty = dirty.Union(area)
	}
	return dirty, bitmaps.Err()
}

func (s *Screen) applySurfaceCommands(data []byte) (dirty image.Rectangle, err error) {
	commands := ParseSurfaceCommands(data)
	left := s.budget()
	for c, ok := commands.Next(); ok; c, ok = commands.Next() {
		if c.Which == FrameMarker {
			continue
		}
		size := image.Pt(int(c.Width), int(c.Height))
		area, err := s.place(surfaceBitsName, c.Rectangle(), size)
		if err == nil {
			err = s.spend(&left, surfaceBitsName, size)
		}
		if err != nil {
			return dirty, err
		}
		dst, direct := s.target(area, c.Rectangle().Min, size)
		if err := c.Decode(dst); err != nil {
			return dirty, err
		}
		if !direct {
			s.copyFrom(dst, area, c.Rectangle().Min)
		}
		dirty = dirty.Union(area)
	}
	return dirty, commands.Err()
}

// place is the part of the screen that a bitmap of that size covers when it is
// drawn into the rectangle r.
func (s *Screen) place(name string, r image.Rectangle, size image.Point) (image.Rectangle, error) {
	area := r.Intersect(s.Bounds()).Intersect(image.Rectangle{Min: r.Min, Max: r.Min.Add(size)})
	in := wire.NewReader(name, nil)
	if area.Empty() {
		in.Failf("destLeft", "%v is not on a screen of %dx%d", r, s.Pixels.Width, s.Pixels.Height)
	}
	if size.X > (s.Pixels.Width+63)&^63 || size.Y > (s.Pixels.Height+63)&^63 {
		in.Failf("width", "bitmap of %dx%d pixels for a screen of %dx%d", size.X, size.Y, s.Pixels.Width, s.Pixels.Height)
	}
	return area, in.Err()
}

// target is where a bitmap of that size at that point is decoded: on the screen
// if all of it is shown, else in the scratch buffer.
func (s *Screen) target(area image.Rectangle, at, size image.Point) (dst bitmap.Pixels, direct bool) {
	if area.Min == at && area.Size() == size {
		return s.Pixels.Sub(at.X, at.Y, size.X, size.Y), true
	}
	n := size.X * size.Y
	if n > cap(s.scratch) {
		s.scratch = make([]uint32, n)
	}
	return bitmap.Pixels{Width: size.X, Height: size.Y, Stride: size.X, Pix: s.scratch[:n]}, false
}

// copyFrom shows the part of a bitmap at that point which lies in area.
func (s *Screen) copyFrom(src bitmap.Pixels, area image.Rectangle, at image.Point) {
	for y := area.Min.Y; y < area.Max.Y; y++ {
		copy(s.Pixels.Row(y)[area.Min.X:area.Max.X], src.Row(y - at.Y)[area.Min.X-at.X:])
	}
}
