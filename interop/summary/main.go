// Command summary prints what an interop run proved, peer by peer, from the
// record that the tests wrote, and compares it with the committed list of what
// must run.
//
//	FUMIDAI_INTEROP_RECORD=$PWD/record go test -count=1 ./...
//	go run ./interop/summary record
//	go run ./interop/summary -update record     # rewrite interop/minimum.txt
//
// It exits with 1 if a case failed and, with FUMIDAI_PEERS=required, if a case
// of the list did not run or nothing ran at all; with 2 if it cannot read its
// input.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/fumidai/fumidai/interop"
)

func main() {
	os.Exit(run(os.Args[1:], interop.Required(), os.Stdout, os.Stderr))
}

func run(args []string, required bool, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("summary", flag.ContinueOnError)
	flags.SetOutput(stderr)
	minimum := flags.String("minimum", "interop/minimum.txt", "the `file` that lists the cases that must run")
	update := flags.Bool("update", false, "rewrite the list from this run")
	if err := flags.Parse(args); err != nil || flags.NArg() != 1 {
		fmt.Fprintln(stderr, "usage: summary [-update] [-minimum file] record")
		return 2
	}
	s, err := load(flags.Arg(0), *minimum)
	if err == nil && *update {
		s.minimum = s.ran()
		err = writeMinimum(*minimum, s.minimum)
	}
	if err != nil {
		fmt.Fprintln(stderr, "summary:", err)
		return 2
	}
	s.print(stdout)
	if s.count(interop.Failed) > 0 || required && (s.count(interop.Ran) == 0 || len(s.notRun()) > 0) {
		return 1
	}
	return 0
}

// load reads the record and the list. A file that does not exist is empty: no
// case ran, or none must.
func load(record, minimum string) (*summary, error) {
	f, err := open(record)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := interop.ReadRecords(f)
	if err != nil {
		return nil, err
	}
	lines, err := readMinimum(minimum)
	if err != nil {
		return nil, err
	}
	return newSummary(records, lines), nil
}

func open(name string) (io.ReadCloser, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Open(os.DevNull)
	}
	return f, err
}
