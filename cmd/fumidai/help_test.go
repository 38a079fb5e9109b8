package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/lab"
)

// commands lists the names of all commands, the root first.
func commands() []string {
	p := &program{stdout: io.Discard, stderr: io.Discard}
	root := p.root()
	names := []string{root.Name(), "help"}
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	slices.Sort(names[2:])
	return slices.Compact(names)
}

// TestHelpExamplesRun runs every example of every help text, with hosts of the
// lab for those in it, which are reserved for documentation.
func TestHelpExamplesRun(t *testing.T) {
	addresses := startLab(t)
	hosts := strings.NewReplacer(
		"server.example.com", addresses["OLD-2008R2"],
		"[2001:db8::1]:3390", addresses["NEW-2019"],
		"192.0.2.10", addresses["OLD-2016"])
	t.Chdir(t.TempDir())
	if err := os.WriteFile("password.txt", []byte(lab.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inBoth(t, func(t *testing.T, run func(...string) result) {
		for _, name := range commands() {
			help := run("help", name)
			if name == "fumidai" {
				help = run("help")
			}
			found := examples(help.stdout)
			if len(found) == 0 {
				t.Errorf("help of %s has no example:\n%s", name, help.stdout)
			}
			var background sandbox
			for _, line := range found {
				if err := background.try(t, hosts.Replace(line)); err != nil {
					t.Errorf("help of %s: %s: %v", name, line, err)
				}
			}
			background.end()
		}
	})
}

var exampleTitle = regexp.MustCompile(`(?m)^(Examples?|例):\n`)

// examples are the lines below the title.
func examples(help string) []string {
	at := exampleTitle.FindStringIndex(help)
	if at == nil {
		return nil
	}
	block, _, _ := strings.Cut(help[at[1]:], "\n\n")
	var lines []string
	for line := range strings.Lines(block) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return lines
}

// sandbox runs examples as a shell would: quotes, "> file" and "&".
type sandbox struct {
	address string // of what runs in the background
	stop    []func()
}

var labAddress = regexp.MustCompile(`127\.0\.0\.1:\d+`)

func (s *sandbox) try(t *testing.T, line string) error {
	words := strings.Fields(strings.ReplaceAll(line, "'", ""))
	if len(words) == 0 || words[0] != "fumidai" {
		return fmt.Errorf("is not a command line of fumidai")
	}
	words = words[1:]
	if i := slices.Index(words, ">"); i >= 0 && i == len(words)-2 {
		words = words[:i]
	}
	page := ""
	if i := slices.Index(words, "--out"); i >= 0 {
		page = filepath.Base(words[i+1]) // into this directory
		words[i+1] = page
		defer os.Remove(page)
	}
	if last := len(words) - 1; words[last] == "&" {
		return s.background(t, words[:last])
	}
	for i, w := range words {
		if s.address != "" && labAddress.MatchString(w) {
			words[i] = s.address
		}
	}
	r := run(t.Context(), words...)
	if r.status != exitOK && r.status != exitFindings || r.stderr != "" || r.stdout == "" {
		return fmt.Errorf("%q ends with status %d: %s%s", words, r.status, r.stderr, r.stdout)
	}
	if page != "" {
		_, err := os.Stat(page)
		return err
	}
	return nil
}

// background starts a lab on free ports and waits until it says where.
func (s *sandbox) background(t *testing.T, words []string) error {
	if i := slices.Index(words, "--port"); i >= 0 {
		words[i+1] = "0"
	}
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan int, 1)
	p := &program{stdout: writer, stderr: io.Discard, env: func(string) string { return "" }}
	go func() {
		done <- p.run(ctx, words)
		writer.Close()
	}()
	output := bufio.NewScanner(reader)
	output.Scan()
	s.address = labAddress.FindString(output.Text())
	go io.Copy(io.Discard, reader)
	s.stop = append(s.stop, func() {
		cancel()
		if status := <-done; status != exitInterrupted {
			t.Errorf("%q ends with status %d", words, status)
		}
	})
	if s.address == "" {
		return fmt.Errorf("%q says nothing of an address: %s", words, output.Text())
	}
	return nil
}

func (s *sandbox) end() {
	for _, end := range s.stop {
		end()
	}
}
