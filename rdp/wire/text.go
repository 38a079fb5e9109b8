package wire

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// AppendUTF16 appends text, given as UTF-8, as UTF-16LE without a terminator.
// It takes bytes as well as a string because passwords are never strings.
func AppendUTF16[T string | []byte](dst []byte, text T) []byte {
	for i := 0; i < len(text); {
		c, n := rune(text[i]), 1
		if c >= utf8.RuneSelf {
			c, n = decodeRune(text, i)
		}
		i += n
		dst = appendRune16(dst, c)
	}
	return dst
}

func decodeRune[T string | []byte](text T, i int) (rune, int) {
	var b [utf8.UTFMax]byte
	n := copy(b[:], text[i:])
	c, n := utf8.DecodeRune(b[:n])
	clear(b[:])
	return c, n
}

func appendRune16(dst []byte, c rune) []byte {
	if hi, lo := utf16.EncodeRune(c); hi != utf8.RuneError {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(hi))
		return binary.LittleEndian.AppendUint16(dst, uint16(lo))
	}
	return binary.LittleEndian.AppendUint16(dst, uint16(c))
}

// DecodeUTF16 reads UTF-16LE text that is not secret. An odd last byte is
// dropped and unpaired surrogates become U+FFFD: names come from peers and are
// only ever shown or compared.
func DecodeUTF16(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}
