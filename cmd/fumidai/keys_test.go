package main

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/verdict"
)

// dynamic lists what can follow each prefix that the program completes at run
// time.
func dynamic() map[string][]string {
	var levels, months, states, faults, groups []string
	for _, f := range lab.Faults() {
		faults = append(faults, faultKey(f.Name))
	}
	for _, g := range lab.Groups() {
		groups = append(groups, g.Name)
	}
	for _, l := range credssp.Levels() {
		levels = append(levels, levelName(l))
		states = append(states, labState(lab.Host{Level: l}))
	}
	for _, l := range byUpdate {
		months = append(months, levelName(l))
	}
	for _, s := range []lab.Security{lab.TLSOnly, lab.RDPOnly, lab.RDPBefore2008} {
		states = append(states, labState(lab.Host{Security: s}))
	}
	return map[string][]string{
		"ui.help.": commands(),
		"ui.connect.step.": texts(viewer.StepDial, rdpio.StepNegotiate, rdpio.StepTLS, rdpio.StepCredSSP, rdpio.StepAuthorize,
			viewer.StepSequence, stepScreen, stepSession),
		"ui.fault.":     faults,
		"ui.lab.group.": groups,
		"ui.level.":     levels,
		"ui.months.":    months,
		"ui.state.":     states,
		"ui.mark.":      texts(catalogue.Confirmed, catalogue.Recalled, catalogue.Inferred),
		"ui.outcome.": texts(verdict.Connects, verdict.ConnectsInsecurely, verdict.RefusedByClient, verdict.RefusedByServer,
			verdict.DependsOnServerPolicy, verdict.NotByCredSSP, verdict.OutcomeUnknown),
		"ui.side.":     sides(),
		"ui.severity.": texts(verdict.Info, verdict.Notice, verdict.Warning, verdict.Critical),
		"ui.update.":   texts(verdict.UpdatePresent, verdict.UpdateAbsent, verdict.UpdateUnknown),
	}
}

func sides() []string {
	seen := map[string]bool{}
	for _, c := range explain.Causes() {
		seen[c.Side] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func texts[T ~string](values ...T) []string {
	var out []string
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}

// TestKeys compares the keys that this command uses with those of the message
// files: every one is there in both languages, and every "ui." one is used.
func TestKeys(t *testing.T) {
	used := map[string]bool{}
	completed := dynamic()
	seen := map[string]bool{}
	for _, key := range literals(t) {
		if !strings.HasSuffix(key, ".") {
			used[key] = true
			continue
		}
		seen[key] = true
		for _, value := range completed[key] {
			used[key+value] = true
		}
		if completed[key] == nil {
			t.Errorf("it is not listed here what follows %s", key)
		}
	}
	for prefix := range completed {
		if !seen[prefix] {
			t.Errorf("nothing uses %s", prefix)
		}
	}
	for _, lang := range i18n.Langs() {
		for key := range used {
			if i18n.Text(lang, key, nil) == "["+key+"]" {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
	}
	// Both files have the same keys: a test of internal/i18n.
	content, err := os.ReadFile(filepath.Join("..", "..", "internal", "i18n", "messages", "en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]string
	if err := json.Unmarshal(content, &messages); err != nil {
		t.Fatal(err)
	}
	for _, key := range slices.Sorted(maps.Keys(messages)) {
		if strings.HasPrefix(key, "ui.") && !used[key] {
			t.Errorf("nothing uses %s", key)
		}
	}
}

var templateKey = regexp.MustCompile(`"(ui\.[a-z0-9_.]+)"`)

// literals are the keys, and prefixes of keys, in the code and in the page.
func literals(t *testing.T) []string {
	t.Helper()
	var keys []string
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				if text, err := strconv.Unquote(literal.Value); err == nil && strings.HasPrefix(text, "ui.") {
					keys = append(keys, text)
				}
			}
			return true
		})
	}
	for _, match := range templateKey.FindAllStringSubmatch(demoPage, -1) {
		keys = append(keys, match[1])
	}
	return keys
}
