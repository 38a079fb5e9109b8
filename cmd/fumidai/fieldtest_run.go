package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/spf13/cobra"

	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/i18n"
)

// fieldtestRun is one run of a step, as the command line wants it.
type fieldtestRun struct {
	step        fieldtest.Step
	run         int
	out         string
	given       []string // --answer
	server      fieldtest.Server
	host        string // of the server, without port
	user        string
	listen      string
	beyond      bool
	connections int
	simulated   bool
	meant       string // a right command line, for hints
	where       fieldtest.ListenOptions

	answers map[string]string
	names   []string // to be taken out of answers
	typed   *typedLines
}

func (p *program) fieldtestRunCommand() *cobra.Command {
	var r fieldtestRun
	cmd := p.helpText(&cobra.Command{
		Use: "run STEP [HOST[:PORT]]",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.parse(args); err != nil {
				return err
			}
			r.typed = readLines(cmd.InOrStdin())
			return p.fieldtestRun(cmd.Context(), &r)
		},
	}, "ui.fieldtest.help.run")
	flags := cmd.Flags()
	flags.StringVar(&r.out, "out", fieldtestFile, "")
	flags.IntVar(&r.run, "run", 1, "")
	flags.StringArrayVar(&r.given, "answer", nil, "")
	flags.StringVar(&r.user, "user", "", "")
	flags.StringVar(&r.listen, "listen", "127.0.0.1:13389", "")
	flags.BoolVar(&r.beyond, "dangerous-listen-beyond-loopback", false, "")
	flags.IntVar(&r.connections, "connections", 0, "")
	flags.BoolVar(&r.simulated, "simulated", false, "")
	flags.DurationVar(&r.server.Timeout, "timeout", fieldtest.DefaultTimeout, "")
	return cmd
}

// parse checks the command line before anything is done.
func (r *fieldtestRun) parse(args []string) error {
	if len(args) == 0 {
		return &misuseError{code: "ui.fieldtest.error.no_step", hint: "fumidai fieldtest --list"}
	}
	var ok bool
	if r.step, ok = fieldtest.FindStep(args[0]); !ok {
		return &misuseError{code: "ui.fieldtest.error.step", args: map[string]any{"step": printable(args[0])}, hint: "fumidai fieldtest --list"}
	}
	r.meant = r.step.Example()
	server := r.step.Kind == fieldtest.Look || r.step.Kind == fieldtest.LogOn
	if server != (len(args) == 2) || !server && len(args) > 1 {
		return &misuseError{code: "ui.fieldtest.error.host", args: map[string]any{"step": r.step.ID}, hint: r.meant}
	}
	if server {
		t, err := parseTarget(args[1])
		if err != nil {
			return &misuseError{code: "ui.error.target", args: map[string]any{"target": printable(args[1])}, hint: r.meant}
		}
		r.server.Address, r.host = t.String(), t.host
		r.meant = strings.Replace(r.meant, "HOST", args[1], 1)
	}
	switch {
	case r.run < 1 || r.run > fieldtest.MaxRun:
		return &misuseError{code: "ui.fieldtest.error.run", args: map[string]any{"max": fieldtest.MaxRun}, hint: r.meant + " --run 2"}
	case r.server.Timeout <= 0:
		return &misuseError{code: "ui.error.timeout", hint: r.meant + " --timeout 10s"}
	case r.connections < 0:
		return &misuseError{code: "ui.fieldtest.error.connections", hint: r.meant + " --connections 3"}
	case r.step.Kind == fieldtest.LogOn && r.user == "":
		return &misuseError{code: "ui.fieldtest.error.user", hint: r.meant}
	}
	if r.step.Kind == fieldtest.Listen {
		if err := r.parseListen(); err != nil {
			return err
		}
	}
	return r.parseAnswers()
}

// parseListen reads --listen, and holds it against the flag that allows more.
func (r *fieldtestRun) parseListen() error {
	address, err := netip.ParseAddrPort(r.listen)
	r.where = fieldtest.ListenOptions{Address: address, BeyondLoopback: r.beyond}
	if err == nil {
		err = r.where.Check(r.step)
	}
	if err == nil {
		return nil
	}
	mistake := &misuseError{code: "fieldtest.address", args: map[string]any{"address": printable(r.listen)}, hint: r.meant}
	allowed := r.where
	allowed.BeyondLoopback = true
	if allowed.Check(r.step) == nil {
		mistake.hint = "fumidai fieldtest run " + r.step.ID + " --listen " + r.listen + " --dangerous-listen-beyond-loopback"
	}
	return mistake
}

// parseAnswers reads --answer KEY=ANSWER.
func (r *fieldtestRun) parseAnswers() error {
	r.answers = map[string]string{}
	asks := r.step.Asks(nil)
	for _, given := range r.given {
		key, answer, _ := strings.Cut(given, "=")
		answer = fieldtest.Answer(answer)
		i := slices.IndexFunc(asks, func(a fieldtest.Asked) bool { return a.Key == key })
		if i < 0 || !asks[i].Valid(answer) {
			return &misuseError{code: "ui.fieldtest.error.answer", args: map[string]any{"answer": printable(given), "keys": askedKeys(asks)},
				hint: r.meant + " --answer " + asks[0].Key + "=10.0.17763.1"}
		}
		r.answers[key] = answer
	}
	return nil
}

func askedKeys(asks []fieldtest.Asked) []string {
	var keys []string
	for _, a := range asks {
		keys = append(keys, a.Key)
	}
	return keys
}

// fieldtestRun does the step and puts it into the file: first what went over the
// wire, then again with the answers, so that nothing gets lost in between.
func (p *program) fieldtestRun(ctx context.Context, r *fieldtestRun) error {
	elsewhere := r.meant + " --out other.json"
	if _, err := fieldtest.LoadOrNew(r.out); err != nil {
		return fieldtestFileError(r.out, err, elsewhere)
	}
	if err := tryWriting(r.out, elsewhere); err != nil {
		return err // now, not after half an hour
	}
	if _, err := fmt.Fprintf(p.stdout, "%s\n%s\n\n", p.text(r.step.Code("title"), nil), p.text(r.step.Code("do"), nil)); err != nil {
		return err
	}
	r.names = append(namesHere(p.env), r.host)
	recording, err := p.fieldtestWire(ctx, r)
	var unreachable *fieldtest.UnreachableError
	if errors.As(err, &unreachable) {
		fmt.Fprintln(p.stderr, "fumidai:", printable(p.text(unreachable.Code(), unreachable.Args())))
		p.status = exitUnreachable
		return nil
	}
	if err != nil {
		return err
	}
	about := fieldtest.About{Step: r.step.ID, Run: r.run, At: time.Now(), Tool: "fumidai " + version, Simulated: r.simulated, Names: r.names}
	if r.step.Kind != fieldtest.Observe {
		if _, err := r.put(recording.Result(about, r.answers)); err != nil {
			return err
		}
	}
	if err := p.ask(ctx, r, r.step.Asks(recording.Hosts())); err != nil {
		return err
	}
	if r.step.Kind == fieldtest.Observe && len(r.answers) == 0 {
		return &misuseError{code: "ui.fieldtest.error.nothing", hint: r.meant + " --answer message=long"}
	}
	result := recording.Result(about, r.answers)
	file, err := r.put(result)
	if err != nil {
		return err
	}
	return p.fieldtestRecorded(r, file, &result)
}

// fieldtestAbout is the header of a new file, in all languages.
func fieldtestAbout() []string {
	var about []string
	for _, lang := range i18n.Langs() {
		about = append(about, i18n.Text(lang, fieldtest.AboutCode, nil))
	}
	return about
}

// put adds a result to the file as it is now on the disk.
func (r *fieldtestRun) put(result fieldtest.Result) (*fieldtest.File, error) {
	elsewhere := r.meant + " --out other.json"
	file, err := fieldtest.LoadOrNew(r.out, fieldtestAbout()...)
	if err != nil {
		return nil, fieldtestFileError(r.out, err, elsewhere)
	}
	file.Put(result)
	if err := file.Save(r.out); err != nil {
		return nil, unwritable(r.out, err, elsewhere)
	}
	return file, nil
}

func (p *program) fieldtestRecorded(r *fieldtestRun, file *fieldtest.File, result *fieldtest.Result) error {
	var b strings.Builder
	p.fieldtestFindings(&b, result)
	if _, err := lipgloss.Fprint(p.stdout, b.String()); err != nil {
		return err
	}
	if result.Label == fieldtest.Simulated {
		if err := p.say("ui.fieldtest.simulated", nil); err != nil {
			return err
		}
	}
	if open := unanswered(file, r.step); len(open) > 0 {
		if err := p.say("ui.fieldtest.unanswered", map[string]any{"questions": open}); err != nil {
			return err
		}
	}
	return p.say("ui.fieldtest.recorded", map[string]any{"step": r.step.ID, "run": r.run, "file": printable(r.out)})
}
