package bitmap

const planarName = "RDP6_BITMAP_STREAM"

// The formatHeader of RDP6_BITMAP_STREAM (MS-RDPEGDI 2.2.2.5.1), from the low
// end: 3 bits colour loss level, then one bit each. Level 0 means planes of red,
// green and blue; any other planes of Y, Co and Cg.
const (
	planarLossMask    = 0x07
	planarSubsampling = 0x08 // CS: Co and Cg have half the width and half the height
	planarRLE         = 0x10
	planarNoAlpha     = 0x20 // NA: the alpha plane, else the first, is absent
)

// The control byte of RDP6_RLE_SEGMENT (MS-RDPEGDI 2.2.2.5.1.1): run length in
// the low half, number of raw bytes in the high one. A segment of two raw bytes
// or one costs as little, so run lengths 1 and 2 mean something else: no raw
// bytes, and a run of 16 or 32 more than the high half says.
const (
	segmentRunMask  = 0x0F
	segmentRawShift = 4
	segmentLong16   = 1
	segmentLong32   = 2
	segmentMaxRaw   = 15
	segmentMinRun   = 3
	segmentShortRun = 15 // the longest in the low half
	segmentMaxRun   = 32 + 15
)
