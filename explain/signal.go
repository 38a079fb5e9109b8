package explain

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/signals.json
var signalsFile []byte

//go:embed data/causes.json
var causesFile []byte

// gap is how many characters may stand between two fragments of a phrase.
const gap = 60

// Signal is something in a text that speaks for or against causes.
type Signal struct {
	ID string `json:"id"`

	// Phrases are fragments of squeezed text; "…" stands for up to gap
	// characters between two of them. One phrase is enough.
	Phrases []string `json:"phrases,omitempty"`

	// Codes are regular expressions over the spaced text, in the common subset
	// of RE2 and JavaScript. One is enough. The first group, if any, is the value
	// of the signal.
	Codes []string `json:"codes,omitempty"`

	// Generic signals occur in any software; without a sign of Remote Desktop in
	// the text they weigh little.
	Generic bool `json:"generic,omitempty"`

	// Context signals say that the text is about Remote Desktop; Elsewhere ones
	// that it is about something else. They have no causes. A text with the
	// second and none of the first is unknown, whatever else it says.
	Context   bool `json:"context,omitempty"`
	Elsewhere bool `json:"elsewhere,omitempty"`

	// Without turns the signal off if one of these was found.
	Without []string `json:"without,omitempty"`
	// With turns it on only if all of these were found.
	With []string `json:"with,omitempty"`

	// Weights is what the signal lends to each cause: 0 to 1 speaks for it, a
	// negative number against it.
	Weights map[string]float64 `json:"weights,omitempty"`

	codes []*regexp.Regexp
}

// Cause is one entry of the closed list.
type Cause struct {
	Code      string   `json:"code"`
	Side      string   `json:"side"`       // server, client, network, between, account, unknown
	Missing   []string `json:"missing"`    // codes of facts that would decide
	NextCheck string   `json:"next_check"` // code of the one check that separates it from the next
	Fix       []string `json:"fix"`        // codes of safe remedies
	Never     []string `json:"never"`      // codes of advice that must not be given
}

// rules is the embedded data.
type rules struct {
	signals []Signal
	causes  map[string]Cause
	order   []string // of causes, as in the file: ties are broken by it
}

// load reads the embedded data. It is part of the program, so a fault in it is a
// fault of the program; a test loads it.
var load = sync.OnceValue(func() *rules {
	r := &rules{causes: map[string]Cause{}}
	var causes []Cause
	for _, f := range []struct {
		name string
		data []byte
		to   any
	}{{"signals.json", signalsFile, &r.signals}, {"causes.json", causesFile, &causes}} {
		if err := json.Unmarshal(f.data, f.to); err != nil {
			panic(fmt.Sprintf("explain: %s: %v", f.name, err))
		}
	}
	for _, c := range causes {
		r.causes[c.Code] = c
		r.order = append(r.order, c.Code)
	}
	for i := range r.signals {
		for _, c := range r.signals[i].Codes {
			r.signals[i].codes = append(r.signals[i].codes, regexp.MustCompile(c))
		}
	}
	return r
})

// Causes is the closed list, in its order.
func Causes() []Cause {
	r := load()
	var all []Cause
	for _, code := range r.order {
		all = append(all, r.causes[code])
	}
	return all
}

// match looks for a signal and returns what it found.
func (s *Signal) match(in input) (found string, ok bool) {
	for _, p := range s.Phrases {
		if inOrder(in.squeezed, strings.Split(p, "…")) {
			return strings.ReplaceAll(p, "…", " … "), true
		}
	}
	for _, c := range s.codes {
		if m := c.FindStringSubmatch(in.spaced); m != nil {
			return m[len(m)-1], true
		}
	}
	return "", false
}

// inOrder finds the fragments one after the other, each at most gap characters
// behind the one before it.
func inOrder(text string, fragments []string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], fragments[0])
		if i < 0 {
			return false
		}
		end := from + i + len(fragments[0])
		if rest(text[end:], fragments[1:]) {
			return true
		}
		from = end
	}
}

func rest(text string, fragments []string) bool {
	for _, f := range fragments {
		window := text[:min(len(text), gap*utf8.UTFMax+len(f))] // what lies beyond is too far away in any case
		i := strings.Index(window, f)
		if i < 0 || utf8.RuneCountInString(text[:i]) > gap {
			return false
		}
		text = text[i+len(f):]
	}
	return true
}
