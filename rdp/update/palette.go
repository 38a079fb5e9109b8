package update

import "github.com/fumidai/fumidai/rdp/wire"

// maxPalette is the number of colours in a palette.
const maxPalette = 256

// checkPalette reads a TS_UPDATE_PALETTE_DATA (MS-RDPBCGR 2.2.9.1.1.3.1.1.1). It
// means nothing above 8 bits per pixel, and some servers send it all the same.
func checkPalette(data []byte) error {
	r := wire.NewReader("TS_UPDATE_PALETTE_DATA", data)
	if t := Type(r.U16LE("updateType")); t != TypePalette {
		r.Failf("updateType", "wants %d, got %d", TypePalette, t)
	}
	r.U16LE("pad2Octets")
	n := r.U32LE("numberColors")
	if n > maxPalette {
		r.Failf("numberColors", "%d colors, limit is %d", n, maxPalette)
	}
	r.Bytes("paletteEntries", 3*int(min(n, maxPalette)))
	return r.Err()
}
