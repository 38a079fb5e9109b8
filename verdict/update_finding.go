package verdict

import (
	"fmt"
	"slices"

	"github.com/fumidai/fumidai/catalogue"
)

// How sure the version of a reply makes us of the fix, and how sure if the
// server does not look like the Windows it says it is. What answered may also
// stand in front of the server and end TLS itself; that cannot be seen, so it
// is a note and not a finding.
const (
	updateConfidence   = 0.95
	doubtfulConfidence = 0.8
)

// unknowns says how to take each reason for not knowing. Unknown is never ok:
// none is Info, and those that are less than a Warning come with a finding of
// another area that is at least that (not reached, no NLA).
var unknowns = map[string]struct {
	side     Side
	severity Severity
}{
	unknownNotChecked:         {SideBetween, Warning},
	unknownUnreached:          {SideNetwork, Notice},
	unknownNegotiationRefused: {SideServer, Warning},
	unknownRDPSecurity:        {SideServer, Notice},
	unknownTLSSecurity:        {SideServer, Notice},
	unknownOtherSecurity:      {SideServer, Warning},
	unknownTLSFailed:          {SideBetween, Warning},
	unknownClosed:             {SideBetween, Warning},
	unknownNoReply:            {SideBetween, Warning},
	unknownErrorCode:          {SideServer, Warning},
	unknownNoChallenge:        {SideBetween, Warning},
	unknownVersionInvalid:     {SideServer, Warning},
}

func updateFinding(f Facts, v Verdict) Finding {
	finding := Finding{
		Code: v.Reason, Area: AreaCredSSP,
		Evidence: updateEvidence(f, v.Products),
		Args:     updateArgs(f),
	}
	if v.Update == UpdateUnknown {
		u := unknowns[v.Reason]
		finding.Side, finding.Severity = u.side, u.severity
		finding.Confidence, finding.Mark = 1, catalogue.Confirmed
		return finding
	}
	finding.Side, finding.Severity = SideServer, Info
	finding.Confidence, finding.Mark = updateConfidence, catalogue.Inferred
	finding.Evidence = append(finding.Evidence, noteTLSTerminator)
	if v.Update == UpdateAbsent {
		finding.Severity = Critical
	}
	if len(v.Products.Doubts) > 0 {
		finding.Confidence = doubtfulConfidence
		if v.Update == UpdateAbsent {
			finding.Severity = Warning
		}
	}
	return finding
}

func updateEvidence(f Facts, p Products) []string {
	var evidence []string
	add := func(present bool, key string, value any) {
		if present {
			evidence = append(evidence, fact(key, value))
		}
	}
	add(f.Reach != ReachNotChecked && f.Reach != Reached, "reach", f.Reach)
	add(f.Selected != LayerNone, "x224.selected", f.Selected)
	add(f.Failure != 0, "x224.failure", f.Failure)
	add(f.TLSFailure != "", "tls.failure", f.TLSFailure)
	add(f.CredSSPFailure != "", "credssp.failure", f.CredSSPFailure)
	if c := f.CredSSP; c != nil {
		add(true, "credssp.version", c.Version)
		if c.ErrorCode != nil {
			add(true, "credssp.error_code", status(*c.ErrorCode))
		}
	}
	add(p.Version != "", "ntlm.version", p.Version)
	return evidence
}

// updateArgs returns the arguments that the texts of the update findings use.
func updateArgs(f Facts) map[string]any {
	args := map[string]any{}
	if f.CredSSP != nil {
		args["version"] = f.CredSSP.Version
		if f.CredSSP.ErrorCode != nil {
			args["status"] = status(*f.CredSSP.ErrorCode)
		}
		return args
	}
	switch {
	case f.Selected == LayerNone && f.Failure != 0:
		args["failure"] = f.Failure
	case f.TLSFailure != "":
		args["failure"] = f.TLSFailure
	case f.CredSSPFailure != "":
		args["failure"] = f.CredSSPFailure
	}
	return args
}

// installedFinding tells a server that lacks the update from one where it is
// installed and not in force: a restart is pending, or the installation failed.
func installedFinding(f Facts, v Verdict) []Finding {
	kbs := installedFixes(f)
	if v.Update != UpdateAbsent || len(kbs) == 0 {
		return nil
	}
	finding := Finding{
		Code: updateInstalledNotInForce, Area: AreaCredSSP, Side: SideServer, Severity: Warning,
		Confidence: updateConfidence, Mark: catalogue.Inferred,
		Args: map[string]any{"kbs": kbs, "version": f.CredSSP.Version},
	}
	for _, kb := range kbs {
		finding.Evidence = append(finding.Evidence, fact("installed", kb))
	}
	finding.Evidence = append(finding.Evidence, fact("credssp.version", f.CredSSP.Version))
	if len(v.Products.Doubts) > 0 {
		finding.Confidence = doubtfulConfidence
	}
	return []Finding{finding}
}

// installedFixes returns which of the installed updates contain the fix.
func installedFixes(f Facts) []string {
	var kbs []string
	for _, kb := range f.InstalledKBs {
		if p, ok := catalogue.Lookup(kb); ok && p.Fix && !slices.Contains(kbs, p.KB) {
			kbs = append(kbs, p.KB)
		}
	}
	return kbs
}

// status writes an NTSTATUS the way Windows does.
func status(code uint32) string { return fmt.Sprintf("0x%08X", code) }
