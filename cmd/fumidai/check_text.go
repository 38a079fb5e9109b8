package main

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/term"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

// The width of running text at most, and of the column of labels, in terminal
// columns.
const (
	widest     = 96
	narrowest  = 40
	labelWidth = 14
)

// textWidth is that of running text: of the terminal, within reason.
func (p *program) textWidth() int {
	if file, ok := p.stdout.(*os.File); ok {
		if width, _, err := term.GetSize(file.Fd()); err == nil && width > 0 {
			return max(narrowest, min(widest, width))
		}
	}
	return widest
}

// The few styles of the terminal output. Colour never carries a meaning alone,
// and lipgloss drops it where the output is no terminal or NO_COLOR is set.
var (
	plain = lipgloss.NewStyle()
	bold  = lipgloss.NewStyle().Bold(true)
	faint = lipgloss.NewStyle().Faint(true)
	good  = lipgloss.NewStyle().Foreground(lipgloss.Green).Bold(true)
	bad   = lipgloss.NewStyle().Foreground(lipgloss.Red).Bold(true)
	fair  = lipgloss.NewStyle().Foreground(lipgloss.Yellow).Bold(true)
)

// sheet collects the text of one host.
type sheet struct {
	p *program
	strings.Builder
}

// writeText writes one host for a person.
func (p *program) writeText(c checked) error {
	s := &sheet{p: p}
	s.heading(c)
	s.update(c)
	s.facts(c)
	if c.facts.Reach == verdict.Reached {
		s.clients(c.verdict)
	}
	s.findings(c.verdict)
	s.actions(c.verdict)
	_, err := lipgloss.Fprintln(p.stdout, s.String())
	return err
}

// text is a message about a foreign host: the host's own words in it are made
// harmless, and the line ends are those of the message alone.
func (s *sheet) text(code string, args map[string]any) string {
	args = maps.Clone(args)
	for name, value := range args {
		if word, ok := value.(string); ok {
			args[name] = printable(word)
		}
	}
	lines := strings.Split(s.p.text(code, args), "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	return strings.Join(lines, "\n")
}

// paragraph writes wrapped text in one style, every line indented.
func (s *sheet) paragraph(indent int, style lipgloss.Style, text string) {
	for _, line := range wrap(text, s.p.textWidth()-indent) {
		fmt.Fprintf(s, "%*s%s\n", indent, "", style.Render(line))
	}
}

func (s *sheet) title(code string) { fmt.Fprintf(s, "\n  %s\n", bold.Render(s.text(code, nil))) }

// row writes a label and what belongs to it.
func (s *sheet) row(label, text string) {
	if text != "" {
		fmt.Fprintf(s, "  %s%s\n", pad(s.text(label, nil), labelWidth), text)
	}
}

// pad fills with spaces up to a width in terminal columns.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(1, width-lipgloss.Width(text)))
}

func (s *sheet) heading(c checked) {
	s.WriteString(bold.Render(printable(c.target.String())))
	if n := c.facts.NTLM; n != nil && n.NetBIOSComputer != "" {
		name := n.NetBIOSComputer
		if n.NetBIOSDomain != "" && n.NetBIOSDomain != name {
			name = n.NetBIOSDomain + `\` + name
		}
		fmt.Fprintf(s, "  %s", printable(name))
	}
	s.WriteString("\n\n")
}

// update is the verdict, first and largest.
func (s *sheet) update(c checked) {
	mark, style := "?", fair
	switch c.verdict.Update {
	case verdict.UpdatePresent:
		mark, style = "✓", good
	case verdict.UpdateAbsent:
		mark, style = "✗", bad
	}
	for _, f := range c.verdict.Findings {
		if f.Code == c.verdict.Reason {
			s.WriteString("  " + style.Render(mark+" "+s.text(f.Code, f.Args)) + "\n")
			s.paragraph(4, plain, s.text(f.Code+".detail", f.Args))
			s.paragraph(4, faint, s.evidence(f))
		}
	}
	s.WriteString("\n")
}

func (s *sheet) evidence(f verdict.Finding) string {
	parts := []string{s.text("ui.mark."+string(f.Mark), nil)}
	for _, e := range f.Evidence {
		if strings.HasPrefix(e, "note.") {
			e = s.text(e, nil)
		}
		parts = append(parts, printable(e))
	}
	return s.text("ui.label.evidence", nil) + ": " + strings.Join(parts, "; ")
}

func (s *sheet) facts(c checked) {
	f, v := c.facts, c.verdict
	if f.Reach != verdict.Reached {
		s.row("ui.area.reach", s.text(f.Reach.Code(), nil))
		return
	}
	s.row("ui.label.nla", s.text(v.NLA.Code(), nil))
	s.row("ui.label.products", products(v.Products))
	if n := f.NTLM; n != nil && n.DNSComputer != "" {
		s.row("ui.label.name", printable(n.DNSComputer))
	}
	if f.TLS != nil {
		s.row("ui.area.tls", tls.VersionName(f.TLS.Version)+", "+tls.CipherSuiteName(f.TLS.CipherSuite))
	}
	s.full(f)
	if k := f.Certificate; k != nil {
		s.row("ui.area.certificate", fmt.Sprintf("%s, %s %d, %s … %s", printable(k.Subject), k.KeyType, k.KeyBits,
			k.NotBefore.Format("2006-01-02"), k.NotAfter.Format("2006-01-02")))
		s.row("ui.label.thumbprint", "SHA-256 "+hex.EncodeToString(k.SHA256[:]))
	}
}

// products is what the host claims to be.
func products(o verdict.Products) string {
	if o.Version == "" {
		return ""
	}
	if names := append(append([]string(nil), o.Clients...), o.Servers...); len(names) > 0 {
		return strings.Join(names, " / ") + " (" + o.Version + ")"
	}
	return o.Version
}

func (s *sheet) clients(v verdict.Verdict) {
	s.title("ui.label.clients")
	width, seen := 0, map[string]bool{}
	for _, cell := range v.Clients {
		width = max(width, 2+lipgloss.Width(s.text(verdict.LevelCode(cell.Client), nil)))
	}
	for _, cell := range v.Clients {
		fmt.Fprintf(s, "    %s%s\n", pad(s.text(verdict.LevelCode(cell.Client), nil), width), outcomeStyle(cell.Outcome).Render(s.text(cell.Outcome.Code(), nil)))
	}
	for _, cell := range v.Clients {
		if code := cell.Outcome.Code() + ".detail"; !seen[code] {
			seen[code] = true
			s.paragraph(4, faint, "— "+s.text(cell.Outcome.Code(), nil)+": "+s.text(code, nil))
		}
	}
}

func outcomeStyle(o verdict.Outcome) lipgloss.Style {
	switch o {
	case verdict.Connects:
		return good
	case verdict.RefusedByClient, verdict.RefusedByServer:
		return bad
	}
	return fair
}

// findings are all but the one that the verdict has named already, and without
// those that only inform.
func (s *sheet) findings(v verdict.Verdict) {
	first := true
	for _, f := range v.Findings {
		if f.Code == v.Reason || f.Severity == verdict.Info {
			continue
		}
		if first {
			s.title("ui.label.findings")
			first = false
		}
		style := fair
		if f.Severity == verdict.Critical {
			style = bad
		}
		fmt.Fprintf(s, "    %s %s\n", style.Render("["+s.text("ui.severity."+string(f.Severity), nil)+"]"), s.text(f.Code, f.Args))
		s.paragraph(6, faint, s.text(f.Code+".detail", f.Args))
	}
}

func (s *sheet) actions(v verdict.Verdict) {
	for i, a := range v.Actions {
		if i == 0 {
			s.title("ui.label.actions")
		}
		fmt.Fprintf(s, "    %d. %s\n", i+1, s.text(a.Code, a.Args))
		s.paragraph(7, faint, s.text(a.Code+".detail", a.Args))
	}
}

// levelName is the name of a level in JSON, such as "mitigated".
func levelName(l credssp.Level) string { return strings.TrimPrefix(verdict.LevelCode(l), "level.") }
