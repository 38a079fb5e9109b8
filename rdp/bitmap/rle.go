package bitmap

const rleName = "RLE_BITMAP_STREAM"

// The orders of interleaved RLE (MS-RDPBCGR 2.2.9.1.1.3.1.2.4). The first byte of
// a regular order has its code in the high 3 bits and the run length in the
// others; if that is zero, the next byte has it, counted from regularLengthBase.
const (
	regularBackgroundRun = 0x0
	regularForegroundRun = 0x1
	regularFgBgImage     = 0x2
	regularColorRun      = 0x3
	regularColorImage    = 0x4

	regularShift      = 5
	regularLengthMask = 0x1F
	regularLengthBase = 32
)

// Lite orders have a code of 4 bits.
const (
	liteSetForegroundRun = 0xC
	liteSetFgBgImage     = 0xD
	liteDitheredRun      = 0xE

	liteShift      = 4
	liteLengthMask = 0x0F
	liteLengthBase = 16
)

// Mega-mega orders are the same, with a code of a whole byte and the run length
// in the two bytes after it.
const (
	megaBackgroundRun    = 0xF0
	megaForegroundRun    = 0xF1
	megaFgBgImage        = 0xF2
	megaColorRun         = 0xF3
	megaColorImage       = 0xF4
	megaSetForegroundRun = 0xF6
	megaSetFgBgImage     = 0xF7
	megaDitheredRun      = 0xF8

	maxRunLength = 0xFFFF
)

// Special orders have no length: foreground/background images of 8 pixels with a
// fixed mask, and single pixels.
const (
	specialFgBg1 = 0xF9
	specialFgBg2 = 0xFA
	specialWhite = 0xFD
	specialBlack = 0xFE

	specialFgBg1Mask  = 0x03
	specialFgBg2Mask  = 0x05
	specialFgBgLength = 8
)

// Foreground/background images count differently: in masks of 8 pixels, or, if
// the length is zero, in the next byte in pixels, less one.
const (
	pixelsPerMask       = 8
	fgBgShortLengthBase = 1
)
