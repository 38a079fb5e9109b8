package spnego

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Limits on what a peer may send. The default MaxTokenSize of Windows is 48,000
// bytes (recalled).
const (
	MaxToken     = 64 << 10 // bytes in one token, raw NTLM included
	MaxMechTypes = 32       // entries of a MechTypeList
)

// IsRawNTLM tells whether a token is an NTLM message without SPNEGO around it.
// Every NTLM message begins so (MS-NLMP 2.2.1).
func IsRawNTLM(token []byte) bool {
	return bytes.HasPrefix(token, []byte("NTLMSSP\x00"))
}

// negotiationToken is the NegotiationToken of RFC 4178 section 4.2: a CHOICE, so
// that one of the two is nil.
type negotiationToken struct {
	init *negTokenInit
	resp *negTokenResp
}

// tagInitialContextToken is [APPLICATION 0], the framing of RFC 2743 section
// 3.1 around the first token of a mechanism.
const tagInitialContextToken = 0x60

// parseToken reads a NegotiationToken with or without the framing of RFC 2743.
// RFC 4178 frames NegTokenInit and only it; some clients leave the framing
// out, and old Sun ones frame NegTokenResp as well (known from MIT). The result
// does not alias the input.
func parseToken(token []byte) (negotiationToken, error) {
	r := wire.NewReader("NegotiationToken", bytes.Clone(token))
	var t negotiationToken
	if first, ok := r.Peek(); ok && first == tagInitialContextToken {
		in := r.Into(r.Element("InitialContextToken"))
		if mech := readOID(in, "thisMech"); in.Err() == nil && mech != SPNEGO {
			in.Failf("thisMech", "%s is not SPNEGO", mech)
		}
		t = readChoice(in)
		r.Join(in)
	} else {
		t = readChoice(r)
	}
	r.End()
	return t, r.Err()
}

func readChoice(r *wire.Reader) negotiationToken {
	var t negotiationToken
	choice := r.Element("choice")
	in := r.Into(choice)
	switch choice.Tag {
	case wire.Context(0):
		t.init = readNegTokenInit(in)
	case wire.Context(1):
		t.resp = readNegTokenResp(in)
	default:
		in.Failf("choice", "tag %#02x is neither NegTokenInit nor NegTokenResp", choice.Tag)
	}
	in.End()
	r.Join(in)
	r.End()
	return t
}

// readFields reads a SEQUENCE of context-tagged fields in ascending order and
// hands each to read, which need not read what it does not know: both messages
// are extensible.
func readFields(r *wire.Reader, name string, read func(tag byte, field *wire.Reader)) {
	seq := r.Into(r.Expect(name, wire.TagSequence))
	var last byte
	for seq.Len() > 0 {
		e := seq.Element(name)
		if e.Tag <= last {
			seq.Failf(name, "field with tag %#02x after %#02x", e.Tag, last)
		}
		last = e.Tag
		field := seq.Into(e)
		read(e.Tag, field)
		seq.Join(field)
	}
	r.Join(seq)
}

func readOctets(r *wire.Reader, field string) []byte {
	b := r.Expect(field, wire.TagOctetString).Content
	r.End()
	return b
}

// addField adds an explicitly tagged field.
func addField(b *cryptobyte.Builder, n int, content cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.Tag(wire.Context(n)), content)
}

// addOctets adds an OCTET STRING as field n, or nothing if it is empty.
func addOctets(b *cryptobyte.Builder, n int, octets []byte) {
	if len(octets) > 0 {
		addField(b, n, func(b *cryptobyte.Builder) { b.AddASN1OctetString(octets) })
	}
}
