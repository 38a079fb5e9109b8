package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// report is one run: where it ran, what it measured and how that compares with
// the goals.
type report struct {
	Machine  machine   `json:"machine"`
	Sections []section `json:"sections"`
	Goals    []goal    `json:"goals"`
	Notes    []string  `json:"notes"`
}

// section is one table.
type section struct {
	Title   string   `json:"title"`
	Figures []figure `json:"figures"`
}

// figure is one cell: the subject names the row, the name and unit the column.
// A recorded figure was not measured in this run.
type figure struct {
	Subject  string `json:"subject"`
	Name     string `json:"name"`
	Unit     string `json:"unit"`
	Recorded string `json:"recorded,omitempty"` // the range, as recorded; spread is then zero
	spread
}

// goal is one promise, with what was measured.
type goal struct {
	ID    string  `json:"id"`
	What  string  `json:"what"`
	Limit float64 `json:"limit"`
	Least bool    `json:"least"` // the limit is the least; otherwise it is the most
	Unit  string  `json:"unit"`
	Met   bool    `json:"met"` // by the median
	spread
}

func newReport(ctx context.Context) *report { return &report{Machine: thisMachine(ctx)} }

func (r *report) section(title string) *section {
	r.Sections = append(r.Sections, section{Title: title})
	return &r.Sections[len(r.Sections)-1]
}

// note adds a remark, once.
func (r *report) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.Notes, text) {
		r.Notes = append(r.Notes, text)
	}
}

// atMost and atLeast judge a goal by the median.
func (r *report) atMost(id, what string, limit float64, unit string, s spread) {
	r.Goals = append(r.Goals, goal{ID: id, What: what, Limit: limit, Unit: unit, Met: s.Median <= limit, spread: s})
}

func (r *report) atLeast(id, what string, limit float64, unit string, s spread) {
	r.Goals = append(r.Goals, goal{ID: id, What: what, Limit: limit, Least: true, Unit: unit, Met: s.Median >= limit, spread: s})
}

func (s *section) add(subject, name, unit string, values []float64) {
	s.Figures = append(s.Figures, figure{Subject: subject, Name: name, Unit: unit, spread: spreadOf(values)})
}

func (s *section) addRecorded(subject, name, unit, value string) {
	s.Figures = append(s.Figures, figure{Subject: subject, Name: name, Unit: unit, Recorded: value})
}

func (r *report) finish() {
	r.Machine.End, r.Machine.LoadAfter = time.Now().UTC(), loadAverage()
}

// markdown writes the report for people, aligned so that it can also be read
// on a terminal.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmarks, %s\n\n%s\n", r.Machine.Begin.Format(time.DateOnly), r.Machine.markdown())
	b.WriteString("Median of the rounds (least–most of them).\n")
	for i := range r.Sections {
		fmt.Fprintf(&b, "\n## %s\n\n", r.Sections[i].Title)
		writeTable(&b, r.Sections[i].rows())
	}
	if len(r.Goals) > 0 {
		b.WriteString("\n## Goals\n\n")
		writeTable(&b, r.goalRows())
	}
	if len(r.Notes) > 0 {
		b.WriteString("\n## Notes\n\n")
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "- %s\n", n)
	}
	return b.String()
}

// rows arranges the figures: subjects down, names across, each in the order in
// which it first came.
func (s *section) rows() [][]string {
	columns, subjects := []string{""}, []string{}
	cells := map[[2]string]string{}
	for _, f := range s.Figures {
		column := f.Name
		if f.Unit != "" {
			column += ", " + f.Unit
		}
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
		if !slices.Contains(subjects, f.Subject) {
			subjects = append(subjects, f.Subject)
		}
		cells[[2]string{f.Subject, column}] = f.spread.String()
		if f.Recorded != "" {
			cells[[2]string{f.Subject, column}] = f.Recorded
		}
	}
	rows := [][]string{columns}
	for _, subject := range subjects {
		row := []string{subject}
		for _, column := range columns[1:] {
			row = append(row, cells[[2]string{subject, column}])
		}
		rows = append(rows, row)
	}
	return rows
}

func (r *report) goalRows() [][]string {
	rows := [][]string{{"", "goal", "limit", "measured", ""}}
	for _, g := range r.Goals {
		sign, verdict := "≤", "missed"
		if g.Least {
			sign = "≥"
		}
		if g.Met {
			verdict = "met"
		}
		rows = append(rows, []string{g.ID, g.What, strings.TrimSpace(sign + " " + number(g.Limit) + " " + g.Unit), g.spread.String(), verdict})
	}
	return rows
}

// writeTable writes a Markdown table whose first row is the head.
func writeTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell), 3)
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(b, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
		b.WriteString("|\n")
		if n == 0 {
			for _, w := range widths {
				fmt.Fprintf(b, "| %s ", strings.Repeat("-", w))
			}
			b.WriteString("|\n")
		}
	}
}

// write leaves the report in folder, once for people and once for programs.
func (r *report) write(folder string) error {
	name := filepath.Join(folder, r.Machine.Begin.Format("2006-01-02T150405Z")+"-"+r.Machine.Commit)
	figures, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(name+".json", append(figures, '\n'), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(name+".md", []byte(r.markdown()), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "bench: wrote %s.md and .json\n", name)
	return nil
}
