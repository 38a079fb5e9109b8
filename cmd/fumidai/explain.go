package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/explain/page"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// explainSchema names the form of `explain --json`.
const explainSchema = "fumidai.explain/1"

func (p *program) explainCommand() *cobra.Command {
	var asJSON bool
	var host, html string
	cmd := &cobra.Command{
		Use: "explain TEXT",
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("html") {
				return p.explainPage(html, args, host != "" || asJSON)
			}
			text, err := p.explainText(args)
			if err != nil {
				return err
			}
			seen, err := observe(cmd.Context(), host)
			if err != nil {
				return err
			}
			hypotheses := explain.Explain(text, seen)
			if asJSON {
				return p.explainJSON(hypotheses)
			}
			return p.explainSheet(hypotheses, host, seen, explain.ThroughJumpHost(text))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().StringVar(&host, "host", "", "")
	cmd.Flags().StringVar(&html, "html", "", "")
	return cmd
}

// explainText is what to explain: the arguments, or standard input for "-".
func (p *program) explainText(args []string) (string, error) {
	text := strings.Join(args, " ")
	if len(args) == 1 && args[0] == "-" {
		b, err := io.ReadAll(io.LimitReader(p.stdin, explain.MaxText))
		if err != nil {
			return "", err
		}
		text = string(b)
	}
	if strings.TrimSpace(text) == "" {
		return "", &misuseError{code: "ui.error.no_text", hint: `fumidai explain "The function requested is not supported"`}
	}
	return text, nil
}

// observe looks at the server the text is about, if it was named.
func observe(ctx context.Context, host string) (explain.Observation, error) {
	if host == "" {
		return explain.Observation{}, nil
	}
	t, err := parseTarget(host)
	if err != nil {
		var misuse *misuseError
		if errors.As(err, &misuse) {
			misuse.hint = strings.Replace(misuse.hint, "fumidai check ", `fumidai explain "…" --host `, 1)
		}
		return explain.Observation{}, err
	}
	facts := probe.Probe(ctx, t.host, t.port, probe.Options{})
	o := explain.Observation{Looked: true, Reach: string(facts.Reach), NLA: string(verdict.Decide(facts).NLA)}
	if facts.CredSSP != nil {
		o.CredSSPVersion = facts.CredSSP.Version
	}
	return o, nil
}

// explainSheet writes the hypotheses for a person: the first in full, the others
// with the check that would bring them forward.
func (p *program) explainSheet(hypotheses []explain.Hypothesis, host string, seen explain.Observation, chain bool) error {
	s := &sheet{p: p}
	if seen.Looked {
		s.paragraph(0, plain, s.observed(host, seen))
		s.WriteString("\n")
	}
	for i, h := range hypotheses {
		style := fair
		if i == 0 {
			style = bold
		}
		about := fmt.Sprintf("%.0f%%  %s  %s", 100*h.Confidence, s.text("ui.side."+h.Side, nil), h.Code)
		if h.Code == explain.Unknown {
			about = h.Code
		}
		fmt.Fprintf(s, "%s  %s\n", style.Render(fmt.Sprintf("%d. %s", i+1, s.text("explain.cause."+h.Code, nil))), faint.Render(about))
		if i == 0 {
			s.paragraph(3, plain, s.text("explain.cause."+h.Code+".detail", nil))
		}
		if len(h.Evidence) > 0 {
			s.paragraph(3, faint, evidenceLine(s, h))
		}
		s.explained(h, i == 0)
		s.WriteString("\n")
	}
	if chain {
		s.paragraph(0, bold, s.text("explain.chain", nil))
		s.paragraph(3, plain, s.text("explain.chain.detail", nil))
	}
	_, err := lipgloss.Fprint(p.stdout, s.String())
	return err
}

// observed says what the look at the server has found.
func (s *sheet) observed(host string, o explain.Observation) string {
	args := map[string]any{"host": host, "version": o.CredSSPVersion, "reach": s.text(verdict.Reach(o.Reach).Code(), nil), "nla": s.text(verdict.NLA(o.NLA).Code(), nil)}
	switch {
	case o.Reach != string(verdict.Reached):
		return s.text("ui.explain.seen_not", args)
	case o.CredSSPVersion == 0:
		return s.text("ui.explain.seen_no_version", args)
	}
	return s.text("ui.explain.seen_version", args)
}

func evidenceLine(s *sheet, h explain.Hypothesis) string {
	var parts []string
	for _, e := range h.Evidence {
		part := e.Signal
		if e.Found != "" {
			part += " (" + e.Found + ")"
		}
		parts = append(parts, printable(part))
	}
	return s.text("ui.label.evidence", nil) + ": " + strings.Join(parts, "; ")
}

// explained writes what to do about a hypothesis.
func (s *sheet) explained(h explain.Hypothesis, whole bool) {
	s.items(3, "ui.explain.check", h.NextCheck)
	if whole {
		s.items(3, "ui.explain.missing", h.Missing...)
		s.items(3, "ui.explain.fix", h.Fix...)
		s.items(3, "ui.explain.never", h.Never...)
	}
}

// items writes sentences that belong to one label, each in a paragraph of its own.
func (s *sheet) items(indent int, label string, codes ...string) {
	for _, code := range codes {
		s.paragraph(indent, plain, s.text(label, nil)+": "+s.text(code, nil))
	}
}

// jsonHypothesis is one entry of hypotheses[] of `explain --json`.
type jsonHypothesis struct {
	Code       string         `json:"code"`
	Side       string         `json:"side"`
	Confidence float64        `json:"confidence"`
	Text       string         `json:"text"`
	Evidence   []jsonEvidence `json:"evidence"`
	Missing    []jsonText     `json:"missing"`
	NextCheck  jsonText       `json:"next_check"`
	Fix        []jsonText     `json:"fix"`
	Never      []jsonText     `json:"never"`
}

type jsonEvidence struct {
	Signal string  `json:"signal"`
	Found  string  `json:"found"`
	Weight float64 `json:"weight"`
}

type jsonText struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// texts are codes with their sentences.
func (p *program) texts(codes []string) []jsonText {
	list := []jsonText{}
	for _, code := range codes {
		list = append(list, jsonText{code, p.text(code, nil)})
	}
	return list
}

func (p *program) explainJSON(hypotheses []explain.Hypothesis) error {
	out := struct {
		Schema     string           `json:"schema"`
		Hypotheses []jsonHypothesis `json:"hypotheses"`
	}{Schema: explainSchema}
	for _, h := range hypotheses {
		j := jsonHypothesis{Code: h.Code, Side: h.Side, Confidence: h.Confidence, Text: p.text("explain.cause."+h.Code, nil),
			Evidence: []jsonEvidence{}, Missing: p.texts(h.Missing), NextCheck: jsonText{h.NextCheck, p.text(h.NextCheck, nil)},
			Fix: p.texts(h.Fix), Never: p.texts(h.Never)}
		for _, e := range h.Evidence {
			j.Evidence = append(j.Evidence, jsonEvidence{e.Signal, e.Found, e.Weight})
		}
		out.Hypotheses = append(out.Hypotheses, j)
	}
	return p.json().Encode(out)
}

// explainPage writes the offline page for a help desk. It explains nothing by
// itself, so a text or another flag beside it is a mistake.
func (p *program) explainPage(name string, args []string, flags bool) error {
	if name == "" || strings.HasPrefix(name, "-") || len(args) > 0 || flags {
		return &misuseError{code: "ui.error.html", hint: "fumidai explain --html explain.html"}
	}
	if err := tryWriting(name, "fumidai explain --html other.html"); err != nil {
		return err
	}
	return writeFile(name, func(w io.Writer) error { return page.Write(w, p.lang) })
}
