package lab

import (
	"crypto/tls"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/verdict"
)

// Shape is one Windows as it shows on the wire before anybody logs on. Where its
// facts come from is in docs/lab.md; how far each can be relied on is in Marks.
type Shape struct {
	Name    string // what the names of its hosts begin with
	Product string
	Version ntlm.Version // build numbers: all confirmed, package catalogue

	Unfixed int // the CredSSP version without the fix for CVE-2018-0886; 0 = it shipped with the fix
	Fixed   int // with the fix

	MinTLS, MaxTLS uint16
	RSAKeyExchange bool // what it prefers, and so what any client gets that offers it
	EarlyAuth      bool // HYBRID_EX
	SHA1           bool // its self-signed certificate is signed with SHA-1

	Marks Marks
}

// Marks say how far the facts of a shape can be relied on.
type Marks struct{ CredSSP, TLS, KeyExchange, EarlyAuth, Certificate catalogue.Mark }

// Shapes lists the Windows versions of the lab, the oldest first.
func Shapes() []Shape {
	const (
		c = catalogue.Confirmed
		r = catalogue.Recalled
		i = catalogue.Inferred
	)
	return []Shape{
		{Name: "WIN7", Product: "Windows 7 SP1", Version: windows(6, 1, 7601), Unfixed: 2, Fixed: 5,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS10, RSAKeyExchange: true, SHA1: true, Marks: Marks{c, c, i, r, r}},
		{Name: "2008R2", Product: "Windows Server 2008 R2 SP1", Version: windows(6, 1, 7601), Unfixed: 2, Fixed: 5,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS10, RSAKeyExchange: true, SHA1: true, Marks: Marks{c, c, i, r, r}},
		{Name: "2008R2TLS", Product: "Windows Server 2008 R2 SP1, KB3080079", Version: windows(6, 1, 7601), Unfixed: 2, Fixed: 5,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, SHA1: true, Marks: Marks{c, c, c, r, r}},
		{Name: "2012", Product: "Windows Server 2012", Version: windows(6, 2, 9200), Unfixed: 2, Fixed: 5,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, EarlyAuth: true, SHA1: true, Marks: Marks{i, i, c, r, r}},
		{Name: "2012R2", Product: "Windows Server 2012 R2", Version: windows(6, 3, 9600), Unfixed: 3, Fixed: 6,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, EarlyAuth: true, SHA1: true, Marks: Marks{c, i, r, r, r}},
		{Name: "2016", Product: "Windows Server 2016", Version: windows(10, 0, 14393), Unfixed: 4, Fixed: 6,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, EarlyAuth: true, Marks: Marks{c, i, r, r, r}},
		{Name: "2019", Product: "Windows Server 2019", Version: windows(10, 0, 17763), Fixed: 6,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS12, EarlyAuth: true, Marks: Marks{c, i, r, r, r}},
		{Name: "2022", Product: "Windows Server 2022", Version: windows(10, 0, 20348), Fixed: 6,
			MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS13, EarlyAuth: true, Marks: Marks{i, i, r, r, r}},
		{Name: "2025", Product: "Windows Server 2025", Version: windows(10, 0, 26100), Fixed: 6,
			MinTLS: tls.VersionTLS12, MaxTLS: tls.VersionTLS13, EarlyAuth: true, Marks: Marks{i, i, r, r, r}},
	}
}

// Patch is the newest update of 2018 that is installed and in force.
type Patch int

// The three months that differ (KB4093492). A shape that shipped with the fix
// has the default of May.
const (
	NotPatched Patch = iota // none, or no restart since
	March2018               // the fix; default Vulnerable
	May2018                 // or later; default Mitigated
)

// Policy is the setting "Encryption Oracle Remediation".
type Policy int

// The policy and its three values.
const (
	NotConfigured Policy = iota
	SetForce
	SetMitigated
	SetVulnerable
)

// LevelOf is what patch and policy come to. Without the fix nothing reads the
// policy.
func LevelOf(patch Patch, policy Policy) credssp.Level {
	switch {
	case patch == NotPatched:
		return credssp.NotUpdated
	case policy == SetForce:
		return credssp.ForceUpdatedClients
	case policy == SetVulnerable, policy == NotConfigured && patch == March2018:
		return credssp.Vulnerable
	}
	return credssp.Mitigated
}

// Host is a host of this shape that requires NLA.
func (s Shape) Host(name string, level credssp.Level) Host {
	h := Host{
		Name: name, Product: s.Product, Version: s.Version,
		Level: level, CredSSP: s.Fixed, EarlyAuth: s.EarlyAuth,
		MinTLS: s.MinTLS, MaxTLS: s.MaxTLS, LegacyTLS: s.MinTLS == tls.VersionTLS10, RSAKeyExchange: s.RSAKeyExchange,
		Certificate: Certificate{Subject: name + "." + DNSDomain, SubjectOnly: true, SHA1: s.SHA1},
		Truth:       patched,
	}
	if level == credssp.NotUpdated {
		h.CredSSP, h.Truth = s.Unfixed, unpatched
	}
	if s.MaxTLS == tls.VersionTLS10 {
		h.Truth = h.Truth.also("tls.old_version")
	}
	return h
}

// secured is the host with another setting of its security layer.
func (h Host) secured(s Security) Host {
	h.Security = s
	switch s {
	case NLAOptional:
		h.Truth.NLA = verdict.NLAOptional
		h.Truth = h.Truth.also("nla.optional")
	case TLSOnly:
		h.Truth = noCredSSP
	case RDPOnly, RDPBefore2008:
		h.Truth = noTLS
	}
	return h
}
