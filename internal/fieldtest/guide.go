package fieldtest

import (
	"fmt"
	"slices"
	"strings"
)

// Guide is the steps as a part of docs/fieldtest.md, in the language of text.
func Guide(text func(code string, args map[string]any) string) string {
	var b strings.Builder
	for i, s := range Steps() {
		if i == 0 || s.Kind != Steps()[i-1].Kind {
			fmt.Fprintf(&b, "## %s\n\n%s\n\n", text("fieldtest.kind."+string(s.Kind), nil), text("fieldtest.records."+string(s.Kind), nil))
		}
		fmt.Fprintf(&b, "### %d. %s\n\n%s\n\n    %s\n\n", i+1, text(s.Code("title"), nil), text(s.Code("do"), nil), s.Example())
		if s.Runs > 1 {
			fmt.Fprintf(&b, "%s\n\n", text("fieldtest.guide.runs", map[string]any{"runs": s.Runs}))
		}
		fmt.Fprintf(&b, "%s\n\n", text("fieldtest.guide.settles", nil))
		for _, id := range s.Claims {
			fmt.Fprintf(&b, "- %s\n", text(FindClaim(id).Code(), nil))
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Example is the command line of the step.
func (s Step) Example() string {
	line := "fumidai fieldtest run " + s.ID
	switch s.Kind {
	case Look:
		line += " HOST"
	case LogOn:
		line += ` HOST --user 'DOMAIN\USER'`
	case Listen:
		line += " --listen 127.0.0.1:13389"
	}
	return line
}

// Codes lists the codes of all texts that this package refers to.
func Codes() []string {
	all := slices.Concat(fileCodes, []string{AboutCode, "fieldtest.address", "fieldtest.not_a_checkout", "fieldtest.unreachable",
		"fieldtest.guide.runs", "fieldtest.guide.settles"})
	for _, k := range Kinds() {
		all = append(all, "fieldtest.kind."+string(k), "fieldtest.records."+string(k))
	}
	for _, s := range Steps() {
		all = append(all, s.Code("title"), s.Code("do"))
	}
	for _, c := range Claims() {
		all = append(all, c.Code())
	}
	for _, q := range questions {
		all = append(all, q.Code())
		for _, choice := range q.Choices {
			all = append(all, q.ChoiceCode(choice))
		}
	}
	return all
}
