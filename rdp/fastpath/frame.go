package fastpath

import "github.com/fumidai/fumidai/rdp/wire"

// MaxFrameSize is what the 15 bits of length1 and length2 can say, in bytes,
// header included.
const MaxFrameSize = 0x7FFF

// The first byte of either direction, from the low end: 2 bits action, 4 bits
// numEvents (input) or nothing (output), 2 bits flags (MS-RDPBCGR 2.2.8.1.2 and
// 2.2.9.1.2). TPKT has the same two low bits: its version, 3.
const (
	actionMask     = 0x03
	actionFastPath = 0x00

	flagSecureChecksum = 0x40 // FASTPATH_*_SECURE_CHECKSUM, shifted into place
	flagEncrypted      = 0x80 // FASTPATH_*_ENCRYPTED
)

// length1 has this bit if length2 follows.
const longLength = 0x80

// Is tells from the first byte of a frame whether it is a fast-path frame. A
// TPKT packet begins with 3.
func Is(first byte) bool { return first&actionMask == actionFastPath }

// FrameSize tells how long the fast-path frame is whose first bytes are head,
// its header included. It wants two bytes, or three if the length is long; size
// is 0 while it needs more. A length that does not even hold the header is an
// error at once, and so is a first byte of something else.
func FrameSize(head []byte) (size int, err error) {
	if len(head) == 0 {
		return 0, nil
	}
	if Is(head[0]) && (len(head) < 2 || head[1]&longLength != 0 && len(head) < 3) {
		return 0, nil
	}
	r := wire.NewReader("fast-path frame", head)
	_, size = readHeader(r)
	if err := r.Err(); err != nil {
		return 0, err
	}
	return size, nil
}

// readHeader reads the header that both directions share: the first byte and
// the length of the whole frame in bytes.
func readHeader(r *wire.Reader) (first byte, size int) {
	first = r.U8("fpHeader")
	if !Is(first) {
		r.Failf("fpHeader.action", "wants %d, got %d", actionFastPath, first&actionMask)
	}
	size = int(r.U8("length1"))
	if size&longLength != 0 {
		// Unlike the rest of RDP, this length is big endian.
		size = size&^longLength<<8 | int(r.U8("length2"))
	}
	if size < r.Offset() {
		r.Failf("length1", "announces %d bytes, its header has %d", size, r.Offset())
	}
	return first, size
}

// readFrame opens a whole frame as the structure called name.
func readFrame(r *wire.Reader, frame []byte) (first byte) {
	first, size := readHeader(r)
	if size != len(frame) {
		r.Failf("length1", "announces %d bytes, got %d", size, len(frame))
	}
	if first&(flagEncrypted|flagSecureChecksum) != 0 {
		r.Failf("fpHeader.flags", "encrypted, which does not occur under TLS")
	}
	return first
}

// appendHeader appends the header of a frame with a payload of so many bytes,
// in the shortest form. The caller has checked that it fits.
func appendHeader(dst []byte, first byte, payload int) []byte {
	if size := 2 + payload; size < longLength {
		return append(dst, first, byte(size))
	}
	size := 3 + payload
	return append(dst, first, byte(size>>8)|longLength, byte(size))
}

const longHeaderSize = 3 // 1 /* fpHeader */ + 1 /* length1 */ + 1 /* length2 */
