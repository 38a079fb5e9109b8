package verdict

import (
	"slices"
	"strings"

	"github.com/fumidai/fumidai/credssp"
)

// updateOf decides whether the fix is in force, and why that is known or not.
//
// The rule is inferred, strongly: each end states its own version in its own
// messages (MS-CSSP 2.2.1), and captures show hosts without the fix answer 2,
// 3 or 4 and hosts with it 5 or 6, whatever the client said.
func updateOf(f Facts) (Update, string) {
	if f.CredSSP == nil {
		return UpdateUnknown, silence(f)
	}
	levels := serverLevels(f.CredSSP.Version)
	switch {
	case len(levels) == 0:
		return UpdateUnknown, unknownVersionInvalid
	case f.CredSSP.ErrorCode != nil && f.NTLM == nil:
		// The captures behind the rule all carry a challenge. A server that
		// refuses the first message proves less than one that answers it.
		return UpdateUnknown, unknownErrorCode
	case f.NTLM == nil:
		// Nor does one that sends back something else, such as our own message.
		return UpdateUnknown, unknownNoChallenge
	case slices.Contains(levels, credssp.NotUpdated):
		return UpdateAbsent, UpdateAbsent.Code()
	}
	return UpdatePresent, UpdatePresent.Code()
}

// silence returns why there is no TSRequest to read a version from.
func silence(f Facts) string {
	switch {
	case f.Reach != ReachNotChecked && f.Reach != Reached:
		return unknownUnreached
	case f.Selected == LayerRDP:
		return unknownRDPSecurity
	case f.Selected == LayerTLS:
		return unknownTLSSecurity
	case f.Selected == LayerNone && f.Failure != 0:
		return unknownNegotiationRefused
	case f.Selected == LayerNone:
		return unknownNotChecked
	case f.Selected != LayerNLA && f.Selected != LayerNLAEx:
		return unknownOtherSecurity
	case f.TLSFailure != "":
		return unknownTLSFailed
	case strings.HasSuffix(f.CredSSPFailure, ".closed"), strings.HasSuffix(f.CredSSPFailure, ".reset"):
		return unknownClosed
	case f.CredSSPFailure != "":
		return unknownNoReply
	}
	return unknownNotChecked
}

// serverLevels returns the levels at which a server states version v as its
// own. A version above the highest known one counts as that (MS-CSSP 2.2.1).
func serverLevels(v int) []credssp.Level {
	var levels []credssp.Level
	for _, level := range credssp.Levels() {
		p, ok := credssp.Policy(credssp.ServerRole, level)
		if ok && p.Own(min(v, credssp.MaxVersion)) {
			levels = append(levels, level)
		}
	}
	return levels
}
