package fieldtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
)

// FileError says what is wrong with a field test file.
type FileError struct {
	Path string
	code string
	args map[string]any
}

func (e *FileError) Error() string {
	return fmt.Sprintf("fieldtest: %s: %s %v", e.Path, strings.TrimPrefix(e.code, "fieldtest.file."), e.args)
}

// Code is the stable name of the failure, such as "fieldtest.file.value".
func (e *FileError) Code() string { return e.code }

// Kind tells whose fault it is: the file's.
func (e *FileError) Kind() string { return "malformed" }

// Args are the named values for a sentence about the failure.
func (e *FileError) Args() map[string]any { return e.args }

func fileError(path, code string, args map[string]any) *FileError {
	if args == nil {
		args = map[string]any{}
	}
	args["file"] = path
	return &FileError{path, code, args}
}

// fileCodes are the codes of a FileError.
var fileCodes = []string{"fieldtest.file.size", "fieldtest.file.syntax", "fieldtest.file.schema", "fieldtest.file.value", "fieldtest.file.unredacted"}

// syntaxError finds the line at which reading stopped.
func syntaxError(path string, content []byte, offset int64, err error) *FileError {
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &wrongType):
		offset = wrongType.Offset
	}
	line := 1 + bytes.Count(content[:min(offset, int64(len(content)))], []byte("\n"))
	return fileError(path, "fieldtest.file.syntax", map[string]any{
		"line": line, "problem": strings.TrimPrefix(err.Error(), "json: ")})
}

var (
	idForm   = regexp.MustCompile(`^[0-9a-f]{8}$`)
	codeForm = regexp.MustCompile(`^[a-z0-9_.]{1,60}$`)
	wordForm = regexp.MustCompile(`^[A-Za-z0-9_. ()+-]{0,60}$`)
)

// Bounds of what a file may hold.
const (
	MaxRun         = 99
	maxConnections = 64
	maxMessages    = 16
)

// check refuses whatever this package would not have written: the file may come
// from a stranger, and names of files and lines are made of it.
func (f *File) check(path string) error {
	if f.Schema != Schema {
		return fileError(path, "fieldtest.file.schema", map[string]any{"schema": Answer(f.Schema), "want": Schema})
	}
	wrong := func(where, problem string) error {
		return fileError(path, "fieldtest.file.value", map[string]any{"where": where, "problem": problem})
	}
	if !idForm.MatchString(f.ID) {
		return wrong("id", "wants 8 hexadecimal digits")
	}
	for _, line := range f.About {
		if len(f.About) > 8 || Answer(line) != line {
			return wrong("about", "not a line about this file")
		}
	}
	seen := map[string]bool{}
	for i, r := range f.Results {
		where := fmt.Sprintf("results[%d]", i)
		if at, problem := r.check(); problem != "" {
			return wrong(where+at, problem)
		}
		key := fmt.Sprint(r.Step, " ", r.Run)
		if seen[key] {
			return wrong(where, "the same run of the same step twice")
		}
		seen[key] = true
		if !redacted(r) {
			return fileError(path, "fieldtest.file.unredacted", map[string]any{"where": where, "step": r.Step})
		}
	}
	return nil
}

// check returns where in the result a problem is, and which.
func (r *Result) check() (where, problem string) {
	step, ok := FindStep(r.Step)
	switch {
	case !ok:
		return ".step", "no such step: " + Answer(r.Step)
	case r.Run < 1 || r.Run > MaxRun:
		return ".run", fmt.Sprintf("wants 1 to %d", MaxRun)
	case r.At.IsZero() || r.At.Year() < 2018 || r.At.Year() > 9999 || r.At.Location() != time.UTC:
		return ".at", "wants a time in UTC"
	case r.Label != Confirmed && r.Label != Simulated:
		return ".label", "wants confirmed or simulated"
	case !wordForm.MatchString(r.Tool):
		return ".tool", "not the name of a version"
	case len(r.Connections) > maxConnections:
		return ".connections", "too many"
	}
	asked := map[string]Question{}
	for _, a := range step.Asks(nil) {
		asked[a.Key] = a.Question
	}
	for key, answer := range r.Answers {
		if q, ok := asked[key]; !ok || !q.Valid(answer) {
			return ".answers", "not an answer of this step: " + Answer(key)
		}
	}
	for i := range r.Connections {
		if at, problem := r.Connections[i].check(step); problem != "" {
			return fmt.Sprintf(".connections[%d]%s", i, at), problem
		}
	}
	return "", ""
}

func (c *Connection) check(step Step) (where, problem string) {
	switch {
	case c.Host != step.host(c.Host).ID || (c.Host == "") == (step.Kind == Listen):
		return ".host", "not a host of this step"
	case c.Stated < 2 || c.Stated > 6:
		return ".stated", "not a version of CredSSP"
	case !codeForm.MatchString(c.End):
		return ".end", "not a code"
	case len(c.Messages) > maxMessages:
		return ".messages", "too many"
	}
	if t := c.TLS; t != nil {
		for _, word := range []string{t.Version, t.CipherSuite, t.Key, t.Signature} {
			if !wordForm.MatchString(word) {
				return ".tls", "not the name of an algorithm"
			}
		}
	}
	return "", ""
}

// redacted reports whether taking out names again would change nothing.
func redacted(r Result) bool {
	again := r.clone()
	redactConnections(&again)
	redactAnswers(&again, nil)
	return reflect.DeepEqual(r, again)
}
