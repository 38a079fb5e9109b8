package interop_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/interop"
)

// A machine without the peer: nothing is on PATH.
func TestCaseWithoutPeer(t *testing.T) {
	record := filepath.Join(t.TempDir(), "record")
	t.Setenv("PATH", t.TempDir())
	t.Setenv("FUMIDAI_PEERS", "")
	t.Setenv("FUMIDAI_INTEROP_RECORD", record)
	interop.Case(t, []string{"nmap"}, "test of the harness: must be skipped", func(t *testing.T) {
		t.Error("the case ran without its peer")
	})
	want := []interop.Record{{
		Case:    "test of the harness: must be skipped",
		Peers:   []interop.PeerVersion{{Name: "nmap", Version: "missing"}},
		Outcome: interop.Skipped,
		Reason:  "nmap is missing",
	}}
	if diff := cmp.Diff(want, readRecords(t, record)); diff != "" {
		t.Error(diff)
	}
}

func TestCaseRecordsWhatRan(t *testing.T) {
	record := filepath.Join(t.TempDir(), "record")
	t.Setenv("FUMIDAI_INTEROP_RECORD", record)
	for _, label := range []string{"first", "second"} {
		interop.Case(t, nil, label, func(t *testing.T) {})
	}
	want := []interop.Record{{Case: "first", Outcome: interop.Ran}, {Case: "second", Outcome: interop.Ran}}
	if diff := cmp.Diff(want, readRecords(t, record)); diff != "" {
		t.Error(diff)
	}
}

func TestNeed(t *testing.T) {
	path := os.Getenv("PATH")
	for _, c := range []struct{ name, path, peer, required, want string }{
		{"missing", t.TempDir(), "nmap", "", "skip: interop: peer nmap: nmap is missing (make peers installs it)"},
		{"missing but required", t.TempDir(), "nmap", "required", "fatal: interop: peer nmap is required, but nmap is missing (make peers installs it)"},
		{"unknown", path, "nmpa", "", `fatal: interop: there is no peer "nmpa" in peers.list`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("PATH", c.path)
			t.Setenv("FUMIDAI_PEERS", c.required)
			fake := &fakeT{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				interop.Need(fake, c.peer)
			}()
			if <-done; fake.end != c.want {
				t.Errorf("%q, want %q", fake.end, c.want)
			}
		})
	}
}

func TestPeersList(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range interop.Peers() {
		if seen[p.Name] || p.Suite != "bookworm" && p.Suite != "bookworm-backports" || strings.ContainsAny(p.Name, "+:") {
			t.Errorf("line of %q: %+v", p.Name, p)
		}
		seen[p.Name] = true
	}
	if len(seen) == 0 {
		t.Error("no peers")
	}
}

func TestFreeAddress(t *testing.T) {
	seen := map[string]bool{}
	for range 20 {
		addr := interop.FreeAddressRDP(t)
		if !strings.HasPrefix(addr, "127.") || !strings.HasSuffix(addr, ":3389") || seen[addr] {
			t.Errorf("address %s", addr)
		}
		seen[addr] = true
	}
}

// fakeT notes how a test would have ended.
type fakeT struct {
	testing.TB
	end string
}

func (f *fakeT) Skipf(format string, args ...any) {
	f.end = "skip: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func (f *fakeT) Fatalf(format string, args ...any) {
	f.end = "fatal: " + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func readRecords(t *testing.T, name string) []interop.Record {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := interop.ReadRecords(f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
