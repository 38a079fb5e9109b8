// Command mutants sabotages the code one line at a time and demands that the
// named test notices. The working tree is not touched: the changed file reaches
// the compiler through -overlay.
//
//	go run ./internal/mutants            all of mutants.txt
//	go run ./internal/mutants binding    those whose title or file contains "binding"
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// listFile holds the sabotages.
const listFile = "internal/mutants/mutants.txt"

func main() {
	only := ""
	if len(os.Args) > 1 {
		only = os.Args[1]
	}
	list, err := readList(listFile)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
	ran, caught := 0, 0
	healthy := map[string]bool{}
	for _, m := range list {
		if !strings.Contains(m.title+" "+m.file, only) {
			continue
		}
		ran++
		verdict := m.run(healthy)
		if verdict == "caught" {
			caught++
		}
		fmt.Printf("%-8s %s (%s %s)\n", verdict, m.title, m.pkg, m.test)
	}
	fmt.Printf("mutants: %d of %d caught\n", caught, ran)
	if ran == 0 || caught < ran {
		os.Exit(1)
	}
}

// mutant is one sabotage and the test that must catch it.
type mutant struct {
	title, file, old, new string
	pkg, test             string
}

// readList parses blocks of five lines, separated by empty lines:
//
//	# what is sabotaged
//	file credssp/binding.go
//	- the line as it is, without indentation
//	+ the line instead
//	test ./credssp TestName
//
// \n and \t stand for a line end and a tab, where one line would not be unique.
func readList(name string) ([]mutant, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []mutant
	for i, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if len(lines) != 5 {
			return nil, fmt.Errorf("%s: block %d has %d lines, wants 5: %q", name, i+1, len(lines), lines[0])
		}
		m := mutant{}
		for j, f := range []struct {
			prefix string
			to     *string
		}{{"# ", &m.title}, {"file ", &m.file}, {"- ", &m.old}, {"+ ", &m.new}, {"test ", &m.test}} {
			rest, ok := strings.CutPrefix(lines[j], f.prefix)
			if !ok {
				return nil, fmt.Errorf("%s: block %d: line %d wants %q", name, i+1, j+1, f.prefix)
			}
			*f.to = rest
		}
		var ok bool
		if m.pkg, m.test, ok = strings.Cut(m.test, " "); !ok {
			return nil, fmt.Errorf("%s: block %d: test wants a package and a name", name, i+1)
		}
		m.old, m.new = unescape.Replace(m.old), unescape.Replace(m.new)
		list = append(list, m)
	}
	return list, nil
}

var unescape = strings.NewReplacer(`\n`, "\n", `\t`, "\t")

// run tries one sabotage: "caught", "SURVIVED", or why it could not be tried.
func (m mutant) run(healthy map[string]bool) string {
	text, err := os.ReadFile(m.file)
	if err != nil {
		return "NO FILE"
	}
	if bytes.Count(text, []byte(m.old)) != 1 {
		return "NO LINE"
	}
	key := m.pkg + " " + m.test
	if !healthy[key] {
		if out, err := goTest(m.pkg, m.test, ""); err != nil || bytes.Contains(out, []byte("no tests to run")) {
			return "NO TEST"
		}
		healthy[key] = true
	}
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "NO TEMP"
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(dir, text)
	if err != nil {
		return "NO TEMP"
	}
	out, err := goTest(m.pkg, m.test, overlay)
	switch {
	case err == nil:
		return "SURVIVED"
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		fmt.Printf("%s", out)
		return "NO BUILD"
	}
	return "caught"
}

// overlay writes the sabotaged file and the map that puts it in the place of
// the real one.
func (m mutant) overlay(dir string, text []byte) (string, error) {
	real, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	changed := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(changed, bytes.Replace(text, []byte(m.old), []byte(m.new), 1), 0o600); err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {real: changed}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, list, 0o600)
}

func goTest(pkg, test, overlay string) ([]byte, error) {
	args := []string{"test", "-count=1", "-vet=off", "-timeout=120s", "-run", "^" + test + "$"}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	return exec.Command("go", append(args, pkg)...).CombinedOutput()
}
