package verdict

import (
	"fmt"
	"slices"
	"time"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
)

// findingsOf returns all findings in the order of a connection.
func findingsOf(f Facts, v Verdict) []Finding {
	return slices.Concat(
		reachFindings(f),
		credsspFindings(f, v),
		nlaFindings(f, v.NLA),
		protocolFindings(f),
		tlsFindings(f),
		tlsAcceptedFindings(f),
		terminatorFindings(f, v.Products),
		certificateFindings(f),
		clockFindings(f),
	)
}

// observed returns a finding that states what was seen, without a conclusion.
func observed(area Area, code string, side Side, s Severity, evidence ...string) Finding {
	return Finding{
		Code: code, Area: area, Side: side, Severity: s,
		Confidence: 1, Mark: catalogue.Confirmed, Evidence: evidence,
	}
}

func fact(key string, value any) string { return fmt.Sprintf("%s=%v", key, value) }

func reachFindings(f Facts) []Finding {
	var side Side
	switch f.Reach {
	case Timeout, Unresolved, Unreachable:
		side = SideNetwork
	case Refused, Closed:
		side = SideBetween // the host, or a firewall that answers for it
	case Silent, NotRDP:
		side = SideServer
	default:
		return nil
	}
	evidence := []string{fact("reach", f.Reach)}
	if f.ReachDetail != "" {
		evidence = append(evidence, fact("reach.detail", f.ReachDetail))
	}
	return []Finding{observed(AreaReach, f.Reach.Code(), side, Warning, evidence...)}
}

func credsspFindings(f Facts, v Verdict) []Finding {
	findings := append([]Finding{updateFinding(f, v)}, installedFinding(f, v)...)
	if c := f.CredSSP; c != nil {
		if c.Version > credssp.MaxVersion {
			above := observed(AreaCredSSP, credsspVersionAboveKnown, SideServer, Info, fact("credssp.version", c.Version))
			above.Args = map[string]any{"version": c.Version, "known": credssp.MaxVersion}
			findings = append(findings, above)
		}
		if len(c.Oddities) > 0 {
			odd := observed(AreaCredSSP, credsspOddReply, SideServer, Info)
			for _, o := range c.Oddities {
				odd.Evidence = append(odd.Evidence, fact("credssp.oddity", o))
			}
			findings = append(findings, odd)
		}
	}
	if len(v.Products.Doubts) > 0 {
		doubtful := Finding{
			Code: productDoubtful, Area: AreaCredSSP, Side: SideServer, Severity: Info,
			Confidence: 0.5, Mark: catalogue.Inferred,
			Evidence: append([]string{fact("ntlm.version", v.Products.Version)}, v.Products.Doubts...),
			Args:     map[string]any{"build": v.Products.Version},
		}
		if slices.Contains(v.Products.Doubts, doubtVersionMismatch) {
			doubtful.Confidence = 0.8
			doubtful.Evidence = append(doubtful.Evidence, fact("credssp.version", f.CredSSP.Version))
		}
		findings = append(findings, doubtful)
	}
	return findings
}

func nlaFindings(f Facts, n NLA) []Finding {
	code, side, severity := n.Code(), SideServer, Info
	switch {
	case f.Selected == LayerRDP:
		code, severity = nlaRDPSecurityOnly, Critical
	case n == NLANone:
		severity = Warning
	case n == NLAOptional:
		severity = Notice
	case n == NLAUnknown:
		side, severity = SideBetween, Notice
	}
	var evidence []string
	if f.Selected != LayerNone {
		evidence = append(evidence, fact("x224.selected", f.Selected))
	}
	if f.ResponseFlags != 0 {
		evidence = append(evidence, responseFlags(f))
	}
	if f.TLSAlone != Unknown {
		evidence = append(evidence, fact("x224.tls_alone", f.TLSAlone))
	}
	if f.TLSAloneFailure != 0 {
		evidence = append(evidence, fact("x224.tls_alone_failure", f.TLSAloneFailure))
	}
	return []Finding{observed(AreaNLA, code, side, severity, evidence...)}
}

func responseFlags(f Facts) string { return fmt.Sprintf("x224.response_flags=0x%02x", f.ResponseFlags) }

// maxSkew is what Kerberos tolerates by default (RFC 4120 1.6).
const maxSkew = 5 * time.Minute

func clockFindings(f Facts) []Finding {
	if f.NTLM == nil || f.NTLM.Time.IsZero() || f.At.IsZero() {
		return nil
	}
	code, skew := clockAhead, f.NTLM.Time.Sub(f.At)
	if skew < 0 {
		code, skew = clockBehind, -skew
	}
	if skew <= maxSkew {
		return nil
	}
	finding := observed(AreaClock, code, SideServer, Warning,
		fact("ntlm.time", f.NTLM.Time.UTC().Format(time.RFC3339)),
		fact("at", f.At.UTC().Format(time.RFC3339)))
	finding.Args = map[string]any{"skew": skew.Round(time.Second).String()}
	return []Finding{finding}
}
