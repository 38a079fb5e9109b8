package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/fumidai/fumidai"

// pkg is what `go list -json` says of a package.
type pkg struct {
	ImportPath, Dir, Doc string
	Imports              []string
	GoFiles              []string
}

func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module+"/") }

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,Doc,Imports,GoFiles", "./...")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages found", len(all))
	}
	return all
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestImportsFollowTheMap(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		r, ok := rules[p.name()]
		if !ok {
			t.Errorf("%s has no rule", p.name())
			continue
		}
		seen[p.name()] = true
		for _, i := range p.Imports {
			own, isOwn := strings.CutPrefix(i, module+"/")
			switch reason, bad := impure[i]; {
			case isOwn && !slices.Contains(r.imports, own):
				t.Errorf("%s imports %s, which its rule does not list", p.name(), own)
			case isOwn && r.pure && !rules[own].pure:
				t.Errorf("%s is pure and imports %s, which is not", p.name(), own)
			case bad && r.pure:
				t.Errorf("%s imports %s: %s", p.name(), i, reason)
			}
		}
		for _, listed := range r.imports {
			if !slices.Contains(p.Imports, module+"/"+listed) {
				t.Errorf("the rule of %s lists %s, which it does not import", p.name(), listed)
			}
		}
	}
	for name := range rules {
		if !seen[name] {
			t.Errorf("rule for %s, which does not exist", name)
		}
	}
}

func TestPurePackagesHaveNoClock(t *testing.T) {
	for _, p := range packages(t) {
		if !rules[p.name()].pure {
			continue
		}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && clock[s.Sel.Name] {
					t.Errorf("%s/%s calls time.%s", p.name(), name, s.Sel.Name)
				}
				return true
			})
		}
	}
}

func TestEveryPackageHasADoc(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" {
			t.Errorf("%s has no package doc", p.name())
		}
	}
}

// TestEveryPublicPackageHasAnExample: what others import comes with a compiled
// example.
func TestEveryPublicPackageHasAnExample(t *testing.T) {
	for _, p := range packages(t) {
		if !public(p.name()) {
			continue
		}
		files, err := filepath.Glob(filepath.Join(p.Dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(files, func(name string) bool {
			text, err := os.ReadFile(name)
			return err == nil && bytes.Contains(text, []byte("\nfunc Example")) && bytes.Contains(text, []byte("// Output:"))
		}) {
			t.Errorf("%s has no example with output", p.name())
		}
	}
}

func public(name string) bool {
	for _, own := range []string{"internal/", "cmd/", "interop", "e2e", "bench"} {
		if strings.HasPrefix(name, own) {
			return false
		}
	}
	return true
}

// TestEveryDependencyHasItsReason holds the direct requirements of go.mod against
// docs/dependencies.md.
func TestEveryDependencyHasItsReason(t *testing.T) {
	dir := root(t)
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	reasons, err := os.ReadFile(filepath.Join(dir, "docs/dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	direct := regexp.MustCompile(`(?m)^\s+(\S+) v\S+$`).FindAllStringSubmatch(string(mod), -1)
	if len(direct) < 3 {
		t.Fatalf("%d direct requirements found", len(direct))
	}
	for _, m := range direct {
		if !bytes.Contains(reasons, []byte("| `"+m[1]+"` |")) {
			t.Errorf("docs/dependencies.md has no line for %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllSubmatch(reasons, -1) {
		if !bytes.Contains(mod, append(m[1], " v"...)) {
			t.Errorf("docs/dependencies.md has a line for %s, which go.mod does not require", m[1])
		}
	}
}

// TestTheMapIsWhole compares the directories with the first column of the
// tables of ARCHITECTURE.md.
func TestTheMapIsWhole(t *testing.T) {
	dir := root(t)
	text, err := os.ReadFile(filepath.Join(dir, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	mapped := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)/` \\|").FindAllStringSubmatch(string(text), -1) {
		mapped[m[1]] = true
		if _, err := os.Stat(filepath.Join(dir, m[1])); err != nil {
			t.Errorf("the map names %s, which does not exist", m[1])
		}
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || path == dir {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		switch base := d.Name(); {
		case base == ".git" || name == "build" || base == "node_modules" || base == "testdata" || base == "__pycache__":
			return filepath.SkipDir
		case hasFiles(path) && !mapped[filepath.ToSlash(name)]:
			t.Errorf("the map does not name %s", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// hasFiles tells a directory with content from one that only groups others.
func hasFiles(dir string) bool {
	entries, _ := os.ReadDir(dir)
	return slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() })
}
