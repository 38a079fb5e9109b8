package fieldtest

import (
	"bytes"
	"maps"
	"slices"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// redact takes out of a result what identifies people and machines. names are
// further ones that may occur in answers.
func redact(r *Result, names []string) {
	seen := redactConnections(r)
	redactAnswers(r, append(seen, names...))
}

// redactConnections zeroes what is not known to be harmless and returns the
// names it has seen. Doing it twice is the same as doing it once, which is how
// a file of a stranger is checked.
func redactConnections(r *Result) []string {
	p := newPlaceholders(r.Run)
	for i := range r.Connections {
		c := &r.Connections[i]
		if _, err := x224.ParseConnectionConfirm(c.Confirm); err != nil {
			c.Confirm = nil
		}
		kept := c.Messages[:0:0]
		for _, m := range c.Messages {
			if p.request(m.Bytes) {
				kept = append(kept, m)
			}
		}
		c.Messages = kept
	}
	return p.originals
}

func redactAnswers(r *Result, names []string) {
	for key, answer := range r.Answers {
		if q, ok := questionOf(r.Step, key); ok && !slices.Contains(q.Choices, answer) && q.form == nil {
			r.Answers[key] = redactText(answer, names)
		}
	}
}

func questionOf(step, key string) (Question, bool) {
	s, _ := FindStep(step)
	for _, a := range s.Asks(nil) {
		if a.Key == key {
			return a.Question, true
		}
	}
	return Question{}, false
}

// clone copies what redact changes.
func (r Result) clone() Result {
	r.Answers = maps.Clone(r.Answers)
	r.Connections = slices.Clone(r.Connections)
	for i := range r.Connections {
		c := &r.Connections[i]
		c.Confirm = slices.Clone(c.Confirm)
		c.Messages = slices.Clone(c.Messages)
		for j := range c.Messages {
			c.Messages[j].Bytes = slices.Clone(c.Messages[j].Bytes)
		}
	}
	return r
}

// request redacts a TSRequest in place. Bytes that are none are not kept at all.
func (p *placeholders) request(b []byte) bool {
	if _, err := credssp.ParseTSRequest(b); err != nil {
		return false
	}
	r := wire.NewReader("TSRequest", b)
	fields := r.Into(r.Expect("SEQUENCE", wire.TagSequence))
	for fields.Len() > 0 {
		switch e := fields.Element("field"); e.Tag {
		case wire.Context(0), wire.Context(4): // version and errorCode: numbers
		case wire.Context(1):
			p.elements(e.Content, p.token, 0)
		case wire.Context(2), wire.Context(3):
			p.elements(e.Content, sealed, 0)
		case wire.Context(5):
			p.elements(e.Content, zero, 0)
		default:
			clear(e.Content)
		}
	}
	return true
}

// maxDepth is more than twice as deep as SPNEGO in a TSRequest nests.
const maxDepth = 16

// elements keeps the structure of BER, object identifiers and small numbers.
// octets takes care of OCTET STRINGs; anything else is zeroed, and so is all
// that follows bytes which are no BER.
func (p *placeholders) elements(b []byte, octets func([]byte), depth int) {
	r := wire.NewReader("negoTokens", b)
	for r.Len() > 0 {
		at := r.Offset()
		e := r.Element("element")
		switch small := len(e.Content) <= 5; {
		case r.Err() != nil || depth > maxDepth:
			clear(b[at:])
			return
		case e.Tag&0x20 != 0: // constructed
			p.elements(e.Content, octets, depth+1)
		case e.Tag == wire.TagOctetString:
			octets(e.Content)
		case e.Tag == wire.TagOID && len(e.Content) <= 16:
		case small && (e.Tag == wire.TagInteger || e.Tag == wire.TagEnumerated || e.Tag == wire.TagBitString || e.Tag == wire.TagBoolean):
		default:
			clear(e.Content)
		}
	}
}

func zero(b []byte) { clear(b) }

// token redacts what is inside an OCTET STRING of a negoToken: NTLM, SPNEGO, or
// something unknown.
func (p *placeholders) token(b []byte) {
	switch {
	case bytes.HasPrefix(b, []byte(ntlmSignature)):
		p.ntlm(b)
	case len(b) > 0 && (b[0] == 0x60 || b[0] == wire.Context(0) || b[0] == wire.Context(1)):
		p.elements(b, p.token, 0)
	default:
		clear(b)
	}
}

// sealed keeps of a sealed message what tells how it was made: version and
// sequence number of an NTLM signature (MS-NLMP 2.2.2.9.2), the fixed head of a
// Kerberos wrap token up to EC and RRC (RFC 4121, 4.2.6.2).
func sealed(b []byte) {
	switch {
	case len(b) >= 16 && bytes.HasPrefix(b, []byte{1, 0, 0, 0}):
		clear(b[4:12])
		clear(b[16:])
	case len(b) >= 16 && bytes.HasPrefix(b, []byte{5, 4}):
		clear(b[8:])
	default:
		clear(b)
	}
}
