package verdict

import (
	"strings"

	"github.com/fumidai/fumidai/catalogue"
)

// firstTLS13 is Windows Server 2022, the first build that speaks TLS 1.3 in
// Remote Desktop (MS-RDPBCGR product notes <53> to <56>).
const firstTLS13 = 20348

// terminatorFindings says what suggests that something in front of the server
// ends TLS: then the certificate and the versions are those of the thing in
// front, and CredSSP answers for the server only if it is passed on. Nothing of
// it is proof, so that it is a notice, and a certificate that names the server
// speaks against it.
func terminatorFindings(f Facts, p Products) []Finding {
	c, n := f.Certificate, f.NTLM
	if c == nil || n == nil || len(p.Doubts) > 0 || n.NetBIOSComputer == "" || namesHost(c, n) {
		return nil
	}
	var signs []string
	if !c.SelfSigned {
		signs = append(signs, noteForeignCertificate)
	}
	if n.VersionPresent && n.Build < firstTLS13 && f.TLSVersion(tls13) == Yes {
		signs = append(signs, noteTLSTooNew)
	}
	if len(signs) == 0 {
		return nil
	}
	return []Finding{{
		Code: betweenTLSTerminator, Area: AreaTLS, Side: SideBetween, Severity: Notice,
		Confidence: []float64{0.4, 0.7}[len(signs)-1], Mark: catalogue.Inferred,
		Evidence: append([]string{
			fact("certificate.subject", c.Subject), fact("certificate.issuer", c.Issuer),
			fact("ntlm.dns_computer", n.DNSComputer), fact("ntlm.netbios_computer", n.NetBIOSComputer),
		}, signs...),
	}}
}

// namesHost reports whether a certificate is for the name that the server gives
// itself in NTLM, in one of the forms that occur in a domain.
func namesHost(c *Certificate, n *NTLM) bool {
	for _, name := range append(commonNames(c.Subject), c.DNSNames...) {
		label, domain, _ := strings.Cut(name, ".")
		_, hostDomain, _ := strings.Cut(n.DNSComputer, ".")
		switch {
		case strings.EqualFold(name, n.DNSComputer), strings.EqualFold(netBIOS(label), n.NetBIOSComputer),
			label == "*" && domain != "" && strings.EqualFold(domain, hostDomain):
			return true
		}
	}
	return false
}

// netBIOS cuts a host name to the length that NetBIOS leaves of it, in bytes.
func netBIOS(label string) string { return label[:min(len(label), 15)] }

// commonNames takes the CNs out of a name in the form of RFC 2253.
func commonNames(subject string) []string {
	var names []string
	for part := range strings.FieldsFuncSeq(subject, func(c rune) bool { return c == ',' || c == '+' }) {
		if name, ok := strings.CutPrefix(part, "CN="); ok {
			names = append(names, name)
		}
	}
	return names
}
