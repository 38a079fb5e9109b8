package spnego

import (
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// OID is an object identifier as the content bytes of its DER encoding, so
// that equal identifiers are equal strings. String gives the dotted form.
type OID string

// The mechanisms that Windows and its peers list.
const (
	NTLM        OID = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a" // 1.3.6.1.4.1.311.2.2.10
	Kerberos    OID = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"     // 1.2.840.113554.1.2.2
	KerberosU2U OID = "\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x03" // 1.2.840.113554.1.2.2.3
	// MSKerberos is Kerberos with one arc cut to 16 bits, an error of Windows
	// 2000 that stayed (MS-SPNG 3.1.5.2, note <10>).
	MSKerberos OID = "\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"     // 1.2.840.48018.1.2.2
	NegoEx     OID = "\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e" // 1.3.6.1.4.1.311.2.2.30
	SPNEGO     OID = "\x2b\x06\x01\x05\x05\x02"                 // 1.3.6.1.5.5.2
)

// String is the dotted form. An arc that does not fit 64 bits, or that is cut
// off, reads "?".
func (o OID) String() string {
	var s []string
	var arc uint64
	fits := true
	for i := 0; i < len(o); i++ {
		fits = fits && arc < 1<<57
		arc = arc<<7 | uint64(o[i]&0x7F)
		if o[i]&0x80 != 0 {
			if i == len(o)-1 {
				s = append(s, "?")
			}
			continue
		}
		switch {
		case !fits:
			s = append(s, "?")
		case len(s) == 0:
			top := min(arc/40, 2)
			s = append(s, strconv.FormatUint(top, 10), strconv.FormatUint(arc-40*top, 10))
		default:
			s = append(s, strconv.FormatUint(arc, 10))
		}
		arc, fits = 0, true
	}
	return strings.Join(s, ".")
}

// is tells whether two identifiers name the same mechanism.
func (o OID) is(p OID) bool { return o.canonical() == p.canonical() }

func (o OID) canonical() OID {
	if o == MSKerberos {
		return Kerberos
	}
	return o
}

// dotted lists identifiers for the arguments of an error.
func dotted(oids []OID) string {
	s := make([]string, len(oids))
	for i, o := range oids {
		s[i] = o.String()
	}
	return strings.Join(s, ", ")
}

func readOID(r *wire.Reader, field string) OID {
	return OID(r.Expect(field, wire.TagOID).Content)
}

func addOID(b *cryptobyte.Builder, o OID) {
	b.AddASN1(asn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte(o)) })
}
