package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"github.com/charmbracelet/x/term"
)

// connectPasswordVariable is the environment variable with the password.
const connectPasswordVariable = "FUMIDAI_PASSWORD"

// longestPassword bounds a password in bytes of UTF-8. Windows has 256 characters.
const longestPassword = 1024

// connectPassword comes from --password-file, from the environment or from the
// terminal, in this order; never from the command line, which other users can read.
// The caller wipes it.
func (p *program) connectPassword(ctx context.Context, f *connectFlags) ([]byte, error) {
	switch {
	case f.passwordFile == "-":
		if p.stdin == nil {
			break
		}
		return passwordIn(p.stdin, f.passwordFile)
	case f.passwordFile != "":
		file, err := os.Open(f.passwordFile)
		if err != nil {
			return nil, unreadable(f.passwordFile, err, f.meant("--password-file password.txt"))
		}
		defer file.Close()
		return passwordIn(file, f.passwordFile)
	}
	if s := p.env(connectPasswordVariable); s != "" {
		return []byte(s), nil
	}
	if file, ok := p.stdin.(*os.File); ok && term.IsTerminal(file.Fd()) {
		return p.typedPassword(ctx, file.Fd(), f)
	}
	return nil, &misuseError{code: "ui.error.connect.no_password", args: map[string]any{"variable": connectPasswordVariable}, hint: f.meant("--password-file password.txt")}
}

// passwordIn is the first line of a file. Line ends of both kinds and the mark that
// editors of Windows put in front are not part of it.
func passwordIn(r io.Reader, name string) ([]byte, error) {
	buffer := make([]byte, longestPassword+len("\ufeff\r\n")) // never grown, so that there is one copy
	n := 0
	for n < len(buffer) && bytes.IndexByte(buffer[:n], '\n') < 0 {
		m, err := r.Read(buffer[n:])
		n += m
		if err == io.EOF {
			break
		}
		if err != nil {
			clear(buffer)
			return nil, unreadable(name, err, "")
		}
	}
	line, _, _ := bytes.Cut(buffer[:n], []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	line = bytes.TrimPrefix(line, []byte("\ufeff"))
	code := ""
	switch {
	case len(line) == 0:
		code = "ui.error.connect.password_empty"
	case len(line) > longestPassword:
		code = "ui.error.connect.password_long"
	case !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0: // as Notepad's "Unicode" has it
		code = "ui.error.connect.password_encoding"
	default:
		return line, nil
	}
	clear(buffer)
	return nil, &failureError{code: code, args: map[string]any{"file": printable(name), "max": longestPassword}}
}

// typedPassword asks at the terminal, without an echo. An interrupt gives the
// terminal its echo back.
func (p *program) typedPassword(ctx context.Context, terminal uintptr, f *connectFlags) ([]byte, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return nil, err
	}
	fmt.Fprint(p.stderr, printable(p.text("ui.connect.password", map[string]any{"user": f.user, "host": f.target.String()})), " ")
	type answer struct {
		password []byte
		err      error
	}
	answered := make(chan answer, 1)
	go func() {
		password, err := term.ReadPassword(terminal)
		answered <- answer{password, err}
	}()
	var a answer
	select {
	case a = <-answered:
	case <-ctx.Done():
		term.Restore(terminal, before)
		a.err = ctx.Err()
	}
	fmt.Fprintln(p.stderr)
	switch {
	case a.err != nil && ctx.Err() != nil:
		return nil, ctx.Err()
	case a.err == io.EOF, a.err == nil && len(a.password) == 0:
		return nil, &misuseError{code: "ui.error.connect.no_password", args: map[string]any{"variable": connectPasswordVariable}, hint: f.meant()}
	}
	return a.password, a.err
}
