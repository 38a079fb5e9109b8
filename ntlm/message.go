package ntlm

import (
	"encoding/binary"

	"github.com/fumidai/fumidai/rdp/wire"
)

// signature opens each of the three messages (MS-NLMP 2.2.1).
const signature = "NTLMSSP\x00"

const (
	typeNegotiate    = 1
	typeChallenge    = 2
	typeAuthenticate = 3
)

// MaxMessage bounds a message in bytes. The largest field is 65,535 bytes long
// by its 16-bit length; real messages stay below 2 KiB.
const MaxMessage = 1 << 16

// Version is the VERSION structure of MS-NLMP 2.2.2.10: for debugging only, and
// what a scanner reads the build from. There is no room for the fourth number
// of a Windows version (UBR).
type Version struct {
	Major, Minor byte
	Build        uint16
	Revision     byte // NTLMSSP_REVISION_W2K3 = 15
}

func (v Version) append(dst []byte) []byte {
	dst = append(dst, v.Major, v.Minor)
	dst = binary.LittleEndian.AppendUint16(dst, v.Build)
	return append(dst, 0, 0, 0, v.Revision)
}

func readVersion(r *wire.Reader) Version {
	v := Version{Major: r.U8("ProductMajorVersion"), Minor: r.U8("ProductMinorVersion"), Build: r.U16LE("ProductBuild")}
	r.Bytes("Reserved", 3)
	v.Revision = r.U8("NTLMRevisionCurrent")
	return v
}

// header reads the signature and the type.
func header(r *wire.Reader, wantType uint32) {
	if sig := r.Bytes("Signature", 8); sig != nil && string(sig) != signature {
		r.Failf("Signature", "not NTLMSSP")
	}
	if t := r.U32LE("MessageType"); r.Err() == nil && t != wantType {
		r.Failf("MessageType", "wants %d, got %d", wantType, t)
	}
}

// field is the 8-byte descriptor of a payload field: Len, MaxLen, BufferOffset.
type field struct{ length, offset int }

func readField(r *wire.Reader, name string) field {
	f := field{length: int(r.U16LE(name + "Len"))}
	r.U16LE(name + "MaxLen") // MUST be ignored on receipt
	f.offset = int(r.U32LE(name + "BufferOffset"))
	return f
}

// content returns the bytes of a payload field. The payload may not reach into
// the fixed part, whose size is fixed bytes.
func (f field) content(r *wire.Reader, name string, message []byte, fixed int) []byte {
	if f.length == 0 {
		return nil
	}
	if f.offset < fixed || f.offset > len(message) || f.length > len(message)-f.offset {
		r.Failf(name, "%d bytes at %d lie outside the payload", f.length, f.offset)
		return nil
	}
	return message[f.offset : f.offset+f.length : f.offset+f.length]
}

// payload collects payload fields behind a fixed part.
type payload struct {
	fixed int
	data  []byte
}

// add appends the descriptor of content to dst and the content to the payload.
func (p *payload) add(dst, content []byte) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(content)))
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(content)))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(p.fixed+len(p.data)))
	p.data = append(p.data, content...)
	return dst
}

func appendHeader(dst []byte, messageType uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, signature...), messageType)
}
