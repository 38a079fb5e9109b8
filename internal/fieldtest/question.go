package fieldtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Question is what a person is asked. An answer is one of the choices or, if
// Text is set, words of one's own.
type Question struct {
	ID      string
	Choices []string
	Text    bool
	PerHost bool // listening steps ask it for every host that had a visitor
	form    *regexp.Regexp
}

// Code is the code of the question itself.
func (q Question) Code() string { return "fieldtest.question." + q.ID }

// ChoiceCode is the code of one of its choices.
func (q Question) ChoiceCode(choice string) string { return "fieldtest.choice." + q.ID + "." + choice }

// Valid reports whether an answer is possible.
func (q Question) Valid(answer string) bool {
	if slices.Contains(q.Choices, answer) {
		return true
	}
	return q.Text && answer != "" && len(answer) <= maxText && oneLine(answer) == answer &&
		(q.form == nil || q.form.MatchString(answer))
}

// maxText bounds an answer in words, in bytes.
const maxText = 2000

// The number of a Windows, with or without the revision, as winver shows it.
var buildForm = regexp.MustCompile(`^\d{1,2}\.\d\.\d{4,5}(\.\d{1,6})?$`)

var questions = []Question{
	{ID: "build", Text: true, form: buildForm},
	{ID: "policy", Choices: []string{"unset", "0", "1", "2"}},
	{ID: "member", Choices: []string{"member", "not_member"}},
	{ID: "account", Choices: []string{"disabled", "password_expired", "must_change", "locked_out"}},
	{ID: "message", Choices: []string{"connected", "long", "short", "token", "none"}, Text: true, PerHost: true},
	{ID: "event", Choices: []string{"none", "2", "3", "4"}, Text: true, PerHost: true},
	{ID: "text_disabled", Text: true},
	{ID: "text_expired", Text: true},
	{ID: "text_must_change", Text: true},
	{ID: "server_log", Choices: []string{"none"}, Text: true},
}

// FindQuestion returns the question of this name.
func FindQuestion(id string) (Question, bool) {
	for _, q := range questions {
		if q.ID == id {
			return q, true
		}
	}
	return Question{}, false
}

// Asked is a question and the key of its answer: the question's name, with a
// dot and the host's name where it is asked per host.
type Asked struct {
	Question
	Key  string
	Host string // "" if it is not about one host
}

// Asks lists what a step asks. For a listening step, hosts are those that had a
// visitor; nil means all of them.
func (s Step) Asks(hosts []string) []Asked {
	var all []Asked
	for _, id := range s.Questions {
		q, _ := FindQuestion(id)
		if !q.PerHost || s.Kind != Listen {
			all = append(all, Asked{q, id, ""})
			continue
		}
		for _, h := range s.Hosts {
			if hosts == nil || slices.Contains(hosts, h.ID) {
				all = append(all, Asked{q, id + "." + h.ID, h.ID})
			}
		}
	}
	return all
}

// Answer cleans words typed by a person: one line, nothing unprintable. A
// choice is not changed by it.
func Answer(typed string) string {
	text := oneLine(typed)
	for len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return text
}

func oneLine(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n")
	s = strings.ReplaceAll(s, "\n", " / ")
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		switch {
		case c == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, c):
			return -1
		case unicode.IsSpace(c):
			return ' '
		case !unicode.IsPrint(c):
			return -1
		}
		return c
	}, s))
}
