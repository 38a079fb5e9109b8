package rdpio

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

// counting returns n bytes first, first+1, ...
func counting(first, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(first + i)
	}
	return b
}

// The expected bytes are those of OpenSSL 3.0:
//
//	openssl kdf -keylen 104 -kdfopt digest:MD5-SHA1 -kdfopt hexsecret:0001..2f \
//	    -kdfopt hexseed:<"key expansion" 6465..a3> TLS1-PRF
func TestPRF10(t *testing.T) {
	want, err := hex.DecodeString("7c2a8c1e1e7756ec8bc5c0448a030fe12d127c89b9eb1e0718f45abbfa9de22e" +
		"bcadc4b01bdecddbdc4a2db401ed44183c73e1d5eab2fd9c329d090d3f0d9a574c1c0a05f4d0273996c3c1f362a6a580" +
		"a4ccefcb4cc6ee4a5482bafbe3099802b24beba0a87c0b36")
	if err != nil {
		t.Fatal(err)
	}
	got := prf10(104, counting(0, 48), "key expansion", counting(100, 32), counting(132, 32))
	if !bytes.Equal(got, want) {
		t.Errorf("% x", got)
	}
	if short := prf10(5, counting(0, 48), "key expansion", counting(100, 64)); !bytes.Equal(short, want[:5]) {
		t.Errorf("% x", short)
	}
}

func TestKeyLogLine(t *testing.T) {
	random, secret := strings.Repeat("0a", 32), strings.Repeat("0b", 48)
	for line, known := range map[string]bool{
		"CLIENT_RANDOM " + random + " " + secret + "\n":                                     true,
		"CLIENT_RANDOM " + random + " " + secret[2:] + "\n":                                 false,
		"CLIENT_RANDOM " + random[2:] + " " + secret + "\n":                                 false,
		"CLIENT_RANDOM " + random + " " + strings.Repeat("zz", 48) + "\n":                   false,
		"CLIENT_HANDSHAKE_TRAFFIC_SECRET " + random + " " + strings.Repeat("0b", 48) + "\n": false,
		"":                false,
		"CLIENT_RANDOM\n": false,
	} {
		var m masterSecret
		if n, err := m.Write([]byte(line)); n != len(line) || err != nil {
			t.Errorf("%q: %d, %v", line, n, err)
		}
		if m.known != known || known && (m.clientRandom[31] != 0x0a || m.secret[47] != 0x0b) {
			t.Errorf("%q: %+v", line, m)
		}
	}
}
