package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/rdp/license"
	"github.com/fumidai/fumidai/rdp/mcs"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/rdp/x224"
)

// coded is an error of which only the code and the kind are known.
type coded struct{ code, kind string }

func (e coded) Error() string { return "coded: " + e.code }
func (e coded) Code() string  { return e.code }
func (e coded) Kind() string  { return e.kind }

// Each error leads to a cause of the closed list and to an exit status.
func TestDiagnose(t *testing.T) {
	at := func(step rdpio.Step, err error) error { return &viewer.StepError{Step: step, Err: err} }
	late := func(err error) error {
		return &viewer.StepError{Step: rdpio.StepCredSSP, Challenged: true, Err: err}
	}
	status := func(s uint32) error { return late(&credssp.StatusError{Status: s, Peer: 6}) }
	closed, silent := coded{"conn.closed", "network"}, coded{"conn.timeout", "network"}
	for _, c := range []struct {
		err    error
		cause  string
		status int
	}{
		{at(viewer.StepDial, coded{"dial.unresolved", "network"}), "network.name", 4},
		{at(viewer.StepDial, coded{"dial.refused", "network"}), "network.unreachable", 4},
		{at(viewer.StepDial, coded{"dial.timeout", "network"}), "network.unreachable", 4},
		{at(viewer.StepDial, coded{"dial.unreachable", "network"}), "network.unreachable", 4},

		{at(rdpio.StepNegotiate, closed), "network.unreachable", 4},
		{at(rdpio.StepNegotiate, silent), "network.unreachable", 4},
		{at(rdpio.StepNegotiate, &wire.Error{Struct: "TPKT"}), explain.Unknown, 4},
		{at(rdpio.StepNegotiate, &rdpio.LimitError{}), explain.Unknown, 4},
		{at(rdpio.StepNegotiate, &x224.NegotiationFailure{FailureCode: 1}), "layer.mismatch", 3},
		{at(rdpio.StepNegotiate, &x224.NegotiationFailure{FailureCode: 2}), "layer.mismatch", 3},
		{at(rdpio.StepNegotiate, &x224.NegotiationFailure{FailureCode: 3}), "certificate.missing", 3},
		{at(rdpio.StepNegotiate, &x224.NegotiationFailure{FailureCode: 5}), "nla.required", 3},
		{at(rdpio.StepNegotiate, &x224.NegotiationFailure{FailureCode: 77}), "layer.mismatch", 3},
		{at(rdpio.StepNegotiate, &rdpio.NoNLAError{}), "layer.mismatch", 3},
		{at(rdpio.StepNegotiate, &viewer.NoTLSError{}), "layer.mismatch", 3},
		{at(rdpio.StepNegotiate, &rdpio.RestrictedAdminError{}), "delegation.guard", 3},

		{at(rdpio.StepTLS, &viewer.PinError{}), "certificate.untrusted", 3},
		{at(rdpio.StepTLS, &viewer.PinError{Thumbprint: true}), "", 3},
		{at(rdpio.StepTLS, &rdpio.TLSError{Reason: rdpio.TLSVersion, Err: errors.New("x")}), "tls.mismatch", 3},
		{at(rdpio.StepTLS, &rdpio.TLSError{Reason: rdpio.TLSClosed, Err: errors.New("x")}), "certificate.missing", 3},
		{at(rdpio.StepTLS, &rdpio.TLSError{Reason: rdpio.TLSTimeout, Err: errors.New("x")}), "network.interrupted", 3},
		{at(rdpio.StepTLS, &rdpio.TLSAlertError{Alert: 40}), "tls.mismatch", 3},
		{at(rdpio.StepTLS, closed), "network.interrupted", 3},

		{at(rdpio.StepCredSSP, &credssp.PolicyError{Role: credssp.ClientRole, Level: credssp.Mitigated, Peer: 4}), "credssp.server_not_updated", 3},
		{at(rdpio.StepCredSSP, closed), "network.interrupted", 3},
		{late(closed), "credentials.wrong", 3},
		{late(&rdpio.TLSAlertError{Alert: 49}), "credentials.wrong", 3},
		{late(silent), "network.interrupted", 3},
		{late(coded{"credssp.binding.mismatch", "misbehaved"}), "", 3},
		{status(credssp.SecMessageAltered), "", 3},
		{status(credssp.StatusLogonFailure), "credentials.wrong", 3},
		{status(0xC000006A), "credentials.wrong", 3},
		{status(0xC0000064), "credentials.wrong", 3},
		{status(credssp.StatusPasswordExpired), "password.expired", 3},
		{status(credssp.StatusPasswordMustChange), "password.must_change", 3},
		{status(credssp.StatusAccountDisabled), "account.disabled", 3},
		{status(credssp.StatusAccountExpired), "account.expired", 3},
		{status(credssp.StatusAccountLockedOut), "account.locked", 3},
		{status(credssp.StatusAccountRestriction), "account.restriction", 3},
		{status(0xC000015B), "account.no_remote_right", 3},
		{status(0xC000005E), "authority.unreachable", 3},
		{status(0xC0000418), "ntlm.blocked", 3},
		{status(0xC0000133), "clock.skew", 3},
		{status(credssp.StatusNotSupported), "credssp.client_not_updated", 3},
		{status(0xC00700EA), explain.Unknown, 3}, // FreeRDP 3, interop/README.md

		{at(rdpio.StepAuthorize, &rdpio.AuthorizationError{}), "account.no_remote_right", 3},

		{at(viewer.StepSequence, &license.ErrorAlert{ErrorCode: license.ErrNoLicenseServer}), "licence", 3},
		{at(viewer.StepSequence, closed), "network.interrupted", 3},
		{at(viewer.StepSequence, &wire.Error{Struct: "x"}), explain.Unknown, 3},
		{at(viewer.StepSequence, &wire.MisuseError{}), explain.Unknown, 1},
		{at(rdpio.StepCredSSP, &credssp.MisuseError{}), explain.Unknown, 1},

		{share.ErrorInfoLogoffByUser, "", 3},
		{share.ErrorInfoIdleTimeout, "", 3},
		{share.ErrorInfoRPCInitiatedDisconnect, "", 3},
		{share.ErrorInfoDisconnectedByOtherConnection, "session.limit", 3},
		{share.ErrorInfoServerDeniedConnection, "account.no_remote_right", 3},
		{share.ErrorInfoLicenseNoLicenseServer, "licence", 3},
		{share.ErrorInfo(0x400), "broker", 3},
		{share.ErrorInfo(0x10CA), explain.Unknown, 3},
		{&mcs.DisconnectProviderUltimatum{}, "", 3},
		{closed, "network.interrupted", 3},
		{&blankError{}, "", 3},
		{&viewer.StalledError{}, "network.interrupted", 3},
		{&strayError{RedirectedError: &viewer.RedirectedError{Target: "x"}}, "broker", 3},
		{&strayError{RedirectedError: &viewer.RedirectedError{RoutingToken: []byte("x")}, followed: 3}, "broker", 3},
		{errors.New("anything"), explain.Unknown, 3},
	} {
		f := &connectFlags{policy: "mitigated", level: credssp.Mitigated, timeout: time.Second}
		got := f.diagnose(c.err, stepSession)
		cause := ""
		if got.cause != nil {
			cause = got.cause.Code
		}
		if cause != c.cause || got.status != c.status {
			t.Errorf("%v: %q and %d, want %q and %d", c.err, cause, got.status, c.cause, c.status)
		}
		for _, lang := range i18n.Langs() {
			if text := i18n.Text(lang, got.reason, got.args); hasHole(text) {
				t.Errorf("%s: %v: %q", lang, c.err, text)
			}
		}
	}
	// A server that closes on a client without the update may be one that forces.
	f := &connectFlags{level: credssp.NotUpdated}
	if got := f.diagnose(at(rdpio.StepCredSSP, closed), "x"); got.cause == nil || got.cause.Code != "credssp.client_not_updated" {
		t.Errorf("%+v", got)
	}
}

// hasHole reports a text whose key or whose value is missing.
func hasHole(text string) bool {
	for _, c := range text {
		if c == '{' || c == '}' {
			return true
		}
	}
	return text == "" || text[0] == '['
}

// Every cause of the table is in the closed list, and no line of it is dead.
func TestDiagnosesAreCauses(t *testing.T) {
	for code, d := range diagnoses {
		if d.cause != causeNone && d.cause != causeStatus && d.cause != causeStep && causeNamed(d.cause) == nil {
			t.Errorf("%s: there is no cause %s", code, d.cause)
		}
		full := code
		if code != "" && (code[len(code)-1] == '.' || code[len(code)-1] == '_') {
			full += "x"
		}
		if diagnosed(full) != d {
			t.Errorf("%s is never found", code)
		}
	}
	if d := diagnosed("dial.refused.more"); d != diagnoses[""] {
		t.Errorf("a whole code is a beginning: %+v", d)
	}
}

// A command that is interrupted says nothing and ends with 130.
func TestConnectInterrupted(t *testing.T) {
	addresses := startLab(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, cancel)
	p := &program{stdout: speechless{t}, stderr: speechless{t}, env: func(name string) string {
		return map[string]string{connectPasswordVariable: "x"}[name]
	}}
	if status := p.run(ctx, []string{"connect", addresses["SILENT"], "-u", "alice"}); status != exitInterrupted {
		t.Errorf("%d", status)
	}
}

// speechless fails the test that writes to it.
type speechless struct{ t *testing.T }

func (f speechless) Write(b []byte) (int, error) {
	f.t.Errorf("it says %q", b)
	return len(b), nil
}
