package interop

import (
	_ "embed"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
)

// Peer is a foreign implementation, as a line of peers.list describes it.
type Peer struct {
	Name    string
	Package string   // the Debian package whose version counts
	Suite   string   // where interop/install takes it from
	Files   []string // programs on PATH, or absolute paths, that it needs
}

// Peers returns all strangers, in the order of peers.list.
func Peers() []Peer {
	return peers()
}

// Find returns the peer of that name.
func Find(name string) (Peer, bool) {
	for _, p := range peers() {
		if p.Name == name {
			return p, true
		}
	}
	return Peer{}, false
}

// Missing returns the first file that the peer lacks on this machine, or ""
// if it can be used.
func (p Peer) Missing() string {
	for _, f := range p.Files {
		if strings.HasPrefix(f, "/") {
			if _, err := os.Stat(f); err != nil {
				return f
			}
		} else if _, err := exec.LookPath(f); err != nil {
			return f
		}
	}
	return ""
}

// Version returns the version of the peer's package, "unknown" if the peer is
// there without it, "missing" if it cannot be used.
func (p Peer) Version() string {
	if p.Missing() != "" {
		return "missing"
	}
	if v, ok := packageVersions()[p.Package]; ok {
		return v
	}
	return "unknown"
}

// Need skips the test if the peer is not installed; with FUMIDAI_PEERS=required
// it fails. A name that peers.list does not have is a mistake in the test.
func Need(t testing.TB, name string) {
	t.Helper()
	p, ok := Find(name)
	if !ok {
		t.Fatalf("interop: there is no peer %q in peers.list", name)
	}
	gone := p.Missing()
	switch {
	case gone == "":
	case Required():
		t.Fatalf("interop: peer %s is required, but %s is missing (make peers installs it)", name, gone)
	default:
		t.Skipf("interop: peer %s: %s is missing (make peers installs it)", name, gone)
	}
}

// Required reports whether a missing peer is a failure.
func Required() bool { return os.Getenv("FUMIDAI_PEERS") == "required" }

//go:embed peers.list
var peersList string

var peers = sync.OnceValue(func() []Peer {
	var list []Peer
	for line := range strings.Lines(peersList) {
		f := strings.Fields(line)
		if len(f) < 4 || f[0] == "#" || f[0] == "-" {
			continue
		}
		list = append(list, Peer{Name: f[0], Package: f[1], Suite: f[2], Files: f[3:]})
	}
	return list
})

// packageVersions asks dpkg once, which is exact and quicker than asking every
// program; where there is no dpkg it is empty.
var packageVersions = sync.OnceValue(func() map[string]string {
	args := []string{"-W", "-f", "${db:Status-Status} ${Package} ${Version}\n"}
	for _, p := range peers() {
		args = append(args, p.Package)
	}
	out, _ := exec.Command("dpkg-query", args...).Output() // it also fails if one of many is unknown
	versions := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "installed" {
			versions[f[1]] = f[2]
		}
	}
	return versions
})
