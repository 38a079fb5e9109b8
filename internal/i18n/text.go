package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

//go:embed messages/*.json
var files embed.FS

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// Text returns the message of a code with its arguments filled in. A code
// without a message shows as the code in brackets, and an argument that is not
// given as its name in braces, so that neither gets lost.
func Text(lang Lang, code string, args map[string]any) string {
	message, ok := messages()[lang][code]
	if !ok {
		return "[" + code + "]"
	}
	return placeholder.ReplaceAllStringFunc(message, func(name string) string {
		value, ok := args[strings.Trim(name, "{}")]
		if !ok {
			return name
		}
		return format(lang, value)
	})
}

// format writes a value; lists are joined as the language does it.
func format(lang Lang, value any) string {
	list, ok := value.([]string)
	if !ok {
		return fmt.Sprint(value)
	}
	if lang == Japanese {
		return strings.Join(list, "、")
	}
	return strings.Join(list, ", ")
}

// messages is the embedded files. They are part of the program, so a fault in
// them is a fault of the program; a test loads them.
var messages = sync.OnceValue(func() map[Lang]map[string]string {
	all := map[Lang]map[string]string{}
	for _, lang := range Langs() {
		text, err := files.ReadFile("messages/" + string(lang) + ".json")
		if err != nil {
			panic("i18n: " + err.Error())
		}
		var m map[string]string
		if err := json.Unmarshal(text, &m); err != nil {
			panic("i18n: " + string(lang) + ": " + err.Error())
		}
		all[lang] = m
	}
	return all
})
