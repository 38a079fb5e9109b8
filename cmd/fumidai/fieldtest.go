package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/i18n"
)

// fieldtestFile is where a field test is recorded unless --out says otherwise.
const fieldtestFile = "fieldtest.json"

func (p *program) fieldtestCommand() *cobra.Command {
	var list bool
	var out string
	cmd := &cobra.Command{
		Use:                        "fieldtest",
		SuggestionsMinimumDistance: 2,
		Args:                       cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) > 0:
				return unknownFieldtest(cmd, args[0])
			case !list:
				return cmd.Help()
			}
			return p.fieldtestList(out)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "")
	cmd.Flags().StringVar(&out, "out", fieldtestFile, "")
	cmd.AddCommand(p.fieldtestRunCommand(), p.fieldtestShowCommand(), p.fieldtestImportCommand())
	return cmd
}

func unknownFieldtest(cmd *cobra.Command, name string) error {
	e := &misuseError{code: "ui.error.command", args: map[string]any{"command": printable("fieldtest " + name)}, hint: "fumidai fieldtest --help"}
	if meant := cmd.SuggestionsFor(name); len(meant) > 0 {
		e.hint = "fumidai fieldtest " + meant[0]
	}
	return e
}

// helpText gives a command a help text of its own.
func (p *program) helpText(cmd *cobra.Command, code string) *cobra.Command {
	cmd.SetHelpFunc(func(*cobra.Command, []string) {
		if err := p.say(code, nil); err != nil {
			p.status = p.fail(err) // cobra takes no error from here
		}
	})
	return cmd
}

// fieldtestList shows the steps and which of them are in the file.
func (p *program) fieldtestList(out string) error {
	file, err := fieldtest.LoadOrNew(out)
	if err != nil {
		return fieldtestFileError(out, err, "fumidai fieldtest --list --out other.json")
	}
	var b strings.Builder
	done := 0
	for i, s := range fieldtest.Steps() {
		runs, open := file.Done(s.ID), unanswered(file, s)
		mark := " "
		switch {
		case len(runs) >= s.Runs && len(open) == 0:
			mark = "✓"
			done++
		case len(runs) > 0:
			mark = "…"
		}
		fmt.Fprintf(&b, "%s %2d %s %s %d/%d  %s\n", mark, i+1, pad(s.ID, 19), pad(string(s.Kind), 8), len(runs), s.Runs, p.text(s.Code("title"), nil))
		if len(open) > 0 {
			fmt.Fprintf(&b, "     %s\n", p.text("ui.fieldtest.unanswered", map[string]any{"questions": open}))
		}
	}
	if _, err := lipgloss.Fprint(p.stdout, b.String()); err != nil {
		return err
	}
	return p.say("ui.fieldtest.listed", map[string]any{"done": done, "steps": len(fieldtest.Steps()), "file": printable(out)})
}

// unanswered lists the questions that a recorded step has left open.
func unanswered(file *fieldtest.File, step fieldtest.Step) []string {
	var open []string
	for _, r := range file.Results {
		if r.Step != step.ID {
			continue
		}
		for _, a := range step.Asks(visited(r)) {
			if r.Answers[a.Key] == "" {
				open = append(open, fmt.Sprintf("%s (--run %d)", a.Key, r.Run))
			}
		}
	}
	return open
}

// visited lists the hosts of ours that had a visitor.
func visited(r fieldtest.Result) []string {
	hosts := []string{}
	for _, c := range r.Connections {
		hosts = append(hosts, c.Host)
	}
	return hosts
}

func (p *program) fieldtestShowCommand() *cobra.Command {
	return p.helpText(&cobra.Command{
		Use: "show FILE",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &misuseError{code: "ui.fieldtest.error.one_file", hint: "fumidai fieldtest show " + fieldtestFile}
			}
			file, err := fieldtest.Load(args[0])
			if err != nil {
				return fieldtestFileError(args[0], err, "fumidai fieldtest show "+fieldtestFile)
			}
			return p.fieldtestShow(file)
		},
	}, "ui.fieldtest.help.show")
}

// fieldtestShow prints every result: what was asked, what went over the wire as
// this program reads it, and what that says about the claims.
func (p *program) fieldtestShow(file *fieldtest.File) error {
	var b strings.Builder
	for _, line := range file.About {
		fmt.Fprintf(&b, "%s\n", printable(line))
	}
	for i := range file.Results {
		r := &file.Results[i]
		fmt.Fprintf(&b, "\n%s  --run %d  %s  %s  %s\n", bold.Render(r.Step), r.Run, r.At.Format("2006-01-02 15:04Z"), r.Label, printable(r.Tool))
		for _, key := range slices.Sorted(maps.Keys(r.Answers)) {
			fmt.Fprintf(&b, "  %s: %s\n", key, printable(r.Answers[key]))
		}
		for j := range r.Connections {
			c := &r.Connections[j]
			reading, err := c.Read()
			if err != nil {
				return err
			}
			protocol := "-"
			if c.TLS != nil {
				protocol = c.TLS.Version + ", " + c.TLS.Key
			}
			fmt.Fprintf(&b, "  %s %d → %s; %s; %s\n", or(c.Host, "CredSSP"), c.Stated, p.reading(reading), protocol, c.End)
		}
		p.fieldtestFindings(&b, r)
	}
	if len(file.Results) == 0 {
		fmt.Fprintf(&b, "\n%s\n", p.text("ui.fieldtest.empty", nil))
	}
	_, err := lipgloss.Fprint(p.stdout, b.String())
	return err
}

// reading is what was read of one end: [fieldtest.Reading.String] in the language
// of the user. The names of the protocols stay as they are.
func (p *program) reading(r fieldtest.Reading) string {
	if r.Count == 0 {
		return p.text("ui.fieldtest.reading.nothing", nil)
	}
	words := []string{p.text("ui.fieldtest.reading.version", map[string]any{"version": r.Version})}
	add := func(yes bool, word string) {
		if yes {
			words = append(words, word)
		}
	}
	add(r.Changed, p.text("ui.fieldtest.reading.changed", nil))
	add(r.Mechanism != "", r.Mechanism)
	add(r.Build != "", p.text("ui.fieldtest.reading.build", map[string]any{"build": r.Build}))
	add(r.Authenticate, "AUTHENTICATE")
	add(r.Nonce != "", "nonce "+r.Nonce)
	add(r.Proof, "pubKeyAuth")
	add(r.Credentials, "authInfo")
	add(r.HasStatus, p.text("ui.fieldtest.reading.status", map[string]any{"status": credssp.StatusName(r.Status), "message": r.StatusAt}))
	return strings.Join(words, ", ")
}

// fieldtestFindings adds a line per finding.
func (p *program) fieldtestFindings(b *strings.Builder, r *fieldtest.Result) {
	for _, f := range r.Findings() {
		claim := fieldtest.FindClaim(f.Claim)
		mark := fair.Render("?")
		switch {
		case claim.Expect == nil:
		case f.Agrees():
			mark = good.Render("✓")
		default:
			mark = bad.Render("✗")
		}
		value := f.Value
		if f.Under != "" {
			value += " (" + f.Under + ")"
		}
		fmt.Fprintf(b, "  %s %s: %s\n", mark, p.text(claim.Code(), nil), value)
	}
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (p *program) fieldtestImportCommand() *cobra.Command {
	var dir string
	var simulated bool
	cmd := p.helpText(&cobra.Command{
		Use: "import FILE",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &misuseError{code: "ui.fieldtest.error.one_file", hint: "fumidai fieldtest import " + fieldtestFile}
			}
			file, err := fieldtest.Load(args[0])
			if err != nil {
				return fieldtestFileError(args[0], err, "fumidai fieldtest import "+fieldtestFile)
			}
			done, err := fieldtest.Import(file, dir, simulated, func(code string) string { return i18n.Text(i18n.English, code, nil) })
			if err != nil {
				return fieldtestDirError(dir, err, "fumidai fieldtest import "+printable(args[0])+" --dir PATH")
			}
			return p.say("ui.fieldtest.imported", map[string]any{"vectors": done.Vectors, "left_out": done.LeftOut, "seen": done.Seen,
				"claims": done.Claims, "dir": fieldtest.VectorDir, "page": fieldtest.VerifiedPage})
		},
	}, "ui.fieldtest.help.import")
	cmd.Flags().StringVar(&dir, "dir", ".", "")
	cmd.Flags().BoolVar(&simulated, "simulated", false, "")
	return cmd
}

// fieldtestFileError says what is wrong with the content of a file that was
// named, which is a mistake, or with reading it.
func fieldtestFileError(name string, err error, hint string) error {
	var file *fieldtest.FileError
	if errors.As(err, &file) {
		return &misuseError{code: file.Code(), args: file.Args(), hint: hint}
	}
	return unreadable(name, err, hint)
}

// fieldtestDirError says what is wrong with a directory into which to import.
func fieldtestDirError(name string, err error, hint string) error {
	var file *fieldtest.FileError // a vector that is there
	var dir *fieldtest.NotACheckoutError
	switch {
	case errors.As(err, &file):
		return &misuseError{code: file.Code(), args: file.Args(), hint: hint}
	case errors.As(err, &dir):
		return &misuseError{code: dir.Code(), args: dir.Args(), hint: hint}
	}
	return unwritable(name, err, hint)
}
