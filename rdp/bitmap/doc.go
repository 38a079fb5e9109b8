// Package bitmap holds the pixels of a Remote Desktop screen and the ways in
// which a Bitmap Update carries a rectangle of them: uncompressed, interleaved
// run length encoding for 15, 16 and 24 bits per pixel (MS-RDPBCGR 2.2.9.1.1.3.1.2
// and 3.1.9), and the planar codec of RDP 6.0 for 32 (MS-RDPEGDI 2.2.2.5.1 and
// 3.1.9.1).
//
// On the wire the bottom row comes first, in all of them; in Pixels the top row
// does. The decoders fill a rectangle whose size the caller knows from
// elsewhere, and the whole of it or nothing that can be relied on: data that is
// too long, too short or means nothing is a *wire.Error. The encoders append to
// a slice and allocate only if it has no room.
package bitmap
