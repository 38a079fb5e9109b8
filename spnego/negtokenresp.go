package spnego

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// negState is the state of the negotiation as the sender of a NegTokenResp sees
// it (RFC 4178 section 4.2.2), plus one: some peers leave it out.
type negState byte

const (
	acceptCompleted  negState = 0
	acceptIncomplete negState = 1
	reject           negState = 2
	requestMIC       negState = 3
	absent           negState = 0xFF // not a value on the wire
)

// negTokenResp is every message after the first, NegTokenResp of RFC 4178
// section 4.2.2. Empty fields are absent on the wire and the other way round.
//
//	[0] negState       ENUMERATED
//	[1] supportedMech  OBJECT IDENTIFIER, in the acceptor's first message
//	[2] responseToken  OCTET STRING
//	[3] mechListMIC    OCTET STRING
type negTokenResp struct {
	state         negState
	supportedMech OID
	responseToken []byte
	mechListMIC   []byte
}

func readNegTokenResp(r *wire.Reader) *negTokenResp {
	t := &negTokenResp{state: absent}
	readFields(r, "NegTokenResp", func(tag byte, field *wire.Reader) {
		switch tag {
		case wire.Context(0):
			t.state = readNegState(field)
		case wire.Context(1):
			t.supportedMech = readOID(field, "supportedMech")
			field.End()
		case wire.Context(2):
			t.responseToken = readOctets(field, "responseToken")
		case wire.Context(3):
			t.mechListMIC = readOctets(field, "mechListMIC")
		}
	})
	// Servers older than RFC 4178 repeat the responseToken as mechListMIC.
	if bytes.Equal(t.mechListMIC, t.responseToken) {
		t.mechListMIC = nil
	}
	return t
}

func readNegState(r *wire.Reader) negState {
	in := r.Into(r.Expect("negState", wire.TagEnumerated))
	s := negState(in.U8("negState"))
	if s > requestMIC {
		in.Failf("negState", "unknown value %d", s)
	}
	in.End()
	r.Join(in)
	r.End()
	return s
}

func (t negTokenResp) marshal() []byte {
	var b cryptobyte.Builder
	addField(&b, 1, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			if t.state != absent {
				addField(b, 0, func(b *cryptobyte.Builder) { b.AddASN1Enum(int64(t.state)) })
			}
			if t.supportedMech != "" {
				addField(b, 1, func(b *cryptobyte.Builder) { addOID(b, t.supportedMech) })
			}
			addOctets(b, 2, t.responseToken)
			addOctets(b, 3, t.mechListMIC)
		})
	})
	return b.BytesOrPanic() // fails only above 4 GiB
}
