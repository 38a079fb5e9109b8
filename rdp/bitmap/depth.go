package bitmap

// A pixel of 15 or 16 bits has 5 bits per channel, green has 6 in the latter.
// The missing low bits are filled with the high ones, so that black stays black
// and white stays white. FreeRDP 2.11 and 3.10 fill the low bits of green in 16
// bits with something else: it is up to 4 brighter there, of 255.
//
// Two properties follow which the codecs rely on. Each bit of the short pixel
// ends up at fixed places of the long one, so that expanding an exclusive or is
// the exclusive or of the expanded: interleaved RLE can work on long pixels.
// And the bits that survive are those of a mask: two pixels become the same
// short one if they are equal under keptBits.

// expand555 makes a pixel of 15 bits one of 0x00RRGGBB.
func expand555(p uint16) uint32 {
	v := uint32(p)
	r, g, b := v>>10&0x1F, v>>5&0x1F, v&0x1F
	return (r<<3|r>>2)<<16 | (g<<3|g>>2)<<8 | (b<<3 | b>>2)
}

// expand565 makes a pixel of 16 bits one of 0x00RRGGBB.
func expand565(p uint16) uint32 {
	v := uint32(p)
	r, g, b := v>>11, v>>5&0x3F, v&0x1F
	return (r<<3|r>>2)<<16 | (g<<2|g>>4)<<8 | (b<<3 | b>>2)
}

// shorten555 drops what a pixel of 15 bits cannot hold.
func shorten555(p uint32) uint16 { return uint16(p>>9&0x7C00 | p>>6&0x03E0 | p>>3&0x001F) }

// shorten565 drops what a pixel of 16 bits cannot hold.
func shorten565(p uint32) uint16 { return uint16(p>>8&0xF800 | p>>5&0x07E0 | p>>3&0x001F) }

// keptBits are the bits of 0x00RRGGBB that a pixel of that depth holds.
func keptBits(depth int) uint32 {
	switch depth {
	case 15:
		return 0xF8F8F8
	case 16:
		return 0xF8FCF8
	}
	return white
}

// Quantise is what a pixel becomes when it is sent with that many bits, 15, 16,
// 24 or 32, and shown.
func Quantise(p uint32, depth int) uint32 {
	switch depth {
	case 15:
		return expand555(shorten555(p))
	case 16:
		return expand565(shorten565(p))
	}
	return p & white
}

const white = 0xFFFFFF

// bytesPerPixel is 0 for a depth that a Bitmap Update cannot have here: 8 bits
// and less need a palette, which nobody has used for twenty years.
func bytesPerPixel(depth int) int {
	switch depth {
	case 15, 16:
		return 2
	case 24:
		return 3
	case 32:
		return 4
	}
	return 0
}
