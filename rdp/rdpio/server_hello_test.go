package rdpio

import (
	"crypto/tls"
	"reflect"
	"slices"
	"testing"
)

// helloBody is a ServerHello body with these extensions (nil: no such field).
func helloBody(version, suite uint16, extensions []byte) []byte {
	b := []byte{byte(version >> 8), byte(version)}
	for i := range 32 {
		b = append(b, byte(i))
	}
	b = append(b, 2, 0xaa, 0xbb) // session_id
	b = append(b, byte(suite>>8), byte(suite), 0)
	if extensions != nil {
		b = append(b, byte(len(extensions)>>8), byte(len(extensions)))
		b = append(b, extensions...)
	}
	return b
}

func helloMessage(body []byte) []byte {
	return append([]byte{typeServerHello, 0, byte(len(body) >> 8), byte(len(body))}, body...)
}

func tlsRecord(kind byte, body []byte) []byte {
	return append([]byte{kind, 3, 1, byte(len(body) >> 8), byte(len(body))}, body...)
}

func TestParseServerHello(t *testing.T) {
	versions13 := []byte{0, 23, 0, 0, 0, 43, 0, 2, 3, 4}
	for _, c := range []struct {
		name    string
		body    []byte
		version uint16
		suite   uint16
		cbc     bool
	}{
		{"1.0 bare", helloBody(0x0301, 0x002f, nil), tls.VersionTLS10, 0x002f, true},
		{"1.0 no extensions", helloBody(0x0301, 0xc014, []byte{}), tls.VersionTLS10, 0xc014, true},
		{"1.0 RC4", helloBody(0x0301, 0x0005, nil), tls.VersionTLS10, 0x0005, false},
		{"1.1", helloBody(0x0302, 0x002f, nil), tls.VersionTLS11, 0x002f, false},
		{"1.2", helloBody(0x0303, 0x002f, nil), tls.VersionTLS12, 0x002f, false},
		{"1.3", helloBody(0x0303, 0x1301, versions13), tls.VersionTLS13, 0x1301, false},
	} {
		h, err := parseServerHello(c.body)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if _, cbc := h.cbcSuite(); h.version != c.version || h.suite != c.suite || h.random[31] != 31 || cbc != c.cbc {
			t.Errorf("%s: %+v", c.name, h)
		}
		bare := len(helloBody(0, 0, nil))
		for n := range c.body {
			if _, err := parseServerHello(c.body[:n]); err == nil && n != bare {
				t.Errorf("%s: %d of %d bytes parse", c.name, n, len(c.body))
			}
		}
		if _, err := parseServerHello(append(slices.Clone(c.body), 0)); err == nil {
			t.Errorf("%s: a trailing byte parses", c.name)
		}
	}
}

func TestHelloFinder(t *testing.T) {
	body := helloBody(0x0301, 0x002f, nil)
	message := helloMessage(body)
	warning := tlsRecord(recordAlert, []byte{1, 112})
	plain := tlsRecord(recordHandshake, message)
	for _, c := range []struct {
		name   string
		stream []byte
		found  bool
		done   bool
	}{
		{"plain", plain, true, true},
		{"more behind it", append(slices.Clone(plain), plain...), true, true},
		{"after a warning", append(slices.Clone(warning), plain...), true, true},
		{"in two records", append(tlsRecord(recordHandshake, message[:3]), tlsRecord(recordHandshake, message[3:])...), true, true},
		{"with its successor in one record", tlsRecord(recordHandshake, append(slices.Clone(message), 14, 0, 0, 0)), true, true},
		{"cut", plain[:len(plain)-1], false, false},
		{"empty records", append(tlsRecord(recordHandshake, nil), plain...), true, true},
		{"another message", tlsRecord(recordHandshake, []byte{14, 0, 0, 0}), false, true},
		{"huge message", tlsRecord(recordHandshake, []byte{2, 0xff, 0, 0}), false, true},
		{"huge record", []byte{recordHandshake, 3, 1, 0xff, 0xff}, false, true},
		{"data first", tlsRecord(recordApplicationData, message), false, true},
		{"broken hello", tlsRecord(recordHandshake, []byte{2, 0, 0, 1, 3}), false, true},
	} {
		for _, step := range []int{1, 5, 1 << 16} {
			var f helloFinder
			hello := feedAll(&f, c.stream, step)
			if (hello != nil) != c.found || f.done != c.done {
				t.Errorf("%s, %d bytes at a time: %+v, done %v", c.name, step, hello, f.done)
			}
			if f.done && (f.stream != nil || f.message != nil) {
				t.Errorf("%s: memory kept", c.name)
			}
		}
	}
}

func feedAll(f *helloFinder, stream []byte, step int) (hello *serverHello) {
	for chunk := range slices.Chunk(stream, step) {
		if h := f.feed(chunk); h != nil {
			hello = h
		}
	}
	return hello
}

// However the stream is cut, the result is the same and memory is bounded.
func FuzzHelloFinder(f *testing.F) {
	message := helloMessage(helloBody(0x0301, 0x002f, []byte{0, 43, 0, 2, 3, 4}))
	f.Add(tlsRecord(recordHandshake, message), 1)
	f.Add(append(tlsRecord(recordAlert, []byte{1, 112}), tlsRecord(recordHandshake, message[:9])...), 3)
	f.Add(tlsRecord(recordApplicationData, nil), 2)
	f.Fuzz(func(t *testing.T, stream []byte, step int) {
		if step < 1 || step > 1<<15 {
			step = 1
		}
		var whole, cut helloFinder
		a := feedAll(&whole, stream, len(stream)+1)
		b := feedAll(&cut, stream, step)
		if !reflect.DeepEqual(a, b) || whole.done != cut.done {
			t.Fatalf("%+v and %+v", a, b)
		}
		if len(cut.stream) > recordHeader+maxCipherRecord+step || len(cut.message) > handshakeHeader+maxServerHello+maxCipherRecord {
			t.Fatalf("keeps %d and %d bytes", len(cut.stream), len(cut.message))
		}
	})
}
