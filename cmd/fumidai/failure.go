package main

import (
	"errors"
	"io/fs"
	"maps"
	"syscall"
)

// failureError is a failure in our own words: nothing is wrong with the command
// line, yet another one may help.
type failureError struct {
	code string
	args map[string]any // an error among them is put into words by reason
	hint string         // may be empty
}

func (e *failureError) Error() string { return e.code }

// unwritable says that a file cannot be written.
func unwritable(name string, err error, hint string) error {
	return &failureError{code: "ui.error.write", args: map[string]any{"file": printable(name), "reason": err}, hint: hint}
}

// unreadable says that a file cannot be read.
func unreadable(name string, err error, hint string) error {
	return &failureError{code: "ui.error.read", args: map[string]any{"file": printable(name), "reason": err}, hint: hint}
}

// inWords replaces errors among the values of a message by words.
func (p *program) inWords(args map[string]any) map[string]any {
	out := maps.Clone(args)
	for name, value := range args {
		if err, ok := value.(error); ok {
			out[name] = p.reason(err)
		}
	}
	return out
}

// reason says why the system refused something, without the name of the file,
// which may be one that nobody has typed.
func (p *program) reason(err error) string {
	var errno syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p.text("ui.reason.missing", nil)
	case errors.Is(err, fs.ErrPermission):
		return p.text("ui.reason.permission", nil)
	case errors.Is(err, syscall.EISDIR):
		return p.text("ui.reason.directory", nil)
	case errors.Is(err, syscall.ENOTDIR):
		return p.text("ui.reason.no_directory", nil)
	case errors.Is(err, syscall.ENOSPC):
		return p.text("ui.reason.space", nil)
	case errors.As(err, &errno):
		return errno.Error()
	}
	return err.Error()
}
