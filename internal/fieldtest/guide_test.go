package fieldtest_test

import (
	"fmt"
	"strings"

	"github.com/fumidai/fumidai/internal/fieldtest"
)

// guide is the steps as a part of docs/fieldtest.md, in the language of text.
func guide(text func(code string, args map[string]any) string) string {
	var b strings.Builder
	for i, s := range fieldtest.Steps() {
		if i == 0 || s.Kind != fieldtest.Steps()[i-1].Kind {
			fmt.Fprintf(&b, "## %s\n\n%s\n\n", text("fieldtest.kind."+string(s.Kind), nil), text("fieldtest.records."+string(s.Kind), nil))
		}
		fmt.Fprintf(&b, "### %d. %s\n\n%s\n\n    %s\n\n", i+1, text(s.Code("title"), nil), text(s.Code("do"), nil), s.Example())
		if s.Runs > 1 {
			fmt.Fprintf(&b, "%s\n\n", text("fieldtest.guide.runs", map[string]any{"runs": s.Runs}))
		}
		fmt.Fprintf(&b, "%s\n\n", text("fieldtest.guide.settles", nil))
		for _, id := range s.Claims {
			fmt.Fprintf(&b, "- %s\n", text(fieldtest.FindClaim(id).Code(), nil))
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}
