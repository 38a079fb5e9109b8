package lab

import (
	"crypto/tls"
	"image"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/verdict"
)

// Security is which layers a host accepts.
type Security int

// The four settings of the security layer that occur in the field.
const (
	NLARequired   Security = iota // "allow only computers running NLA"
	NLAOptional                   // NLA offered, TLS without it accepted
	TLSOnly                       // no CredSSP at all, as xrdp
	RDPOnly                       // standard RDP security; TLS is refused with SSL_NOT_ALLOWED_BY_SERVER
	RDPBefore2008                 // a host that knows no negotiation: the 11-byte confirm
)

// Host describes one lab host. The zero values of the fields from RSAKeyExchange
// on are a host without fault.
type Host struct {
	Name      string // NetBIOS computer name, also what a user picks it by
	Product   string // what it plays
	Version   ntlm.Version
	Security  Security
	Level     credssp.Level       // of the CredSSP service; ignored without NLA
	CredSSP   int                 // the version it states; ignored without NLA
	Refuses   credssp.RefusePoint // when a client is refused; only Level ForceUpdatedClients refuses any
	EarlyAuth bool                // select HYBRID_EX if the client offers it

	MinTLS, MaxTLS uint16
	LegacyTLS      bool
	RSAKeyExchange bool // no (EC)DHE: the client encrypts the premaster secret to the RSA key
	Certificate    Certificate

	Fault string        // name of the fault that made the fields below; "" = none
	Break Break         // where it ends a connection by itself
	Twist Twist         // what is wrong with its CredSSP messages
	Clock time.Duration // how far its clock is ahead of the true time
	Delay time.Duration // before each answer

	Screen  Screen      // what it shows in the end
	Desktop image.Point // its size in pixels; zero: as the client asks

	Truth Truth
}

// Domain is the domain of all lab hosts.
const (
	Domain    = "FUMIDAI"
	DNSDomain = "fumidai.test"
)

func windows(major, minor byte, build uint16) ntlm.Version {
	return ntlm.Version{Major: major, Minor: minor, Build: build, Revision: 15}
}

var (
	unpatched = Truth{verdict.UpdateAbsent, verdict.NLARequired, "update.absent"}
	patched   = Truth{verdict.UpdatePresent, verdict.NLARequired, "update.present"}
	noCredSSP = Truth{verdict.UpdateUnknown, verdict.NLANone, "nla.none"}
	noTLS     = Truth{verdict.UpdateUnknown, verdict.NLANone, "nla.rdp_security_only"}
)

// Hosts is the standard lab: one host for each state that matters. The CredSSP
// versions per product are those of the public captures and reports in
// docs/versions.md.
func Hosts() []Host {
	return []Host{
		{Name: "OLD-2008R2", Product: "Windows Server 2008 R2", Version: windows(6, 1, 7601), Level: credssp.NotUpdated, CredSSP: 2, Truth: unpatched},
		{Name: "OLD-2012R2", Product: "Windows Server 2012 R2", Version: windows(6, 3, 9600), Level: credssp.NotUpdated, CredSSP: 3, EarlyAuth: true, Truth: unpatched},
		{Name: "OLD-2016", Product: "Windows Server 2016", Version: windows(10, 0, 14393), Level: credssp.NotUpdated, CredSSP: 4, EarlyAuth: true, Truth: unpatched},
		{Name: "NEW-2008R2", Product: "Windows Server 2008 R2", Version: windows(6, 1, 7601), Level: credssp.Mitigated, CredSSP: 5, Truth: patched},
		{Name: "NEW-2019", Product: "Windows Server 2019", Version: windows(10, 0, 17763), Level: credssp.Mitigated, CredSSP: 6, EarlyAuth: true, Truth: patched},
		{Name: "FORCE-2022", Product: "Windows Server 2022", Version: windows(10, 0, 20348), Level: credssp.ForceUpdatedClients, CredSSP: 6, EarlyAuth: true, MinTLS: tls.VersionTLS12, Truth: patched},
		{Name: "NLAOFF-2016", Product: "Windows Server 2016", Version: windows(10, 0, 14393), Level: credssp.Mitigated, CredSSP: 6, Security: NLAOptional, EarlyAuth: true, Truth: Truth{verdict.UpdatePresent, verdict.NLAOptional, "nla.optional"}},
		{Name: "TLSONLY", Product: "a server without CredSSP", Security: TLSOnly, Truth: noCredSSP},
		{Name: "RDPSEC-2008R2", Product: "Windows Server 2008 R2", Security: RDPOnly, Truth: noTLS},
		{Name: "XP", Product: "Windows XP", Security: RDPBefore2008, Truth: noTLS},
	}
}

// UsesNLA reports whether the host offers CredSSP at all.
func (h Host) UsesNLA() bool { return h.Security == NLARequired || h.Security == NLAOptional }
