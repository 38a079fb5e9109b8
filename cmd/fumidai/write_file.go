package main

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// writeFile writes a file next to its name first, so that a failure leaves an
// older one as it was.
func writeFile(name string, write func(w io.Writer) error) error {
	if err := replace(name, write); err != nil {
		return unwritable(name, err, "")
	}
	return nil
}

// tryWriting fails where writeFile would, and changes nothing: it comes before
// work that takes long. hint is a command that writes elsewhere.
func tryWriting(name, hint string) error {
	file, err := besides(name)
	if err != nil {
		return unwritable(name, err, hint)
	}
	file.Close()
	os.Remove(file.Name())
	return nil
}

// besides makes a file next to this name.
func besides(name string) (*os.File, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return nil, syscall.EISDIR
	}
	return os.CreateTemp(filepath.Dir(name), ".fumidai-*")
}

func replace(name string, write func(w io.Writer) error) error {
	file, err := besides(name)
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
