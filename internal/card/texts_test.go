package card

import (
	"encoding/json"
	"image"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/font"
	"github.com/fumidai/fumidai/internal/i18n"
)

// keys are the texts of this package.
func keys() []string {
	all := []string{
		"card.label.what", "card.label.side", "card.label.do", "card.label.help",
		"card.host", "card.language", "card.elapsed",
		"card.button.close", "card.button.cancel", "card.button.choose",
		TitleDestinations, TitleSessions, "card.list.empty",
	}
	for _, code := range Codes() {
		all = append(all, "card."+code, "card."+code+".what", "card."+code+".do")
	}
	for _, side := range []Side{SideClient, SideGateway, SideBetween, SideServer, SideUnknown} {
		all = append(all, "card.side."+string(side))
	}
	for _, code := range []string{WaitingForHost, WaitingForApproval, WaitingForRestart, WaitingForPlace} {
		all = append(all, code, code+".detail")
	}
	return all
}

func messages(t *testing.T, lang i18n.Lang) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "i18n", "messages", string(lang)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestKeys(t *testing.T) {
	for _, lang := range i18n.Langs() {
		m := messages(t, lang)
		for _, key := range keys() {
			if strings.TrimSpace(m[key]) == "" {
				t.Errorf("%s: no text for %s", lang, key)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if strings.HasPrefix(key, "card.") && !slices.Contains(keys(), key) {
				t.Errorf("%s: nothing uses %s", lang, key)
			}
		}
	}
}

// A page of ours has no box in place of a letter.
func TestTheFontHasEveryLetter(t *testing.T) {
	for _, lang := range i18n.Langs() {
		for key, text := range messages(t, lang) {
			for _, r := range text {
				if r != '\n' && strings.HasPrefix(key, "card.") && !font.Has(r) {
					t.Errorf("%s: %s: no glyph for %q", lang, key, r)
				}
			}
		}
	}
}

// From 640 x 480 on, everybody sees all of an explanation at once, and its title
// in one line.
func TestExplanationsFit(t *testing.T) {
	args := map[string]any{"host": "srv-acc01.example.local"}
	for _, size := range []image.Point{{640, 480}, {800, 600}, {1024, 768}, {1366, 768}, {1920, 1080}} {
		for _, lang := range i18n.Langs() {
			for _, code := range Codes() {
				c := New(Page{Explanation: &Explanation{Code: code, Args: args, HelpCode: "FD-1204-7K"}}, size, 100, lang)
				if c.height > c.view.Dy() {
					t.Errorf("%v %s: %s: %d pixels of %d", size, lang, code, c.height, c.view.Dy())
				}
				if h := c.headOf(nil, c.say("card."+code, nil), nil); len(h.lines) > 1 {
					t.Errorf("%v %s: %s: title %q", size, lang, code, h.lines)
				}
				if c.panel.Min.X < 0 || !c.panel.In(image.Rectangle{Max: size}) {
					t.Errorf("%v %s: %s: panel %v", size, lang, code, c.panel)
				}
			}
		}
	}
}

// Nobody who reads a card has the arguments at hand: a text must not ask for one
// that the caller may not have.
func TestTextsAskForNoArguments(t *testing.T) {
	wants := map[string]string{"card.host": "{host}", "card.elapsed": "{time}"}
	for _, lang := range i18n.Langs() {
		for key, text := range messages(t, lang) {
			if !strings.HasPrefix(key, "card.") {
				continue
			}
			if rest := strings.Replace(text, wants[key], "", 1); strings.Contains(rest, "{") || !strings.Contains(text, wants[key]) {
				t.Errorf("%s: %s: %q", lang, key, text)
			}
		}
	}
}

// The well-known way around the update makes every connection attackable. No
// card leads there.
func TestNoAdviceToWeakenAPolicy(t *testing.T) {
	for _, lang := range i18n.Langs() {
		for key, text := range messages(t, lang) {
			for _, word := range []string{"AllowEncryptionOracle", "Vulnerable", "脆弱", "registry", "レジストリ", "gpedit", "disable NLA", "警告を無視"} {
				if strings.HasPrefix(key, "card.") && strings.Contains(text, word) {
					t.Errorf("%s: %s: %q", lang, key, word)
				}
			}
		}
	}
}

// Every sentence of the Japanese pages is polite.
func TestJapaneseIsPolite(t *testing.T) {
	for _, code := range Codes() {
		for _, part := range []string{".what", ".do"} {
			text := i18n.Text(i18n.Japanese, "card."+code+part, nil)
			for sentence := range strings.SplitSeq(strings.TrimSuffix(text, "。"), "。") {
				if !slices.ContainsFunc([]string{"です", "ます", "ません", "ました", "でした", "ください"}, func(end string) bool {
					return strings.HasSuffix(strings.TrimSuffix(sentence, "（お一人分または全体）"), end)
				}) {
					t.Errorf("%s%s: %q", code, part, sentence)
				}
			}
		}
	}
}

// Where nobody can tell yet, the card does not accuse anybody.
func TestSides(t *testing.T) {
	for code, want := range map[string]Side{
		"key_changed": SideUnknown, "unreachable": SideUnknown, "timeout": SideUnknown, "no.such": SideUnknown,
		"password_wrong": SideClient, "credssp.client_not_updated": SideClient, "credssp.server_not_updated": SideServer,
		"name_not_found": SideBetween, "policy": SideGateway, "redirection_unsupported": SideClient, "internal": SideGateway,
	} {
		if got := SideOf(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
	if len(Codes()) != 23 || !slices.IsSorted(Codes()) {
		t.Errorf("%d codes", len(Codes()))
	}
}
