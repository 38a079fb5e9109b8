package wire

// Universal and constructed tags of X.690 as they occur in MS-CSSP, RFC 4178
// and T.125. A context tag [n], explicit and constructed, is Context(n).
const (
	TagBoolean     = 0x01
	TagInteger     = 0x02
	TagBitString   = 0x03
	TagOctetString = 0x04
	TagOID         = 0x06
	TagEnumerated  = 0x0A
	TagSequence    = 0x30
)

// Context is the identifier byte of an explicit context tag [n], n < 31.
func Context(n int) byte { return 0xA0 | byte(n) }

// Element is one BER element: its identifier byte and its content, which
// aliases the input.
type Element struct {
	Tag        byte
	Content    []byte
	NonMinimal bool // the length was longer than DER allows
	base       int
}

// Element reads the next element. It is strict about bounds and lenient about
// the two things that real peers get wrong: lengths in a longer form than
// needed, which it reports, and nothing else. Indefinite lengths and
// multi-byte tags fail.
func (r *Reader) Element(field string) Element {
	tag := r.U8(field)
	if tag&0x1F == 0x1F {
		r.Failf(field, "multi-byte tag")
		return Element{}
	}
	n, nonMinimal := r.berLength(field)
	base := r.base + r.off
	content := r.Bytes(field, n)
	if r.err != nil {
		return Element{}
	}
	return Element{Tag: tag, Content: content, NonMinimal: nonMinimal, base: base}
}

// Expect reads the next element and fails unless it has this tag.
func (r *Reader) Expect(field string, tag byte) Element {
	at := r.off
	e := r.Element(field)
	if r.err == nil && e.Tag != tag {
		r.off = at
		r.Failf(field, "wants tag %#02x, got %#02x", tag, e.Tag)
		return Element{}
	}
	return e
}

// Into makes a reader for the content of an element of r, so that offsets in
// errors still count from the start of the whole structure and a failure
// inside is carried over by Join.
func (r *Reader) Into(e Element) *Reader {
	return &Reader{name: r.name, b: e.Content, base: e.base, err: r.err}
}

// Join takes over the failure of a reader made by Into.
func (r *Reader) Join(inner *Reader) {
	if r.err == nil {
		r.err = inner.err
	}
}

// berLength reads a definite length of at most four length bytes.
func (r *Reader) berLength(field string) (n int, nonMinimal bool) {
	first := r.U8(field)
	if first < 0x80 {
		return int(first), false
	}
	count := int(first & 0x7F)
	if count == 0 {
		r.Failf(field, "indefinite length")
		return 0, false
	}
	if count > 4 {
		r.Failf(field, "length of %d bytes", count)
		return 0, false
	}
	var v uint64
	for _, c := range r.Bytes(field, count) {
		v = v<<8 | uint64(c)
	}
	if v > 1<<31-1 {
		r.Failf(field, "announces %d bytes", v)
		return 0, false
	}
	return int(v), v < 0x80 || v>>(8*uint(count-1)) == 0
}

// ElementSize tells how long the BER element is whose first bytes are head:
// need more bytes of head if size is 0. Any announced size above limit is an
// error, so that a driver never waits for, or allocates, what a peer invents.
func ElementSize(name string, head []byte, limit int) (size int, err error) {
	if len(head) < 2 {
		return 0, nil
	}
	headLen := 2
	if head[1] >= 0x80 {
		headLen += int(head[1] & 0x7F)
		if headLen <= 6 && len(head) < headLen {
			return 0, nil
		}
	}
	r := NewReader(name, head)
	r.U8("tag")
	n, _ := r.berLength("length")
	if r.err == nil && (n > limit || headLen+n > limit) {
		r.Failf("length", "announces %d bytes, limit is %d", n, limit)
	}
	if r.err != nil {
		return 0, r.err
	}
	return headLen + n, nil
}
