package bitmap

const rleName = "RLE_BITMAP_STREAM"

// The orders of interleaved RLE (MS-RDPBCGR 2.2.9.1.1.3.1.2.4). A regular order
// has its code in the high 3 bits of its first byte, a lite one in the high 4;
// the low bits hold the run length. A mega-mega order is a whole byte and has
// its length in the two bytes after it. For each regular and lite code there is
// a mega-mega one.
const (
	regularBackgroundRun = 0x0 // 3 bits
	regularForegroundRun = 0x1
	regularFgBgImage     = 0x2
	regularColorRun      = 0x3
	regularColorImage    = 0x4
	regularShift         = 5
	regularLengthMask    = 0x1F
	regularLengthBase    = 32  // what the byte after a length of zero counts from
	liteSetForegroundRun = 0xC // 4 bits
	liteSetFgBgImage     = 0xD
	liteDitheredRun      = 0xE
	liteShift            = 4
	liteLengthMask       = 0x0F
	liteLengthBase       = 16
	megaBackgroundRun    = 0xF0
	megaForegroundRun    = 0xF1
	megaFgBgImage        = 0xF2
	megaColorRun         = 0xF3
	megaColorImage       = 0xF4
	megaSetForegroundRun = 0xF6
	megaSetFgBgImage     = 0xF7
	megaDitheredRun      = 0xF8
	specialFgBg1         = 0xF9 // a foreground/background image of 8 pixels, mask 0x03
	specialFgBg2         = 0xFA // the same, mask 0x05
	specialWhite         = 0xFD
	specialBlack         = 0xFE
	specialFgBg1Mask     = 0x03
	specialFgBg2Mask     = 0x05
	specialFgBgLength    = 8
	maxRunLength         = 0xFFFF
	pixelsPerMask        = 8
	fgBgShortLengthBase  = 1 // image lengths not divisible by 8 are in the next byte, less one
)
