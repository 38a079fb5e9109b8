package interop_test

import (
	"fmt"
	"maps"
	"net"
	"strconv"
	"testing"

	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// Strangers look at our hosts, and we look at strangers.

func TestNmapOnOurHosts(t *testing.T) {
	t.Parallel()
	for name, version := range map[string]string{"OLD-2008R2": "6.1.7601", "OLD-2016": "10.0.14393", "NEW-2019": "10.0.17763", "FORCE-2022": "10.0.20348"} {
		interop.Case(t, []string{"nmap"}, "rdp-ntlm-info: "+name, func(t *testing.T) {
			t.Parallel()
			addr, _ := ourHost(t, labHost(t, name), interop.FreeAddress(t))
			got := interop.NmapNTLMInfo(t, addr)
			want := map[string]string{"Target_Name": "FUMIDAI", "NetBIOS_Domain_Name": "FUMIDAI", "NetBIOS_Computer_Name": name,
				"DNS_Domain_Name": "fumidai.test", "DNS_Computer_Name": name + ".fumidai.test", "DNS_Tree_Name": "fumidai.test",
				"Product_Version": version, "System_Time": got["System_Time"]}
			if !maps.Equal(got, want) || got["System_Time"] == "" {
				t.Errorf("got %v", got)
			}
		})
	}
	const success = "SUCCESS"
	for name, want := range map[string]map[string]string{
		"OLD-2008R2":    {"CredSSP (NLA)": success},
		"NEW-2019":      {"CredSSP (NLA)": success, "CredSSP with Early User Auth": success},
		"NLAOFF-2016":   {"CredSSP (NLA)": success, "CredSSP with Early User Auth": success, "SSL": success},
		"TLSONLY":       {"CredSSP (NLA)": success, "SSL": success}, // nmap counts any answer to mask 3
		"RDPSEC-2008R2": {"Native RDP": success, "RDP Encryption level": "Client Compatible", "40-bit RC4": success, "56-bit RC4": success, "128-bit RC4": success, "FIPS 140-1": success},
		"XP": {"Native RDP": "Unknown", "SSL": "Unknown", "CredSSP (NLA)": "Unknown", "CredSSP with Early User Auth": "Unknown", "RDSTLS": "Unknown",
			"RDP Encryption level": "Client Compatible", "40-bit RC4": success, "56-bit RC4": success, "128-bit RC4": success, "FIPS 140-1": success},
	} {
		interop.Case(t, []string{"nmap"}, "rdp-enum-encryption: "+name, func(t *testing.T) {
			t.Parallel()
			addr, _ := ourHost(t, labHost(t, name), interop.FreeAddress(t))
			got := interop.NmapEncryption(t, addr)
			delete(got, "RDP Protocol Version")
			if !maps.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		})
	}
}

func look(t *testing.T, addr string) (verdict.Facts, verdict.Verdict) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	f := probe.Probe(t.Context(), host, n, probe.Options{})
	return f, verdict.Decide(f)
}

func TestCheckOnStrangers(t *testing.T) {
	t.Parallel()
	for version, build := range map[int]uint16{2: 7601, 3: 22631} {
		interop.Case(t, []string{fmt.Sprintf("shadow-%d", version)}, "check: version 6 and the build it invents", func(t *testing.T) {
			t.Parallel()
			f, v := look(t, interop.FreeRDPShadow(t, version, user, password, ""))
			if f.CredSSP == nil || f.CredSSP.Version != 6 || f.NTLM == nil || f.NTLM.Build != build {
				t.Errorf("facts %+v", f)
			}
			if v.Update != verdict.UpdatePresent || v.NLA != verdict.NLARequired {
				t.Errorf("verdict %+v", v)
			}
		})
	}
	for version := 2; version <= 6; version++ {
		interop.Case(t, []string{"gss-ntlmssp"}, fmt.Sprintf("check: server version %d", version), func(t *testing.T) {
			t.Parallel()
			server := interop.StartGSSServer(t, interop.GSSServerOptions{Accounts: []string{account}, Version: version})
			f, v := look(t, server.Addr)
			want := verdict.UpdateAbsent
			if version >= 5 {
				want = verdict.UpdatePresent
			}
			if f.CredSSP == nil || f.CredSSP.Version != version || v.Update != want {
				t.Errorf("facts %+v, verdict %+v", f.CredSSP, v.Update)
			}
		})
	}
	for name, start := range map[string]func(testing.TB) string{"xrdp": interop.XRDP, "weston": interop.Weston} {
		interop.Case(t, []string{name}, "check: no CredSSP at all, which is not a missing update", func(t *testing.T) {
			t.Parallel()
			f, v := look(t, start(t))
			if f.Reach != verdict.Reached || f.Selected != verdict.LayerTLS || f.CredSSP != nil {
				t.Errorf("facts %+v", f)
			}
			if v.Update != verdict.UpdateUnknown || v.Reason != "update.unknown.tls_security" || v.NLA != verdict.NLANone {
				t.Errorf("verdict %+v", v)
			}
		})
	}
}
