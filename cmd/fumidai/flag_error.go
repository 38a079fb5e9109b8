package main

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagError says what is wrong with a flag, in our own words, and where it can
// the command that was probably meant.
func flagError(cmd *cobra.Command, err error) error {
	e := &misuseError{code: "ui.error.flag", args: map[string]any{"error": err.Error()}, hint: cmd.CommandPath() + " --help"}
	var missing *pflag.NotExistError
	var novalue *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &missing):
		name := missing.GetSpecifiedName()
		e.code, e.args = "ui.error.flag_unknown", map[string]any{"flag": printable("--" + name)}
		if meant := nearestFlag(cmd, name); meant != "" {
			e.hint = cmd.CommandPath() + " --" + meant
		}
	case errors.As(err, &novalue):
		e.code, e.args = "ui.error.flag_value_missing", map[string]any{"flag": "--" + novalue.GetFlag().Name}
	case errors.As(err, &invalid):
		e.code = "ui.error.flag_value"
		e.args = map[string]any{"flag": "--" + invalid.GetFlag().Name, "value": printable(invalid.GetValue())}
		if f := invalid.GetFlag(); f.Value.Type() == "duration" {
			e.hint = cmd.CommandPath() + " --" + f.Name + " " + likelyDuration(invalid.GetValue(), f.DefValue)
		}
	}
	return e
}

// likelyDuration is a number without a unit as seconds, and otherwise the
// default.
func likelyDuration(value, otherwise string) string {
	if d, err := time.ParseDuration(value + "s"); err == nil && d > 0 {
		return value + "s"
	}
	return otherwise
}

// nearestFlag finds a flag that begins alike or differs by a letter or two.
func nearestFlag(cmd *cobra.Command, name string) (nearest string) {
	best := 3
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		d := distance(name, f.Name)
		if len(name) > 2 && strings.HasPrefix(f.Name, name) {
			d = 0
		}
		if d < best {
			best, nearest = d, f.Name
		}
	})
	return nearest
}

// distance is the number of letters to insert, delete or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, above+1, diagonal+cost)
			diagonal = above
		}
	}
	return row[len(b)]
}
