package verdict

import (
	"slices"

	"github.com/fumidai/fumidai/catalogue"
)

// remedies names the action for each finding that calls for one. The advice
// for an absent update depends on more than its code; see [updateActions].
var remedies = map[string]string{
	unknownNotChecked:         actionLookAgain,
	unknownUnreached:          actionReachCheck,
	unknownNegotiationRefused: actionUpdateCheckOnHost,
	unknownRDPSecurity:        actionUpdateCheckOnHost,
	unknownTLSSecurity:        actionUpdateCheckOnHost,
	unknownOtherSecurity:      actionUpdateCheckOnHost,
	unknownTLSFailed:          actionUpdateCheckOnHost,
	unknownClosed:             actionUpdateCheckOnHost,
	unknownNoReply:            actionUpdateCheckOnHost,
	unknownErrorCode:          actionUpdateCheckOnHost,
	unknownVersionInvalid:     actionUpdateCheckOnHost,
	NLAOptional.Code():        actionNLARequire,
	NLANone.Code():            actionNLAEnable,
	nlaRDPSecurityOnly:        actionNLAEnable,
	tlsCertificateMissing:     actionCertificateRenew,
	tlsFailed:                 actionTLSCheck,
	tlsOldVersion:             actionTLSEnable12,
	certificateExpired:        actionCertificateRenew,
	certificateNotYetValid:    actionCertificateRenew,
	certificateWeakKey:        actionCertificateRenew,
	certificateWeakSignature:  actionCertificateRenew,
	clockAhead:                actionClockSync,
	clockBehind:               actionClockSync,
}

// actionsOf returns what to do: the update first, the rest in the order of the
// findings, nothing twice.
func actionsOf(f Facts, v Verdict) []Action {
	var actions []Action
	if v.Update == UpdateAbsent {
		actions = updateActions(f, v.Products)
	}
	for _, finding := range v.Findings {
		code, ok := remedies[finding.Code]
		if ok && !slices.ContainsFunc(actions, func(a Action) bool { return a.Code == code }) {
			actions = append(actions, Action{Code: code})
		}
	}
	return actions
}

// updateActions returns how to bring the fix to a server that lacks it, and
// what not to do instead.
func updateActions(f Facts, p Products) []Action {
	return append(installActions(f, p),
		Action{Code: actionAvoidClientVulnerable},
		Action{Code: actionAvoidClientMitigated},
		Action{Code: actionAvoidDisableNLA})
}

func installActions(f Facts, p Products) []Action {
	if len(p.Doubts) > 0 {
		return []Action{{Code: actionUpdateIdentify}}
	}
	// A host that has the update and was not restarted answers like one
	// without it, and a restart is the shorter way.
	actions := []Action{{Code: actionUpdateRestartIfPending}}
	var fixes []catalogue.Package
	if p.Version != "" {
		fixes = catalogue.Fixes(f.NTLM.Build)
	}
	if len(fixes) == 0 {
		return append(actions, Action{Code: actionUpdateInstallAny})
	}
	var full catalogue.Package
	var securityOnly []string
	for _, fix := range fixes {
		if fix.Kind == catalogue.SecurityOnly {
			securityOnly = append(securityOnly, fix.KB)
		} else {
			full = fix // the latest one: they come in the order of their dates
		}
	}
	install := actionUpdateInstall
	if !full.Accumulates {
		install = actionUpdateInstallSingle // no later package replaces it
	}
	actions = append(actions, Action{Code: install, Args: map[string]any{
		"build": p.Version, "products": full.Products, "kb": full.KB,
	}})
	if len(securityOnly) > 0 {
		actions = append(actions, Action{Code: actionUpdateInstallSecurityOnly, Args: map[string]any{
			"kbs": securityOnly,
		}})
	}
	return actions
}
