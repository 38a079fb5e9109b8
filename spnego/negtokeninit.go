package spnego

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// negTokenInit is the initiator's first message: NegTokenInit of RFC 4178
// section 4.2.1 and its superset NegTokenInit2 of MS-SPNG 2.2.1.
//
//	[0] mechTypes    SEQUENCE OF OBJECT IDENTIFIER
//	[1] reqFlags     BIT STRING, unprotected, ignored and never sent
//	[2] mechToken    OCTET STRING, the optimistic token
//	[3] mechListMIC  OCTET STRING in NegTokenInit,
//	    negHints     SEQUENCE in NegTokenInit2, ignored
//	[4] mechListMIC  OCTET STRING in NegTokenInit2
type negTokenInit struct {
	types       []OID
	rawTypes    []byte // the encoded MechTypeList, exactly as received or to be sent
	mechToken   []byte
	mechListMIC []byte
}

func readNegTokenInit(r *wire.Reader) *negTokenInit {
	t := &negTokenInit{}
	readFields(r, "NegTokenInit", func(tag byte, field *wire.Reader) {
		switch tag {
		case wire.Context(0):
			t.readMechTypes(field)
		case wire.Context(2):
			t.mechToken = readOctets(field, "mechToken")
		case wire.Context(3):
			if inner, _ := field.Peek(); inner != wire.TagSequence {
				t.mechListMIC = readOctets(field, "mechListMIC")
			}
		case wire.Context(4):
			t.mechListMIC = readOctets(field, "mechListMIC")
		}
	})
	if len(t.types) == 0 {
		r.Failf("mechTypes", "no mechanism listed")
	}
	return t
}

func (t *negTokenInit) readMechTypes(r *wire.Reader) {
	t.rawTypes = r.Rest()
	whole := wire.NewReader("MechTypeList", t.rawTypes)
	list := whole.Into(whole.Expect("MechTypeList", wire.TagSequence))
	for list.Len() > 0 {
		if len(t.types) == MaxMechTypes {
			list.Failf("MechType", "more than %d mechanisms", MaxMechTypes)
		}
		t.types = append(t.types, readOID(list, "MechType"))
	}
	whole.Join(list)
	whole.End()
	r.Join(whole)
}

func (t *negTokenInit) marshal() []byte {
	var b cryptobyte.Builder
	b.AddASN1(tagInitialContextToken, func(b *cryptobyte.Builder) {
		addOID(b, SPNEGO)
		addField(b, 0, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				addField(b, 0, func(b *cryptobyte.Builder) { b.AddBytes(t.rawTypes) })
				addOctets(b, 2, t.mechToken)
				addOctets(b, 3, t.mechListMIC)
			})
		})
	})
	return b.BytesOrPanic() // fails only above 4 GiB
}

// marshalMechTypes makes the DER of a MechTypeList.
func marshalMechTypes(types []OID) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, o := range types {
			addOID(b, o)
		}
	})
	return b.BytesOrPanic() // fails only above 4 GiB
}
