package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/internal/matrix"
	"github.com/fumidai/fumidai/verdict"
)

// docs/json.md has every field of every schema, with the right type, and says
// what null means where there can be one.
func TestJSONPage(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := map[string]map[string]documented{}
	for _, section := range strings.Split(string(content), "\n## ")[1:] {
		title, rows, _ := strings.Cut(section, "\n")
		sections[title] = documentedFields(t, rows)
	}
	// The outermost object of explain has no type of its own.
	explained := fieldsOf(reflect.TypeFor[[]jsonHypothesis](), "hypotheses")
	explained["schema"] = documented{"string", false}
	var outer map[string]json.RawMessage
	if err := json.Unmarshal([]byte(run(t.Context(), "explain", "--json", "CredSSP").stdout), &outer); err != nil {
		t.Fatal(err)
	}
	if keys := slices.Sorted(maps.Keys(outer)); !slices.Equal(keys, []string{"hypotheses", "schema"}) {
		t.Errorf("explain: %q", keys)
	}
	want := map[string]map[string]documented{
		checkSchema:   fieldsOf(reflect.TypeFor[jsonHost](), ""),
		explainSchema: explained,
		matrixSchema:  fieldsOf(reflect.TypeFor[jsonCell](), ""),
		labSchema:     fieldsOf(reflect.TypeFor[jsonLabHost](), ""),
		connectSchema: fieldsOf(reflect.TypeFor[jsonConnect](), ""),
	}
	if diff := cmp.Diff(want, sections); diff != "" {
		t.Errorf("(-program +page):\n%s", diff)
	}
	completed := dynamic()
	for _, value := range slices.Concat(completed["ui.outcome."], completed["ui.level."], completed["ui.severity."], completed["ui.update."],
		completed["ui.mark."], completed["ui.side."], completed["ui.connect.step."], texts(verdict.Families()...),
		texts(verdict.Reached, verdict.Refused, verdict.Timeout, verdict.Unresolved, verdict.Unreachable, verdict.Closed, verdict.Silent, verdict.NotRDP),
		texts(verdict.LayerRDP, verdict.LayerTLS, verdict.LayerNLA, verdict.LayerNLAEx, verdict.LayerOther),
		texts(verdict.NLARequired, verdict.NLAOptional, verdict.NLANone, verdict.NLAUnknown),
		texts(matrix.Allowed, matrix.Insecure, matrix.BlockedByClient, matrix.BlockedByServer)) {
		if !strings.Contains(string(content), "`"+value+"`") {
			t.Errorf("nothing about %s", value)
		}
	}
}

// documented is what the page says of a field.
type documented struct {
	Type string
	Null bool
}

func documentedFields(t *testing.T, section string) map[string]documented {
	t.Helper()
	fields := map[string]documented{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		name := strings.Trim(cells[0], " `")
		if _, twice := fields[name]; twice || len(cells) != 4 || strings.TrimSpace(cells[2]) == "" {
			t.Errorf("%q", line)
			continue
		}
		kind := strings.TrimSpace(cells[1])
		if kind == "text" {
			kind = "string"
		}
		fields[name] = documented{kind, strings.TrimSpace(cells[3]) != "–"}
	}
	return fields
}

// fieldsOf lists what a type looks like in JSON, by path.
func fieldsOf(of reflect.Type, path string) map[string]documented {
	fields := map[string]documented{}
	var walk func(of reflect.Type, path string) (kind string, null bool)
	note := func(of reflect.Type, path string) {
		kind, null := walk(of, path)
		fields[path] = documented{kind, null}
	}
	walk = func(of reflect.Type, path string) (string, bool) {
		switch kind := of.Kind(); {
		case kind == reflect.Pointer:
			name, _ := walk(of.Elem(), path)
			return name, true
		case of == reflect.TypeFor[time.Time]():
			return "time", false
		case kind == reflect.Slice:
			name, _ := walk(of.Elem(), path+"[]")
			return "array of " + name + "s", false
		case kind == reflect.Map:
			note(of.Elem(), path+".*")
			return "object", false
		case kind == reflect.Struct:
			for i := range of.NumField() {
				name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
				note(of.Field(i).Type, strings.TrimPrefix(path+"."+name, "."))
			}
			return "object", false
		case kind == reflect.Bool:
			return "boolean", false
		case kind == reflect.Float64:
			return "number", false
		case kind == reflect.String:
			return "string", false
		}
		return "integer", false
	}
	if kind, null := walk(of, path); path != "" {
		fields[path] = documented{kind, null}
	}
	return fields
}
