package lab

import (
	"slices"

	"github.com/fumidai/fumidai/verdict"
)

// Truth is what a correct check must find, written down by hand.
type Truth struct {
	Update verdict.Update `json:"update"`
	NLA    verdict.NLA    `json:"nla"`

	// Finding is the code of the most severe finding and, among equals, of what a
	// connection meets first. What a person is shown at the top may be another
	// one: there the verdict on the update leads.
	Finding string `json:"finding"`
}

// precedence lists, from the most severe, the findings that lab hosts lead to. It is
// written down here and not taken from package verdict, which it judges.
var precedence = []string{
	// critical
	"update.absent",
	"nla.rdp_security_only",
	// to be warned of
	"reach.closed",
	"reach.silent",
	"reach.not_rdp",
	"update.unknown.tls_failed",
	"update.unknown.closed",
	"update.unknown.no_reply",
	"update.unknown.error_code",
	"update.unknown.no_challenge",
	"nla.none",
	"tls.old_version",
	"certificate.expired",
	"certificate.not_yet_valid",
	"certificate.weak_key",
	"clock.ahead",
	"clock.behind",
	// worth knowing
	"nla.optional",
	"between.tls_terminator",
	"certificate.weak_signature",
	// good
	"update.present",
}

// also adds a finding.
func (t Truth) also(finding string) Truth {
	if slices.Index(precedence, finding) < slices.Index(precedence, t.Finding) {
		t.Finding = finding
	}
	return t
}

// changed is the truth about a host with a fault. by has only what the fault
// changes; where it hides the state of the update, nothing else counts any more.
func (t Truth) changed(by Truth) Truth {
	if by.NLA != "" {
		t.NLA = by.NLA
	}
	switch {
	case by.Update != "":
		t.Update, t.Finding = by.Update, by.Finding
	case by.Finding != "":
		t = t.also(by.Finding)
	}
	return t
}
