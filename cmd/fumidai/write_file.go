package main

import (
	"io"
	"os"
	"path/filepath"
)

// writeFile writes a file next to its name first, so that a failure leaves an
// older one as it was.
func writeFile(name string, write func(w io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".fumidai-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	err = write(file)
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := os.Chmod(file.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(file.Name(), name)
}
