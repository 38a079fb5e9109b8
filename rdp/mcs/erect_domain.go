package mcs

import "github.com/fumidai/fumidai/rdp/wire"

// ErectDomainRequest is the Client MCS Erect Domain Request PDU (MS-RDPBCGR
// 2.2.1.5, T.125 section 7, part 3). A client sends zeros and a server ignores
// them: a domain of RDP has one level.
type ErectDomainRequest struct {
	SubHeight   uint32
	SubInterval uint32 // milliseconds
}

const erectDomainName = "MCS Erect Domain Request"

// AppendErectDomainRequest appends m.
func AppendErectDomainRequest(dst []byte, m *ErectDomainRequest) []byte {
	dst = append(dst, byte(ErectDomainRequestType)<<2)
	dst = appendUnbounded(dst, m.SubHeight)
	return appendUnbounded(dst, m.SubInterval)
}

// ParseErectDomainRequest reads a whole message. rdesktop 1.9 writes two plain
// numbers of 16 bits where PER wants a length and a number (confirmed); that a
// length is never zero tells the two forms apart.
func ParseErectDomainRequest(b []byte) (*ErectDomainRequest, error) {
	r := wire.NewReader(erectDomainName, b)
	openDomain(r, ErectDomainRequestType)
	if first, ok := r.Peek(); ok && first == 0 {
		m := &ErectDomainRequest{SubHeight: uint32(r.U16BE("subHeight")), SubInterval: uint32(r.U16BE("subinterval"))}
		r.End()
		if err := r.Err(); err != nil {
			return nil, err
		}
		return m, nil
	}
	m := &ErectDomainRequest{
		SubHeight:   readUnbounded(r, "subHeight"),
		SubInterval: readUnbounded(r, "subinterval"),
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// readUnbounded reads an INTEGER (0..MAX) of X.691 10.7: a length and that many
// bytes. Numbers above 32 bits have no meaning in any message here.
func readUnbounded(r *wire.Reader, field string) uint32 {
	n := r.U8(field)
	if n < 1 || n > 4 {
		r.Failf(field, "integer of %d bytes", n)
	}
	var v uint32
	for _, c := range r.Bytes(field, int(n)) {
		v = v<<8 | uint32(c)
	}
	return v
}

// appendUnbounded writes the shortest form.
func appendUnbounded(dst []byte, v uint32) []byte {
	n := 1
	for n < 4 && v>>(8*n) != 0 {
		n++
	}
	dst = append(dst, byte(n))
	for n--; n >= 0; n-- {
		dst = append(dst, byte(v>>(8*n)))
	}
	return dst
}
