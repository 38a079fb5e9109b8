package fieldtest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Schema names the form of a File. Fields may be added to it; a field that
// changes its meaning makes a new number.
const Schema = "fumidai.fieldtest/1"

// AboutCode is the code of the text at the head of every file.
const AboutCode = "fieldtest.about"

// File is what a field test has recorded so far.
type File struct {
	Schema  string   `json:"schema"`
	About   []string `json:"about"` // what the file holds, for whoever is asked to send it
	ID      string   `json:"id"`    // random, so that files of several people do not collide
	Results []Result `json:"results"`
}

// Result is one run of one step, free of names.
type Result struct {
	Step        string            `json:"step"`
	Run         int               `json:"run"` // from 1
	At          time.Time         `json:"at"`
	Tool        string            `json:"tool"`
	Label       Label             `json:"label"`
	Answers     map[string]string `json:"answers,omitempty"`
	Connections []Connection      `json:"connections,omitempty"`
}

// Label is what a result is worth (docs/decisions/0004-labels.md).
type Label string

// The labels of a result.
const (
	Confirmed Label = "confirmed" // somebody says that Windows was on the other end
	Simulated Label = "simulated" // our own lab was
)

// Connection is one connection of a step.
type Connection struct {
	Host      string    `json:"host,omitempty"`      // Listen: the host of ours that was visited
	Stated    int       `json:"stated"`              // the CredSSP version of our end
	Confirm   Hex       `json:"confirm,omitempty"`   // the server's X.224 Connection Confirm
	Requested uint32    `json:"requested,omitempty"` // Listen: the protocols the client asked for
	TLS       *TLS      `json:"tls,omitempty"`
	Messages  []Message `json:"messages,omitempty"`
	Early     *uint32   `json:"early_user_authorization,omitempty"`
	WentOn    bool      `json:"went_on,omitempty"` // Listen: the client began RDP after the logon
	End       string    `json:"end"`               // a code: who ended it, and how
}

// Ends of a connection that are no failure.
const (
	endOurs = "ours" // our end had what it wanted
	endHeld = "held" // our end stopped before it would have sent credentials
)

// TLS is what was negotiated, and the kind of key that CredSSP binds.
type TLS struct {
	Version     string `json:"version"`
	CipherSuite string `json:"cipher_suite"`
	Key         string `json:"key"`       // "RSA 2048", "ECDSA 256"
	Signature   string `json:"signature"` // of the certificate
}

// Message is one TSRequest, as it was inside TLS but for what was taken out.
type Message struct {
	Peer  bool `json:"peer"` // the other end sent it
	Bytes Hex  `json:"bytes"`
}

// Hex is a string of bytes that is hexadecimal in a file.
type Hex []byte

// MarshalText encodes the bytes.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText decodes the bytes.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

// New begins an empty file. about says what it will hold, in each language: the
// texts of AboutCode.
func New(about ...string) *File {
	id := make([]byte, 4)
	rand.Read(id) // never fails
	return &File{Schema: Schema, About: about, ID: hex.EncodeToString(id), Results: []Result{}}
}

// Put adds a result, or replaces the same run of the same step.
func (f *File) Put(r Result) {
	for i := range f.Results {
		if f.Results[i].Step == r.Step && f.Results[i].Run == r.Run {
			f.Results[i] = r
			return
		}
	}
	f.Results = append(f.Results, r)
}

// Done lists the runs of a step in the file, in order.
func (f *File) Done(step string) []int {
	var runs []int
	for _, r := range f.Results {
		if r.Step == step {
			runs = append(runs, r.Run)
		}
	}
	slices.Sort(runs)
	return runs
}

// maxFile bounds a file in bytes.
const maxFile = 16 << 20

// Load reads a file and checks every value in it. Errors are those of the file
// system or a *FileError.
func Load(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(content) > maxFile {
		return nil, fileError(path, "fieldtest.file.size", map[string]any{"limit": maxFile >> 20})
	}
	f := &File{}
	d := json.NewDecoder(bytes.NewReader(content))
	d.DisallowUnknownFields()
	if err := d.Decode(f); err != nil {
		return nil, syntaxError(path, content, d.InputOffset(), err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, syntaxError(path, content, d.InputOffset(), errors.New("more than one value"))
	}
	if err := f.check(path); err != nil {
		return nil, err
	}
	return f, nil
}

// LoadOrNew is Load, or New if there is no such file.
func LoadOrNew(path string, about ...string) (*File, error) {
	f, err := Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return New(about...), nil
	}
	return f, err
}

// Save replaces the file as a whole: whatever interrupts it, either the old or
// the new content is there.
func (f *File) Save(path string) error {
	var content bytes.Buffer
	e := json.NewEncoder(&content)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false) // people read it
	if err := e.Encode(f); err != nil {
		return err
	}
	return replaceFile(path, content.Bytes())
}

// replaceFile writes next to the file, brings that to the disk, and renames.
func replaceFile(path string, content []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), ".fumidai-fieldtest-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Chmod(file.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
