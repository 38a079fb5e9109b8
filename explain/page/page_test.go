package page

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/i18n"
)

func write(t *testing.T, lang i18n.Lang) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestThePageReachesNothing looks for what would make a browser load something.
func TestThePageReachesNothing(t *testing.T) {
	for _, lang := range i18n.Langs() {
		page := write(t, lang)
		if !strings.Contains(page, `http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';`) {
			t.Errorf("%s: no content security policy that forbids everything", lang)
		}
		if found := regexp.MustCompile(`(?i)https?://|\b(src|href|action)\s*=|url\(|@import|<(link|img|iframe|form|base)\b|fetch\(|XMLHttpRequest|WebSocket|localStorage|sessionStorage|document\.cookie`).FindAllString(page, -1); found != nil {
			t.Errorf("%s: %q", lang, found)
		}
	}
}

func TestThePageOpensInItsLanguage(t *testing.T) {
	for lang, words := range map[i18n.Lang]string{i18n.English: ">Reply to the user<", i18n.Japanese: ">利用者への返信<"} {
		page := write(t, lang)
		if !strings.Contains(page, `<html lang="`+string(lang)+`">`) || !strings.Contains(page, words) {
			t.Errorf("not in %s", lang)
		}
		if strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%s: the template refused a value", lang)
		}
	}
}

// TestEveryTextIsThere also sees to it that what the scripts read is JSON still.
func TestEveryTextIsThere(t *testing.T) {
	m := regexp.MustCompile(`(?s)<script type="application/json" id="data">(.*?)</script>`).FindStringSubmatch(write(t, i18n.English))
	if m == nil {
		t.Fatal("no data")
	}
	var d data
	if err := json.Unmarshal([]byte(m[1]), &d); err != nil {
		t.Fatal(err)
	}
	for lang, texts := range d.Texts {
		for code, text := range texts {
			if strings.TrimSpace(text) == "" || strings.HasPrefix(text, "[explain.") {
				t.Errorf("%s: no text for %s", lang, code)
			}
		}
		for _, c := range explain.Causes() {
			if title := texts[c.TitleCode()]; utf8.RuneCountInString(title) > 60 {
				t.Errorf("%s: the title of %s is too long", lang, c.Code)
			}
			if texts[c.TitleCode()+".detail"] == "" {
				t.Errorf("%s: %s has no detail", lang, c.Code)
			}
			if !slices.ContainsFunc(c.Missing, func(code string) bool { return strings.HasPrefix(code, "explain.missing.user.") }) {
				t.Errorf("%s: the reply to the user would ask nothing", c.Code)
			}
		}
	}
}

// TestLabels compares the words that the page uses with those of the message
// files.
func TestLabels(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "internal", "i18n", "messages", "en.json"))
	if err != nil {
		t.Fatal(err)
	}
	var messages map[string]string
	if err := json.Unmarshal(content, &messages); err != nil {
		t.Fatal(err)
	}
	for code := range messages {
		if label, ok := strings.CutPrefix(code, labelPrefix); ok && !slices.Contains(labels(), label) {
			t.Errorf("nothing lists %s", code)
		}
	}
	for _, label := range labels() {
		if messages[labelPrefix+label] == "" {
			t.Errorf("no text for %s", labelPrefix+label)
		}
		if !strings.HasPrefix(label, "question.") && !strings.Contains(pageHTML+pageJS, `"`+label+`"`) {
			t.Errorf("the page does not use %s", label)
		}
	}
	for _, m := range regexp.MustCompile(`(?:label\(|part\(|text |data-(?:text|label|placeholder)=)"([a-z_]+)"`).FindAllStringSubmatch(pageHTML+pageJS, -1) {
		if !slices.Contains(labels(), m[1]) {
			t.Errorf("the page uses %s, which is not listed", m[1])
		}
	}
}

func TestQuestions(t *testing.T) {
	known := map[string]bool{}
	for _, c := range explain.Causes() {
		known[c.Code] = true
	}
	for _, q := range questions() {
		if len(q.Choices) < 2 {
			t.Errorf("%s has no choice", q.ID)
		}
		for _, c := range q.Choices {
			if (c.Observation == nil) == (len(c.Weights) == 0) {
				t.Errorf("%s.%s is neither an observation nor weights", q.ID, c.ID)
			}
			for cause, w := range c.Weights {
				if !known[cause] || w == 0 || w <= -1 || w >= 1 {
					t.Errorf("%s.%s: %s %v", q.ID, c.ID, cause, w)
				}
			}
		}
	}
}

// TestPastedTextIsNeverMarkup: the scripts have no way to turn text into markup
// or code, and cannot end the element that they stand in.
func TestPastedTextIsNeverMarkup(t *testing.T) {
	for name, script := range map[string]string{"explain.js": engineJS, "page.js": pageJS} {
		if found := regexp.MustCompile(`(?i)innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\b|new Function|</script|<!--`).FindAllString(script, -1); found != nil {
			t.Errorf("%s: %q", name, found)
		}
	}
}

type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteReportsTheErrorOfItsWriter(t *testing.T) {
	if err := Write(full{}, i18n.English); !errors.Is(err, errFull) {
		t.Error(err)
	}
}
