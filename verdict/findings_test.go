package verdict_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/verdict"
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// A healthy server yields two findings and nothing to do; every case below
// changes one fact of it and names what that adds.
func TestFindings(t *testing.T) {
	certificate := func(change func(*verdict.Certificate)) func(*verdict.Facts) {
		return func(f *verdict.Facts) {
			f.Certificate = &verdict.Certificate{
				NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(0, 5, 0),
				KeyType: "RSA", KeyBits: 2048, SignatureAlgorithm: "SHA256-RSA",
			}
			change(f.Certificate)
		}
	}
	clock := func(ahead time.Duration) func(*verdict.Facts) {
		return func(f *verdict.Facts) { f.NTLM.Time = noon.Add(ahead) }
	}
	tls := func(version uint16) func(*verdict.Facts) {
		return func(f *verdict.Facts) { f.TLS = &verdict.TLS{Version: version, CipherSuite: 0xC014} }
	}
	type want struct {
		code     string
		area     verdict.Area
		side     verdict.Side
		severity verdict.Severity
		evidence []string
		args     map[string]any
		action   string
	}
	for _, c := range []struct {
		name   string
		change func(*verdict.Facts)
		want   *want
	}{
		{"healthy", func(*verdict.Facts) {}, nil},
		{"TLS 1.3", tls(0x0304), nil},
		{"TLS 1.2", tls(0x0303), nil},
		{"TLS 1.1", tls(0x0302), &want{"tls.old_version", "tls", "server", "warning",
			[]string{"tls.version=0x0302", "tls.cipher_suite=0xc014"}, map[string]any{"version": "TLS 1.1"}, "action.tls.enable_1_2"}},
		{"TLS 1.0", tls(0x0301), &want{"tls.old_version", "tls", "server", "warning",
			[]string{"tls.version=0x0301", "tls.cipher_suite=0xc014"}, map[string]any{"version": "TLS 1.0"}, "action.tls.enable_1_2"}},
		{"SSL 3.0", tls(0x0300), &want{"tls.old_version", "tls", "server", "warning",
			[]string{"tls.version=0x0300", "tls.cipher_suite=0xc014"}, map[string]any{"version": "SSL 3.0"}, "action.tls.enable_1_2"}},
		{"TLS failed later", func(f *verdict.Facts) { f.TLSFailure = "tls.x" },
			&want{"tls.failed", "tls", "between", "warning", []string{"tls.failure=tls.x"}, map[string]any{"failure": "tls.x"}, "action.tls.check"}},
		{"no certificate", func(f *verdict.Facts) { f.Failure = 3 },
			&want{"tls.certificate_missing", "tls", "server", "warning", []string{"x224.failure=3"}, nil, "action.certificate.renew"}},

		{"good certificate", certificate(func(*verdict.Certificate) {}), nil},
		{"expires this moment", certificate(func(c *verdict.Certificate) { c.NotAfter = noon }), nil},
		{"expired", certificate(func(c *verdict.Certificate) { c.NotAfter = noon.Add(-time.Second) }),
			&want{"certificate.expired", "certificate", "server", "warning",
				[]string{"certificate.not_after=2026-11-01"}, map[string]any{"date": "2026-11-01"}, "action.certificate.renew"}},
		{"valid from this moment", certificate(func(c *verdict.Certificate) { c.NotBefore = noon }), nil},
		{"not yet valid", certificate(func(c *verdict.Certificate) { c.NotBefore = noon.Add(time.Second) }),
			&want{"certificate.not_yet_valid", "certificate", "server", "warning",
				[]string{"certificate.not_before=2026-11-01"}, map[string]any{"date": "2026-11-01"}, "action.certificate.renew"}},
		{"2047 bits", certificate(func(c *verdict.Certificate) { c.KeyBits = 2047 }),
			&want{"certificate.weak_key", "certificate", "server", "warning",
				[]string{"certificate.key_bits=2047"}, map[string]any{"bits": 2047}, "action.certificate.renew"}},
		{"unknown key length", certificate(func(c *verdict.Certificate) { c.KeyBits = 0 }), nil},
		{"short, but not RSA", certificate(func(c *verdict.Certificate) { c.KeyType, c.KeyBits = "ECDSA", 256 }), nil},
		{"SHA-1", certificate(func(c *verdict.Certificate) { c.SignatureAlgorithm = "SHA1-RSA" }),
			&want{"certificate.weak_signature", "certificate", "server", "notice",
				[]string{"certificate.signature=SHA1-RSA"}, map[string]any{"algorithm": "SHA1-RSA"}, "action.certificate.renew"}},
		{"MD5", certificate(func(c *verdict.Certificate) { c.SignatureAlgorithm = "MD5-RSA" }),
			&want{"certificate.weak_signature", "certificate", "server", "notice",
				[]string{"certificate.signature=MD5-RSA"}, map[string]any{"algorithm": "MD5-RSA"}, "action.certificate.renew"}},
		{"MD2", certificate(func(c *verdict.Certificate) { c.SignatureAlgorithm = "MD2-RSA" }),
			&want{"certificate.weak_signature", "certificate", "server", "notice",
				[]string{"certificate.signature=MD2-RSA"}, map[string]any{"algorithm": "MD2-RSA"}, "action.certificate.renew"}},
		{"self-signed with SHA-1", certificate(func(c *verdict.Certificate) { c.SelfSigned = true; c.SignatureAlgorithm = "ECDSA-SHA1" }),
			&want{"certificate.weak_signature", "certificate", "server", "info",
				[]string{"certificate.signature=ECDSA-SHA1"}, map[string]any{"algorithm": "ECDSA-SHA1"}, "action.certificate.renew"}},

		{"clock five minutes ahead", clock(5 * time.Minute), nil},
		{"clock five minutes behind", clock(-5 * time.Minute), nil},
		{"clock ahead", clock(5*time.Minute + time.Second), &want{"clock.ahead", "clock", "server", "warning",
			[]string{"ntlm.time=2026-11-01T12:05:01Z", "at=2026-11-01T12:00:00Z"}, map[string]any{"skew": "5m1s"}, "action.clock.sync"}},
		{"clock behind", clock(-5*time.Minute - time.Second), &want{"clock.behind", "clock", "server", "warning",
			[]string{"ntlm.time=2026-11-01T11:54:59Z", "at=2026-11-01T12:00:00Z"}, map[string]any{"skew": "5m1s"}, "action.clock.sync"}},
		{"clock not given", func(f *verdict.Facts) { f.NTLM.Time = time.Time{} }, nil},

		{"version 7", func(f *verdict.Facts) { f.CredSSP.Version = 7 }, &want{"credssp.version_above_known", "credssp", "server", "info",
			[]string{"credssp.version=7"}, map[string]any{"version": 7, "known": 6}, ""}},
		{"odd encoding", func(f *verdict.Facts) { f.CredSSP.Oddities = []string{"a.b", "c.d"} },
			&want{"credssp.odd_reply", "credssp", "server", "info",
				[]string{"credssp.oddity=a.b", "credssp.oddity=c.d"}, nil, ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := answering(6, 10, 0, 17763)
			c.change(&f)
			v := verdict.Decide(f)
			if c.want == nil {
				same(t, "findings", findingCodes(v), "update.present nla.required")
				same(t, "actions", actionCodes(v), "")
				return
			}
			if len(v.Findings) != 3 {
				t.Errorf("findings: %s", findingCodes(v))
			}
			got := find(t, v, c.want.code)
			same(t, "finding", got, verdict.Finding{
				Code: c.want.code, Area: c.want.area, Side: c.want.side, Severity: c.want.severity,
				Confidence: 1, Mark: catalogue.Confirmed, Evidence: c.want.evidence, Args: c.want.args,
			})
			same(t, "actions", actionCodes(v), c.want.action)
		})
	}
}

// Without the time of the look nothing can be said about dates.
func TestNoTimeNoDates(t *testing.T) {
	f := answering(6, 10, 0, 17763)
	f.At = time.Time{}
	f.Certificate = &verdict.Certificate{NotBefore: noon, NotAfter: noon}
	same(t, "findings", findingCodes(verdict.Decide(f)), "update.present nla.required")
	f.At, f.Certificate = noon, nil
	f.NTLM.Time = time.Time{}
	same(t, "findings", findingCodes(verdict.Decide(f)), "update.present nla.required")
}

func TestReachFindings(t *testing.T) {
	for reach, side := range map[verdict.Reach]verdict.Side{
		verdict.Refused: "between", verdict.Closed: "between",
		verdict.Timeout: "network", verdict.Unresolved: "network", verdict.Unreachable: "network",
		verdict.Silent: "server", verdict.NotRDP: "server",
	} {
		v := verdict.Decide(verdict.Facts{Reach: reach, ReachDetail: "net.x"})
		same(t, "codes", findingCodes(v), reach.Code()+" update.unknown.unreached nla.unknown")
		same(t, "finding", v.Findings[0], verdict.Finding{
			Code: reach.Code(), Area: verdict.AreaReach, Side: side, Severity: verdict.Warning,
			Confidence: 1, Mark: catalogue.Confirmed,
			Evidence: []string{"reach=" + string(reach), "reach.detail=net.x"},
		})
		same(t, "actions", actionCodes(v), "action.reach.check")
	}
	v := verdict.Decide(verdict.Facts{Reach: verdict.Timeout})
	same(t, "evidence without detail", v.Findings[0].Evidence, []string{"reach=timeout"})
	for _, reach := range []verdict.Reach{verdict.ReachNotChecked, verdict.Reached} {
		v := verdict.Decide(verdict.Facts{Reach: reach})
		same(t, "codes", findingCodes(v), "update.unknown.not_checked nla.unknown")
		same(t, "actions", actionCodes(v), "action.look_again")
	}
}

func TestWorst(t *testing.T) {
	v := verdict.Verdict{Findings: []verdict.Finding{
		{Area: verdict.AreaTLS, Severity: verdict.Notice},
		{Area: verdict.AreaTLS, Severity: verdict.Warning},
		{Area: verdict.AreaTLS, Severity: verdict.Info},
		{Area: verdict.AreaNLA, Severity: verdict.Critical},
		{Area: verdict.AreaClock, Severity: verdict.Info},
	}}
	for area, want := range map[verdict.Area]verdict.Severity{
		verdict.AreaTLS: verdict.Warning, verdict.AreaNLA: verdict.Critical,
		verdict.AreaClock: verdict.Info, verdict.AreaReach: "",
	} {
		if got := v.Worst(area); got != want {
			t.Errorf("%s: %q, want %q", area, got, want)
		}
	}
	order := []verdict.Severity{"", verdict.Info, verdict.Notice, verdict.Warning, verdict.Critical}
	for i, s := range order {
		if s.Rank() != i {
			t.Errorf("rank of %q = %d, want %d", s, s.Rank(), i)
		}
	}
}
