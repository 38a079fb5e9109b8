package credssp

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MaxMessage bounds a TSRequest in bytes, as read. Windows limits a security
// token to 48,000 bytes, and one TSRequest is to be one TLS record of at most
// 16,384 (MS-CSSP product note <8>).
const MaxMessage = 1 << 16

// NonceLength is the length of clientNonce in bytes.
const NonceLength = 32

// TSRequest is the one message of the protocol (MS-CSSP 2.2.1). A nil slice is
// an absent field; an empty one is present and empty. Slices of a parsed
// message alias the input.
type TSRequest struct {
	Version      int
	NegoToken    []byte // the first negoToken; SPNEGO or bare NTLM (2.2.1.1)
	AuthInfo     []byte // sealed TSCredentials
	PubKeyAuth   []byte // sealed proof of the server's key
	ErrorCode    uint32 // NTSTATUS
	HasErrorCode bool
	ClientNonce  []byte

	// Oddities is filled by ParseTSRequest: what was not as it should be and did
	// no harm. It tells one implementation from another.
	Oddities Oddity
}

// Oddity is a set of deviations from DER and MS-CSSP that are tolerated.
type Oddity uint8

// The deviations that ParseTSRequest reports.
const (
	NonMinimalLength  Oddity = 1 << iota // a length longer than DER allows
	LongErrorCode                        // errorCode as five bytes with a leading zero
	UnknownField                         // a field after [5]
	SeveralNegoTokens                    // more than one negoToken; the first counts
	FieldsOutOfOrder                     // fields not in the order of their tags
	NonMinimalInteger                    // version or errorCode longer than DER allows
)

var oddityNames = []string{"non_minimal_length", "long_error_code", "unknown_field",
	"several_nego_tokens", "fields_out_of_order", "non_minimal_integer"}

// Names lists the deviations in a set.
func (o Oddity) Names() []string {
	var names []string
	for i, name := range oddityNames {
		if o&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// MessageSize tells how many bytes the TSRequest has that begins with head; 0:
// more of head is needed. A driver reads that many and no more.
func MessageSize(head []byte) (int, error) {
	if len(head) > 0 && head[0] != wire.TagSequence {
		r := wire.NewReader("TSRequest", head)
		r.Failf("SEQUENCE", "wants tag %#02x, got %#02x", wire.TagSequence, head[0])
		return 0, r.Err()
	}
	return wire.ElementSize("TSRequest", head, MaxMessage)
}

// Append encodes the message in DER. Integers are minimal; errorCode is its 32
// bits as a signed number, the four bytes that Windows sends.
func (m *TSRequest) Append(dst []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		explicit(b, 0, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(m.Version)) })
		if m.NegoToken != nil {
			explicit(b, 1, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) { octets(b, 0, m.NegoToken) })
				})
			})
		}
		if m.AuthInfo != nil {
			octets(b, 2, m.AuthInfo)
		}
		if m.PubKeyAuth != nil {
			octets(b, 3, m.PubKeyAuth)
		}
		if m.HasErrorCode {
			explicit(b, 4, func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(int32(m.ErrorCode))) })
		}
		if m.ClientNonce != nil {
			octets(b, 5, m.ClientNonce)
		}
	})
	return append(dst, b.BytesOrPanic()...)
}

// explicit adds [n] around content.
func explicit(b *cryptobyte.Builder, n uint8, content cryptobyte.BuilderContinuation) {
	b.AddASN1(asn1.Tag(n).ContextSpecific().Constructed(), content)
}

// octets adds an OCTET STRING in [n].
func octets(b *cryptobyte.Builder, n uint8, content []byte) {
	explicit(b, n, func(b *cryptobyte.Builder) { b.AddASN1OctetString(content) })
}

// ParseTSRequest decodes one whole message. It is lenient where real peers
// deviate and says so in Oddities.
func ParseTSRequest(b []byte) (TSRequest, error) {
	m := TSRequest{}
	r := wire.NewReader("TSRequest", b)
	if len(b) > MaxMessage {
		r.Failf("SEQUENCE", "%d bytes, limit is %d", len(b), MaxMessage)
	}
	outer := r.Expect("SEQUENCE", wire.TagSequence)
	m.note(outer)
	fields := r.Into(outer)
	previous := -1
	seen := 0
	for fields.Len() > 0 {
		e := fields.Element("field")
		n := int(e.Tag &^ 0xA0)
		if e.Tag&0xE0 != 0xA0 {
			fields.Failf("field", "wants a context tag, got %#02x", e.Tag)
			break
		}
		if seen&(1<<n) != 0 {
			fields.Failf("field", "[%d] twice", n)
			break
		}
		if n < previous {
			m.Oddities |= FieldsOutOfOrder
		}
		previous, seen = n, seen|1<<n
		m.note(e)
		in := fields.Into(e)
		m.field(in, n)
		fields.Join(in)
	}
	if fields.Err() == nil && seen&1 == 0 {
		fields.Failf("version", "missing")
	}
	r.Join(fields)
	r.End()
	if err := r.Err(); err != nil {
		return TSRequest{}, err
	}
	return m, nil
}

// field reads the content of [n].
func (m *TSRequest) field(r *wire.Reader, n int) {
	switch n {
	case 0:
		m.Version = m.version(r)
	case 1:
		m.NegoToken = m.negoTokens(r)
	case 2:
		m.AuthInfo = m.octetString(r, "authInfo")
	case 3:
		m.PubKeyAuth = m.octetString(r, "pubKeyAuth")
	case 4:
		m.ErrorCode, m.HasErrorCode = m.errorCode(r), true
	case 5:
		m.ClientNonce = m.octetString(r, "clientNonce")
		if r.Err() == nil && len(m.ClientNonce) != NonceLength {
			r.Failf("clientNonce", "%d bytes, wants %d", len(m.ClientNonce), NonceLength)
		}
	default:
		m.Oddities |= UnknownField
		return
	}
	r.End()
}

func (m *TSRequest) note(e wire.Element) {
	if e.NonMinimal {
		m.Oddities |= NonMinimalLength
	}
}

func (m *TSRequest) octetString(r *wire.Reader, field string) []byte {
	e := r.Expect(field, wire.TagOctetString)
	m.note(e)
	return e.Content
}

// version reads a non-negative INTEGER below 2^31. Numbers above 6 occur: nmap
// sends 96, and 2.2.1 says how to take them.
func (m *TSRequest) version(r *wire.Reader) int {
	e := r.Expect("version", wire.TagInteger)
	m.note(e)
	b := e.Content
	if r.Err() == nil && (len(b) == 0 || b[0] >= 0x80) {
		r.Failf("version", "not a positive number")
		return 0
	}
	for len(b) > 1 && b[0] == 0 {
		if b[1] < 0x80 {
			m.Oddities |= NonMinimalInteger
		}
		b = b[1:]
	}
	if len(b) > 4 || len(b) == 4 && b[0] >= 0x80 {
		r.Failf("version", "%d bytes long", len(b))
		return 0
	}
	v := 0
	for _, c := range b {
		v = v<<8 | int(c)
	}
	return v
}

// errorCode takes both forms of a 32-bit NTSTATUS with the top bit set: four
// bytes, negative by DER, as Windows sends it, and five with a leading zero.
func (m *TSRequest) errorCode(r *wire.Reader) uint32 {
	e := r.Expect("errorCode", wire.TagInteger)
	m.note(e)
	b := e.Content
	if len(b) == 5 && b[0] == 0 {
		m.Oddities |= LongErrorCode
		b = b[1:]
	}
	if r.Err() == nil && (len(b) == 0 || len(b) > 4) {
		r.Failf("errorCode", "%d bytes long", len(b))
		return 0
	}
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xFF && b[1] >= 0x80) {
		m.Oddities |= NonMinimalInteger
	}
	var v uint32
	if len(b) > 0 && b[0] >= 0x80 {
		v = 0xFFFFFFFF
	}
	for _, c := range b {
		v = v<<8 | uint32(c)
	}
	return v
}

// negoTokens reads NegoData (2.2.1.1) and returns the first token.
func (m *TSRequest) negoTokens(r *wire.Reader) []byte {
	list := r.Expect("negoTokens", wire.TagSequence)
	m.note(list)
	items := r.Into(list)
	item := items.Expect("negoToken", wire.TagSequence)
	m.note(item)
	in := items.Into(item)
	explicit := in.Expect("negoToken", wire.Context(0))
	m.note(explicit)
	inner := in.Into(explicit)
	token := m.octetString(inner, "negoToken")
	inner.End()
	in.Join(inner)
	in.End()
	items.Join(in)
	for items.Len() > 0 {
		items.Expect("negoToken", wire.TagSequence)
		m.Oddities |= SeveralNegoTokens
	}
	r.Join(items)
	return token
}
