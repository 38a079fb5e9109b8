package mcs

import "github.com/fumidai/fumidai/rdp/wire"

// The identifiers of the two messages have two bytes: 0x7F, which says
// "application, constructed, number follows", and the number (X.690 8.1.2.4).
const (
	tagApplication     = 0x7F
	tagConnectInitial  = 0x65 // [APPLICATION 101]
	tagConnectResponse = 0x66 // [APPLICATION 102]
)

// openConnect reads the header of one of the two messages and returns a reader
// for its content. No bytes may follow the message.
func openConnect(name string, b []byte, tag byte) *wire.Reader {
	outer := wire.NewReader(name, b)
	if first := outer.U8("tag"); first != tagApplication {
		outer.Failf("tag", "wants %#02x, got %#02x", tagApplication, first)
	}
	// The number after the first byte reads like a tag of its own.
	e := outer.Expect("tag", tag)
	outer.End()
	return outer.Into(e)
}

func appendConnect(dst []byte, tag byte, content []byte) []byte {
	return appendElement(append(dst, tagApplication), tag, content)
}

// appendElement appends one element. No content here reaches 64 KiB: user data
// is limited, and the caller checks the rest.
func appendElement(dst []byte, tag byte, content []byte) []byte {
	dst = append(dst, tag)
	switch n := len(content); {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 0x100:
		dst = append(dst, 0x81, byte(n))
	default:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	}
	return append(dst, content...)
}

// readInteger reads an INTEGER as a number without sign: mstsc writes 65535 as
// FF FF, which strictly is -1 (MS-RDPBCGR 4.1.3).
func readInteger(r *wire.Reader, field string) uint32 {
	e := r.Expect(field, wire.TagInteger)
	c := e.Content
	if len(c) == 5 && c[0] == 0 {
		c = c[1:]
	}
	if r.Err() == nil && (len(c) == 0 || len(c) > 4) {
		r.Failf(field, "integer of %d bytes", len(e.Content))
	}
	var v uint32
	for _, b := range c {
		v = v<<8 | uint32(b)
	}
	return v
}

func appendInteger(dst []byte, v uint32) []byte {
	c := []byte{0, byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}
	// Drop leading zeros as long as the sign bit stays clear.
	for len(c) > 1 && c[0] == 0 && c[1] < 0x80 {
		c = c[1:]
	}
	return appendElement(dst, wire.TagInteger, c)
}

// readByte reads an element of type BOOLEAN or ENUMERATED, of one byte.
func readByte(r *wire.Reader, field string, tag byte) byte {
	e := r.Expect(field, tag)
	if r.Err() == nil && len(e.Content) != 1 {
		r.Failf(field, "wants one byte, got %d", len(e.Content))
	}
	if len(e.Content) != 1 {
		return 0
	}
	return e.Content[0]
}
