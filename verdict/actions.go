package verdict

import "slices"

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
	unknownNoChallenge:        actionUpdateCheckOnHost,
	unknownVersionInvalid:     actionUpdateCheckOnHost,
	NLAOptional.Code():        actionNLARequire,
	NLANone.Code():            actionNLAEnable,
	nlaRDPSecurityOnly:        actionNLAEnable,
	tlsCertificateMissing:     actionCertificateRenew,
	tlsFailed:                 actionTLSCheck,
	nlaRDPSecurityAccepted:    actionNLAEnable,
	tlsOldVersion:             actionTLSEnable12,
	tlsOldAccepted:            actionTLSDisableOld,
	tlsSSL3Accepted:           actionTLSDisableOld,
	tlsRC4Accepted:            actionTLSDisableOld,
	tlsTripleDESAccepted:      actionTLSDisableOld,
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
