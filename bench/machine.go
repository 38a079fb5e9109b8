package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// machine says where and with what a run was made.
type machine struct {
	Begin      time.Time `json:"begin"`
	End        time.Time `json:"end"`
	Commit     string    `json:"commit"` // "-dirty": with changes that are not committed
	Go         string    `json:"go"`
	CPU        string    `json:"cpu"`
	Cores      int       `json:"cores"`
	Kernel     string    `json:"kernel"`
	LoadBefore string    `json:"load_before"` // 1, 5 and 15 minutes
	LoadAfter  string    `json:"load_after"`
	Namespace  bool      `json:"network_namespace"`
	Peers      []string  `json:"peers"`
}

func thisMachine(ctx context.Context) machine {
	return machine{
		Begin: time.Now().UTC(), Commit: commit(ctx), Go: runtime.Version(), CPU: cpuModel(), Cores: runtime.NumCPU(),
		Kernel: firstLine("/proc/sys/kernel/osrelease"), LoadBefore: loadAverage(), Namespace: namespaced(), Peers: []string{},
	}
}

func (m *machine) markdown() string {
	network := "the machine's own loopback"
	if m.Namespace {
		network = "a network namespace of its own"
	}
	peers := "none"
	if len(m.Peers) > 0 {
		peers = strings.Join(m.Peers, ", ")
	}
	return fmt.Sprintf("Commit %s, %s, %d × %s, Linux %s, %s; load %s before, %s after; %s to %s.\nPeers: %s.\n",
		m.Commit, m.Go, m.Cores, m.CPU, m.Kernel, network, m.LoadBefore, m.LoadAfter,
		m.Begin.Format(time.TimeOnly), m.End.Format(time.TimeOnly+" UTC"), peers)
}

// commit is the short hash of the checkout that is measured.
func commit(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "git", "describe", "--always", "--dirty", "--exclude=*").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func loadAverage() string {
	fields := strings.Fields(firstLine("/proc/loadavg"))
	return strings.Join(fields[:min(3, len(fields))], " ")
}

// firstLine is empty where there is no such file.
func firstLine(path string) string {
	text, _ := os.ReadFile(path)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}
