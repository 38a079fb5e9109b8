package gcc

import (
	"bytes"

	"github.com/fumidai/fumidai/rdp/wire"
)

// readLength reads a PER length determinant (X.691 10.9): one byte below 128,
// or two bytes with 14 bits. The two-byte form is accepted for any number: xrdp
// uses it for small ones (confirmed by its captured answer), rdesktop too
// (recalled).
func readLength(r *wire.Reader, field string) int {
	first := r.U8(field)
	switch {
	case first < 0x80:
		return int(first)
	case first < 0xC0:
		return int(first&0x3F)<<8 | int(r.U8(field))
	}
	r.Failf(field, "length in fragments")
	return 0
}

// appendLength writes the shortest form; n has at most 14 bits.
func appendLength(dst []byte, n int) []byte {
	if n < 0x80 {
		return append(dst, byte(n))
	}
	return append(dst, 0x80|byte(n>>8), byte(n))
}

// expect reads bytes that have one value only.
func expect(r *wire.Reader, field string, want []byte) {
	if got := r.Bytes(field, len(want)); got != nil && !bytes.Equal(got, want) {
		r.Failf(field, "wants % x, got % x", want, got)
	}
}
