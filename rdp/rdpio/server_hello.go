package rdpio

import (
	"crypto/tls"

	"github.com/fumidai/fumidai/rdp/wire"
)

// serverHello is what the coalescer needs of ServerHello: RFC 2246, 7.4.1.3.
type serverHello struct {
	version uint16 // the chosen one, also in TLS 1.3, where the field itself says TLS 1.2
	random  [32]byte
	suite   uint16
}

// cbcSuite returns the suite if crypto/tls splits records with it.
func (h *serverHello) cbcSuite() (cbcSuite, bool) {
	suite, ok := cbcSuites[h.suite]
	return suite, ok && h.version == tls.VersionTLS10
}

const (
	typeServerHello = 2
	// handshakeHeader is type, 1 byte, and length, 3 bytes.
	handshakeHeader = 4
	// maxServerHello is far above what servers send; crypto/tls bounds it at 64 KiB.
	maxServerHello = 1 << 14
	// maxCipherRecord is the longest record body: RFC 2246, 6.2.3.
	maxCipherRecord = maxRecord + 2048

	extensionSupportedVersions = 43
)

// helloFinder finds the ServerHello in the first bytes that a server sends. It
// skips alerts before it (some servers warn that they do not know the name) and
// gives up for good on anything that no server sends there.
type helloFinder struct {
	done    bool
	stream  []byte // an incomplete record
	message []byte // an incomplete handshake message
}

// feed takes the next bytes, cut anywhere, and returns the hello once, when it
// is complete.
func (f *helloFinder) feed(p []byte) *serverHello {
	if f.done {
		return nil
	}
	f.stream = append(f.stream, p...)
	hello, done := f.scan()
	if done {
		*f = helloFinder{done: true}
	}
	return hello
}

// scan takes whole records off the stream, until it is done.
func (f *helloFinder) scan() (hello *serverHello, done bool) {
	for len(f.stream) >= recordHeader {
		if int(f.stream[3])<<8+int(f.stream[4]) > maxCipherRecord {
			return nil, true
		}
		record, rest := cutRecord(f.stream)
		if record == nil {
			return nil, false
		}
		f.stream = rest
		switch record[0] {
		case recordAlert:
			continue
		case recordHandshake:
			f.message = append(f.message, record[recordHeader:]...)
		default:
			return nil, true
		}
		if hello, done = f.complete(); done {
			return hello, true
		}
	}
	return nil, false
}

// complete looks at the message collected so far.
func (f *helloFinder) complete() (hello *serverHello, done bool) {
	if len(f.message) < handshakeHeader {
		return nil, false
	}
	n := int(f.message[1])<<16 | int(f.message[2])<<8 | int(f.message[3])
	if f.message[0] != typeServerHello || n > maxServerHello {
		return nil, true
	}
	if len(f.message) < handshakeHeader+n {
		return nil, false
	}
	hello, err := parseServerHello(f.message[handshakeHeader : handshakeHeader+n])
	if err != nil {
		return nil, true
	}
	return hello, true
}

// parseServerHello reads the body of a ServerHello: RFC 2246, 7.4.1.3, and
// RFC 8446, 4.1.3 and 4.2.1.
func parseServerHello(body []byte) (*serverHello, error) {
	r := wire.NewReader("ServerHello", body)
	h := &serverHello{version: r.U16BE("server_version")}
	copy(h.random[:], r.Bytes("random", len(h.random)))
	r.Bytes("session_id", int(r.U8("session_id length")))
	h.suite = r.U16BE("cipher_suite")
	r.U8("compression_method")
	if r.Len() > 0 { // before TLS 1.2 the extensions may be absent altogether
		extensions := wire.NewReader("ServerHello", r.Bytes("extensions", int(r.U16BE("extensions length"))))
		for extensions.Len() > 0 {
			kind := extensions.U16BE("extension_type")
			data := extensions.Bytes("extension_data", int(extensions.U16BE("extension_data length")))
			if kind == extensionSupportedVersions && len(data) == 2 {
				h.version = uint16(data[0])<<8 | uint16(data[1])
			}
		}
		if err := extensions.Err(); err != nil {
			return nil, err
		}
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return h, nil
}
