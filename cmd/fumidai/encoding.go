package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
)

// cp932 is the code page of Japanese Windows consoles.
const cp932 = 932

// output is a file for the text of this program. A Windows console takes UTF-8
// as it is, because Go writes to it in UTF-16. A pipe or a file under code page
// 932 does not: PowerShell and cmd read it as Shift_JIS, so that is what it gets.
// JSON is UTF-8 always and does not come through here.
func output(file *os.File, codePage uint32) io.Writer {
	if codePage != cp932 || isTerminal(file) {
		return file
	}
	return shiftJIS{file}
}

// shiftJIS encodes what is written; the few characters of ours that the code
// page lacks become likenesses, those of others a question mark.
type shiftJIS struct{ w io.Writer }

var likenesses = strings.NewReplacer("✓", "○", "✗", "×", "◐", "△", "—", "―", "–", "-")

func (s shiftJIS) Write(p []byte) (int, error) {
	// The encoder writes SUB for what it lacks; we print no control characters.
	b, err := encoding.ReplaceUnsupported(japanese.ShiftJIS.NewEncoder()).Bytes([]byte(likenesses.Replace(string(p))))
	if err != nil {
		return 0, err
	}
	if _, err := s.w.Write(bytes.ReplaceAll(b, []byte{encoding.ASCIISub}, []byte("?"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// json encodes to standard output, in UTF-8 whatever the console speaks.
func (p *program) json() *json.Encoder { return json.NewEncoder(p.utf8()) }

func (p *program) utf8() io.Writer {
	if p.data == nil {
		return p.stdout
	}
	return p.data
}
