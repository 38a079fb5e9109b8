package main

import (
	"bufio"
	"os"
	"strings"
)

const minimumHead = `# The cases that must run where FUMIDAI_PEERS=required: "peers: label".
# Rewritten, sorted, by: go run ./interop/summary -update RECORD
`

func readMinimum(name string) ([]string, error) {
	f, err := open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []string
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if l := strings.TrimSpace(lines.Text()); l != "" && !strings.HasPrefix(l, "#") {
			list = append(list, l)
		}
	}
	return list, lines.Err()
}

func writeMinimum(name string, list []string) error {
	return os.WriteFile(name, []byte(minimumHead+strings.Join(list, "\n")+"\n"), 0o644)
}
