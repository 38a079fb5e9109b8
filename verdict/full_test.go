package verdict_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// weakAllOver adds what only a full look can find, all of it bad.
func weakAllOver(f *verdict.Facts) {
	f.ResponseFlags = 0x1F
	f.Alone = map[x224.Protocol]verdict.Offer{
		x224.ProtocolRDP:    {Accepted: verdict.Yes},
		x224.ProtocolRDSTLS: {Accepted: verdict.Yes},
		x224.ProtocolRDSAAD: {Accepted: verdict.Yes},
	}
	f.RDPSecurity = &verdict.RDPSecurity{Method: gcc.Encryption56Bit, Level: gcc.LevelClientCompatible}
	f.TLS = &verdict.TLS{Version: 0x0304, CipherSuite: 0x1301}
	f.Hellos = []verdict.Hello{
		{Highest: 0x0303, Version: 0x0303, Suite: 0x000A},
		{Highest: 0x0302, Version: 0x0302, Suite: 0x0005},
		{Highest: 0x0300, Version: 0x0300, Suite: 0x0004},
	}
	f.Certificate = &verdict.Certificate{
		Subject: "CN=gateway.example", Issuer: "CN=CA", NotBefore: noon, NotAfter: noon,
		KeyType: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA",
	}
	if f.NTLM != nil {
		n := *f.NTLM
		n.NetBIOSComputer, n.DNSComputer = "HMI-07", "hmi-07.plant.example"
		f.NTLM = &n
	}
}

func TestOffer(t *testing.T) {
	const yes, no, open = verdict.Yes, verdict.No, verdict.Unknown
	for _, c := range []struct {
		name  string
		facts verdict.Facts
		want  [6]verdict.Tri // in the order of Protocols
	}{
		{"nothing known", verdict.Facts{}, [6]verdict.Tri{open, open, open, open, open, open}},
		{"refused everything", verdict.Facts{Failure: 3}, [6]verdict.Tri{open, open, open, open, open, open}},
		{"RDP", verdict.Facts{Selected: verdict.LayerRDP}, [6]verdict.Tri{yes, no, no, no, no, no}},
		{"TLS", verdict.Facts{Selected: verdict.LayerTLS}, [6]verdict.Tri{open, yes, no, open, no, open}},
		{"NLA", verdict.Facts{Selected: verdict.LayerNLA}, [6]verdict.Tri{open, open, yes, open, no, open}},
		{"NLA with early authorization", verdict.Facts{Selected: verdict.LayerNLAEx}, [6]verdict.Tri{open, open, open, open, yes, open}},
		{"something else", verdict.Facts{Selected: verdict.LayerOther}, [6]verdict.Tri{open, open, open, open, open, open}},
		{"TLS alone", verdict.Facts{Selected: verdict.LayerNLA, TLSAlone: yes}, [6]verdict.Tri{open, yes, yes, open, no, open}},
		{"the answer itself", verdict.Facts{Selected: verdict.LayerRDP, Alone: map[x224.Protocol]verdict.Offer{
			x224.ProtocolRDP: {Accepted: no, Failure: 5}, x224.ProtocolHybrid: {Accepted: yes},
		}}, [6]verdict.Tri{no, no, yes, no, no, no}},
	} {
		var got [6]verdict.Tri
		for i, p := range verdict.Protocols() {
			got[i] = c.facts.Offer(p).Accepted
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	f := verdict.Facts{Selected: verdict.LayerNLA, TLSAlone: no, TLSAloneFailure: 5}
	same(t, "failure", f.Offer(x224.ProtocolSSL), verdict.Offer{Accepted: no, Failure: x224.FailureHybridRequired})
}

func TestResponseFlags(t *testing.T) {
	for _, c := range []struct {
		layer              verdict.Layer
		flags              uint8
		restricted, remote verdict.Tri
	}{
		{verdict.LayerNLAEx, 0x1F, verdict.Yes, verdict.Yes},
		{verdict.LayerNLA, 0x08, verdict.Yes, verdict.No},
		{verdict.LayerNLA, 0x10, verdict.No, verdict.Yes},
		{verdict.LayerNLA, 0x07, verdict.No, verdict.No},
		{verdict.LayerTLS, 0x1F, verdict.Unknown, verdict.Unknown}, // it has a meaning only with CredSSP
		{verdict.LayerNone, 0x1F, verdict.Unknown, verdict.Unknown},
	} {
		f := verdict.Facts{Selected: c.layer, ResponseFlags: c.flags}
		if f.RestrictedAdmin() != c.restricted || f.RemoteGuard() != c.remote {
			t.Errorf("%s %#x: %v, %v", c.layer, c.flags, f.RestrictedAdmin(), f.RemoteGuard())
		}
	}
}

func TestTLSVersion(t *testing.T) {
	const yes, no, open = verdict.Yes, verdict.No, verdict.Unknown
	first := func(version uint16) verdict.Facts {
		return verdict.Facts{TLS: &verdict.TLS{Version: version, CipherSuite: 0xC02F}}
	}
	hellos := func(f verdict.Facts, h ...verdict.Hello) verdict.Facts { f.Hellos = h; return f }
	for _, c := range []struct {
		name  string
		facts verdict.Facts
		want  [5]verdict.Tri // from SSL 3.0 to TLS 1.3
	}{
		{"nothing asked", verdict.Facts{}, [5]verdict.Tri{open, open, open, open, open}},
		{"TLS 1.2 at the first go", first(0x0303), [5]verdict.Tri{open, open, open, yes, no}},
		{"and nothing below", hellos(first(0x0303), verdict.Hello{Highest: 0x0302, Refusal: "tls.alert.protocol_version"}), [5]verdict.Tri{no, no, no, yes, no}},
		{"a step at a time", hellos(first(0x0304), verdict.Hello{Highest: 0x0303, Version: 0x0303}, verdict.Hello{Highest: 0x0302, Version: 0x0301},
			verdict.Hello{Highest: 0x0300, Refusal: "tls.closed"}), [5]verdict.Tri{no, yes, no, yes, yes}},
		{"no clear answer", hellos(first(0x0303), verdict.Hello{Highest: 0x0302}), [5]verdict.Tri{open, open, open, yes, no}},
		{"RC4 refused says nothing of versions", hellos(first(0x0303), verdict.Hello{Highest: 0x0303, Family: verdict.RC4, Refusal: "tls.closed"}), [5]verdict.Tri{open, open, open, yes, no}},
		{"3DES at a lower version", hellos(first(0x0303), verdict.Hello{Highest: 0x0303, Family: verdict.TripleDES, Version: 0x0301, Suite: 0x000A}), [5]verdict.Tri{open, yes, open, yes, no}},
		{"SSL 3.0 only", hellos(verdict.Facts{}, verdict.Hello{Highest: 0x0304, Version: 0x0300}), [5]verdict.Tri{yes, no, no, no, no}},
	} {
		var got [5]verdict.Tri
		for i, version := range verdict.TLSVersions() {
			got[i] = c.facts.TLSVersion(version)
		}
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTLSFamily(t *testing.T) {
	f := verdict.Facts{
		TLS: &verdict.TLS{Version: 0x0303, CipherSuite: 0xC02F},
		Hellos: []verdict.Hello{
			{Highest: 0x0302, Version: 0x0302, Suite: 0x0035},
			{Highest: 0x0303, Family: verdict.RC4, Refusal: "tls.alert.handshake_failure"},
			{Highest: 0x0303, Family: verdict.TripleDES},
		},
	}
	want := map[verdict.Family]verdict.Tri{
		verdict.ECDHE: verdict.Yes, verdict.AEAD: verdict.Yes, verdict.RSA: verdict.Yes, verdict.CBC: verdict.Yes,
		verdict.RC4: verdict.No, verdict.TripleDES: verdict.Unknown, verdict.DHE: verdict.Unknown,
	}
	got := map[verdict.Family]verdict.Tri{}
	for _, family := range verdict.Families() {
		got[family] = f.TLSFamily(family)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Every suite is in the families that say so, and in no two that exclude each
// other.
func TestSuites(t *testing.T) {
	all := verdict.Suites("")
	if slices.Sort(all); len(slices.Compact(all)) != len(all) || len(all) < 30 {
		t.Errorf("%d suites, or one of them twice", len(all))
	}
	for _, partition := range [][]verdict.Family{
		{verdict.ECDHE, verdict.DHE, verdict.RSA},
		{verdict.AEAD, verdict.CBC, verdict.TripleDES, verdict.RC4},
	} {
		var ids []uint16
		for _, family := range partition {
			ids = append(ids, verdict.Suites(family)...)
		}
		slices.Sort(ids)
		same(t, "suites by family", ids, all)
	}
	for suite, want := range map[uint16]verdict.Family{ // RFC 8446 B.4, RFC 5246 A.5, RFC 8422 6
		0x1301: verdict.AEAD, 0x1303: verdict.AEAD, 0x0005: verdict.RC4, 0x000A: verdict.TripleDES, 0x0033: verdict.DHE, 0xC013: verdict.ECDHE,
	} {
		if f := (verdict.Facts{TLS: &verdict.TLS{CipherSuite: suite}}); f.TLSFamily(want) != verdict.Yes {
			t.Errorf("%#04x is not %s", suite, want)
		}
	}
	if f := (verdict.Facts{TLS: &verdict.TLS{CipherSuite: 0xFFFE}}); f.TLSFamily(verdict.RSA) != verdict.Unknown {
		t.Error("a suite that does not exist has a family")
	}
}

// Each case adds one fact to a healthy server, and with it these findings.
func TestFullFindings(t *testing.T) {
	offers := func(p x224.Protocol) func(*verdict.Facts) {
		return func(f *verdict.Facts) { f.Alone = map[x224.Protocol]verdict.Offer{p: {Accepted: verdict.Yes}} }
	}
	encrypts := func(m gcc.EncryptionMethod, l gcc.EncryptionLevel) func(*verdict.Facts) {
		return func(f *verdict.Facts) { f.RDPSecurity = &verdict.RDPSecurity{Method: m, Level: l} }
	}
	chooses := func(version, suite uint16) func(*verdict.Facts) {
		return func(f *verdict.Facts) {
			f.Hellos = []verdict.Hello{{Highest: version, Version: version, Suite: suite}}
		}
	}
	for _, c := range []struct {
		name     string
		change   func(*verdict.Facts)
		code     string // "" = nothing new
		severity verdict.Severity
		args     map[string]any
		nla      verdict.NLA
	}{
		{"RDP security beside NLA", offers(x224.ProtocolRDP), "nla.rdp_security_accepted", verdict.Warning, nil, verdict.NLAOptional},
		{"RDSTLS", offers(x224.ProtocolRDSTLS), "nla.rdstls_accepted", verdict.Info, nil, ""},
		{"RDSAAD", offers(x224.ProtocolRDSAAD), "nla.rdsaad_accepted", verdict.Info, nil, ""},
		{"HYBRID", offers(x224.ProtocolHybrid), "", "", nil, ""},
		{"restricted admin", func(f *verdict.Facts) { f.ResponseFlags = 8 }, "nla.restricted_admin", verdict.Info, nil, ""},
		{"remote guard", func(f *verdict.Facts) { f.ResponseFlags = 16 }, "nla.remote_guard", verdict.Info, nil, ""},

		{"128 bits, high", encrypts(gcc.Encryption128Bit, gcc.LevelHigh), "", "", nil, ""},
		{"FIPS", encrypts(gcc.EncryptionFIPS, gcc.LevelFIPS), "", "", nil, ""},
		{"128 bits, low", encrypts(gcc.Encryption128Bit, gcc.LevelLow), "rdp.encryption_weak", verdict.Warning, map[string]any{"method": "128BIT", "level": "LOW"}, ""},
		{"40 bits", encrypts(gcc.Encryption40Bit, gcc.LevelClientCompatible), "rdp.encryption_weak", verdict.Warning, map[string]any{"method": "40BIT", "level": "CLIENT_COMPATIBLE"}, ""},
		{"no encryption", encrypts(gcc.EncryptionNone, gcc.LevelNone), "rdp.encryption_weak", verdict.Warning, map[string]any{"method": "NONE", "level": "NONE"}, ""},

		{"what it agreed on anyway", chooses(0x0303, 0xC030), "", "", nil, ""},
		{"TLS 1.1", chooses(0x0302, 0xC014), "tls.old_accepted", verdict.Notice, map[string]any{"versions": []string{"TLS 1.1"}}, ""},
		{"SSL 3.0", chooses(0x0300, 0x002F), "tls.ssl3_accepted", verdict.Warning, nil, ""},
		{"RC4", chooses(0x0303, 0x0005), "tls.rc4_accepted", verdict.Warning, nil, ""},
		{"3DES", chooses(0x0303, 0x000A), "tls.triple_des_accepted", verdict.Notice, nil, ""},
		{"RC4 refused", func(f *verdict.Facts) {
			f.Hellos = []verdict.Hello{{Highest: 0x0303, Family: verdict.RC4, Refusal: "tls.closed"}}
		}, "", "", nil, ""},
	} {
		f := answering(6, 10, 0, 17763)
		c.change(&f)
		v := verdict.Decide(f)
		if c.nla == "" {
			c.nla = verdict.NLARequired
		}
		if v.NLA != c.nla {
			t.Errorf("%s: NLA %s", c.name, v.NLA)
		}
		want := "update.present " + c.nla.Code()
		if c.code == "" {
			same(t, c.name, findingCodes(v), want)
			continue
		}
		same(t, c.name, findingCodes(v), want+" "+c.code)
		got := find(t, v, c.code)
		if got.Severity != c.severity || got.Mark != catalogue.Confirmed || len(got.Evidence) == 0 {
			t.Errorf("%s: %+v", c.name, got)
		}
		same(t, c.name, got.Args, c.args)
	}
}

// A server that does nothing but standard RDP security is told so once.
func TestRDPSecurityOnlyIsSaidOnce(t *testing.T) {
	f := verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP, At: noon,
		Alone: map[x224.Protocol]verdict.Offer{x224.ProtocolRDP: {Accepted: verdict.Yes}}}
	same(t, "findings", findingCodes(verdict.Decide(f)), "update.unknown.rdp_security nla.rdp_security_only")
}

func TestTLSTerminator(t *testing.T) {
	for _, c := range []struct {
		name       string
		subject    string
		dnsNames   []string
		selfSigned bool
		tls        uint16
		build      uint16
		confidence float64 // 0 = nothing is said
	}{
		{"Windows itself", "CN=hmi-07.plant.example", nil, true, 0x0303, 14393, 0},
		{"from the CA of the domain", "CN=HMI-07.PLANT.EXAMPLE,OU=IT", nil, false, 0x0303, 14393, 0},
		{"by the short name", "CN=hmi-07", nil, false, 0x0303, 14393, 0},
		{"as an alternative name", "O=Plant", []string{"rds.example", "hmi-07.plant.example"}, false, 0x0303, 14393, 0},
		{"for the whole domain", "CN=*.plant.example", nil, false, 0x0303, 14393, 0},
		{"cut to 15 letters", "CN=HMI-07-ASSEMBLY-LINE.plant.example", nil, false, 0x0303, 14393, 0},
		{"renamed", "CN=old-name", nil, true, 0x0303, 14393, 0},
		{"another's name", "CN=gateway.example", nil, false, 0x0303, 14393, 0.4},
		{"a wildcard elsewhere", "CN=*.example", nil, false, 0x0303, 14393, 0.4},
		{"no name at all", "", nil, false, 0x0303, 14393, 0.4},
		{"another's name and TLS 1.3", "CN=gateway.example", nil, false, 0x0304, 14393, 0.7},
		{"self-signed, another's name and TLS 1.3", "CN=appliance", nil, true, 0x0304, 14393, 0.4},
		{"TLS 1.3 where Windows has it", "CN=renamed", nil, true, 0x0304, 20348, 0},
		{"its own name and TLS 1.3", "CN=HMI-07", nil, true, 0x0304, 14393, 0}, // not Windows, but not in front of it either
	} {
		f := answering(6, 10, 0, c.build)
		f.NTLM.NetBIOSComputer, f.NTLM.DNSComputer = "HMI-07", "hmi-07.plant.example"
		if c.name == "cut to 15 letters" {
			f.NTLM.NetBIOSComputer, f.NTLM.DNSComputer = "HMI-07-ASSEMBLY", "hmi-07-assembly-line.other.example"
		}
		f.TLS.Version = c.tls
		f.Certificate = &verdict.Certificate{Subject: c.subject, DNSNames: c.dnsNames, SelfSigned: c.selfSigned,
			NotBefore: noon, NotAfter: noon, KeyType: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA"}
		v := verdict.Decide(f)
		if c.confidence == 0 {
			same(t, c.name, findingCodes(v), "update.present nla.required")
			continue
		}
		got := find(t, v, "between.tls_terminator")
		if got.Confidence != c.confidence || got.Mark != catalogue.Inferred || got.Severity != verdict.Notice || got.Side != verdict.SideBetween {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	f := answering(6, 6, 1, 7601) // not Windows, as its version shows: it has whatever certificate it has
	f.NTLM.NetBIOSComputer, f.Certificate = "HMI-07", &verdict.Certificate{Subject: "CN=x", NotBefore: noon, NotAfter: noon}
	same(t, "doubtful product", findingCodes(verdict.Decide(f)), "update.present product.doubtful nla.required")
}
