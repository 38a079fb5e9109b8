package i18n_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/rdp/gcc"
	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// samples yields facts that together lead to every finding and every action.
func samples() []verdict.Facts {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	status := uint32(0xC0000418)
	nla := verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA, At: now}
	var all []verdict.Facts
	add := func(f verdict.Facts, change func(*verdict.Facts)) {
		change(&f)
		all = append(all, f)
	}
	for _, reach := range []verdict.Reach{
		verdict.ReachNotChecked, verdict.Refused, verdict.Timeout, verdict.Unresolved,
		verdict.Unreachable, verdict.Closed, verdict.Silent, verdict.NotRDP,
	} {
		add(verdict.Facts{Reach: reach}, func(*verdict.Facts) {})
	}
	for _, layer := range []verdict.Layer{verdict.LayerRDP, verdict.LayerTLS, verdict.LayerOther} {
		add(nla, func(f *verdict.Facts) { f.Selected = layer })
	}
	add(nla, func(f *verdict.Facts) { f.Selected, f.Failure = verdict.LayerNone, 3 })
	add(nla, func(f *verdict.Facts) { f.TLSFailure = "tls.x" })
	add(nla, func(f *verdict.Facts) { f.CredSSPFailure = "x.closed" })
	add(nla, func(f *verdict.Facts) { f.CredSSPFailure = "x.timeout" })
	add(nla, func(f *verdict.Facts) { f.CredSSP = &verdict.CredSSP{Version: 6, ErrorCode: &status} })
	add(nla, func(f *verdict.Facts) { f.CredSSP = &verdict.CredSSP{Version: 1} })
	add(nla, func(f *verdict.Facts) { f.CredSSP = &verdict.CredSSP{Version: 6} })
	add(nla, func(f *verdict.Facts) {
		f.CredSSP, f.NTLM = &verdict.CredSSP{Version: 7, Oddities: []string{"a.b"}}, &verdict.NTLM{}
	})
	add(nla, func(f *verdict.Facts) { f.TLSAlone = verdict.Yes })
	add(nla, func(f *verdict.Facts) { f.TLSAlone, f.TLSAloneFailure = verdict.No, 5 })
	add(nla, func(f *verdict.Facts) {
		f.TLS = &verdict.TLS{Version: 0x0301}
		f.NTLM = &verdict.NTLM{Time: now.Add(-time.Hour)}
		f.Certificate = &verdict.Certificate{
			NotBefore: now.Add(time.Hour), NotAfter: now.Add(-time.Hour),
			KeyType: "RSA", KeyBits: 1024, SignatureAlgorithm: "SHA1-RSA",
		}
	})
	for _, n := range []verdict.NTLM{
		{Time: now.Add(time.Hour)},
		{VersionPresent: true, Major: 6, Minor: 0, Build: 6002, Revision: 15},
		{VersionPresent: true, Major: 6, Minor: 1, Build: 7601, Revision: 15},
		{VersionPresent: true, Major: 6, Minor: 2, Build: 1, Revision: 15},
	} {
		add(nla, func(f *verdict.Facts) { f.CredSSP, f.NTLM = &verdict.CredSSP{Version: 2}, &n })
	}
	add(nla, func(f *verdict.Facts) {
		f.CredSSP = &verdict.CredSSP{Version: 4}
		f.NTLM = &verdict.NTLM{VersionPresent: true, Major: 10, Build: 14393, Revision: 15}
	})
	add(nla, func(f *verdict.Facts) {
		f.CredSSP, f.InstalledKBs = &verdict.CredSSP{Version: 4}, []string{"KB4103723"}
		f.NTLM = &verdict.NTLM{VersionPresent: true, Major: 10, Build: 14393, Revision: 15}
	})
	add(nla, func(f *verdict.Facts) {
		f.ResponseFlags = 0x18
		f.Alone = map[x224.Protocol]verdict.Offer{
			x224.ProtocolRDP: {Accepted: verdict.Yes}, x224.ProtocolRDSTLS: {Accepted: verdict.Yes}, x224.ProtocolRDSAAD: {Accepted: verdict.Yes},
		}
		f.RDPSecurity = &verdict.RDPSecurity{Method: gcc.Encryption40Bit, Level: gcc.LevelLow}
		f.Hellos = []verdict.Hello{
			{Version: 0x0300, Suite: 0x000A}, {Version: 0x0301, Suite: 0x0005}, {Version: 0x0302}, {Version: 0x0304},
		}
		f.Certificate = &verdict.Certificate{Subject: "CN=gateway"}
		f.NTLM = &verdict.NTLM{NetBIOSComputer: "HMI-07", VersionPresent: true, Major: 10, Build: 14393, Revision: 15}
	})
	return all
}

// The arguments that a verdict carries are those that its texts ask for.
func TestVerdictsFillTheirTexts(t *testing.T) {
	said := map[string]bool{}
	say := func(code string, args map[string]any) {
		said[code] = true
		for _, lang := range i18n.Langs() {
			for _, key := range []string{code, code + ".detail"} {
				if text := i18n.Text(lang, key, args); strings.ContainsAny(text, "{}[]") {
					t.Errorf("%s: %s with %v: %q", lang, key, args, text)
				}
			}
		}
	}
	for _, f := range samples() {
		v := verdict.Decide(f)
		for _, g := range v.Findings {
			say(g.Code, g.Args)
		}
		for _, a := range v.Actions {
			say(a.Code, a.Args)
		}
	}
	for _, code := range verdict.Codes() {
		word := isLabel(code) || strings.HasPrefix(code, "client.") ||
			code == "update.unknown" || code == "reach.reached" || code == "reach.not_checked"
		if !word && !said[code] {
			t.Errorf("%s: no sample leads to it", code)
		}
		if word && strings.Contains(i18n.Text(i18n.English, code, nil)+i18n.Text(i18n.English, code+".detail", nil), "{") &&
			!strings.HasPrefix(code, "mstsc.") {
			t.Errorf("%s is a word and wants arguments", code)
		}
	}
}
