package wire

import (
	"encoding/binary"
	"fmt"
)

// Reader is a cursor over one received structure. The first read that fails
// sticks: later reads return zero values and Err keeps that first failure, so
// that a parser reads all its fields and checks once.
//
// Slices it returns alias the input.
type Reader struct {
	name string
	b    []byte
	off  int
	base int // offset of b[0] in the structure the error should name
	err  *Error
}

// NewReader reads b as the structure called name in the specification.
func NewReader(name string, b []byte) *Reader { return &Reader{name: name, b: b} }

// Err is the first failure, nil if there was none.
func (r *Reader) Err() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Failf records a failure of the named field, unless an earlier one stands.
func (r *Reader) Failf(field, format string, args ...any) {
	if r.err == nil {
		r.err = &Error{Struct: r.name, Field: field, Offset: r.base + r.off, Reason: fmt.Sprintf(format, args...)}
	}
}

// Len is the number of bytes not read yet; 0 after a failure.
func (r *Reader) Len() int {
	if r.err != nil {
		return 0
	}
	return len(r.b) - r.off
}

// Offset is the number of bytes read so far.
func (r *Reader) Offset() int { return r.off }

// Bytes reads the next n bytes as the named field.
func (r *Reader) Bytes(field string, n int) []byte {
	if r.err != nil {
		return nil
	}
	if n < 0 || n > len(r.b)-r.off {
		r.Failf(field, "wants %d bytes, %d left", n, len(r.b)-r.off)
		return nil
	}
	v := r.b[r.off : r.off+n : r.off+n]
	r.off += n
	return v
}

// Rest reads all that is left.
func (r *Reader) Rest() []byte { return r.Bytes("rest", r.Len()) }

// Peek returns the next byte without reading it, and false at the end.
func (r *Reader) Peek() (byte, bool) {
	if r.Len() == 0 {
		return 0, false
	}
	return r.b[r.off], true
}

// U8 reads one byte.
func (r *Reader) U8(field string) uint8 {
	if b := r.Bytes(field, 1); b != nil {
		return b[0]
	}
	return 0
}

// U16LE reads two bytes, little endian.
func (r *Reader) U16LE(field string) uint16 {
	if b := r.Bytes(field, 2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

// U16BE reads two bytes, big endian.
func (r *Reader) U16BE(field string) uint16 {
	if b := r.Bytes(field, 2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

// U32LE reads four bytes, little endian.
func (r *Reader) U32LE(field string) uint32 {
	if b := r.Bytes(field, 4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

// U64LE reads eight bytes, little endian.
func (r *Reader) U64LE(field string) uint64 {
	if b := r.Bytes(field, 8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// End fails if bytes are left over.
func (r *Reader) End() {
	if n := r.Len(); n > 0 {
		r.Failf("end", "%d bytes too many", n)
	}
}
