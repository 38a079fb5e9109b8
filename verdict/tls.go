package verdict

import (
	"fmt"
	"strings"
	"time"
)

// sslCertNotOnServer is SSL_CERT_NOT_ON_SERVER (MS-RDPBCGR 2.2.1.2.2).
const sslCertNotOnServer = 3

// minRSABits is the shortest RSA key still held to be safe (NIST SP 800-131A).
const minRSABits = 2048

func tlsFindings(f Facts) []Finding {
	var findings []Finding
	if f.Failure == sslCertNotOnServer {
		findings = append(findings,
			observed(AreaTLS, tlsCertificateMissing, SideServer, Warning, fact("x224.failure", f.Failure)))
	}
	if f.TLSFailure != "" {
		failed := observed(AreaTLS, tlsFailed, SideBetween, Warning, fact("tls.failure", f.TLSFailure))
		failed.Args = map[string]any{"failure": f.TLSFailure}
		findings = append(findings, failed)
	}
	if f.TLS != nil {
		if name := oldVersion(f.TLS.Version); name != "" {
			old := observed(AreaTLS, tlsOldVersion, SideServer, Warning,
				fmt.Sprintf("tls.version=0x%04x", f.TLS.Version),
				fmt.Sprintf("tls.cipher_suite=0x%04x", f.TLS.CipherSuite))
			old.Args = map[string]any{"version": name}
			findings = append(findings, old)
		}
	}
	return findings
}

// tlsAcceptedFindings are about what a server accepts beside what it agreed on
// with a client that offers everything.
func tlsAcceptedFindings(f Facts) []Finding {
	var findings []Finding
	var old, evidence []string
	for _, version := range []uint16{tls10, tls11} {
		if f.TLSVersion(version) == Yes && (f.TLS == nil || f.TLS.Version != version) {
			old = append(old, oldVersion(version))
			evidence = append(evidence, fmt.Sprintf("tls.accepts=0x%04x", version))
		}
	}
	if len(old) > 0 {
		finding := observed(AreaTLS, tlsOldAccepted, SideServer, Notice, evidence...)
		finding.Args = map[string]any{"versions": old}
		findings = append(findings, finding)
	}
	if f.TLSVersion(ssl30) == Yes && (f.TLS == nil || f.TLS.Version != ssl30) {
		findings = append(findings, observed(AreaTLS, tlsSSL3Accepted, SideServer, Warning, "tls.accepts=0x0300"))
	}
	if f.TLSFamily(RC4) == Yes { // RFC 7465
		findings = append(findings, observed(AreaTLS, tlsRC4Accepted, SideServer, Warning, "tls.accepts=rc4"))
	}
	if f.TLSFamily(TripleDES) == Yes { // blocks of 64 bits: CVE-2016-2183
		findings = append(findings, observed(AreaTLS, tlsTripleDESAccepted, SideServer, Notice, "tls.accepts=3des"))
	}
	return findings
}

// oldVersion names a version below TLS 1.2 (RFC 8996), and returns "" for the
// others.
func oldVersion(v uint16) string {
	switch v {
	case ssl30:
		return "SSL 3.0"
	case tls10:
		return "TLS 1.0"
	case tls11:
		return "TLS 1.1"
	}
	return ""
}

func certificateFindings(f Facts) []Finding {
	c := f.Certificate
	if c == nil {
		return nil
	}
	var findings []Finding
	add := func(code string, s Severity, args map[string]any, evidence string) {
		finding := observed(AreaCertificate, code, SideServer, s, evidence)
		finding.Args = args
		findings = append(findings, finding)
	}
	if !f.At.IsZero() {
		if f.At.After(c.NotAfter) {
			add(certificateExpired, Warning, map[string]any{"date": day(c.NotAfter)}, fact("certificate.not_after", day(c.NotAfter)))
		}
		if f.At.Before(c.NotBefore) {
			add(certificateNotYetValid, Warning, map[string]any{"date": day(c.NotBefore)}, fact("certificate.not_before", day(c.NotBefore)))
		}
	}
	if c.KeyType == "RSA" && c.KeyBits > 0 && c.KeyBits < minRSABits {
		add(certificateWeakKey, Warning, map[string]any{"bits": c.KeyBits}, fact("certificate.key_bits", c.KeyBits))
	}
	if weakHash(c.SignatureAlgorithm) {
		severity := Notice
		if c.SelfSigned {
			severity = Info // nobody relies on the signature of a self-signed certificate
		}
		add(certificateWeakSignature, severity, map[string]any{"algorithm": c.SignatureAlgorithm},
			fact("certificate.signature", c.SignatureAlgorithm))
	}
	return findings
}

// weakHash reports whether a signature algorithm, as crypto/x509 names it,
// uses a hash for which collisions are known.
func weakHash(algorithm string) bool {
	for _, hash := range []string{"SHA1", "MD5", "MD2"} {
		if strings.Contains(algorithm, hash) {
			return true
		}
	}
	return false
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
