package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/matrix"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/verdict"
)

// demoTimeout ends a demo that hangs; it usually takes a few seconds.
const demoTimeout = 45 * time.Second

// demoHost is one lab host in the demo: what a check found, what the lab knows,
// and what became of each client's logon.
type demoHost struct {
	lab.Running
	checked
	Visits []lab.Visit
}

// Right reports whether the check agrees with what the lab knows.
func (h demoHost) Right() bool {
	return h.verdict.Update == h.Truth.Update && h.verdict.NLA == h.Truth.NLA
}

func (p *program) demoCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:  "demo",
		Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), demoTimeout)
			defer cancel()
			return p.demo(ctx, out)
		},
	}
	cmd.Flags().StringVar(&out, "out", "fumidai-demo.html", "")
	return cmd
}

func (p *program) demo(ctx context.Context, out string) error {
	from := time.Now()
	if err := tryWriting(out, "fumidai demo --out other.html"); err != nil {
		return err
	}
	l, err := lab.Start(ctx, lab.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	if err := p.say("ui.demo.intro", map[string]any{"hosts": len(l.Hosts)}); err != nil {
		return err
	}
	hosts := look(ctx, l.Hosts)
	cells, err := matrix.Live(ctx, credssp.RefuseAtFirstToken)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.demoChecks(hosts); err != nil {
		return err
	}
	if err := p.demoVisits(hosts); err != nil {
		return err
	}
	wrong := 0
	for _, h := range hosts {
		if !h.Right() {
			wrong++
		}
	}
	if err := p.writePage(out, hosts, cells); err != nil {
		return err
	}
	if wrong > 0 {
		err = &failureError{code: "ui.error.demo"}
	}
	return errors.Join(err, p.say("ui.demo.end", map[string]any{
		"right": len(hosts) - wrong, "hosts": len(hosts), "file": out,
		"seconds": fmt.Sprintf("%.1f", time.Since(from).Seconds()),
	}))
}

// look checks every host and lets a client of every level log on to it.
func look(ctx context.Context, running []lab.Running) []demoHost {
	hosts := make([]demoHost, len(running))
	var wait sync.WaitGroup
	for i, r := range running {
		wait.Go(func() {
			t := target{r.Address.Addr().String(), int(r.Address.Port())}
			facts := probe.Probe(ctx, t.host, t.port, probe.Options{})
			hosts[i] = demoHost{Running: r, checked: checked{t, facts, verdict.Decide(facts)}}
			for _, level := range credssp.Levels() {
				hosts[i].Visits = append(hosts[i].Visits, lab.LogOn(ctx, r.Address, level))
			}
		})
	}
	wait.Wait()
	return hosts
}

// demoChecks prints a line per host: what it plays and what the check says.
func (p *program) demoChecks(hosts []demoHost) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s\n", bold.Render(p.text("ui.demo.checks", nil)))
	for _, h := range hosts {
		version := "-"
		if h.facts.CredSSP != nil {
			version = fmt.Sprintf("CredSSP %d", h.facts.CredSSP.Version)
		}
		style := map[verdict.Update]lipgloss.Style{verdict.UpdatePresent: good, verdict.UpdateAbsent: bad, verdict.UpdateUnknown: fair}[h.verdict.Update]
		agrees := "✓"
		if !h.Right() {
			agrees = "✗"
		}
		fmt.Fprintf(&b, "  %s%s%s%s  %s\n", pad(h.Name, 16), pad(version, 12),
			style.Render(pad(p.text("ui.update."+string(h.verdict.Update), nil), 18)),
			pad(p.text(h.verdict.NLA.Code(), nil), 34), agrees)
	}
	_, err := lipgloss.Fprintln(p.stdout, b.String())
	return err
}

// demoVisits prints the table clients × hosts of real logons.
func (p *program) demoVisits(hosts []demoHost) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n  %s", bold.Render(p.text("ui.demo.visits", nil)), pad("", 16))
	for _, level := range credssp.Levels() {
		b.WriteString(pad(p.text("ui.level."+levelName(level), nil), 20))
	}
	b.WriteString("\n")
	for _, h := range hosts {
		fmt.Fprintf(&b, "  %s", pad(h.Name, 16))
		for _, v := range h.Visits {
			b.WriteString(outcomeStyle(v.Outcome).Render(pad(p.text("ui.outcome."+string(v.Outcome), nil), 20)))
		}
		b.WriteString("\n")
	}
	if _, err := lipgloss.Fprintln(p.stdout, b.String()); err != nil {
		return err
	}
	return p.say("ui.demo.story", nil)
}

//go:embed demo.html.tmpl
var demoPage string

// writePage writes the page of a demo.
func (p *program) writePage(name string, hosts []demoHost, cells []matrix.Cell) error {
	tmpl, err := template.New("demo").Funcs(template.FuncMap{
		"text": func(code string) string { return p.text(code, nil) },
		"mark": func(label string) string { return strings.TrimSpace(labelMarks[label]) },
		"agree": func(c pageContent) string {
			return p.text("ui.matrix.end", map[string]any{"agree": c.Agree, "cells": 16, "confirmed": c.Confirmed})
		},
		"finding": func(f verdict.Finding) string { return p.text(f.Code, f.Args) },
		"detail":  func(f verdict.Finding) string { return p.text(f.Code+".detail", f.Args) },
		"action":  func(a verdict.Action) string { return p.text(a.Code, a.Args) },
		"level":   func(l credssp.Level) string { return p.text(verdict.LevelCode(l), nil) },
	}).Parse(demoPage)
	if err != nil {
		return err
	}
	return writeFile(name, func(w io.Writer) error { return tmpl.Execute(w, p.pageContent(hosts, cells)) })
}

// pageHost is a host as the page shows it.
type pageHost struct {
	Name, Product, Version, Claims string
	Update                         verdict.Update
	NLA                            verdict.NLA
	Main                           verdict.Finding
	Actions                        []verdict.Action
	Visits                         []lab.Visit
	Right                          bool
}

type pageContent struct {
	Lang             string
	At               string
	Levels           []credssp.Level
	Matrix           [][]matrix.Cell // a row per client
	Agree, Confirmed int
	Hosts            []pageHost
}

func (p *program) pageContent(hosts []demoHost, cells []matrix.Cell) pageContent {
	out := pageContent{Lang: string(p.lang), At: time.Now().Format("2006-01-02 15:04"), Levels: credssp.Levels()}
	for _, client := range credssp.Levels() {
		var row []matrix.Cell
		for _, server := range credssp.Levels() {
			row = append(row, find(cells, client, server))
		}
		out.Matrix = append(out.Matrix, row)
	}
	out.Agree, out.Confirmed = agreement(cells)
	for _, h := range hosts {
		x := pageHost{Name: h.Name, Product: p.product(h.Host), Claims: products(h.verdict.Products), Version: "–",
			Update: h.verdict.Update, NLA: h.verdict.NLA, Actions: h.verdict.Actions, Visits: h.Visits, Right: h.Right()}
		if h.facts.CredSSP != nil {
			x.Version = fmt.Sprint(h.facts.CredSSP.Version)
		}
		for _, f := range h.verdict.Findings {
			if f.Code == h.verdict.Reason {
				x.Main = f
			}
		}
		out.Hosts = append(out.Hosts, x)
	}
	return out
}
