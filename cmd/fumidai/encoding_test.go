package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestShiftJIS(t *testing.T) {
	var b bytes.Buffer
	n, err := shiftJIS{&b}.Write([]byte("✓ 修正 😀"))
	if err != nil || n != len("✓ 修正 😀") {
		t.Fatal(n, err)
	}
	if want := []byte("\x81\x9b \x8fC\x90\xb3 ?"); !bytes.Equal(b.Bytes(), want) {
		t.Errorf("% x, want % x", b.Bytes(), want)
	}
}

func TestOutput(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for codePage, encodes := range map[uint32]bool{0: false, 65001: false, 932: true} {
		if _, ok := output(f, codePage).(shiftJIS); ok != encodes {
			t.Errorf("code page %d: encodes %v", codePage, ok)
		}
	}
}
