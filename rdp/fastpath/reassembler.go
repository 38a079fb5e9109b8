package fastpath

import "github.com/fumidai/fumidai/rdp/wire"

// Reassembler joins the fragments of updates (MS-RDPBCGR 2.2.9.1.2.1). Its
// buffer is used again, so it is as large as the largest update seen. After an
// error it has forgotten the unfinished update; the connection should end.
type Reassembler struct {
	limit  int
	buf    []byte
	code   UpdateCode
	inside bool
}

// NewReassembler makes one for updates of at most limit bytes: what the client
// announced as MaxRequestSize (MS-RDPBCGR 2.2.7.2.6).
func NewReassembler(limit int) *Reassembler { return &Reassembler{limit: limit} }

// Add takes the next update of the stream. If it completes an update, complete
// is true and data is the whole of it, which is valid until the next call. A
// single update passes through: data is its data, and the limit, which is about
// what would have to be stored, does not concern it.
//
// A fragment out of order, a change of the code in the middle, more than limit
// bytes and compressed data are a *wire.Error.
func (a *Reassembler) Add(u Update) (code UpdateCode, data []byte, complete bool, err error) {
	r := wire.NewReader(updateName, nil)
	begins := u.Fragment == Single || u.Fragment == First
	switch {
	case u.Compressed:
		r.Failf("compressionFlags", "compressed, which was not offered")
	case begins && a.inside:
		r.Failf("updateHeader.fragmentation", "%v inside a fragmented update", u.Fragment)
	case !begins && !a.inside:
		r.Failf("updateHeader.fragmentation", "%v without a first fragment", u.Fragment)
	case !begins && u.Code != a.code:
		r.Failf("updateHeader.updateCode", "%v in an update that began as %v", u.Code, a.code)
	case u.Fragment == Single:
		return u.Code, u.Data, true, nil
	case u.Fragment == First:
		a.buf, a.code, a.inside = a.buf[:0], u.Code, true
	}
	if r.Err() == nil && len(u.Data) > a.limit-len(a.buf) {
		r.Failf("updateData", "%d bytes in all, limit is %d", len(a.buf)+len(u.Data), a.limit)
	}
	if err := r.Err(); err != nil {
		a.inside = false
		return 0, nil, false, err
	}
	a.buf = append(a.buf, u.Data...)
	if u.Fragment != Last {
		return 0, nil, false, nil
	}
	a.inside = false
	return a.code, a.buf, true, nil
}
