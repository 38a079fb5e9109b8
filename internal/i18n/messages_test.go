package i18n_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/fieldtest"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/verdict"
)

// codes lists what other packages emit; every one needs a text. A package that
// gains codes adds its list here.
func codes() []string {
	return slices.Concat(
		verdict.Codes(),
		explain.Codes(),
		fieldtest.Codes(),
	)
}

// isOwnWord reports whether a text is a word of the program, of the help desk's
// page or of a screen, which no package emits. That each is there and used is a
// test of cmd/fumidai, explain/page, internal/card and internal/lab.
func isOwnWord(code string) bool {
	return strings.HasPrefix(code, "ui.") || strings.HasPrefix(code, "explain.page.") ||
		strings.HasPrefix(code, "card.") || strings.HasPrefix(code, "lab.desktop.")
}

// isLabel reports whether a code is a word or a quotation, which needs no
// explanation.
func isLabel(code string) bool {
	for _, prefix := range []string{"ui.", "note.", "level.", "mstsc.", "fieldtest.",
		"explain.missing.", "explain.check.", "explain.fix.", "explain.never.", "explain.side."} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

func TestEveryCodeHasTextsAndEveryTextACode(t *testing.T) {
	want := map[string]bool{}
	for _, code := range codes() {
		want[code] = true
		if !isLabel(code) {
			want[code+".detail"] = true
		}
	}
	for _, lang := range i18n.Langs() {
		for code := range want {
			if strings.TrimSpace(i18n.Messages()[lang][code]) == "" {
				t.Errorf("%s: no text for %s", lang, code)
			}
		}
		for code := range i18n.Messages()[lang] {
			if !want[code] && !isOwnWord(code) {
				t.Errorf("%s: no code for text %s", lang, code)
			}
		}
	}
}

func TestLanguagesAgree(t *testing.T) {
	english := i18n.Messages()[i18n.English]
	for _, lang := range i18n.Langs() {
		if got, want := slices.Sorted(maps.Keys(i18n.Messages()[lang])), slices.Sorted(maps.Keys(english)); !slices.Equal(got, want) {
			t.Errorf("%s has other keys than English", lang)
		}
		for code, message := range i18n.Messages()[lang] {
			if got, want := names(message), names(english[code]); !slices.Equal(got, want) {
				t.Errorf("%s: %s has %v, i18n.English has %v", lang, code, got, want)
			}
		}
	}
}

// names returns the placeholders of a message, sorted, each once.
func names(message string) []string {
	found := i18n.Placeholder.FindAllString(message, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

var japaneseLetters = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}]`)

// Some words are the same in both languages.
var sameInBoth = []string{"ui.area.tls", "ui.label.nla", "ui.label.products"}

func TestEachFileIsInItsLanguage(t *testing.T) {
	for code, message := range i18n.Messages()[i18n.English] {
		if japaneseLetters.MatchString(message) {
			t.Errorf("en: %s: %q", code, message)
		}
	}
	for code, message := range i18n.Messages()[i18n.Japanese] {
		if !japaneseLetters.MatchString(message) && !slices.Contains(sameInBoth, code) {
			t.Errorf("ja: %s: %q", code, message)
		}
	}
}

var line = regexp.MustCompile(`^  "([a-z0-9_.]+)": "(.*)"(,?)$`)

// One key per line, sorted: two people who add texts meet in no conflict, and a
// reviewer sees both languages at the same line.
func TestFilesAreSortedOneKeyPerLine(t *testing.T) {
	for _, lang := range i18n.Langs() {
		text, err := i18n.Files.ReadFile("messages/" + string(lang) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(text), "\n")
		last := len(lines) - 2
		if lines[0] != "{" || lines[last] != "}" || lines[last+1] != "" {
			t.Fatalf("%s: not an object with one key per line", lang)
		}
		previous := ""
		for i, l := range lines[1:last] {
			m := line.FindStringSubmatch(l)
			switch {
			case m == nil:
				t.Errorf("%s:%d: %s", lang, i+2, l)
			case m[1] <= previous:
				t.Errorf("%s:%d: %s after %s", lang, i+2, m[1], previous)
			default:
				previous = m[1]
			}
		}
	}
}

func TestBracesAreOnlyPlaceholders(t *testing.T) {
	for _, lang := range i18n.Langs() {
		for code, message := range i18n.Messages()[lang] {
			if rest := i18n.Placeholder.ReplaceAllString(message, ""); strings.ContainsAny(rest, "{}") {
				t.Errorf("%s: %s: %q", lang, code, message)
			}
		}
	}
}
