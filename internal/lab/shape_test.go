package lab

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/x224"
)

func shapeNamed(t *testing.T, name string) Shape {
	t.Helper()
	for _, s := range Shapes() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no shape %s", name)
	return Shape{}
}

// The hosts of the group "windows", and what is true of them, written down a
// second time: state, version, the most severe finding.
func TestWindowsHosts(t *testing.T) {
	want := `
WIN7-NONE       6.1.7601   not updated           2 update.absent
WIN7-MARCH      6.1.7601   vulnerable            5 tls.old_version
WIN7-MAY        6.1.7601   mitigated             5 tls.old_version
WIN7-FORCE      6.1.7601   force updated clients 5 tls.old_version
2008R2-NONE     6.1.7601   not updated           2 update.absent
2008R2-MARCH    6.1.7601   vulnerable            5 tls.old_version
2008R2-MAY      6.1.7601   mitigated             5 tls.old_version
2008R2-FORCE    6.1.7601   force updated clients 5 tls.old_version
2008R2TLS-NONE  6.1.7601   not updated           2 update.absent
2008R2TLS-MARCH 6.1.7601   vulnerable            5 update.present
2008R2TLS-MAY   6.1.7601   mitigated             5 update.present
2008R2TLS-FORCE 6.1.7601   force updated clients 5 update.present
2012-NONE       6.2.9200   not updated           2 update.absent
2012-MARCH      6.2.9200   vulnerable            5 update.present
2012-MAY        6.2.9200   mitigated             5 update.present
2012-FORCE      6.2.9200   force updated clients 5 update.present
2012R2-NONE     6.3.9600   not updated           3 update.absent
2012R2-MARCH    6.3.9600   vulnerable            6 update.present
2012R2-MAY      6.3.9600   mitigated             6 update.present
2012R2-FORCE    6.3.9600   force updated clients 6 update.present
2016-NONE       10.0.14393 not updated           4 update.absent
2016-MARCH      10.0.14393 vulnerable            6 update.present
2016-MAY        10.0.14393 mitigated             6 update.present
2016-FORCE      10.0.14393 force updated clients 6 update.present
2019-DEFAULT    10.0.17763 mitigated             6 update.present
2019-VULN       10.0.17763 vulnerable            6 update.present
2019-FORCE      10.0.17763 force updated clients 6 update.present
2022-DEFAULT    10.0.20348 mitigated             6 update.present
2022-VULN       10.0.20348 vulnerable            6 update.present
2022-FORCE      10.0.20348 force updated clients 6 update.present
2025-DEFAULT    10.0.26100 mitigated             6 update.present
2025-VULN       10.0.26100 vulnerable            6 update.present
2025-FORCE      10.0.26100 force updated clients 6 update.present
`
	var got strings.Builder
	for _, h := range windowsHosts() {
		build := fmt.Sprintf("%d.%d.%d", h.Version.Major, h.Version.Minor, h.Version.Build)
		fmt.Fprintf(&got, "\n%-15s %-10s %-21s %d %s", h.Name, build, h.Level, h.CredSSP, h.Truth.Finding)
		if (h.Truth.Update == "absent") != (h.Level == credssp.NotUpdated) || h.Truth.Update == "unknown" || h.Truth.NLA != "required" {
			t.Errorf("%s: %+v", h.Name, h.Truth)
		}
	}
	if diff := cmp.Diff(want, got.String()+"\n"); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The names are unique, and short enough for NetBIOS (MS-NBTE 2.2.1: 15 bytes).
func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, h := range append(All(), Fleet(MaxFleet, 3)...) {
		if seen[h.Name] || len(h.Name) > 15 {
			t.Errorf("%q", h.Name)
		}
		seen[h.Name] = true
	}
}

// What the shapes state is what the catalogue knows of their builds; each fact
// has a mark.
func TestShapesAgreeWithTheCatalogue(t *testing.T) {
	for _, s := range Shapes() {
		p, ok := catalogue.ProductOf(s.Version.Major, s.Version.Minor, s.Version.Build)
		if !ok || !slices.ContainsFunc(p.Names(), func(name string) bool { return strings.HasPrefix(s.Product, name) }) {
			t.Errorf("%s: %q is none of %q", s.Name, s.Product, p.Names())
		}
		if s.Fixed != p.CredSSP.Fixed || !slices.Equal(p.CredSSP.Unfixed, unfixed(s)) || s.Marks.CredSSP != p.CredSSP.Mark {
			t.Errorf("%s: %+v, the catalogue %+v", s.Name, s, p.CredSSP)
		}
		for _, m := range []catalogue.Mark{s.Marks.CredSSP, s.Marks.TLS, s.Marks.KeyExchange, s.Marks.EarlyAuth, s.Marks.Certificate} {
			if m != catalogue.Confirmed && m != catalogue.Recalled && m != catalogue.Inferred {
				t.Errorf("%s: mark %q", s.Name, m)
			}
		}
	}
}

func unfixed(s Shape) []int {
	if s.Unfixed == 0 {
		return nil
	}
	return []int{s.Unfixed}
}

// Update and policy come to a level as KB4093492 has it.
func TestLevelOf(t *testing.T) {
	const (
		none  = credssp.NotUpdated
		force = credssp.ForceUpdatedClients
		mit   = credssp.Mitigated
		vuln  = credssp.Vulnerable
	)
	for patch, want := range map[Patch][4]credssp.Level{ // not configured, Force, Mitigated, Vulnerable
		NotPatched: {none, none, none, none},
		March2018:  {vuln, force, mit, vuln},
		May2018:    {mit, force, mit, vuln},
	} {
		for i, policy := range []Policy{NotConfigured, SetForce, SetMitigated, SetVulnerable} {
			if got := LevelOf(patch, policy); got != want[i] {
				t.Errorf("patch %d, policy %d: %v, want %v", patch, policy, got, want[i])
			}
		}
	}
}

// Each shape speaks its versions of TLS and no other, exchanges keys its way,
// selects HYBRID_EX if it knows it, and shows a certificate like a Windows host.
func TestShapesOnTheWire(t *testing.T) {
	const (
		v10 = tls.VersionTLS10
		v12 = tls.VersionTLS12
		v13 = tls.VersionTLS13
	)
	sha1, sha256 := x509.SHA1WithRSA, x509.SHA256WithRSA
	versions := []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13}
	for _, c := range []struct {
		host      string
		low, high uint16
		rsa       bool
		selected  x224.Protocol
		signature x509.SignatureAlgorithm
	}{
		{"WIN7-MAY", v10, v10, true, x224.ProtocolHybrid, sha1},
		{"2008R2-NONE", v10, v10, true, x224.ProtocolHybrid, sha1},
		{"2008R2TLS-MAY", v10, v12, false, x224.ProtocolHybrid, sha1},
		{"2012-MAY", v10, v12, false, x224.ProtocolHybridEx, sha1},
		{"2012R2-NONE", v10, v12, false, x224.ProtocolHybridEx, sha1},
		{"2016-NONE", v10, v12, false, x224.ProtocolHybridEx, sha256},
		{"2019-FORCE", v10, v12, false, x224.ProtocolHybridEx, sha256},
		{"2022-DEFAULT", v10, v13, false, x224.ProtocolHybridEx, sha256},
		{"2025-VULN", v12, v13, false, x224.ProtocolHybridEx, sha256},
	} {
		hosts := windowsHosts()
		l := start(t, hosts[slices.IndexFunc(hosts, func(h Host) bool { return h.Name == c.host })])
		for _, version := range versions {
			confirm, state, err := handshake(t, l.Hosts[0].Address, version)
			if confirm.Negotiation.SelectedProtocol != c.selected {
				t.Errorf("%s selects %s", c.host, confirm.Negotiation.SelectedProtocol)
			}
			if speaks := c.low <= version && version <= c.high; (err == nil) != speaks {
				t.Errorf("%s, %s: %v", c.host, tls.VersionName(version), err)
			}
			if err != nil {
				continue
			}
			suite := tls.CipherSuiteName(state.CipherSuite)
			if state.Version != version || strings.HasPrefix(suite, "TLS_RSA_") != c.rsa {
				t.Errorf("%s, %s: %s, %s", c.host, tls.VersionName(version), tls.VersionName(state.Version), suite)
			}
			leaf := state.PeerCertificates[0]
			if leaf.Subject.CommonName != c.host+".fumidai.test" || leaf.Issuer.String() != leaf.Subject.String() ||
				leaf.SignatureAlgorithm != c.signature || leaf.PublicKeyAlgorithm != x509.RSA || len(leaf.DNSNames) != 0 {
				t.Errorf("%s: %s by %s, %s, %s, names %q", c.host, leaf.Subject, leaf.Issuer, leaf.SignatureAlgorithm, leaf.PublicKeyAlgorithm, leaf.DNSNames)
			}
		}
		l.Close()
	}
}

// A client logs on to every Windows, also by RSA key exchange in TLS 1.0.
func TestLogOnToEveryWindows(t *testing.T) {
	for _, h := range windowsHosts() {
		l := start(t, h)
		v := visit(t, l.Hosts[0].Address, credssp.Vulnerable)
		if v.Err != nil || v.Version != h.CredSSP {
			t.Errorf("%s: version %d, %v", h.Name, v.Version, v.Err)
		}
		l.Close()
	}
}

// handshake asks for NLA and performs TLS in one version.
func handshake(t *testing.T, address netip.AddrPort, version uint16) (*x224.ConnectionConfirm, tls.ConnectionState, error) {
	t.Helper()
	conn := dial(t, address)
	defer conn.Close()
	confirm, err := rdpio.Negotiate(t.Context(), conn, &x224.ConnectionRequest{
		Negotiation: &x224.NegotiationRequest{Protocols: x224.ProtocolHybrid | x224.ProtocolHybridEx}}, failsafe)
	if err != nil {
		t.Fatal(err)
	}
	secure, err := rdpio.ClientTLS(t.Context(), conn, rdpio.TLSClientOptions{
		MinVersion: version, MaxVersion: version, Legacy: true, CheckCertificate: rdpio.AnyCertificate})
	if err != nil {
		return confirm, tls.ConnectionState{}, err
	}
	return confirm, secure.State(), nil
}

// leafOf is the certificate that a host presents.
func leafOf(t *testing.T, address netip.AddrPort) *x509.Certificate {
	t.Helper()
	_, state, err := handshake(t, address, tls.VersionTLS12)
	if err != nil {
		t.Fatal(err)
	}
	return state.PeerCertificates[0]
}
