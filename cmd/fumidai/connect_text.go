package main

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/fumidai/fumidai/explain"
)

// connectText writes what became of a connection, for a person.
func (p *program) connectText(c *connected) error {
	s := &sheet{p: p}
	fmt.Fprintf(s, "%s  %s\n\n", bold.Render(printable(c.target.String())), printable(c.user))
	if c.failure == nil {
		code := "ui.connect.done"
		if c.session.credSSP == 0 {
			code = "ui.connect.done_tls_only"
		}
		s.WriteString("  " + good.Render("✓ "+s.text(code, nil)) + "\n")
	} else {
		s.failed(c.failure)
	}
	if c.insecure() && c.session.credSSP > 0 { // without NLA there was a warning before
		s.paragraph(4, bad, s.text("ui.connect.insecure", nil))
	}
	s.WriteString("\n")
	s.sessionRows(c)
	s.stepRows(c.steps)
	if c.failure != nil {
		s.explainedCause(c.failure)
	}
	_, err := lipgloss.Fprint(p.stdout, s.String())
	return err
}

// failed says at which step, and why.
func (s *sheet) failed(f *failure) {
	where := s.text("ui.connect.failed", map[string]any{"step": s.text("ui.connect.step."+string(f.step), nil)})
	if f.awaits != "" {
		where += " (" + s.text("ui.connect.awaits", map[string]any{"message": f.awaits}) + ")"
	}
	s.WriteString("  " + bad.Render("✗ "+where) + "\n")
	s.paragraph(4, plain, s.text(f.reason, f.args))
	s.paragraph(4, faint, printable(f.code))
}

// explainedCause is what `explain` says of the cause.
func (s *sheet) explainedCause(f *failure) {
	if f.cause == nil {
		return
	}
	s.WriteString("\n")
	if f.cause.Code != explain.Unknown { // whose words are about a text
		key := "explain.cause." + f.cause.Code
		fmt.Fprintf(s, "  %s  %s\n", bold.Render(s.text(key, nil)), faint.Render(f.cause.Code))
		s.paragraph(4, plain, s.text(key+".detail", nil))
	}
	s.items(4, "ui.explain.check", f.cause.NextCheck)
	s.items(4, "ui.explain.fix", f.cause.Fix...)
	s.items(4, "ui.explain.never", f.cause.Never...)
}

// sessionRows are the facts of the last session.
func (s *sheet) sessionRows(c *connected) {
	if n := c.session; n != nil {
		security := n.protocol
		if n.credSSP > 0 {
			security += fmt.Sprintf(", CredSSP %d", n.credSSP)
		}
		s.row("ui.connect.label.security", security)
		s.row("ui.area.tls", tls.VersionName(n.tlsVersion)+", "+tls.CipherSuiteName(n.cipherSuite))
		key := "SHA-256 " + hex.EncodeToString(n.key[:])
		if c.pinned {
			key += "  " + s.text("ui.connect.pinned", nil)
		}
		s.row("ui.connect.label.key", key)
		screen := fmt.Sprintf("%d x %d", n.width, n.height)
		if !n.quiet && c.failure == nil {
			screen += ", " + s.text("ui.connect.restless", nil)
		}
		s.row("ui.connect.label.screen", screen)
	}
	if c.redirections > 0 {
		s.row("ui.connect.label.redirected", s.text("ui.connect.redirected", map[string]any{"times": c.redirections}))
	}
	s.row("ui.connect.label.screenshot", printable(c.screenshot))
}

// stepRows are the times, below each other so that they can be compared.
func (s *sheet) stepRows(steps []timedStep) {
	label := pad(s.text("ui.connect.label.steps", nil), labelWidth)
	width := 0
	for _, step := range steps {
		width = max(width, lipgloss.Width(s.text("ui.connect.step."+string(step.Step), nil)))
	}
	connection := 1
	for _, step := range steps {
		if step.Connection != connection {
			connection = step.Connection
			s.WriteString("\n")
		}
		name := s.text("ui.connect.step."+string(step.Step), nil)
		took := fmt.Sprintf("%.1f ms", float64(step.Took)/float64(time.Millisecond))
		fmt.Fprintf(s, "  %s%s%10s\n", label, pad(name, width+1), took)
		label = strings.Repeat(" ", labelWidth)
	}
}
