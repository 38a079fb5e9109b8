package verdict

import (
	"slices"

	"github.com/fumidai/fumidai/credssp"
)

// Why the state of the update is unknown.
const (
	unknownNotChecked         = "update.unknown.not_checked"
	unknownUnreached          = "update.unknown.unreached"
	unknownNegotiationRefused = "update.unknown.negotiation_refused"
	unknownRDPSecurity        = "update.unknown.rdp_security"
	unknownTLSSecurity        = "update.unknown.tls_security"
	unknownOtherSecurity      = "update.unknown.other_security"
	unknownTLSFailed          = "update.unknown.tls_failed"
	unknownClosed             = "update.unknown.closed"
	unknownNoReply            = "update.unknown.no_reply"
	unknownErrorCode          = "update.unknown.error_code"
	unknownNoChallenge        = "update.unknown.no_challenge"
	unknownVersionInvalid     = "update.unknown.version_invalid"
)

// Findings whose codes are not the words of a type.
const (
	credsspVersionAboveKnown  = "credssp.version_above_known"
	credsspOddReply           = "credssp.odd_reply"
	updateInstalledNotInForce = "update.installed_not_in_force"
	productDoubtful           = "product.doubtful"
	nlaRDPSecurityOnly        = "nla.rdp_security_only"
	nlaRDPSecurityAccepted    = "nla.rdp_security_accepted"
	nlaRDSTLSAccepted         = "nla.rdstls_accepted"
	nlaRDSAADAccepted         = "nla.rdsaad_accepted"
	nlaRestrictedAdmin        = "nla.restricted_admin"
	nlaRemoteGuard            = "nla.remote_guard"
	rdpEncryptionWeak         = "rdp.encryption_weak"
	tlsCertificateMissing     = "tls.certificate_missing"
	tlsFailed                 = "tls.failed"
	tlsOldVersion             = "tls.old_version"
	tlsOldAccepted            = "tls.old_accepted"
	tlsSSL3Accepted           = "tls.ssl3_accepted"
	tlsRC4Accepted            = "tls.rc4_accepted"
	tlsTripleDESAccepted      = "tls.triple_des_accepted"
	betweenTLSTerminator      = "between.tls_terminator"
	certificateExpired        = "certificate.expired"
	certificateNotYetValid    = "certificate.not_yet_valid"
	certificateWeakKey        = "certificate.weak_key"
	certificateWeakSignature  = "certificate.weak_signature"
	clockAhead                = "clock.ahead"
	clockBehind               = "clock.behind"
)

// What speaks against a server's word about its build.
const (
	doubtBuildUnknown    = "note.build_unknown"
	doubtVersionMismatch = "note.version_mismatch"
	doubtRevision        = "note.ntlm_revision"
)

// noteTLSTerminator: whatever ends TLS is what answered.
const noteTLSTerminator = "note.tls_terminator"

// What suggests that something in front of the server ends TLS.
const (
	noteForeignCertificate = "note.foreign_certificate"
	noteTLSTooNew          = "note.tls_too_new"
)

// What to do, and what not.
const (
	actionUpdateRestartIfPending    = "action.update.restart_if_pending"
	actionUpdateRestart             = "action.update.restart"
	actionUpdateSaveNetwork         = "action.update.save_network"
	actionUpdateFileMissing         = "action.update.file_missing"
	actionUpdateInstallFirst        = "action.update.install_first"
	actionUpdateInstall             = "action.update.install"
	actionUpdateInstallSingle       = "action.update.install_single"
	actionUpdateInstallLast         = "action.update.install_last"
	actionUpdateInstallLicensed     = "action.update.install_licensed"
	actionUpdateInstallSmallest     = "action.update.install_smallest"
	actionUpdateInstallSecurityOnly = "action.update.install_security_only"
	actionUpdateInstallAny          = "action.update.install_any"
	actionUpdateSetMitigated        = "action.update.set_mitigated"
	actionUpdateIdentify            = "action.update.identify"
	actionUpdateCheckOnHost         = "action.update.check_on_host"
	actionAvoidClientVulnerable     = "action.avoid.client_vulnerable"
	actionAvoidClientMitigated      = "action.avoid.client_mitigated"
	actionAvoidDisableNLA           = "action.avoid.disable_nla"
	actionLookAgain                 = "action.look_again"
	actionReachCheck                = "action.reach.check"
	actionNLARequire                = "action.nla.require"
	actionNLAEnable                 = "action.nla.enable"
	actionTLSCheck                  = "action.tls.check"
	actionTLSEnable12               = "action.tls.enable_1_2"
	actionTLSDisableOld             = "action.tls.disable_old"
	actionCertificateRenew          = "action.certificate.renew"
	actionClockSync                 = "action.clock.sync"
)

// The texts of mstsc.
const (
	mstscOracleRemediation    = "mstsc.oracle_remediation"
	mstscFunctionNotSupported = "mstsc.function_not_supported"
)

// Codes returns every code that this package can emit, sorted.
func Codes() []string {
	codes := []string{
		unknownNotChecked, unknownUnreached, unknownNegotiationRefused, unknownRDPSecurity,
		unknownTLSSecurity, unknownOtherSecurity, unknownTLSFailed, unknownClosed,
		unknownNoReply, unknownErrorCode, unknownNoChallenge, unknownVersionInvalid,

		credsspVersionAboveKnown, credsspOddReply, updateInstalledNotInForce, productDoubtful,
		nlaRDPSecurityOnly, nlaRDPSecurityAccepted, nlaRDSTLSAccepted, nlaRDSAADAccepted,
		nlaRestrictedAdmin, nlaRemoteGuard, rdpEncryptionWeak,
		tlsCertificateMissing, tlsFailed, tlsOldVersion, tlsOldAccepted, tlsSSL3Accepted,
		tlsRC4Accepted, tlsTripleDESAccepted, betweenTLSTerminator,
		certificateExpired, certificateNotYetValid, certificateWeakKey, certificateWeakSignature,
		clockAhead, clockBehind,

		doubtBuildUnknown, doubtVersionMismatch, doubtRevision, noteTLSTerminator,
		noteForeignCertificate, noteTLSTooNew,

		actionUpdateRestart, actionUpdateRestartIfPending,
		actionUpdateSaveNetwork, actionUpdateFileMissing, actionUpdateInstallFirst,
		actionUpdateInstall, actionUpdateInstallSingle, actionUpdateInstallLast, actionUpdateInstallLicensed,
		actionUpdateInstallSmallest, actionUpdateInstallSecurityOnly, actionUpdateSetMitigated,
		actionUpdateInstallAny, actionUpdateIdentify, actionUpdateCheckOnHost,
		actionAvoidClientVulnerable, actionAvoidClientMitigated, actionAvoidDisableNLA,
		actionLookAgain, actionReachCheck, actionNLARequire, actionNLAEnable,
		actionTLSCheck, actionTLSEnable12, actionTLSDisableOld, actionCertificateRenew, actionClockSync,

		mstscOracleRemediation, mstscFunctionNotSupported,
	}
	for _, r := range []Reach{
		ReachNotChecked, Reached, Refused, Timeout, Unresolved, Unreachable, Closed, Silent, NotRDP,
	} {
		codes = append(codes, r.Code())
	}
	for _, u := range []Update{UpdatePresent, UpdateAbsent, UpdateUnknown} {
		codes = append(codes, u.Code())
	}
	for _, n := range []NLA{NLARequired, NLAOptional, NLANone, NLAUnknown} {
		codes = append(codes, n.Code())
	}
	for _, o := range []Outcome{
		Connects, ConnectsInsecurely, RefusedByClient, RefusedByServer,
		DependsOnServerPolicy, NotByCredSSP, OutcomeUnknown,
	} {
		codes = append(codes, o.Code())
	}
	for _, l := range credssp.Levels() {
		codes = append(codes, LevelCode(l))
	}
	slices.Sort(codes)
	return codes
}
