package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// asked is the outcome of a full look that left some questions open.
func asked() checked {
	f := verdict.Facts{
		Reach: verdict.Reached, Selected: verdict.LayerNLAEx, ResponseFlags: 0x1F, TLSAlone: verdict.No, TLSAloneFailure: 5,
		TLS: &verdict.TLS{Version: 0x0303, CipherSuite: 0xC030},
		Alone: map[x224.Protocol]verdict.Offer{
			x224.ProtocolRDP: {Accepted: verdict.Yes}, x224.ProtocolRDSTLS: {Accepted: verdict.No, Failure: 5},
		},
		RDPSecurity: &verdict.RDPSecurity{Method: gcc.Encryption56Bit, Level: gcc.LevelLow},
		Hellos: []verdict.Hello{
			{Highest: 0x0302, Version: 0x0301, Suite: 0x000A},
			{Highest: 0x0300, Refusal: "tls.closed"},
			{Highest: 0x0303, Family: verdict.RC4},
		},
	}
	return checked{target{"server", 3389}, f, verdict.Decide(f)}
}

func TestFullAsText(t *testing.T) {
	var stdout strings.Builder
	p := &program{stdout: &stdout, lang: "en"}
	if err := p.writeText(asked()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Protocols     RDP ✓, SSL ✗ (5), HYBRID ?, RDSTLS ✗ (5), HYBRID_EX ✓, RDSAAD ?\n",
		"Modes         Restricted Admin ✓, Remote Credential Guard ✓\n",
		"Encryption    56BIT, LOW\n",
		"TLS versions  SSLv3 ✗, TLS 1.0 ✓, TLS 1.1 ✗, TLS 1.2 ✓, TLS 1.3 ✗\n",
		"Suites        ECDHE ✓, DHE ?, RSA ✓, AEAD ✓, CBC ?, 3DES ✓, RC4 ?\n",
		"?: not checked",
		"Standard RDP security is accepted, too",
		"Weak encryption in standard RDP security: 56BIT, level LOW",
		"The server also accepts TLS 1.0",
	} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %q in\n%s", want, stdout.String())
		}
	}
}

func TestFullAsJSON(t *testing.T) {
	var stdout strings.Builder
	p := &program{stdout: &stdout, lang: "en"}
	if err := p.writeJSON(asked()); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(stdout.String()), &got); err != nil {
		t.Fatal(err)
	}
	offer := func(accepted bool, failure any) any { return map[string]any{"accepted": accepted, "failure": failure} }
	for field, want := range map[string]any{
		"protocols": map[string]any{"rdp": offer(true, nil), "ssl": offer(false, 5.), "hybrid": nil,
			"rdstls": offer(false, 5.), "hybrid_ex": offer(true, nil), "rdsaad": nil},
		"restricted_admin": true, "remote_guard": true,
		"rdp_security": map[string]any{"method": "56BIT", "level": "LOW"},
		"tls_versions": map[string]any{"SSLv3": false, "TLS 1.0": true, "TLS 1.1": false, "TLS 1.2": true, "TLS 1.3": false},
		"tls_families": map[string]any{"ecdhe": true, "dhe": nil, "rsa": true, "aead": true, "cbc": nil, "3des": true, "rc4": nil},
		"tls_hellos": []any{
			map[string]any{"highest": "TLS 1.1", "family": nil, "version": "TLS 1.0", "cipher_suite": "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "refusal": nil},
			map[string]any{"highest": "SSLv3", "family": nil, "version": nil, "cipher_suite": nil, "refusal": "tls.closed"},
			map[string]any{"highest": "TLS 1.2", "family": "rc4", "version": nil, "cipher_suite": nil, "refusal": nil},
		},
	} {
		if diff := cmp.Diff(want, got[field]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", field, diff)
		}
	}
}

// A line of JSON may end on a terminal, too.
func TestHostileNamesAreEscapedInJSON(t *testing.T) {
	var stdout strings.Builder
	p := &program{stdout: &stdout}
	if err := p.writeJSON(everywhere(hostile + "\x7f")); err != nil {
		t.Fatal(err)
	}
	for _, c := range strings.TrimSuffix(stdout.String(), "\n") {
		if !unicode.IsPrint(c) || unicode.Is(unicode.Bidi_Control, c) {
			t.Errorf("%U", c)
		}
	}
	for _, want := range []string{`\u009b31m`, `\u202e`, `\udb40\udc41`, `\u007f`} {
		if !strings.Contains(stdout.String(), want) {
			t.Errorf("no %s", want)
		}
	}
}
