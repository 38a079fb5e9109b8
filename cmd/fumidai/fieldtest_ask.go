package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/fumidai/fumidai/internal/fieldtest"
)

// ask asks what --answer has not said. An empty line, or the end of the input,
// leaves a question open.
func (p *program) ask(ctx context.Context, r *fieldtestRun, asks []fieldtest.Asked) error {
	for _, a := range asks {
		for r.answers[a.Key] == "" {
			if err := p.question(a); err != nil {
				return err
			}
			line, ok, err := r.typed.next(ctx)
			if err != nil {
				return err
			}
			if line = fieldtest.Answer(line); !ok || line == "" {
				break
			}
			if n, err := strconv.Atoi(line); err == nil && n >= 1 && n <= len(a.Choices) {
				line = a.Choices[n-1]
			}
			if a.Valid(line) {
				r.answers[a.Key] = line
			} else if err := p.say("ui.fieldtest.again", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// question prints a question and its choices.
func (p *program) question(a fieldtest.Asked) error {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%s", p.text(a.Code(), nil))
	if a.Host != "" {
		fmt.Fprintf(&b, " [%s]", a.Host)
	}
	b.WriteString("\n")
	for i, choice := range a.Choices {
		fmt.Fprintf(&b, "  %d) %s\n", i+1, p.text(a.ChoiceCode(choice), nil))
	}
	switch {
	case len(a.Choices) == 0:
		b.WriteString(p.text("ui.fieldtest.type", nil))
	case a.Text:
		b.WriteString(p.text("ui.fieldtest.choose_or_type", nil))
	default:
		b.WriteString(p.text("ui.fieldtest.choose", nil))
	}
	_, err := fmt.Fprintln(p.stdout, b.String())
	return err
}

// typedLines hands out lines of the input one by one and can be interrupted,
// which a plain read cannot.
type typedLines struct {
	wanted chan struct{}
	lines  chan string
}

func readLines(in io.Reader) *typedLines {
	t := &typedLines{make(chan struct{}), make(chan string)}
	go func() {
		defer close(t.lines)
		scanner := bufio.NewScanner(in)
		for range t.wanted {
			if !scanner.Scan() {
				return
			}
			t.lines <- scanner.Text()
		}
	}()
	return t
}

// next is one line; ok is false at the end of the input.
func (t *typedLines) next(ctx context.Context) (line string, ok bool, err error) {
	select {
	case t.wanted <- struct{}{}:
	case line, ok = <-t.lines: // closed: the input has ended before
		return line, ok, nil
	case <-ctx.Done():
		return "", false, ctx.Err()
	}
	select {
	case line, ok = <-t.lines:
		return line, ok, nil
	case <-ctx.Done():
		return "", false, ctx.Err()
	}
}
