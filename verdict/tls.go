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

// oldVersion names a version below TLS 1.2 (RFC 8996), and returns "" for the
// others.
func oldVersion(v uint16) string {
	switch v {
	case 0x0300:
		return "SSL 3.0"
	case 0x0301:
		return "TLS 1.0"
	case 0x0302:
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
