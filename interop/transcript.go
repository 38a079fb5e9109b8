package interop

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Transcript is a recorded CredSSP exchange between a foreign peer and our own
// end, with all that made our end say what it said, so that it can be replayed
// without the peer and must come out byte for byte.
type Transcript struct {
	Fields   map[string]string // peer, role of our end, level, version, …
	Messages []Message
}

// Message is one TSRequest, as it was inside TLS.
type Message struct {
	FromPeer bool
	Bytes    []byte
}

// Write writes the transcript as text: "name: value" lines, then the messages
// in hexadecimal, ">" from the peer and "<" from us.
func (t *Transcript) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString("# A CredSSP exchange with a foreign peer, inside TLS. Recorded by `make record`; the password is a throw-away.\n")
	for _, name := range slices.Sorted(maps.Keys(t.Fields)) {
		fmt.Fprintf(&b, "%s: %s\n", name, t.Fields[name])
	}
	for _, m := range t.Messages {
		direction := "<"
		if m.FromPeer {
			direction = ">"
		}
		fmt.Fprintf(&b, "%s %x\n", direction, m.Bytes)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// ReadTranscript reads what Write wrote.
func ReadTranscript(r io.Reader) (*Transcript, error) {
	t := &Transcript{Fields: map[string]string{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		name, value, isField := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "> "), strings.HasPrefix(line, "< "):
			b, err := hex.DecodeString(line[2:])
			if err != nil {
				return nil, fmt.Errorf("interop: transcript line %d: %w", n, err)
			}
			t.Messages = append(t.Messages, Message{line[0] == '>', b})
		case isField:
			t.Fields[name] = value
		default:
			return nil, fmt.Errorf("interop: transcript line %d is neither a field nor a message", n)
		}
	}
	return t, lines.Err()
}

// Stream is the deterministic randomness of a transcript: SHA-256 in counter
// mode over a seed.
type Stream struct {
	Seed    string
	counter uint32
	rest    []byte
}

// Read never fails.
func (s *Stream) Read(p []byte) (int, error) {
	for n := 0; n < len(p); {
		if len(s.rest) == 0 {
			sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", s.Seed, s.counter))
			s.rest, s.counter = sum[:], s.counter+1
		}
		k := copy(p[n:], s.rest)
		s.rest, n = s.rest[k:], n+k
	}
	return len(p), nil
}
