package security

import (
	"strings"

	"github.com/fumidai/fumidai/rdp/wire"
)

// decode reads one of the texts that are not secret. It ends at the first NUL:
// some clients count the terminator.
func (m *ClientInfo) decode(b []byte) string {
	var text string
	if m.Flags&InfoUnicode != 0 {
		text = wire.DecodeUTF16(b)
	} else {
		text = wire.DecodeUTF16(widen(b))
	}
	text, _, _ = strings.Cut(text, "\x00")
	return text
}

func (m *ClientInfo) encode(field, text string) ([]byte, error) {
	if strings.Contains(text, "\x00") {
		return nil, wire.Misuse(infoName, "NUL in %s", field)
	}
	wide := wire.AppendUTF16(nil, text)
	if m.Flags&InfoUnicode != 0 {
		return wide, nil
	}
	return narrow(wide)
}

// widen makes UTF-16LE of Latin-1.
func widen(b []byte) []byte {
	wide := make([]byte, 2*len(b))
	for i, c := range b {
		wide[2*i] = c
	}
	return wide
}

// narrow makes Latin-1 of UTF-16LE. It does not say which character has no place
// there: the text may be a password.
func narrow(wide []byte) ([]byte, error) {
	if len(wide)%2 != 0 {
		return nil, wire.Misuse(infoName, "odd number of bytes in UTF-16 text")
	}
	b := make([]byte, len(wide)/2)
	for i := range b {
		if wide[2*i+1] != 0 {
			clear(b)
			return nil, wire.Misuse(infoName, "text needs InfoUnicode")
		}
		b[i] = wide[2*i]
	}
	return b, nil
}

// readUnicode reads n bytes of UTF-16LE up to the first NUL. The lengths of
// TS_EXTENDED_INFO_PACKET count a terminator of so many bytes, but not all
// clients send one.
func readUnicode(r *wire.Reader, field string, n, terminator, limit int) string {
	if n > limit || n%2 != 0 {
		r.Failf(field, "%d bytes of UTF-16, limit is %d", n, limit)
	}
	text, _, ended := strings.Cut(wire.DecodeUTF16(r.Bytes(field, n)), "\x00")
	if !ended && n+terminator > limit {
		r.Failf(field, "%d bytes without a terminator", n)
	}
	return text
}

// encodeUnicode makes UTF-16LE with a terminator of so many bytes.
func encodeUnicode(field, text string, terminator, limit int) ([]byte, error) {
	b := append(wire.AppendUTF16(nil, text), make([]byte, terminator)...)
	if len(b) > limit || strings.Contains(text, "\x00") {
		return nil, wire.Misuse(extendedName, "%s does not fit %d bytes without a NUL", field, limit)
	}
	return b, nil
}
