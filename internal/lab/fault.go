package lab

import (
	"slices"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

// Fault is one thing that is wrong with a host. What is wrong with an account is
// not among them: every host has such accounts, see [Users].
type Fault struct {
	Name string // also that of the host which shows it

	apply func(*Host)
	truth Truth // what a check of the host must find differently; zero fields: nothing
	mute  Truth // the same where the host's CredSSP version has no errorCode; zero: as truth
}

// Apply returns the host with the fault, and with the truth about it.
func (f Fault) Apply(h Host) Host {
	f.apply(&h)
	h.Fault = f.Name
	truth := f.truth
	if f.mute != (Truth{}) && (h.CredSSP == 2 || h.CredSSP == 5) { // MS-CSSP 2.2.1
		truth = f.mute
	}
	h.Truth = h.Truth.changed(truth)
	return h
}

const day = 24 * time.Hour

// Faults lists all of them in the order of a connection. Those without a truth of
// their own show only to a client that logs on. What Windows really does where
// NTLM is refused is not known: both ways are inferred from MS-CSSP 3.1.5 and
// MS-RDPBCGR 5.4.5.2.
func Faults() []Fault {
	unreached := func(finding string) Truth {
		return Truth{verdict.UpdateUnknown, verdict.NLAUnknown, finding}
	}
	unknown := func(finding string) Truth { return Truth{Update: verdict.UpdateUnknown, Finding: finding} }
	also := func(finding string) Truth { return Truth{Finding: finding} }
	return []Fault{
		{Name: "DROP-ACCEPT", apply: breaks(AfterAccept, Drop), truth: unreached("reach.closed")},
		{Name: "DROP-REQUEST", apply: breaks(AfterRequest, Drop), truth: unreached("reach.closed")},
		{Name: "GARBAGE-X224", apply: breaks(AfterRequest, Garbage), truth: unreached("reach.not_rdp")},
		{Name: "DRIP-X224", apply: breaks(AfterRequest, Drip), truth: unreached("reach.silent")},
		{Name: "SLOW", apply: func(h *Host) { h.Delay = time.Second }},

		{Name: "DROP-CONFIRM", apply: breaks(AfterConfirm, Drop), truth: unknown("update.unknown.tls_failed")},
		{Name: "DROP-HELLO", apply: breaks(AfterHello, Drop), truth: unknown("update.unknown.tls_failed")},
		{Name: "CERT-EXPIRED", apply: func(h *Host) { h.Certificate.NotBefore, h.Certificate.NotAfter = -212*day, -30*day }, truth: also("certificate.expired")},
		{Name: "CERT-FUTURE", apply: func(h *Host) { h.Certificate.NotBefore, h.Certificate.NotAfter = 30*day, 212*day }, truth: also("certificate.not_yet_valid")},
		{Name: "CERT-RSA1024", apply: func(h *Host) { h.Certificate.Key = RSA1024 }, truth: also("certificate.weak_key")},
		{Name: "CERT-SHA1", apply: func(h *Host) { h.Certificate.Issuer, h.Certificate.SHA1 = "Plant CA", true }, truth: also("certificate.weak_signature")},
		{Name: "TLS-TERMINATOR", apply: terminator, truth: also("between.tls_terminator")},

		{Name: "DROP-TLS", apply: breaks(AfterTLS, Drop), truth: unknown("update.unknown.closed")},
		{Name: "DROP-TOKEN", apply: breaks(AfterToken, Drop), truth: unknown("update.unknown.closed")},
		{Name: "GARBAGE-CREDSSP", apply: breaks(AfterToken, Garbage), truth: unknown("update.unknown.no_reply")},
		{Name: "DRIP-CREDSSP", apply: breaks(AfterToken, Drip), truth: unknown("update.unknown.no_reply")},
		{Name: "NTLM-BLOCKED", apply: twists(NTLMBlocked), truth: unknown("update.unknown.error_code"), mute: unknown("update.unknown.closed")},
		{Name: "NTLM-ALERT", apply: twists(NTLMAlert), truth: unknown("update.unknown.no_reply")},
		{Name: "CLOCK-AHEAD", apply: func(h *Host) { h.Clock = 3 * time.Hour }, truth: also("clock.ahead")},
		{Name: "CLOCK-BEHIND", apply: func(h *Host) { h.Clock = -3 * time.Hour }, truth: also("clock.behind")},

		{Name: "DROP-AUTH", apply: breaks(AfterAuthenticate, Drop)},
		{Name: "KEY-PROOF", apply: twists(WrongProof)},
		{Name: "KEY-MITM", apply: twists(ForeignKey)},
		{Name: "VERSION-CHANGE", apply: twists(ChangedVersion)},
	}
}

// faultNamed finds a fault.
func faultNamed(name string) (Fault, bool) {
	all := Faults()
	i := slices.IndexFunc(all, func(f Fault) bool { return f.Name == name })
	if i < 0 {
		return Fault{}, false
	}
	return all[i], true
}

func breaks(at Step, how How) func(*Host) { return func(h *Host) { h.Break = Break{at, how} } }

func twists(t Twist) func(*Host) { return func(h *Host) { h.Twist = t } }

// terminator plays a load balancer that ends TLS with a certificate of its own
// and passes on what is inside: the CredSSP host behind it binds another key.
func terminator(h *Host) {
	h.Certificate = Certificate{Subject: "rdp.gateway.example", Issuer: "Example Issuing CA", Key: ECDSA}
	h.Twist = ForeignKey
}
