package verdict_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

var (
	reaches = []verdict.Reach{
		verdict.ReachNotChecked, verdict.Reached, verdict.Refused, verdict.Timeout, verdict.Unresolved,
		verdict.Unreachable, verdict.Closed, verdict.Silent, verdict.NotRDP,
	}
	layers = []verdict.Layer{
		verdict.LayerNone, verdict.LayerRDP, verdict.LayerTLS, verdict.LayerNLA, verdict.LayerNLAEx, verdict.LayerOther,
	}
	replies = []*verdict.CredSSP{
		nil, {Version: -1}, {Version: 0}, {Version: 1}, {Version: 2}, {Version: 3}, {Version: 4},
		{Version: 5}, {Version: 6}, {Version: 7}, {Version: 6, ErrorCode: ptr(0xC0000418), Oddities: []string{"a.b"}},
	}
	challenges = []*verdict.NTLM{
		nil,
		{Time: noon.Add(time.Hour)},
		{VersionPresent: true, Major: 10, Build: 14393, Revision: 0x0F, Time: noon.Add(-time.Hour)},
		{VersionPresent: true, Major: 6, Minor: 1, Build: 7601, Revision: 0x0F},
		{VersionPresent: true, Major: 6, Minor: 1, Build: 7600, Revision: 0x0F},
		{VersionPresent: true, Major: 6, Build: 6002, Revision: 0x0F},
		{VersionPresent: true, Major: 6, Minor: 3, Build: 9600, Revision: 0x0F},
		{VersionPresent: true, Major: 10, Build: 10586, Revision: 0x0F},
		{VersionPresent: true, Major: 10, Build: 1, Revision: 1},
	}
	broken = []func(*verdict.Facts){
		func(*verdict.Facts) {},
		func(f *verdict.Facts) { f.TLSFailure = "tls.x" },
		func(f *verdict.Facts) { f.CredSSPFailure = "credssp.closed" },
		func(f *verdict.Facts) { f.CredSSPFailure = "credssp.timeout" },
		func(f *verdict.Facts) { f.InstalledKBs = []string{"KB4103723"} },
		func(f *verdict.Facts) { f.Failure = 3 },
		func(f *verdict.Facts) { f.TLSAlone = verdict.Yes },
		func(f *verdict.Facts) { f.TLSAlone, f.TLSAloneFailure = verdict.No, 5 },
		func(f *verdict.Facts) { f.TLS = &verdict.TLS{Version: 0x0301} },
		func(f *verdict.Facts) {
			f.Certificate = &verdict.Certificate{
				NotBefore: noon.Add(time.Hour), NotAfter: noon.Add(-time.Hour),
				KeyType: "RSA", KeyBits: 1024, SignatureAlgorithm: "SHA1-RSA",
			}
		},
		weakAllOver,
	}
)

// combinations calls do with every combination of the values above.
func combinations(do func(verdict.Facts, verdict.Verdict)) {
	for _, reach := range reaches {
		for _, layer := range layers {
			for _, reply := range replies {
				for _, challenge := range challenges {
					for _, change := range broken {
						f := verdict.Facts{Reach: reach, Selected: layer, CredSSP: reply, NTLM: challenge, At: noon}
						change(&f)
						do(f, verdict.Decide(f))
					}
				}
			}
		}
	}
}

func TestUnknownIsNeverOK(t *testing.T) {
	combinations(func(f verdict.Facts, v verdict.Verdict) {
		if f.CredSSP == nil && v.Update != verdict.UpdateUnknown {
			t.Fatalf("%s without a TSRequest: %+v", v.Update, f)
		}
		if v.Update == verdict.UpdateUnknown && v.Worst(verdict.AreaCredSSP).Rank() < verdict.Notice.Rank() {
			t.Fatalf("unknown update is %q: %+v", v.Worst(verdict.AreaCredSSP), f)
		}
		worst := max(v.Worst(verdict.AreaReach).Rank(), v.Worst(verdict.AreaCredSSP).Rank(), v.Worst(verdict.AreaNLA).Rank())
		if v.Update == verdict.UpdateUnknown && worst < verdict.Warning.Rank() {
			t.Fatalf("unknown update passes for fine: %+v", f)
		}
		if v.NLA == verdict.NLAUnknown && v.Worst(verdict.AreaNLA).Rank() < verdict.Notice.Rank() {
			t.Fatalf("unknown NLA is %q: %+v", v.Worst(verdict.AreaNLA), f)
		}
		if f.Selected == verdict.LayerNone && f.TLSAlone == verdict.Unknown && v.NLA != verdict.NLAUnknown {
			t.Fatalf("NLA %s without an answer: %+v", v.NLA, f)
		}
		for _, c := range v.Clients {
			if v.Update == verdict.UpdateUnknown &&
				c.Outcome != verdict.OutcomeUnknown && c.Outcome != verdict.NotByCredSSP {
				t.Fatalf("client %v %s at an unknown server: %+v", c.Client, c.Outcome, f)
			}
			if v.Update == verdict.UpdatePresent && c.Client == credssp.NotUpdated &&
				c.Outcome != verdict.DependsOnServerPolicy && c.Outcome != verdict.NotByCredSSP {
				t.Fatalf("old client %s at a fixed server: %+v", c.Outcome, f)
			}
		}
	})
}

func TestShapeOfEveryVerdict(t *testing.T) {
	combinations(func(f verdict.Facts, v verdict.Verdict) {
		for i, level := range credssp.Levels() {
			if len(v.Clients) != 4 || v.Clients[i].Client != level || v.Clients[i].Outcome == "" {
				t.Fatalf("clients %+v: %+v", v.Clients, f)
			}
		}
		if !strings.HasPrefix(v.Reason, v.Update.Code()) {
			t.Fatalf("%s by %s: %+v", v.Update, v.Reason, f)
		}
		seen := map[string]bool{}
		for _, g := range v.Findings {
			if seen[g.Code] {
				t.Fatalf("twice %s: %+v", g.Code, f)
			}
			seen[g.Code] = true
			if g.Area == "" || g.Side == "" || g.Severity.Rank() == 0 || g.Confidence <= 0 || g.Confidence > 1 || g.Mark == "" {
				t.Fatalf("incomplete %+v: %+v", g, f)
			}
		}
		if !seen[v.Reason] {
			t.Fatalf("no finding for reason %s: %+v", v.Reason, f)
		}
		for _, a := range v.Actions {
			if seen[a.Code] {
				t.Fatalf("twice %s: %+v", a.Code, f)
			}
			seen[a.Code] = true
		}
		if v.Update == verdict.UpdateAbsent && !seen["action.avoid.client_mitigated"] {
			t.Fatalf("no warning against the wrong advice: %+v", f)
		}
	})
}

// Codes lists what can be emitted, all of it and nothing else.
func TestCodes(t *testing.T) {
	emitted := map[string]bool{}
	emit := func(codes ...string) {
		for _, c := range codes {
			if c != "" {
				emitted[c] = true
			}
		}
	}
	combinations(func(f verdict.Facts, v verdict.Verdict) {
		emit(f.Reach.Code(), v.Update.Code(), v.Reason, v.NLA.Code())
		emit(v.Products.Doubts...)
		for _, c := range v.Clients {
			emit(verdict.LevelCode(c.Client), c.Outcome.Code(), c.Sees)
		}
		for _, g := range v.Findings {
			emit(g.Code)
			for _, e := range g.Evidence {
				if strings.HasPrefix(e, "note.") {
					emit(e)
				}
			}
		}
		for _, a := range v.Actions {
			emit(a.Code)
		}
	})
	for _, client := range credssp.Levels() {
		for _, server := range credssp.Levels() {
			emit(verdict.Pair(client, server).Code())
		}
	}

	listed := verdict.Codes()
	if !slices.IsSorted(listed) {
		t.Error("not sorted")
	}
	if len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Error("a code is listed twice")
	}
	for _, c := range listed {
		if !emitted[c] {
			t.Errorf("%s is listed and never emitted", c)
		}
		delete(emitted, c)
	}
	for c := range emitted {
		t.Errorf("%s is emitted and not listed", c)
	}
}

func TestTri(t *testing.T) {
	for tri, want := range map[verdict.Tri]string{verdict.Unknown: "unknown", verdict.Yes: "yes", verdict.No: "no", 7: "unknown"} {
		if got := tri.String(); got != want {
			t.Errorf("%d: %q", int(tri), got)
		}
	}
}
