// Generate makes internal/font/dotgothic16.bin out of the npm package
// @fontsource/dotgothic16, which holds the font in slices of WOFF 1 files:
//
//	npm pack @fontsource/dotgothic16@5.3.0 && tar xzf fontsource-dotgothic16-5.3.0.tgz
//	go run ./internal/font/generate package
//
// It is run by hand, when the font gets a new version. The same package gives the
// same file, byte for byte.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// output is relative to the root of the module, where this is started.
const output = "internal/font/dotgothic16.bin"

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./internal/font/generate path/to/package")
		os.Exit(2)
	}
	if err := run(os.Args[1], output); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(pkg, output string) error {
	names, err := filepath.Glob(filepath.Join(pkg, "files", "*-400-normal.woff"))
	if err != nil || len(names) == 0 {
		return errors.Join(err, errors.New("no WOFF files in "+pkg))
	}
	slices.Sort(names)
	glyphs := map[rune]glyph{}
	for _, name := range names {
		packed, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		sfnt, err := unpackWOFF(packed)
		if err == nil {
			err = addGlyphs(glyphs, sfnt)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	change(glyphs)
	table, err := pack(glyphs)
	if err != nil {
		return err
	}
	fmt.Printf("%d glyphs, %d bytes\n", len(glyphs), len(table))
	return os.WriteFile(output, table, 0o644)
}
