package x224

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Sizes of the TPKT packet of RFC 1006 section 6, in bytes.
const (
	MinFrameSize = 7     // header and the shortest TPDU
	MaxFrameSize = 65535 // what its length field can say

	tpktHeaderSize = 4 // 1 /* version */ + 1 /* reserved */ + 2 /* length, big endian */
	tpktVersion    = 3
)

// FrameSize tells how long the TPKT packet is whose first bytes are head, its
// header included. It wants four bytes; size is 0 while it needs more. A wrong
// version byte fails at once, so that no driver waits for the rest of a
// message that is not RDP.
func FrameSize(head []byte) (size int, err error) {
	if len(head) == 0 {
		return 0, nil
	}
	r := wire.NewReader("TPKT", head)
	if version := r.U8("version"); version != tpktVersion {
		r.Failf("version", "wants %d, got %d", tpktVersion, version)
		return 0, r.Err()
	}
	if len(head) < tpktHeaderSize {
		return 0, nil
	}
	r.U8("reserved")
	size = int(r.U16BE("length"))
	if size < MinFrameSize {
		r.Failf("length", "announces %d bytes, the shortest packet has %d", size, MinFrameSize)
		return 0, r.Err()
	}
	return size, nil
}

// The TPDU codes of X.224 section 13 that occur in RDP. All are of class 0, so
// the low half of the byte is zero.
const (
	codeConnectionRequest = 0xE0
	codeConnectionConfirm = 0xD0
	codeDisconnectRequest = 0x80
	codeData              = 0xF0
)

// maxTPDUHeader is the longest header that the length indicator of X.224
// section 13.2.1 can announce, in bytes; 255 is reserved.
const maxTPDUHeader = 254

// readFrame reads a whole TPKT packet, which r has just been opened on, as far as
// the code of its TPDU. MS-RDPBCGR 3.2.5.3 and 3.3.5.3 want every embedded length
// checked against the bytes received. The reader is the caller's, so that it needs
// no heap.
func readFrame(r *wire.Reader, frame []byte) (lengthIndicator int, code byte) {
	if version := r.U8("tpktHeader.version"); version != tpktVersion {
		r.Failf("tpktHeader.version", "wants %d, got %d", tpktVersion, version)
	}
	r.U8("tpktHeader.reserved")
	if n := int(r.U16BE("tpktHeader.length")); n != len(frame) {
		r.Failf("tpktHeader.length", "announces %d bytes, got %d", n, len(frame))
	}
	lengthIndicator = int(r.U8("lengthIndicator"))
	return lengthIndicator, r.U8("code")
}

// connectionHeaderSize is the fixed part of a connection TPDU that its length
// indicator counts:
// 1 /* code */ + 2 /* DST-REF */ + 2 /* SRC-REF */ + 1 /* class and options */.
const connectionHeaderSize = 6

// readConnectionHeader reads a connection TPDU as far as its variable part
// (X.224 sections 13.3 and 13.4).
func readConnectionHeader(name string, frame []byte, code byte) (r *wire.Reader, dstRef, srcRef uint16) {
	r = wire.NewReader(name, frame)
	li, got := readFrame(r, frame)
	if got != code {
		r.Failf("code", "wants TPDU %#02x, got %#02x", code, got)
	}
	if li > maxTPDUHeader || li != len(frame)-tpktHeaderSize-1 {
		r.Failf("lengthIndicator", "announces %d bytes, got %d", li, len(frame)-tpktHeaderSize-1)
	}
	dstRef = r.U16BE("DST-REF")
	srcRef = r.U16BE("SRC-REF")
	// The high half is the class; options in the low half mean nothing in class 0.
	if class := r.U8("class"); class>>4 != 0 {
		r.Failf("class", "wants class 0, got %d", class>>4)
	}
	return r, dstRef, srcRef
}

// appendConnectionFrame appends a TPKT packet with a connection TPDU. The
// caller has checked that the variable part fits.
func appendConnectionFrame(dst []byte, code byte, dstRef, srcRef uint16, variable []byte) []byte {
	li := connectionHeaderSize + len(variable)
	dst = appendTPKTHeader(dst, 1+li)
	dst = append(dst, byte(li), code)
	dst = binary.BigEndian.AppendUint16(dst, dstRef)
	dst = binary.BigEndian.AppendUint16(dst, srcRef)
	dst = append(dst, 0) // class 0, no options
	return append(dst, variable...)
}

func appendTPKTHeader(dst []byte, payload int) []byte {
	return binary.BigEndian.AppendUint16(append(dst, tpktVersion, 0), uint16(tpktHeaderSize+payload))
}
