package lab

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// impatient is the timeout of a check of hosts that drip. It leaves room for the
// slow one and for many handshakes at a time.
const impatient = 4 * time.Second

// seen is what a check shows of a host: the truth in its words.
type seen struct {
	Truth
	CredSSP int
}

// wanted is what a check must show of a host.
func wanted(h Host) seen {
	w := seen{h.Truth, 0}
	if h.Truth.Update != verdict.UpdateUnknown || h.Truth.Finding == "update.unknown.error_code" {
		w.CredSSP = h.CredSSP
	}
	return w
}

// look checks hosts, eight at a time.
func look(t *testing.T, hosts []Running) ([]verdict.Verdict, []seen) {
	t.Helper()
	verdicts := make([]verdict.Verdict, len(hosts))
	all := make([]seen, len(hosts))
	slots := make(chan struct{}, 8)
	var wait sync.WaitGroup
	for i, h := range hosts {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			f := probe.Probe(t.Context(), h.Address.Addr().String(), int(h.Address.Port()), probe.Options{Timeout: impatient})
			verdicts[i] = verdict.Decide(f)
			all[i].Truth = Truth{verdicts[i].Update, verdicts[i].NLA, foremost(verdicts[i]).Code}
			if f.CredSSP != nil {
				all[i].CredSSP = f.CredSSP.Version
			}
		})
	}
	wait.Wait()
	return verdicts, all
}

// foremost is the most severe finding, the first of equals.
func foremost(v verdict.Verdict) verdict.Finding {
	return slices.MaxFunc(v.Findings, func(a, b verdict.Finding) int { return a.Severity.Rank() - b.Severity.Rank() })
}

// A check finds the truth about every host of the lab, and says it in words.
func TestEveryHostIsSeenAsItIs(t *testing.T) {
	leavesNothing(t)
	l := start(t, All()...)
	verdicts, got := look(t, l.Hosts)
	for i, h := range l.Hosts {
		if diff := cmp.Diff(wanted(h.Host), got[i]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", h.Name, diff)
		}
		finding := foremost(verdicts[i])
		for _, lang := range i18n.Langs() {
			for _, code := range []string{finding.Code, finding.Code + ".detail", h.Truth.Update.Code(), h.Truth.NLA.Code()} {
				if text := i18n.Text(lang, code, finding.Args); text == "" || strings.ContainsAny(text, "{}[]") {
					t.Errorf("%s: %s: %s: %q", h.Name, lang, code, text)
				}
			}
		}
	}
	l.Close()
}
