package verdict_test

import (
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/verdict"
)

// Hosts that were seen by somebody, or whose answer a source describes.
func TestHosts(t *testing.T) {
	for _, c := range []struct {
		name, source string
		facts        verdict.Facts
		update       verdict.Update
		reason       string
		nla          verdict.NLA
		products     string
		doubts       string
		actions      string
	}{
		{
			"Server 2016 without the fix", "skelsec/aardwolf@5d44d397, pertest.py",
			answering(4, 10, 0, 14393),
			"absent", "update.absent", "required", "Windows 10 1607, Windows Server 2016", "",
			"action.update.restart_if_pending action.update.install_first action.update.install " +
				"action.update.file_missing action.update.install_smallest " +
				"action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"Server 2019", "wallix/redemption@1de03bcf, test_credssp.cpp",
			answering(6, 10, 0, 17763),
			"present", "update.present", "required", "Windows 10 1809, Windows Server 2019", "", "",
		},
		{
			"patched Windows 7", "FreeRDP issues 4502 and 11234",
			answering(5, 6, 1, 7601),
			"present", "update.present", "required", "Windows 7 SP1, Windows Server 2008 R2 SP1", "", "",
		},
		{
			"unpatched Windows 7", "MS-CSSP product note <10>",
			answering(2, 6, 1, 7601),
			"absent", "update.absent", "required", "Windows 7 SP1, Windows Server 2008 R2 SP1", "",
			"action.update.restart_if_pending action.update.save_network action.update.install_first " +
				"action.update.install_last action.update.install_licensed action.update.install_security_only " +
				"action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"Windows 7 without its service pack", "no package is listed for it",
			answering(2, 6, 1, 7600),
			"absent", "update.absent", "required", "Windows 7, Windows Server 2008 R2", "",
			"action.update.restart_if_pending action.update.install_first action.update.install_any " +
				"action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"without the fix, names no build", "MS-NLMP 2.2.2.10: VERSION may be absent",
			answering(3, 0, 0, 0),
			"absent", "update.absent", "required", "", "",
			"action.update.restart_if_pending action.update.install_any " +
				"action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"server built on WinPR", "FreeRDP, winpr GetVersionExA: 6.1.7601; its nla.c: always version 6",
			answering(6, 6, 1, 7601),
			"present", "update.present", "required", "Windows 7 SP1, Windows Server 2008 R2 SP1", "note.version_mismatch", "",
		},
		{
			"old library that claims to be Server 2019", "no Windows of that build speaks 2",
			answering(2, 10, 0, 17763),
			"absent", "update.absent", "required", "Windows 10 1809, Windows Server 2019", "note.version_mismatch",
			"action.update.identify action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"invented build", "MS-NLMP 2.2.2.10: for debugging only",
			answering(4, 10, 0, 12345),
			"absent", "update.absent", "required", "", "note.build_unknown",
			"action.update.identify action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla",
		},
		{
			"all-zero VERSION", "as a probe of fingerprintx sends it",
			with(answering(6, 0, 0, 0), func(f *verdict.Facts) { f.NTLM.VersionPresent, f.NTLM.Revision = true, 0 }),
			"present", "update.present", "required", "", "note.build_unknown note.ntlm_revision", "",
		},
		{
			"version 96 from a build that speaks 6", "a higher version counts as the highest known",
			answering(96, 10, 0, 17763),
			"present", "update.present", "required", "Windows 10 1809, Windows Server 2019", "", "",
		},
		{
			"xrdp", "neutrinolabs/xrdp@514c62c7, libxrdp/xrdp_iso.c: no CredSSP",
			verdict.Facts{
				Reach: verdict.Reached, Selected: verdict.LayerTLS, TLSAlone: verdict.Yes,
				TLS: &verdict.TLS{Version: 0x0304, CipherSuite: 0x1301}, At: noon,
			},
			"unknown", "update.unknown.tls_security", "none", "", "", "action.update.check_on_host action.nla.enable",
		},
		{
			"Windows XP", "MS-RDPBCGR 2.2.1.2: 11-byte confirm without negotiation data",
			verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP, At: noon},
			"unknown", "update.unknown.rdp_security", "none", "", "", "action.update.check_on_host action.nla.enable",
		},
		{
			"NTLM blocked", "MS-ERREF: STATUS_NTLM_BLOCKED",
			with(answering(6, 0, 0, 0), func(f *verdict.Facts) { f.NTLM = nil; f.CredSSP.ErrorCode = ptr(0xC0000418) }),
			"unknown", "update.unknown.error_code", "required", "", "", "action.update.check_on_host",
		},
		{
			"absent, and NLA optional", "MS-RDPBCGR 2.2.1.2.1",
			with(answering(4, 10, 0, 14393), func(f *verdict.Facts) { f.TLSAlone, f.TLSAloneFailure = verdict.Yes, 0 }),
			"absent", "update.absent", "optional", "Windows 10 1607, Windows Server 2016", "",
			"action.update.restart_if_pending action.update.install_first action.update.install " +
				"action.update.file_missing action.update.install_smallest " +
				"action.avoid.client_vulnerable action.avoid.client_mitigated action.avoid.disable_nla action.nla.require",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verdict.Decide(c.facts)
			if v.Update != c.update || v.Reason != c.reason || v.NLA != c.nla {
				t.Errorf("%s by %s, NLA %s (%s)", v.Update, v.Reason, v.NLA, c.source)
			}
			same(t, "products", strings.Join(append(v.Products.Clients, v.Products.Servers...), ", "), c.products)
			same(t, "doubts", strings.Join(v.Products.Doubts, " "), c.doubts)
			same(t, "actions", actionCodes(v), c.actions)
		})
	}
}

func TestProductsAreAClaim(t *testing.T) {
	v := verdict.Decide(answering(4, 10, 0, 14393))
	same(t, "products", v.Products, verdict.Products{
		Version: "10.0.14393", Clients: []string{"Windows 10 1607"}, Servers: []string{"Windows Server 2016"},
		Mark: catalogue.Inferred,
	})
	v = verdict.Decide(answering(4, 0, 0, 0))
	same(t, "products of no claim", v.Products, verdict.Products{})
}

func TestDoubtfulProducts(t *testing.T) {
	v := verdict.Decide(answering(2, 10, 0, 17763))
	same(t, "mismatch", find(t, v, "product.doubtful"), verdict.Finding{
		Code: "product.doubtful", Area: verdict.AreaCredSSP, Side: verdict.SideServer, Severity: verdict.Info,
		Confidence: 0.8, Mark: catalogue.Inferred,
		Evidence: []string{"ntlm.version=10.0.17763", "note.version_mismatch", "credssp.version=2"},
		Args:     map[string]any{"build": "10.0.17763"},
	})
	if f := find(t, v, "update.absent"); f.Severity != verdict.Warning || f.Confidence != 0.8 {
		t.Errorf("absent in doubt: %s, %v", f.Severity, f.Confidence)
	}
	v = verdict.Decide(answering(6, 6, 1, 7601))
	if f := find(t, v, "update.present"); f.Severity != verdict.Info || f.Confidence != 0.8 {
		t.Errorf("present in doubt: %s, %v", f.Severity, f.Confidence)
	}
	v = verdict.Decide(with(answering(6, 10, 0, 17763), func(f *verdict.Facts) { f.NTLM.Revision = 0x0A }))
	f := find(t, v, "product.doubtful")
	if f.Confidence != 0.5 {
		t.Errorf("revision: confidence %v", f.Confidence)
	}
	same(t, "revision", f.Evidence, []string{"ntlm.version=10.0.17763", "note.ntlm_revision"})
	v = verdict.Decide(with(answering(6, 10, 0, 17763), func(f *verdict.Facts) { f.CredSSP = nil; f.Selected = "" }))
	same(t, "a build and no version", v.Products.Doubts, []string(nil))
}
