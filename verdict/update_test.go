package verdict_test

import (
	"testing"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/verdict"
)

func TestUpdate(t *testing.T) {
	nla := verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLA}
	for _, c := range []struct {
		name     string
		facts    verdict.Facts
		update   verdict.Update
		reason   string
		severity verdict.Severity
		side     verdict.Side
	}{
		{"version 2", answering(2, 0, 0, 0), "absent", "update.absent", "critical", "server"},
		{"version 3", answering(3, 0, 0, 0), "absent", "update.absent", "critical", "server"},
		{"version 4", answering(4, 0, 0, 0), "absent", "update.absent", "critical", "server"},
		{"version 5", answering(5, 0, 0, 0), "present", "update.present", "info", "server"},
		{"version 6", answering(6, 0, 0, 0), "present", "update.present", "info", "server"},
		{"version 7", answering(7, 0, 0, 0), "present", "update.present", "info", "server"},
		{"version 1", answering(1, 0, 0, 0), "unknown", "update.unknown.version_invalid", "warning", "server"},
		{"version 0", answering(0, 0, 0, 0), "unknown", "update.unknown.version_invalid", "warning", "server"},
		{"negative version", answering(-6, 0, 0, 0), "unknown", "update.unknown.version_invalid", "warning", "server"},
		{"a reply without a challenge and without an error",
			with(answering(6, 0, 0, 0), func(f *verdict.Facts) { f.NTLM = nil }),
			"unknown", "update.unknown.no_challenge", "warning", "between"},
		{"an error beside a challenge",
			with(answering(4, 0, 0, 0), func(f *verdict.Facts) { f.CredSSP.ErrorCode = ptr(0xC000006D) }),
			"absent", "update.absent", "critical", "server"},
		{"an error before a challenge",
			with(answering(6, 0, 0, 0), func(f *verdict.Facts) { f.NTLM = nil; f.CredSSP.ErrorCode = ptr(0xC0000418) }),
			"unknown", "update.unknown.error_code", "warning", "server"},

		{"nothing", verdict.Facts{}, "unknown", "update.unknown.not_checked", "warning", "between"},
		{"reached, nothing more", verdict.Facts{Reach: verdict.Reached},
			"unknown", "update.unknown.not_checked", "warning", "between"},
		{"NLA selected, nothing more", nla, "unknown", "update.unknown.not_checked", "warning", "between"},
		{"refused", verdict.Facts{Reach: verdict.Refused}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"timeout", verdict.Facts{Reach: verdict.Timeout}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"unresolved", verdict.Facts{Reach: verdict.Unresolved}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"unreachable", verdict.Facts{Reach: verdict.Unreachable}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"closed", verdict.Facts{Reach: verdict.Closed}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"silent", verdict.Facts{Reach: verdict.Silent}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"not RDP", verdict.Facts{Reach: verdict.NotRDP}, "unknown", "update.unknown.unreached", "notice", "network"},
		{"negotiation refused", verdict.Facts{Reach: verdict.Reached, Failure: 3},
			"unknown", "update.unknown.negotiation_refused", "warning", "server"},
		{"standard RDP security", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP},
			"unknown", "update.unknown.rdp_security", "notice", "server"},
		{"standard RDP security by a failure code", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerRDP, Failure: 2},
			"unknown", "update.unknown.rdp_security", "notice", "server"},
		{"TLS alone", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerTLS},
			"unknown", "update.unknown.tls_security", "notice", "server"},
		{"TLS alone, and it failed", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerTLS, TLSFailure: "tls.alert"},
			"unknown", "update.unknown.tls_security", "notice", "server"},
		{"something else selected", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerOther},
			"unknown", "update.unknown.other_security", "warning", "server"},
		{"TLS failed", with(nla, func(f *verdict.Facts) { f.TLSFailure = "tls.alert" }),
			"unknown", "update.unknown.tls_failed", "warning", "between"},
		{"TLS failed with HYBRID_EX", verdict.Facts{Reach: verdict.Reached, Selected: verdict.LayerNLAEx, TLSFailure: "tls.alert"},
			"unknown", "update.unknown.tls_failed", "warning", "between"},
		{"closed without a reply", with(nla, func(f *verdict.Facts) { f.CredSSPFailure = "conn.closed" }),
			"unknown", "update.unknown.closed", "warning", "between"},
		{"reset instead of a reply", with(nla, func(f *verdict.Facts) { f.CredSSPFailure = "conn.reset" }),
			"unknown", "update.unknown.closed", "warning", "between"},
		{"no reply for another reason", with(nla, func(f *verdict.Facts) { f.CredSSPFailure = "conn.timeout" }),
			"unknown", "update.unknown.no_reply", "warning", "between"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verdict.Decide(c.facts)
			if v.Update != c.update || v.Reason != c.reason {
				t.Fatalf("%s by %s, want %s by %s", v.Update, v.Reason, c.update, c.reason)
			}
			f := find(t, v, v.Reason)
			if f.Area != verdict.AreaCredSSP || f.Severity != c.severity || f.Side != c.side {
				t.Errorf("finding %s, %s, %s; want credssp, %s, %s", f.Area, f.Severity, f.Side, c.severity, c.side)
			}
			mark, confidence := catalogue.Inferred, 0.95
			if c.update == verdict.UpdateUnknown {
				mark, confidence = catalogue.Confirmed, 1
			}
			if f.Mark != mark || f.Confidence != confidence {
				t.Errorf("mark %s, confidence %v; want %s, %v", f.Mark, f.Confidence, mark, confidence)
			}
		})
	}
}

func TestUpdateEvidence(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts verdict.Facts
		want  []string
		args  map[string]any
	}{
		{"a reply", answering(4, 10, 0, 14393),
			[]string{"x224.selected=nla_ex", "credssp.version=4", "ntlm.version=10.0.14393", "note.tls_terminator"},
			map[string]any{"version": 4}},
		{"an error code", with(answering(6, 0, 0, 0), func(f *verdict.Facts) { f.NTLM = nil; f.CredSSP.ErrorCode = ptr(0xC0000418) }),
			[]string{"x224.selected=nla_ex", "credssp.version=6", "credssp.error_code=0xC0000418"},
			map[string]any{"version": 6, "status": "0xC0000418"}},
		{"not reached", verdict.Facts{Reach: verdict.Silent}, []string{"reach=silent"}, map[string]any{}},
		{"refused", verdict.Facts{Reach: verdict.Reached, Failure: 4},
			[]string{"x224.failure=4"}, map[string]any{"failure": uint32(4)}},
		{"TLS failed", verdict.Facts{Selected: verdict.LayerNLA, TLSFailure: "tls.x"},
			[]string{"x224.selected=nla", "tls.failure=tls.x"}, map[string]any{"failure": "tls.x"}},
		{"no reply", verdict.Facts{Selected: verdict.LayerNLA, CredSSPFailure: "a.timeout"},
			[]string{"x224.selected=nla", "credssp.failure=a.timeout"}, map[string]any{"failure": "a.timeout"}},
		{"nothing", verdict.Facts{Reach: verdict.Reached}, nil, map[string]any{}},
	} {
		v := verdict.Decide(c.facts)
		f := find(t, v, v.Reason)
		same(t, c.name+" evidence", f.Evidence, c.want)
		same(t, c.name+" args", f.Args, c.args)
	}
}

func TestNLA(t *testing.T) {
	for _, c := range []struct {
		selected verdict.Layer
		tlsAlone verdict.Tri
		failure  uint32
		want     verdict.NLA
		code     string
		severity verdict.Severity
		side     verdict.Side
	}{
		{verdict.LayerNLA, verdict.No, 5, "required", "nla.required", "info", "server"},
		{verdict.LayerNLAEx, verdict.No, 5, "required", "nla.required", "info", "server"},
		{verdict.LayerNone, verdict.No, 5, "required", "nla.required", "info", "server"},
		{verdict.LayerNLA, verdict.Yes, 0, "optional", "nla.optional", "notice", "server"},
		{verdict.LayerNLAEx, verdict.Yes, 0, "optional", "nla.optional", "notice", "server"},
		{verdict.LayerNLA, verdict.Unknown, 0, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerNLA, verdict.Unknown, 5, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerNLA, verdict.No, 0, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerNLA, verdict.No, 2, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerNone, verdict.Yes, 0, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerOther, verdict.Yes, 0, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerNone, verdict.Unknown, 0, "unknown", "nla.unknown", "notice", "between"},
		{verdict.LayerTLS, verdict.Unknown, 0, "none", "nla.none", "warning", "server"},
		{verdict.LayerTLS, verdict.No, 5, "none", "nla.none", "warning", "server"},
		{verdict.LayerRDP, verdict.Unknown, 0, "none", "nla.rdp_security_only", "critical", "server"},
	} {
		v := verdict.Decide(verdict.Facts{Selected: c.selected, TLSAlone: c.tlsAlone, TLSAloneFailure: c.failure})
		if v.NLA != c.want {
			t.Errorf("%+v: %s", c, v.NLA)
		}
		f := find(t, v, c.code)
		if f.Area != verdict.AreaNLA || f.Severity != c.severity || f.Side != c.side || f.Confidence != 1 {
			t.Errorf("%+v: %+v", c, f)
		}
	}
	v := verdict.Decide(verdict.Facts{
		Selected: verdict.LayerNLA, ResponseFlags: 0x1F, TLSAlone: verdict.No, TLSAloneFailure: 5,
	})
	same(t, "evidence", find(t, v, "nla.required").Evidence, []string{
		"x224.selected=nla", "x224.response_flags=0x1f", "x224.tls_alone=no", "x224.tls_alone_failure=5",
	})
}
