package rdpio

import (
	"crypto/tls"

	"golang.org/x/crypto/cryptobyte"
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
	b := cryptobyte.NewBuilder(dst)
	b.AddUint8(recordHandshake)
	b.AddUint16(min(h.Highest, tls.VersionTLS10)) // some servers drop a record of a version they do not know
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(typeClientHello)
		b.AddUint24LengthPrefixed(h.body)
	})
	out, err := b.Bytes()
	if err != nil {
		return dst, misuse("ClientHello: " + err.Error())
	}
	return out, nil
}

func (h *ClientHello) body(b *cryptobyte.Builder) {
	suites := h.Suites
	if h.Highest >= tls.VersionTLS13 {
		suites = append(suites13[:len(suites13):len(suites13)], suites...)
	}
	b.AddUint16(min(h.Highest, tls.VersionTLS12)) // TLS 1.3 says so in an extension
	b.AddBytes(h.Random[:])
	b.AddUint8(0) // no session to resume
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		for _, id := range suites {
			b.AddUint16(id)
		}
		b.AddUint16(signalling)
	})
	b.AddBytes([]byte{1, 0}) // no compression
	if h.Highest > versionSSL30 {
		b.AddUint16LengthPrefixed(h.extensions)
	}
}

func (h *ClientHello) extensions(b *cryptobyte.Builder) {
	extension := func(kind uint16, content cryptobyte.BuilderContinuation) {
		b.AddUint16(kind)
		b.AddUint16LengthPrefixed(content)
	}
	numbers := func(list []uint16) cryptobyte.BuilderContinuation {
		return func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				for _, n := range list {
					b.AddUint16(n)
				}
			})
		}
	}
	if h.ServerName != "" {
		extension(extensionServerName, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint8(0) // a host name: RFC 6066, 3
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(h.ServerName)) })
			})
		})
	}
	extension(extensionSupportedGroups, numbers(groups))
	extension(extensionPointFormats, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) }) // uncompressed
	extension(extensionExtendedMasterSecret, func(*cryptobyte.Builder) {})
	if h.Highest >= tls.VersionTLS12 {
		extension(extensionSignatureAlgorithms, numbers(signatureAlgorithms))
	}
	if h.Highest >= tls.VersionTLS13 {
		extension(extensionSupportedVersions, func(b *cryptobyte.Builder) {
			b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) {
				for version := uint16(tls.VersionTLS13); version >= tls.VersionTLS10; version-- {
					b.AddUint16(version)
				}
			})
		})
		extension(extensionKeyShare, func(b *cryptobyte.Builder) {
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				b.AddUint16(uint16(tls.X25519))
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(h.KeyShare[:]) })
			})
		})
	}
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
