package interop

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Outcome is how a case ended.
type Outcome string

// The outcomes of a case.
const (
	Ran     Outcome = "ran"
	Skipped Outcome = "skipped"
	Failed  Outcome = "failed"
)

// Record is the note about one case, a line of JSON in the file that
// FUMIDAI_INTEROP_RECORD names.
type Record struct {
	Case    string        `json:"case"`
	Peers   []PeerVersion `json:"peers"`
	Outcome Outcome       `json:"outcome"`
	Reason  string        `json:"reason,omitempty"` // what was missing
}

// PeerVersion names a peer and the version that was met.
type PeerVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Key is the name of the case, as in minimum.txt.
func (r Record) Key() string {
	var names []string
	for _, p := range r.Peers {
		names = append(names, p.Name)
	}
	return Key(names, r.Case)
}

// ReadRecords reads what the cases of a test run wrote.
func ReadRecords(in io.Reader) ([]Record, error) {
	var list []Record
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r Record
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return nil, fmt.Errorf("interop: record %d: %w", len(list)+1, err)
		}
		list = append(list, r)
	}
	return list, lines.Err()
}

// write appends the record by one write, so that the test binaries of several
// packages can share the file, and at once, so that a crash later in the run
// loses nothing.
func (r Record) write(t *testing.T) {
	path := os.Getenv("FUMIDAI_INTEROP_RECORD")
	if path == "" {
		return
	}
	line, err := json.Marshal(r)
	if !filepath.IsAbs(path) { // each package's tests run in their own directory
		err = errors.New(path + " is not an absolute path")
	}
	if err == nil {
		err = appendLine(path, line)
	}
	if err != nil {
		t.Errorf("interop: FUMIDAI_INTEROP_RECORD: %v", err)
	}
}

func appendLine(path string, line []byte) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}
