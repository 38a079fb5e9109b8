package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// failure is why a connection did not do what it was told.
type failure struct {
	step   rdpio.Step
	awaits string // in the connection sequence: the message that was awaited
	code   string // of the error, stable
	reason string // the key of a sentence about it
	args   map[string]any
	cause  *explain.Cause // nil: there is nothing more to explain
	status int
}

// A diagnosis is the sentence about an error and the cause behind it.
type diagnosis struct{ reason, cause string }

// Causes that are not in the closed list of package explain.
const (
	causeNone   = ""       // the sentence says all there is
	causeStatus = "status" // explain knows the number in the error
	causeStep   = "step"   // it depends on the step
)

// diagnoses are by the code of the error. One that ends with a dot or an underscore
// stands for all that begin so; the longest counts.
var diagnoses = map[string]diagnosis{
	"dial.unresolved":  {"reach.unresolved", "network.name"},
	"dial.refused":     {"reach.refused", "network.unreachable"},
	"dial.timeout":     {"reach.timeout", "network.unreachable"},
	"dial.unreachable": {"reach.unreachable", "network.unreachable"},

	"conn.timeout": {"ui.connect.reason.silent", causeStep},
	"conn.":        {"ui.connect.reason.closed", causeStep},

	"x224.failure.hybrid_required":        {"ui.connect.reason.negotiation", "nla.required"},
	"x224.failure.ssl_cert_not_on_server": {"ui.connect.reason.negotiation", "certificate.missing"},
	"x224.failure.":                       {"ui.connect.reason.negotiation", "layer.mismatch"},
	"rdpio.no_nla":                        {"ui.connect.reason.no_nla", "layer.mismatch"},
	"viewer.no_tls":                       {"ui.connect.reason.no_tls", "layer.mismatch"},
	"rdpio.restricted_admin.not_offered":  {"ui.connect.reason.restricted_admin", "delegation.guard"},

	"viewer.pin.mismatch":     {"ui.connect.reason.pin", "certificate.untrusted"},
	"tls.alert.access_denied": {"ui.connect.reason.alert", "credentials.wrong"}, // MS-RDPBCGR 5.4.5.2
	"tls.alert.":              {"ui.connect.reason.alert", "tls.mismatch"},
	"tls.version":             {"ui.connect.reason.tls", "tls.mismatch"},
	"tls.certificate":         {"ui.connect.reason.tls", "certificate.missing"},
	"tls.closed":              {"ui.connect.reason.closed", "certificate.missing"},
	"tls.timeout":             {"ui.connect.reason.silent", "network.interrupted"},
	"tls.":                    {"ui.connect.reason.tls", "tls.mismatch"},

	"credssp.version.refused":    {"ui.connect.reason.policy", "credssp.server_not_updated"},
	"credssp.status":             {"ui.connect.reason.status", causeStatus},
	"credssp.binding.mismatch":   {"ui.connect.reason.binding", causeNone},
	"rdpio.authorization.denied": {"ui.connect.reason.authorization", "account.no_remote_right"},

	"license.": {"ui.connect.reason.licence", "licence"},

	"mcs.disconnected": {"ui.connect.reason.left", causeNone},
	"rdp.error_info.disconnected_by_other_connection":  {"ui.connect.reason.ended", "session.limit"},
	"rdp.error_info.server_denied_connection":          {"ui.connect.reason.ended", "account.no_remote_right"},
	"rdp.error_info.server_insufficient_privileges":    {"ui.connect.reason.ended", "account.no_remote_right"},
	"rdp.error_info.server_fresh_credentials_required": {"ui.connect.reason.ended", "credentials.wrong"},
	"rdp.error_info.idle_timeout":                      {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.logon_timeout":                     {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.logoff_by_user":                    {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.rpc_initiated_":                    {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.server_shutdown":                   {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.server_reboot":                     {"ui.connect.reason.ended", causeNone},
	"rdp.error_info.license_":                          {"ui.connect.reason.ended", "licence"},
	"rdp.error_info.cb_":                               {"ui.connect.reason.ended", "broker"},
	"rdp.error_info.":                                  {"ui.connect.reason.ended", explain.Unknown},

	"viewer.stalled":    {"ui.connect.reason.silent", "network.interrupted"},
	"viewer.redirected": {"ui.connect.reason.redirected", "broker"},
	"connect.blank":     {"ui.connect.reason.blank", causeNone},
	"":                  {"ui.connect.reason.other", explain.Unknown},
}

// diagnosed finds the longest beginning of a code in the table.
func diagnosed(code string) diagnosis {
	best := ""
	for known := range diagnoses {
		whole := known == code || strings.HasSuffix(known, ".") || strings.HasSuffix(known, "_")
		if whole && strings.HasPrefix(code, known) && len(known) > len(best) {
			best = known
		}
	}
	return diagnoses[best]
}

// diagnose puts an error of a connection into words and finds its cause.
func (f *connectFlags) diagnose(err error, at rdpio.Step) *failure {
	out := &failure{step: at, code: "connect.unknown", status: exitFindings,
		args: map[string]any{"policy": f.policy, "timeout": f.timeout.String(), "error": err.Error()}}
	var typed interface {
		error
		Code() string
		Kind() string
	}
	kind := ""
	if errors.As(err, &typed) {
		out.code, kind = typed.Code(), typed.Kind()
		if with, ok := typed.(interface{ Args() map[string]any }); ok {
			maps.Copy(out.args, with.Args())
		}
	}
	var step *viewer.StepError
	if errors.As(err, &step) {
		out.step, out.awaits = step.Step, step.Awaits
	}
	d := diagnosed(out.code)
	var stray *strayError
	var pin *viewer.PinError
	var status *credssp.StatusError
	if name, ok := strings.CutPrefix(out.code, "x224.failure."); ok {
		out.args["name"] = strings.ToUpper(name)
	}
	switch {
	case errors.As(err, &stray) && stray.RoutingToken != nil:
		d.reason, out.args["followed"] = "ui.connect.reason.stray", stray.followed
	case errors.As(err, &pin) && pin.Thumbprint:
		d = diagnosis{"ui.connect.reason.thumbprint", causeNone}
	case errors.As(err, &status) && status.Status == credssp.SecMessageAltered && step != nil && step.Challenged:
		d = diagnosis{"ui.connect.reason.altered", causeNone} // the answer to our proof of the key
	case d.cause == causeStep && step != nil && step.Challenged && out.code != "conn.timeout":
		d = diagnosis{"ui.connect.reason.rejected", "credentials.wrong"}
	case kind == "misuse", kind == "bug" && !strings.HasPrefix(out.code, "rdp.error_info."):
		out.status = exitFailure // not about the server at all
	case out.step == viewer.StepDial,
		out.step == rdpio.StepNegotiate && (kind == "network" || kind == "malformed" || out.code == "rdpio.limit"):
		out.status = exitUnreachable // as check has it: no X.224 answer came
	}
	out.reason, out.cause = d.reason, causeNamed(f.cause(d.cause, out, step))
	return out
}

// cause decides what the table leaves open.
func (f *connectFlags) cause(listed string, out *failure, step *viewer.StepError) string {
	switch {
	case listed == causeStatus:
		return explain.Explain(fmt.Sprint("rdp errorCode ", out.args["status"], " ", out.args["name"]), explain.Observation{})[0].Code
	case listed != causeStep:
		return listed
	case step == nil || step.Step == viewer.StepSequence:
		return "network.interrupted"
	case step.Step == rdpio.StepNegotiate:
		return "network.unreachable"
	case step.Step == rdpio.StepCredSSP && f.level == credssp.NotUpdated:
		return "credssp.client_not_updated"
	}
	return "network.interrupted"
}

// causeNamed finds a cause of the closed list, nil for none.
func causeNamed(code string) *explain.Cause {
	all := explain.Causes()
	i := slices.IndexFunc(all, func(c explain.Cause) bool { return c.Code == code })
	if i < 0 {
		return nil
	}
	return &all[i]
}
