package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/matrix"
	"github.com/fumidai/fumidai/verdict"
)

// matrixSchema names the form of a line of `matrix --json`.
const matrixSchema = "fumidai.matrix/1"

// byUpdate is the table as administrators know it: the policy is not configured,
// so that the month of the update decides (KB4093492).
var byUpdate = []credssp.Level{credssp.NotUpdated, credssp.Vulnerable, credssp.Mitigated}

// refusePoints are the words of --force-refuses.
var refusePoints = map[string]credssp.RefusePoint{
	"first-token":   credssp.RefuseAtFirstToken,
	"after-binding": credssp.RefuseAfterBinding,
	"close":         credssp.RefuseByClosing,
}

func (p *program) matrixCommand() *cobra.Command {
	var live, months, asJSON bool
	var refuses string
	cmd := &cobra.Command{
		Use:  "matrix",
		Args: p.noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			point, ok := refusePoints[refuses]
			if !ok {
				return &misuseError{code: "ui.error.refuse_point", args: map[string]any{"point": printable(refuses)}, hint: "fumidai matrix --live --force-refuses after-binding"}
			}
			if cmd.Flags().Changed("force-refuses") && !live {
				return &misuseError{code: "ui.error.refuse_not_live", hint: "fumidai matrix --live --force-refuses " + refuses}
			}
			cells := calculated()
			if live {
				var err error
				if cells, err = matrix.Live(cmd.Context(), point); err != nil {
					return err
				}
			}
			levels, prefix := credssp.Levels(), "ui.level."
			if months {
				levels, prefix = byUpdate, "ui.months."
			}
			if asJSON {
				return p.matrixJSON(cells, levels, live)
			}
			return p.matrixText(cells, levels, prefix, live)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "")
	cmd.Flags().BoolVar(&months, "by-update", false, "")
	cmd.Flags().BoolVar(&asJSON, "json", false, "")
	cmd.Flags().StringVar(&refuses, "force-refuses", "first-token", "")
	return cmd
}

// calculated is the table by the policy function alone.
func calculated() []matrix.Cell {
	var cells []matrix.Cell
	for _, server := range credssp.Levels() {
		for _, client := range credssp.Levels() {
			cells = append(cells, matrix.Cell{Client: client, Server: server, Outcome: verdict.Pair(client, server)})
		}
	}
	return cells
}

func find(cells []matrix.Cell, client, server credssp.Level) matrix.Cell {
	for _, c := range cells {
		if c.Client == client && c.Server == server {
			return c
		}
	}
	return matrix.Cell{}
}

// labelMarks are the three labels of docs/decisions/0004-labels.md in a cell.
var labelMarks = map[string]string{"confirmed": " ●", "independent mechanism": " ◐", "simulated": " ○"}

func (p *program) matrixText(cells []matrix.Cell, levels []credssp.Level, prefix string, live bool) error {
	const column = 24
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", pad("", column), bold.Render(p.text("ui.matrix.servers", nil)))
	b.WriteString(bold.Render(pad(p.text("ui.matrix.clients", nil), column)))
	for _, l := range levels {
		b.WriteString(pad(p.text(prefix+levelName(l), nil), column))
	}
	b.WriteString("\n")
	for _, client := range levels {
		b.WriteString(pad(p.text(prefix+levelName(client), nil), column))
		for _, server := range levels {
			c := find(cells, client, server)
			word := p.text("ui.outcome."+string(c.Outcome), nil) + labelMarks[c.Evidence.Label]
			if live && !c.Agrees {
				word += " ≠"
			}
			b.WriteString(outcomeStyle(c.Outcome).Render(pad(word, column)))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n" + p.text("ui.matrix.legend", nil) + "\n")
	if live {
		b.WriteString(p.text("ui.matrix.labels", nil) + "\n")
	}
	if _, err := lipgloss.Fprint(p.stdout, b.String()); err != nil {
		return err
	}
	if !live {
		return nil
	}
	shown := within(cells, levels)
	agree, confirmed := agreement(shown)
	if err := p.say("ui.matrix.end", map[string]any{"agree": agree, "cells": len(shown), "confirmed": confirmed}); err != nil {
		return err
	}
	return disagreement(cells)
}

// within are the cells between these levels.
func within(cells []matrix.Cell, levels []credssp.Level) []matrix.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c matrix.Cell) bool {
		return !slices.Contains(levels, c.Client) || !slices.Contains(levels, c.Server)
	})
}

// agreement counts the cells that agree with the published table, and those of
// them that a foreign implementation has seen.
func agreement(cells []matrix.Cell) (agree, confirmed int) {
	for _, c := range cells {
		if c.Agrees {
			agree++
		}
		if c.Agrees && c.Evidence.Label == "confirmed" {
			confirmed++
		}
	}
	return agree, confirmed
}

// disagreement is an error if a live cell differs from the published table.
func disagreement(cells []matrix.Cell) error {
	for _, c := range cells {
		if !c.Agrees {
			return errors.New("matrix: a cell differs from the published table")
		}
	}
	return nil
}

// jsonCell is one line of `matrix --json`. Without --live nothing was seen, and
// what only a live run knows is null.
type jsonCell struct {
	Schema        string          `json:"schema"`
	Client        string          `json:"client"`
	Server        string          `json:"server"`
	Outcome       verdict.Outcome `json:"outcome"`
	ClientVersion *int            `json:"client_version"`
	ServerVersion *int            `json:"server_version"`
	RefusedBy     *string         `json:"refused_by"`
	RefusedAt     *string         `json:"refused_at"`
	Reason        *string         `json:"reason"`
	Authenticate  *bool           `json:"authenticate_sent"`
	Decrypted     *bool           `json:"credentials_decrypted"`
	Published     *string         `json:"published"`
	Agrees        *bool           `json:"agrees"`
	Label         *string         `json:"label"`
	Stranger      *string         `json:"stranger"`
}

func (p *program) matrixJSON(cells []matrix.Cell, levels []credssp.Level, live bool) error {
	e := p.json()
	for _, client := range levels {
		for _, server := range levels {
			if err := e.Encode(newJSONCell(find(cells, client, server), live)); err != nil {
				return err
			}
		}
	}
	if !live {
		return nil
	}
	return disagreement(cells)
}

func newJSONCell(c matrix.Cell, live bool) jsonCell {
	out := jsonCell{Schema: matrixSchema, Client: levelName(c.Client), Server: levelName(c.Server), Outcome: c.Outcome}
	switch c.Outcome {
	case verdict.RefusedByClient:
		out.RefusedBy = optional("client")
	case verdict.RefusedByServer:
		out.RefusedBy = optional("server")
	}
	if !live {
		return out
	}
	out.ClientVersion, out.ServerVersion = optional(c.ClientVersion), optional(c.ServerVersion)
	out.RefusedAt, out.Reason = optional(c.RefusedAt), optional(c.Reason)
	out.Authenticate, out.Decrypted, out.Agrees = &c.Authenticate, &c.Decrypted, &c.Agrees
	out.Published, out.Label, out.Stranger = optional(string(c.Published)), optional(c.Evidence.Label), optional(c.Evidence.Stranger)
	return out
}
