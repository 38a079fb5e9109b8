package fastpath

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

const (
	outputName = "TS_FP_UPDATE_PDU"
	updateName = "TS_FP_UPDATE"
)

// Sizes of a Server Fast-Path Update PDU (MS-RDPBCGR 2.2.9.1.2) in bytes.
const (
	// MaxOutputData is the most data of an update that AppendOutput puts into
	// one frame. The length field could say twice as much, but no server is
	// known to send a frame above 16383 bytes, and some clients size their
	// buffers by that.
	MaxOutputData = maxOutputFrame - longHeaderSize - updateHeaderSize

	maxOutputFrame   = 0x3FFF
	updateHeaderSize = 3 // 1 /* updateHeader */ + 2 /* size */
)

// The updateHeader byte of MS-RDPBCGR 2.2.9.1.2.1, from the low end: 4 bits
// updateCode, 2 bits fragmentation, 2 bits compression.
const (
	codeMask          = 0x0F
	fragmentShift     = 4
	fragmentMask      = 0x03
	compressionShift  = 6
	compressionUsed   = 2    // FASTPATH_OUTPUT_COMPRESSION_USED: compressionFlags follow
	packetCompressed  = 0x20 // PACKET_COMPRESSED of compressionFlags
	compressionAbsent = 0
)

// ParseOutput reads a whole frame from a server and returns the updates in it,
// for NextUpdate. A frame without any update is tolerated.
func ParseOutput(frame []byte) (updates []byte, err error) {
	r := wire.NewReader(outputName, frame)
	readFrame(r, frame)
	updates = r.Rest()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return updates, nil
}

// NextUpdate reads the first of the updates in b and returns what follows it.
// An unknown update code is not an error.
func NextUpdate(b []byte) (u Update, rest []byte, err error) {
	r := wire.NewReader(updateName, b)
	header := r.U8("updateHeader")
	u.Code = UpdateCode(header & codeMask)
	u.Fragment = Fragment(header >> fragmentShift & fragmentMask)
	switch header >> compressionShift {
	case compressionAbsent:
	case compressionUsed:
		u.Compressed = r.U8("compressionFlags")&packetCompressed != 0
	default:
		r.Failf("updateHeader.compression", "got %d", header>>compressionShift)
	}
	u.Data = r.Bytes("updateData", int(r.U16LE("size")))
	rest = r.Rest()
	if err := r.Err(); err != nil {
		return Update{}, nil, err
	}
	return u, rest, nil
}

// AppendOutput appends one frame with one whole update. Data of more than
// MaxOutputData bytes is a *wire.MisuseError: AppendFragments cuts it up.
func AppendOutput(dst []byte, code UpdateCode, data []byte) ([]byte, error) {
	return AppendFragments(dst, code, data, max(len(data), 1))
}

// AppendFragments appends an update as one frame, or as several frames in a row
// if it has more than max bytes of data, so that each carries at most max. The
// client must have announced a Multifragment Update Capability Set large enough
// for the whole (MS-RDPBCGR 2.2.7.2.6) before more than one may be sent. A max
// outside 1 to MaxOutputData is a *wire.MisuseError.
func AppendFragments(dst []byte, code UpdateCode, data []byte, max int) ([]byte, error) {
	if code > codeMask {
		return dst, wire.Misuse(updateName, "update code %d, limit is %d", code, codeMask)
	}
	if max < 1 || max > MaxOutputData {
		return dst, wire.Misuse(updateName, "%d bytes of data in one frame, possible are 1 to %d", max, MaxOutputData)
	}
	if len(data) <= max {
		return appendUpdateFrame(dst, code, Single, data), nil
	}
	dst = appendUpdateFrame(dst, code, First, data[:max])
	for data = data[max:]; len(data) > max; data = data[max:] {
		dst = appendUpdateFrame(dst, code, Next, data[:max])
	}
	return appendUpdateFrame(dst, code, Last, data), nil
}

func appendUpdateFrame(dst []byte, code UpdateCode, f Fragment, data []byte) []byte {
	dst = appendHeader(dst, actionFastPath, updateHeaderSize+len(data))
	dst = append(dst, byte(code)|byte(f)<<fragmentShift)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(data)))
	return append(dst, data...)
}
