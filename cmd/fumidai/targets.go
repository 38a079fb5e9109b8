package main

import (
	"encoding/binary"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"unicode/utf16"
)

// parseTargets takes the arguments of a command line: hosts, networks, and files
// with one of these per line. What is named twice is looked at once.
func parseTargets(args []string) ([]target, error) {
	var targets []target
	for _, a := range args {
		more, err := expand(a)
		if err != nil {
			return nil, err
		}
		targets = append(targets, more...)
	}
	if len(targets) == 0 {
		return nil, &misuseError{code: "ui.error.no_target", hint: "fumidai check server.example.com"}
	}
	seen := map[target]bool{}
	once := targets[:0]
	for _, t := range targets {
		if !seen[t] {
			seen[t] = true
			once = append(once, t)
		}
	}
	return once, nil
}

func expand(arg string) ([]target, error) {
	if name, ok := strings.CutPrefix(arg, "@"); ok {
		return readTargets(name)
	}
	return hostOrNetwork(arg)
}

// readTargets reads a file of targets: one per line, "#" begins a comment.
func readTargets(name string) ([]target, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, &misuseError{code: "ui.error.read", args: map[string]any{"file": printable(name), "reason": err}, hint: "fumidai check @hosts.txt"}
	}
	var targets []target
	for i, line := range strings.Split(decoded(content), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		more, err := hostOrNetwork(line)
		if err != nil {
			return nil, &misuseError{code: "ui.error.file_line", args: map[string]any{
				"file": printable(name), "line": i + 1, "target": printable(line),
			}}
		}
		targets = append(targets, more...)
	}
	return targets, nil
}

// decoded takes off a byte order mark. Windows PowerShell 5 writes UTF-16 with
// one if the output of a command goes to a file.
func decoded(content []byte) string {
	text := string(content)
	if rest, ok := strings.CutPrefix(text, "\xff\xfe"); ok {
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16([]byte(rest[2*i:]))
		}
		return string(utf16.Decode(units))
	}
	return strings.TrimPrefix(text, "\ufeff")
}

// maxNetworkBits is how many bits of a network's addresses may vary: 256
// addresses, of both families.
const maxNetworkBits = 8

func hostOrNetwork(s string) ([]target, error) {
	prefix, port, ok := splitNetwork(folded(s))
	if !ok {
		t, err := parseTarget(s)
		return []target{t}, err
	}
	smallest := prefix.Addr().BitLen() - maxNetworkBits
	network := netip.PrefixFrom(prefix.Addr(), max(prefix.Bits(), smallest))
	if prefix.Bits() < smallest {
		return nil, &misuseError{code: "ui.error.network", args: map[string]any{"target": printable(s), "max": 1 << maxNetworkBits}, hint: "fumidai check " + network.Masked().String()}
	}
	n, err := strconv.ParseUint(port, 10, 16)
	if err != nil || n == 0 {
		return nil, badTarget(s, prefix.String())
	}
	// All addresses, also the first and the last: what is a network here may be
	// part of a larger one there.
	var targets []target
	for a := network.Masked().Addr(); network.Contains(a); a = a.Next() {
		targets = append(targets, target{a.String(), int(n)})
	}
	return targets, nil
}

// splitNetwork takes ADDRESS/BITS apart, with a port behind it or, for IPv6,
// behind brackets around it.
func splitNetwork(s string) (prefix netip.Prefix, port string, ok bool) {
	network, port := s, strconv.Itoa(defaultPort)
	if inner, after, found := strings.Cut(strings.TrimPrefix(s, "["), "]"); found && s[0] == '[' {
		network = inner
		if after != "" {
			port, found = strings.CutPrefix(after, ":")
			if !found {
				return prefix, "", false
			}
		}
	} else if slash := strings.LastIndexByte(s, '/'); slash >= 0 {
		if bits, behind, found := strings.Cut(s[slash:], ":"); found {
			network, port = s[:slash]+bits, behind
		}
	}
	prefix, err := netip.ParsePrefix(network)
	return prefix, port, err == nil
}
