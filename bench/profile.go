package main

import (
	"flag"
	"os"
	"runtime/pprof"
)

// profiled reads the one flag of a child and, if it is given, profiles the
// child until stop is called.
func profiled(role string, args []string) (stop func(), err error) {
	flags := flag.NewFlagSet(role, flag.ContinueOnError)
	name := flags.String("profile", "", "write a CPU profile to `file`")
	if err := flags.Parse(args); err != nil || *name == "" {
		return func() {}, err
	}
	file, err := os.Create(*name)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		file.Close()
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		file.Close()
	}, nil
}
