package x224

import (
	"errors"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

func TestNegotiationFailure(t *testing.T) {
	for n, want := range map[FailureCode][2]string{
		1: {"x224.failure.ssl_required", "SSL_REQUIRED"},
		2: {"x224.failure.ssl_not_allowed", "SSL_NOT_ALLOWED"},
		3: {"x224.failure.ssl_cert_not_on_server", "SSL_CERT_NOT_ON_SERVER"},
		4: {"x224.failure.inconsistent_flags", "INCONSISTENT_FLAGS"},
		5: {"x224.failure.hybrid_required", "HYBRID_REQUIRED"},
		6: {"x224.failure.ssl_with_user_auth_required", "SSL_WITH_USER_AUTH_REQUIRED"},
		0: {"x224.failure.unknown", "FailureCode(0)"},
		7: {"x224.failure.unknown", "FailureCode(7)"},

		0xffffffff: {"x224.failure.unknown", "FailureCode(4294967295)"},
	} {
		frame, err := AppendConnectionConfirm(nil, &ConnectionConfirm{Failure: &NegotiationFailure{n}})
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseConnectionConfirm(frame)
		if err != nil {
			t.Fatal(err)
		}
		e := m.Failure
		if e == nil || e.FailureCode != n || e.Code() != want[0] || e.FailureCode.String() != want[1] {
			t.Errorf("code %d: %v", n, e)
			continue
		}
		if e.Kind() != "refused" || e.Args()["failure_code"] != uint32(n) {
			t.Errorf("code %d: kind %q, args %v", n, e.Kind(), e.Args())
		}
		if want := "x224: server refused the negotiation: " + want[1]; e.Error() != want {
			t.Errorf("code %d: %q", n, e.Error())
		}
	}
}

func TestMisuseError(t *testing.T) {
	_, err := AppendData(nil, make([]byte, MaxPayload+1))
	var e *wire.MisuseError
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.Code() != "wire.misuse" || e.Kind() != "misuse" || e.Args()["struct"] != "Data TPDU" {
		t.Errorf("%q %q %v", e.Code(), e.Kind(), e.Args())
	}
	if want := "Data TPDU: payload of 65529 bytes, limit is 65528"; e.Error() != want {
		t.Errorf("%q", e.Error())
	}
}

func TestProtocolString(t *testing.T) {
	for p, want := range map[Protocol]string{
		ProtocolRDP:                       "RDP",
		ProtocolSSL:                       "SSL",
		ProtocolSSL | ProtocolHybrid:      "SSL|HYBRID",
		ProtocolRDSTLS:                    "RDSTLS",
		ProtocolHybridEx:                  "HYBRID_EX",
		ProtocolRDSAAD:                    "RDSAAD",
		0x20:                              "0x20",
		ProtocolRDSAAD | 0x60:             "RDSAAD|0x60",
		0x1f:                              "SSL|HYBRID|RDSTLS|HYBRID_EX|RDSAAD",
		0xffffffff &^ Protocol(0x1f):      "0xffffffe0",
		ProtocolHybrid | ProtocolRDSTLS:   "HYBRID|RDSTLS",
		ProtocolHybrid | 0x80000000:       "HYBRID|0x80000000",
		ProtocolSSL | ProtocolHybridEx:    "SSL|HYBRID_EX",
		ProtocolHybrid | ProtocolRDSAAD:   "HYBRID|RDSAAD",
		ProtocolRDSTLS | ProtocolRDSAAD:   "RDSTLS|RDSAAD",
		ProtocolSSL | 0x20:                "SSL|0x20",
		ProtocolHybrid | ProtocolHybridEx: "HYBRID|HYBRID_EX",
	} {
		if got := p.String(); got != want {
			t.Errorf("%#x: %q, want %q", uint32(p), got, want)
		}
	}
}
