package i18n

import "strings"

// Lang is a language that has messages.
type Lang string

// The languages.
const (
	English  Lang = "en"
	Japanese Lang = "ja"
)

// Langs lists the languages, the default first.
func Langs() []Lang { return []Lang{English, Japanese} }

// Parse returns the language of a tag or locale name such as "ja", "ja-JP" or
// "ja_JP.UTF-8", and false if there are no messages in it.
func Parse(name string) (Lang, bool) {
	language, _, _ := strings.Cut(strings.ToLower(name), ".")
	language, _, _ = strings.Cut(language, "@")
	language, _, _ = strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	for _, l := range Langs() {
		if language == string(l) {
			return l, true
		}
	}
	return "", false
}

// FromEnv returns the language of the environment: the first of LC_ALL,
// LC_MESSAGES and LANG that is set decides, as POSIX has it, and a language
// without messages means English.
func FromEnv(lookup func(string) string) Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := lookup(name); value != "" {
			if l, ok := Parse(value); ok {
				return l
			}
			return English
		}
	}
	return English
}
