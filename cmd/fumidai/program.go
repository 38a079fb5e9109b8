package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/internal/i18n"
)

// The exit statuses; docs/decisions/0005-exit-status.md.
const (
	exitOK          = 0
	exitFailure     = 1
	exitMisuse      = 2
	exitFindings    = 3
	exitUnreachable = 4
	exitInterrupted = 130
)

// program is one run of the command: where it writes and in which language.
type program struct {
	stdout, stderr io.Writer // text, in the encoding of the console
	data           io.Writer // the same standard output for JSON, always UTF-8
	stdin          io.Reader
	env            func(string) string
	lang           i18n.Lang
	status         int // of a command that did not fail
}

// misuseError is a mistake in the command line, with the command that was
// probably meant.
type misuseError struct {
	code string
	args map[string]any
	hint string // a corrected command; may be empty
}

func (e *misuseError) Error() string { return e.code }

// run executes one command line and returns the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	p.lang = i18n.FromEnv(p.env)
	if name := langArgument(args); name != "" {
		lang, ok := i18n.Parse(name)
		if !ok {
			return p.fail(&misuseError{code: "ui.error.lang", args: map[string]any{"lang": printable(name)}, hint: "fumidai --lang ja …"})
		}
		p.lang = lang
	}
	root := p.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil {
		return exitInterrupted
	}
	if err != nil {
		return p.fail(err)
	}
	return p.status
}

// root builds the tree of commands. Help and errors are ours, in two languages.
func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:                        "fumidai",
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		CompletionOptions:          cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return cmd.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.PersistentFlags().String("lang", "", "")
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		if err := p.say("ui.help."+cmd.Name(), nil); err != nil {
			p.status = p.fail(err) // cobra takes no error from here
		}
	})
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(&cobra.Command{
		Use: "help",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, _, err := cmd.Root().Find(args)
			if err != nil || target == cmd.Root() && len(args) > 0 {
				return unknownCommand(cmd.Root(), strings.Join(args, " "))
			}
			return target.Help()
		},
	})
	root.AddCommand(p.checkCommand(), p.connectCommand(), p.matrixCommand(), p.explainCommand(), p.labCommand(), p.demoCommand(), p.fieldtestCommand(), p.versionCommand())
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	e := &misuseError{code: "ui.error.command", args: map[string]any{"command": printable(name)}, hint: "fumidai --help"}
	if meant := root.SuggestionsFor(name); len(meant) > 0 {
		e.hint = "fumidai " + meant[0]
	} else if t, err := parseTarget(name); err == nil && strings.ContainsAny(name, ".:") {
		e.hint = "fumidai check " + t.String()
	}
	return e
}

// langArgument finds --lang before the commands see it, so that even a mistake
// is reported in the language asked for.
func langArgument(args []string) string {
	for i, a := range args {
		switch value, ok := strings.CutPrefix(a, "--lang="); {
		case a == "--":
			return ""
		case ok:
			return value
		case a == "--lang" && i+1 < len(args):
			return args[i+1]
		}
	}
	return ""
}

// fail reports an error and returns its exit status. The error may repeat what
// was typed, which need not be fit for a terminal.
func (p *program) fail(err error) int {
	var misuse *misuseError
	if errors.As(err, &misuse) {
		p.complain(misuse.code, misuse.args, misuse.hint)
		return exitMisuse
	}
	var failure *failureError
	if errors.As(err, &failure) {
		p.complain(failure.code, failure.args, failure.hint)
		return exitFailure
	}
	fmt.Fprintln(p.stderr, "fumidai:", printable(err.Error()))
	return exitFailure
}

// complain writes what is wrong and, if there is one, a command that helps.
func (p *program) complain(code string, args map[string]any, hint string) {
	fmt.Fprintln(p.stderr, "fumidai:", printable(p.text(code, p.inWords(args))))
	if hint != "" {
		fmt.Fprintln(p.stderr, printable(p.text("ui.hint", map[string]any{"command": hint})))
	}
}

// say writes one message to the standard output.
func (p *program) say(code string, args map[string]any) error {
	_, err := fmt.Fprintln(p.stdout, p.text(code, args))
	return err
}

func (p *program) text(code string, args map[string]any) string {
	return i18n.Text(p.lang, code, args)
}
