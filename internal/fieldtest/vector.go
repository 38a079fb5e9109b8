package fieldtest

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// VectorDir is where vectors live in a checkout.
const VectorDir = "credssp/testdata/field"

// vectorHead is the first line of every vector. The form is that of the
// recorded exchanges in credssp/testdata/transcripts.
const vectorHead = "# One connection of a field test on Windows, without names. Written by `fumidai fieldtest import`.\n"

// vector is one file: a connection of a result, or a result without any.
type vector struct {
	name    string
	content []byte
}

// vectors makes the files of one result.
func vectors(source string, r *Result) []vector {
	stem := fmt.Sprintf("%s-%s-%d", source, r.Step, r.Run)
	if len(r.Connections) == 0 {
		return []vector{{stem + ".txt", vectorOf(source, r, nil, 0)}}
	}
	var all []vector
	for i := range r.Connections {
		all = append(all, vector{fmt.Sprintf("%s-%02d.txt", stem, i+1), vectorOf(source, r, &r.Connections[i], i+1)})
	}
	return all
}

func vectorOf(source string, r *Result, c *Connection, number int) []byte {
	fields := map[string]string{
		"source": source, "step": r.Step, "run": strconv.Itoa(r.Run), "at": r.At.Format(time.RFC3339), "tool": r.Tool, "label": string(r.Label),
	}
	for key, answer := range r.Answers {
		fields["answer."+key] = answer
	}
	if c != nil {
		fields["connection"] = strconv.Itoa(number)
		fields["host"], fields["stated"], fields["end"] = c.Host, strconv.Itoa(c.Stated), c.End
		fields["confirm"], fields["reads"] = hex.EncodeToString(c.Confirm), c.reading().String()
		if c.Requested != 0 {
			fields["requested"] = strconv.FormatUint(uint64(c.Requested), 10)
		}
		if t := c.TLS; t != nil {
			fields["tls"], fields["cipher_suite"], fields["key"], fields["signature"] = t.Version, t.CipherSuite, t.Key, t.Signature
		}
		if c.Early != nil {
			fields["early"] = strconv.FormatUint(uint64(*c.Early), 10)
		}
		if c.WentOn {
			fields["went_on"] = "true"
		}
	}
	b := bytes.NewBufferString(vectorHead)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if fields[name] != "" {
			fmt.Fprintf(b, "%s: %s\n", name, fields[name])
		}
	}
	if c != nil {
		for _, m := range c.Messages {
			direction := "<"
			if m.Peer {
				direction = ">"
			}
			fmt.Fprintf(b, "%s %x\n", direction, []byte(m.Bytes))
		}
	}
	return b.Bytes()
}

// ReadVectors reads all vectors of a directory, which may be missing, as the
// files they came from. It fails if one holds what this package would not have
// written, or reads differently now than when it was imported.
func ReadVectors(dir string) ([]*File, error) {
	names, err := vectorFiles(dir, "")
	if err != nil {
		return nil, err
	}
	files := map[string]*File{}
	for _, name := range names {
		if err := readVector(name, files); err != nil {
			return nil, fmt.Errorf("fieldtest: %s: %w", filepath.Base(name), err)
		}
	}
	var all []*File
	for _, id := range slices.Sorted(maps.Keys(files)) {
		if err := files[id].check(filepath.Join(dir, id+"-*.txt")); err != nil {
			return nil, err
		}
		all = append(all, files[id])
	}
	return all, nil
}

// vectorFiles lists the vectors of a directory, which may be missing, whose names
// begin so; in order.
func vectorFiles(dir, prefix string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) && strings.HasSuffix(e.Name(), ".txt") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names, nil
}

// readVector adds a file's connection to the result it belongs to.
func readVector(name string, files map[string]*File) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	v, err := parseVector(content)
	if err != nil {
		return err
	}
	file := files[v.source]
	if file == nil {
		file = &File{Schema: Schema, ID: v.source}
		files[v.source] = file
	}
	if i := slices.IndexFunc(file.Results, func(r Result) bool { return r.Step == v.result.Step && r.Run == v.result.Run }); i < 0 {
		file.Results = append(file.Results, v.result)
	} else {
		file.Results[i].Connections = append(file.Results[i].Connections, v.result.Connections...)
	}
	return nil
}

// parsed is the content of a vector.
type parsed struct {
	source string
	result Result // with at most one connection
}

var errVector = errors.New("not a vector of a field test")

func parseVector(content []byte) (*parsed, error) {
	fields := map[string]string{}
	var passed []Message
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		name, value, isField := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "> "), strings.HasPrefix(line, "< "):
			b, err := hex.DecodeString(line[2:])
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			passed = append(passed, Message{line[0] == '>', b})
		case isField:
			fields[name] = value
		default:
			return nil, fmt.Errorf("line %d is neither a field nor a message", n)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return fromFields(fields, passed)
}

func fromFields(fields map[string]string, passed []Message) (*parsed, error) {
	var problems []error
	number := func(name string, bits int) uint64 {
		if fields[name] == "" {
			return 0
		}
		v, err := strconv.ParseUint(fields[name], 10, bits)
		problems = append(problems, err)
		return v
	}
	at, err := time.Parse(time.RFC3339, fields["at"])
	problems = append(problems, err)
	p := &parsed{fields["source"], Result{Step: fields["step"], Run: int(number("run", 16)), At: at,
		Tool: fields["tool"], Label: Label(fields["label"])}}
	for name, value := range fields {
		if key, ok := strings.CutPrefix(name, "answer."); ok {
			if p.result.Answers == nil {
				p.result.Answers = map[string]string{}
			}
			p.result.Answers[key] = value
		}
	}
	if fields["connection"] != "" {
		c := Connection{Host: fields["host"], Stated: int(number("stated", 8)), Requested: uint32(number("requested", 32)),
			Messages: passed, WentOn: fields["went_on"] == "true", End: fields["end"]}
		if fields["confirm"] != "" {
			c.Confirm, err = hex.DecodeString(fields["confirm"])
			problems = append(problems, err)
		}
		if fields["tls"] != "" {
			c.TLS = &TLS{fields["tls"], fields["cipher_suite"], fields["key"], fields["signature"]}
		}
		if fields["early"] != "" {
			early := uint32(number("early", 32))
			c.Early = &early
		}
		reading, err := c.Read()
		problems = append(problems, err)
		if err == nil && reading.String() != fields["reads"] {
			problems = append(problems, fmt.Errorf("reads %q, when imported %q", reading, fields["reads"]))
		}
		p.result.Connections = []Connection{c}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, errors.Join(errVector, err)
	}
	return p, nil
}
