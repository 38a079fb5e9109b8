package rdpio

import (
	"crypto/tls"
	"encoding/binary"
	"slices"
)

// ClientHello is the first message of a TLS client as one writes it to learn
// what a server accepts: crypto/tls offers neither SSL 3.0 nor DHE, and never
// one suite alone. Nothing follows it: the handshake is not meant to go on.
type ClientHello struct {
	Highest    uint16   // the highest version to offer, from SSL 3.0 (0x0300) to TLS 1.3; all below are offered, too
	Suites     []uint16 // those up to TLS 1.2; the ones of TLS 1.3 are added if that is offered
	ServerName string   // optional

	Random   [32]byte
	KeyShare [32]byte // for X25519 in TLS 1.3; any value is the public key of somebody (RFC 7748, 5)
}

// suites13 are the suites of TLS 1.3 that everybody has: RFC 8446, 9.1.
var suites13 = []uint16{tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256}

// versions13 are those that a hello for TLS 1.3 offers.
var versions13 = []uint16{tls.VersionTLS13, tls.VersionTLS12, tls.VersionTLS11, tls.VersionTLS10}

// signalling is TLS_EMPTY_RENEGOTIATION_INFO_SCSV, without which a cautious
// server refuses to speak TLS 1.2 and below: RFC 5746, 3.3.
const signalling = 0x00FF

// groups are X25519, P-256, P-384, P-521 and the finite fields of RFC 7919 that
// servers for DHE have.
var groups = []uint16{29, 23, 24, 25, 256, 257}

// signatureAlgorithms are those of RFC 8446, 4.2.3, down to SHA-1.
var signatureAlgorithms = []uint16{
	0x0403, 0x0503, 0x0603, 0x0807, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201, 0x0202,
}

// Append appends the message as one TLS record: RFC 2246, 7.4.1.2, and for TLS
// 1.3 RFC 8446, 4.1.2. What does not fit it is a *TLSError with reason TLSMisuse.
func (h *ClientHello) Append(dst []byte) ([]byte, error) {
	out := slices.Grow(dst, usualClientHello+2*len(h.Suites)+len(h.ServerName))
	out = append(out, recordHandshake)
	out = binary.BigEndian.AppendUint16(out, min(h.Highest, tls.VersionTLS10)) // some servers drop a record of a version they do not know
	start := len(out) + 2
	out = prefixed(out, 2, func(b []byte) []byte {
		return prefixed(append(b, typeClientHello), 3, h.body)
	})
	if len(out)-start > maxRecord {
		return dst, misuse("ClientHello is longer than a record")
	}
	return out, nil
}

// usualClientHello is room for all but the suites and the name, in bytes.
const usualClientHello = 256

// prefixed appends what content does, after its length in size bytes. A length
// that does not fit shows in that of the record. Most of what a scanner spends on
// a hello would else be the many small pieces that cryptobyte makes of it.
func prefixed(b []byte, size int, content func([]byte) []byte) []byte {
	start := len(b) + size
	b = content(append(b, make([]byte, size)...))
	for n, i := len(b)-start, start-1; i >= start-size; i-- {
		b[i] = byte(n)
		n >>= 8
	}
	return b
}

// numbers appends a list after its length in bytes.
func numbers(b []byte, list []uint16) []byte {
	return prefixed(b, 2, func(b []byte) []byte { return appendNumbers(b, list) })
}

func appendNumbers(b []byte, list []uint16) []byte {
	for _, n := range list {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

func (h *ClientHello) body(b []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, min(h.Highest, tls.VersionTLS12)) // TLS 1.3 says so in an extension
	b = append(b, h.Random[:]...)
	b = append(b, 0) // no session to resume
	b = prefixed(b, 2, func(b []byte) []byte {
		if h.Highest >= tls.VersionTLS13 {
			b = appendNumbers(b, suites13)
		}
		return binary.BigEndian.AppendUint16(appendNumbers(b, h.Suites), signalling)
	})
	b = append(b, 1, 0) // no compression
	if h.Highest > versionSSL30 {
		b = prefixed(b, 2, h.extensions)
	}
	return b
}

func (h *ClientHello) extensions(b []byte) []byte {
	extension := func(kind uint16, content func([]byte) []byte) {
		b = prefixed(binary.BigEndian.AppendUint16(b, kind), 2, content)
	}
	if h.ServerName != "" {
		extension(extensionServerName, func(b []byte) []byte {
			return prefixed(b, 2, func(b []byte) []byte {
				b = append(b, 0) // a host name: RFC 6066, 3
				return prefixed(b, 2, func(b []byte) []byte { return append(b, h.ServerName...) })
			})
		})
	}
	extension(extensionSupportedGroups, func(b []byte) []byte { return numbers(b, groups) })
	extension(extensionPointFormats, func(b []byte) []byte { return append(b, 1, 0) }) // uncompressed
	extension(extensionExtendedMasterSecret, func(b []byte) []byte { return b })
	if h.Highest >= tls.VersionTLS12 {
		extension(extensionSignatureAlgorithms, func(b []byte) []byte { return numbers(b, signatureAlgorithms) })
	}
	if h.Highest >= tls.VersionTLS13 {
		extension(extensionSupportedVersions, func(b []byte) []byte {
			return prefixed(b, 1, func(b []byte) []byte { return appendNumbers(b, versions13) })
		})
		extension(extensionKeyShare, func(b []byte) []byte {
			return prefixed(b, 2, func(b []byte) []byte {
				b = binary.BigEndian.AppendUint16(b, uint16(tls.X25519))
				return prefixed(b, 2, func(b []byte) []byte { return append(b, h.KeyShare[:]...) })
			})
		})
	}
	return b
}

const (
	typeClientHello = 1

	// versionSSL30 is SSL 3.0, whose hello has no extensions: RFC 6101, 5.6.1.2.
	versionSSL30 = 0x0300

	extensionServerName           = 0
	extensionSupportedGroups      = 10
	extensionPointFormats         = 11
	extensionSignatureAlgorithms  = 13
	extensionExtendedMasterSecret = 23
	extensionKeyShare             = 51
)
