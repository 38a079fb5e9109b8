package page

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/i18n"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

//go:embed explain.js
var engineJS string

//go:embed page.js
var pageJS string

// data is what the scripts of the page work with.
type data struct {
	Lang      i18n.Lang                       `json:"lang"`
	Signals   json.RawMessage                 `json:"signals"`
	Causes    json.RawMessage                 `json:"causes"`
	Questions json.RawMessage                 `json:"questions"`
	Texts     map[i18n.Lang]map[string]string `json:"texts"`
}

// Write writes the page. It contains both languages; lang is the one it opens
// with. Errors are those of w.
func Write(w io.Writer, lang i18n.Lang) error {
	content, err := json.Marshal(embedded(lang))
	if err != nil {
		return fmt.Errorf("explain/page: %w", err)
	}
	page, err := template.New("page").Funcs(template.FuncMap{
		"text": func(label string) string { return i18n.Text(lang, labelPrefix+label, nil) },
	}).Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("explain/page: %w", err)
	}
	return page.Execute(w, map[string]any{
		"Lang": lang,
		"CSS":  template.CSS(pageCSS),
		// json.Marshal escapes "<", so that no text can end the script.
		"Data":    template.JS(content),
		"Scripts": template.JS(engineJS + pageJS),
	})
}

// embedded collects the rules and every text that the page can show.
func embedded(lang i18n.Lang) data {
	signals, causes := explain.Files()
	d := data{Lang: lang, Signals: signals, Causes: causes, Questions: questionsFile, Texts: map[i18n.Lang]map[string]string{}}
	for _, l := range i18n.Langs() {
		texts := map[string]string{}
		for _, code := range explain.Codes() {
			texts[code] = i18n.Text(l, code, nil)
			if hasDetail(code) {
				texts[code+".detail"] = i18n.Text(l, code+".detail", nil)
			}
		}
		for _, label := range labels() {
			texts[labelPrefix+label] = i18n.Text(l, labelPrefix+label, nil)
		}
		d.Texts[l] = texts
	}
	return d
}

// hasDetail reports whether a code of package explain has a second text.
func hasDetail(code string) bool {
	return code == explain.ChainCode || strings.HasPrefix(code, "explain.cause.")
}
