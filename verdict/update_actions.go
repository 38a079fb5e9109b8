package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fumidai/fumidai/catalogue"
)

// updateActions returns how to bring the fix to a server that lacks it, and
// what not to do instead.
func updateActions(f Facts, p Products) []Action {
	return append(remedyActions(f, p),
		Action{Code: actionAvoidClientVulnerable},
		Action{Code: actionAvoidClientMitigated},
		Action{Code: actionAvoidDisableNLA})
}

func remedyActions(f Facts, p Products) []Action {
	if len(p.Doubts) > 0 {
		return []Action{{Code: actionUpdateIdentify}}
	}
	if kbs := installedFixes(f); len(kbs) > 0 {
		return []Action{{Code: actionUpdateRestart, Args: map[string]any{"kbs": kbs}}}
	}
	// A host that has the update and was not restarted answers like one
	// without it, and a restart is the shorter way.
	actions := []Action{{Code: actionUpdateRestartIfPending}}
	var advice catalogue.Advice
	var fixes []catalogue.Package
	if p.Version != "" {
		advice, _ = catalogue.Advise(f.NTLM.Major, f.NTLM.Minor, f.NTLM.Build)
		fixes = catalogue.Fixes(f.NTLM.Build)
	}
	actions = append(actions, issueActions(advice, catalogue.NetworkSettingsLost, actionUpdateSaveNetwork)...)
	actions = append(actions, prerequisiteActions(advice)...)
	if len(advice.Newest) == 0 {
		return append(actions, Action{Code: actionUpdateInstallAny})
	}
	actions = append(actions, installNewest(advice, p.Version)...)
	actions = append(actions, issueActions(advice, catalogue.FileMissing, actionUpdateFileMissing)...)
	return append(actions, installLess(advice, fixes)...)
}

// issueActions returns the action against a known issue of the newest packages.
func issueActions(a catalogue.Advice, code catalogue.IssueCode, action string) []Action {
	var kbs, first []string
	for _, o := range a.Newest {
		for _, issue := range catalogue.KnownIssues(o.KB) {
			if issue.Code == code {
				kbs, first = append(kbs, o.KB), append(first, issue.InstallFirst...)
			}
		}
	}
	if len(kbs) == 0 {
		return nil
	}
	return []Action{{Code: action, Args: map[string]any{"kbs": kbs, "first": first}}}
}

func prerequisiteActions(a catalogue.Advice) []Action {
	var kbs []string
	for _, q := range a.Prerequisites {
		kbs = append(kbs, q.KB)
	}
	if len(kbs) == 0 {
		return nil
	}
	return []Action{{Code: actionUpdateInstallFirst, Args: map[string]any{"kbs": kbs}}}
}

// installNewest names the newest packages. Where the line goes on, the newest
// that the catalogue lists is already old, and the latest is advised.
func installNewest(a catalogue.Advice, version string) []Action {
	var actions []Action
	var last, products []string
	for _, o := range a.Newest {
		switch {
		case !o.Accumulates:
			actions = append(actions, Action{Code: actionUpdateInstallSingle, Args: map[string]any{
				"build": version, "products": o.For, "kb": o.KB,
			}})
		case o.Last:
			last, products = append(last, named(o, len(a.Newest) > 1)), append(products, o.For...)
		default:
			actions = append(actions, Action{Code: actionUpdateInstall, Args: map[string]any{
				"build": version, "products": o.For, "kb": o.KB, "date": o.Released.Format(time.DateOnly),
			}})
		}
	}
	if len(last) > 0 {
		actions = append(actions, Action{Code: actionUpdateInstallLast, Args: map[string]any{
			"build": version, "products": products, "kbs": last,
		}})
	}
	if slices.ContainsFunc(a.Newest, func(o catalogue.Offer) bool { return o.Default != catalogue.DefaultMitigated }) {
		actions = append(actions, Action{Code: actionUpdateSetMitigated})
	}
	var licensed []string
	for _, o := range a.Licensed {
		licensed = append(licensed, underLicence(o))
	}
	if len(licensed) > 0 {
		actions = append(actions, Action{Code: actionUpdateInstallLicensed, Args: map[string]any{"kbs": licensed}})
	}
	return actions
}

// installLess names the smallest packages that contain the fix, where they are
// not the newest anyway. Those that hold one month only are an alternative for
// hosts that take no others.
func installLess(a catalogue.Advice, fixes []catalogue.Package) []Action {
	if slices.ContainsFunc(a.Newest, func(o catalogue.Offer) bool { return o.KB == a.Smallest.KB }) {
		return nil
	}
	if a.Smallest.Kind != catalogue.SecurityOnly {
		return []Action{{Code: actionUpdateInstallSmallest, Args: map[string]any{
			"kb": a.Smallest.KB, "date": a.Smallest.Released.Format(time.DateOnly),
		}}}
	}
	var kbs []string
	for _, fix := range fixes {
		if fix.Kind == catalogue.SecurityOnly {
			kbs = append(kbs, fix.KB)
		}
	}
	return []Action{{Code: actionUpdateInstallSecurityOnly, Args: map[string]any{"kbs": kbs}}}
}

// named writes a package, with its products if there are others to choose from.
func named(o catalogue.Offer, choice bool) string {
	if !choice {
		return o.KB
	}
	return fmt.Sprintf("%s (%s)", o.KB, strings.Join(o.For, ", "))
}

// underLicence writes a package with the licence that it needs and the last day
// of it. The names of the licences are the same in every language.
func underLicence(o catalogue.Offer) string {
	name := map[catalogue.Licence]string{
		catalogue.ESU: "ESU", catalogue.ESUAzure: "ESU, Azure", catalogue.PremiumAssurance: "Premium Assurance",
	}[o.Licence]
	return fmt.Sprintf("%s (%s, %s)", o.KB, name, o.Until.Format(time.DateOnly))
}
