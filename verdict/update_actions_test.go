package verdict_test

import (
	"slices"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/verdict"
)

var avoid = []verdict.Action{
	{Code: "action.avoid.client_vulnerable"},
	{Code: "action.avoid.client_mitigated"},
	{Code: "action.avoid.disable_nla"},
}

func TestUpdateActions(t *testing.T) {
	type args = map[string]any
	restart := verdict.Action{Code: "action.update.restart_if_pending"}
	for _, c := range []struct {
		name  string
		facts verdict.Facts
		want  []verdict.Action
	}{
		// Vista has the same build as Server 2008 and got no package.
		{"Server 2008 SP2", answering(2, 6, 0, 6002), []verdict.Action{
			restart,
			{Code: "action.update.install_single", Args: args{
				"build": "6.0.6002", "products": []string{"Windows Server 2008 SP2"}, "kb": "KB4056564",
			}},
			{Code: "action.update.set_mitigated"},
		}},
		{"7 without its service pack", answering(2, 6, 1, 7600), []verdict.Action{
			restart,
			{Code: "action.update.install_first", Args: args{"kbs": []string{"KB976932"}}},
			{Code: "action.update.install_any"},
		}},
		{"7 SP1, 2008 R2 SP1", answering(2, 6, 1, 7601), []verdict.Action{
			restart,
			{Code: "action.update.save_network", Args: args{
				"kbs": []string{"KB4534310"}, "first": []string{"KB4103718"},
			}},
			{Code: "action.update.install_first", Args: args{"kbs": []string{"KB4490628", "KB4474419"}}},
			{Code: "action.update.install_last", Args: args{
				"build": "6.1.7601", "kbs": []string{"KB4534310"},
				"products": []string{"Windows 7 SP1", "Windows Server 2008 R2 SP1"},
			}},
			{Code: "action.update.install_licensed", Args: args{"kbs": []string{
				"KB5022338 (ESU, 2023-01-10)", "KB5034169 (ESU, Azure, 2024-01-09)",
				"KB5073695 (Premium Assurance, 2026-01-13)",
			}}},
			{Code: "action.update.install_security_only", Args: args{"kbs": []string{"KB4088878", "KB4103712"}}},
		}},
		{"8.1, 2012 R2", answering(3, 6, 3, 9600), []verdict.Action{
			restart,
			{Code: "action.update.install_first", Args: args{"kbs": []string{"KB2919355"}}},
			{Code: "action.update.install_last", Args: args{
				"build":    "6.3.9600",
				"products": []string{"Windows 8.1", "Windows RT 8.1", "Windows Server 2012 R2"},
				"kbs":      []string{"KB5022352 (Windows 8.1, Windows RT 8.1)", "KB5031419 (Windows Server 2012 R2)"},
			}},
			{Code: "action.update.install_licensed", Args: args{"kbs": []string{"KB5094041 (ESU, 2026-10-13)"}}},
			{Code: "action.update.install_security_only", Args: args{"kbs": []string{"KB4088879", "KB4103715"}}},
		}},
		{"1511", answering(4, 10, 0, 10586), []verdict.Action{
			restart,
			{Code: "action.update.install_last", Args: args{
				"build": "10.0.10586", "products": []string{"Windows 10 1511"}, "kbs": []string{"KB4093109"},
			}},
			{Code: "action.update.set_mitigated"},
			{Code: "action.update.install_smallest", Args: args{"kb": "KB4088779", "date": "2018-03-13"}},
		}},
		{"1607, Server 2016", answering(4, 10, 0, 14393), []verdict.Action{
			restart,
			{Code: "action.update.install_first", Args: args{"kbs": []string{"KB5073447"}}},
			{Code: "action.update.install", Args: args{
				"build": "10.0.14393", "kb": "KB5094122", "date": "2026-06-09",
				"products": []string{"Windows 10 1607", "Windows Server 2016"},
			}},
			{Code: "action.update.file_missing", Args: args{
				"kbs": []string{"KB5094122"}, "first": []string{"KB5087537"},
			}},
			{Code: "action.update.install_smallest", Args: args{"kb": "KB4103723", "date": "2018-05-08"}},
		}},
		{"no build", answering(4, 0, 0, 0), []verdict.Action{restart, {Code: "action.update.install_any"}}},
		{"a doubtful build", answering(2, 10, 0, 17763), []verdict.Action{{Code: "action.update.identify"}}},
		{"installed", installed(answering(4, 10, 0, 14393), "KB4103723"), []verdict.Action{
			{Code: "action.update.restart", Args: args{"kbs": []string{"KB4103723"}}},
		}},
	} {
		same(t, c.name, verdict.Decide(c.facts).Actions, append(c.want, avoid...))
	}
}

func installed(f verdict.Facts, kbs ...string) verdict.Facts {
	f.InstalledKBs = kbs
	return f
}

func TestInstalledNotInForce(t *testing.T) {
	const code = "update.installed_not_in_force"
	v := verdict.Decide(installed(answering(4, 10, 0, 14393), "KB4049065", "kb4103723", "4103723", "KB5094122"))
	same(t, "finding", find(t, v, code), verdict.Finding{
		Code: code, Area: verdict.AreaCredSSP, Side: verdict.SideServer, Severity: verdict.Warning,
		Confidence: 0.95, Mark: catalogue.Inferred,
		Evidence: []string{"installed=KB4103723", "installed=KB5094122", "credssp.version=4"},
		Args:     map[string]any{"kbs": []string{"KB4103723", "KB5094122"}, "version": 4},
	})
	same(t, "reason", v.Reason, "update.absent")

	// Behind a build that cannot be, something else may have answered.
	v = verdict.Decide(installed(answering(2, 10, 0, 17763), "KB4103723"))
	if f := find(t, v, code); f.Confidence != 0.8 {
		t.Errorf("confidence %v with a doubtful build", f.Confidence)
	}
	same(t, "action", v.Actions[0].Code, "action.update.identify")

	for name, f := range map[string]verdict.Facts{
		"not checked":              answering(4, 10, 0, 14393),
		"nothing installed":        installed(answering(4, 10, 0, 14393)),
		"security-only, April":     installed(answering(3, 6, 3, 9600), "KB4093115"),
		"not in the catalogue":     installed(answering(4, 10, 0, 14393), "KB1"),
		"in force":                 installed(answering(6, 10, 0, 14393), "KB4103723"),
		"no version to compare to": installed(verdict.Facts{Reach: verdict.Reached}, "KB4103723"),
	} {
		for _, g := range verdict.Decide(f).Findings {
			if g.Code == code {
				t.Errorf("%s: %+v", name, g)
			}
		}
	}
}

// The list of updates never decides: only the version of the reply does.
func TestInstalledUpdatesDoNotDecide(t *testing.T) {
	combinations(func(f verdict.Facts, v verdict.Verdict) {
		for _, kbs := range [][]string{nil, {"KB4103723"}, {"KB4093115"}} {
			w := verdict.Decide(installed(f, kbs...))
			if w.Update != v.Update || w.Reason != v.Reason {
				t.Fatalf("%s by %s, with %v %s by %s: %+v", v.Update, v.Reason, kbs, w.Update, w.Reason, f)
			}
			if !slices.Equal(w.Clients, v.Clients) {
				t.Fatalf("clients %v, with %v %v: %+v", v.Clients, kbs, w.Clients, f)
			}
		}
	})
}
