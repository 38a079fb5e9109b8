package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// scanner is one way to run one tool over all hosts.
type scanner struct {
	name    string
	command []string // the addresses follow
	status  []int    // exit statuses that are no failure

	environment []string
	names       func(output []byte) (map[string]string, error)
}

// scan is one run of a scanner.
type scan struct {
	processor, wall time.Duration
	memory          float64 // the most that was resident, MiB
	named           int     // hosts with the right DNS name
}

// scanLimit bounds one run.
const scanLimit = time.Minute

func (t *scanner) run(ctx context.Context, hosts int) (scan, error) {
	ctx, cancel := context.WithTimeout(ctx, scanLimit)
	defer cancel()
	args := slices.Clone(t.command[1:])
	for i := range hosts {
		args = append(args, fakeAddress(i).String())
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, t.command[0], args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Env = append(append(os.Environ(), "LC_ALL=C.UTF-8"), t.environment...)
	cmd.WaitDelay = 2 * time.Second
	forgetPeak()
	from := time.Now()
	err := cmd.Run()
	s := scan{wall: time.Since(from)}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && slices.Contains(t.status, exit.ExitCode())) {
		return s, fmt.Errorf("%s: %w: %s", t.name, err, lastLine(stderr.String()))
	}
	s.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.memory = peakMemory(cmd.ProcessState)
	names, err := t.names(stdout.Bytes())
	if err != nil {
		return s, fmt.Errorf("%s: %w", t.name, err)
	}
	for i := range hosts {
		if a := fakeAddress(i); names[a.String()] == fakeDNSName(a) {
			s.named++
		}
	}
	return s, nil
}

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndex(s, "\n")+1:]
}

// buildFumidai builds the program of this checkout, as it is shipped.
func buildFumidai(ctx context.Context, folder string) (string, error) {
	path, err := filepath.Abs(filepath.Join(folder, "fumidai"))
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", path, "github.com/fumidai/fumidai/cmd/fumidai")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return path, nil
}

// fumidaiCheck runs `fumidai check --json`. Its findings and unreachable hosts
// are results.
func fumidaiCheck(name, path string, flags ...string) *scanner {
	command := append([]string{path, "check", "--json"}, flags...)
	return &scanner{name: name, command: command, status: []int{3, 4}, names: fumidaiNames}
}

// fumidaiNames reads the DNS computer name of each host.
func fumidaiNames(output []byte) (map[string]string, error) {
	found := map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(output)); ; {
		var line struct {
			Host  string
			Names *struct {
				DNSComputer string `json:"dns_computer"`
			}
		}
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if line.Names != nil {
			found[line.Host] = line.Names.DNSComputer
		}
	}
}

// nmap runs the script rdp-ntlm-info with the given timing.
func nmap(name string, timing ...string) *scanner {
	command := append([]string{"nmap", "-n", "-Pn", "-p3389", "--script", "rdp-ntlm-info", "-oX", "-"}, timing...)
	return &scanner{name: name, command: command, names: nmapNames}
}

// nmapNames reads the DNS computer name of each host.
func nmapNames(output []byte) (map[string]string, error) {
	var run struct {
		Hosts []struct {
			Addresses []struct {
				Address string `xml:"addr,attr"`
			} `xml:"address"`
			Scripts []struct {
				Elements []struct {
					Key   string `xml:"key,attr"`
					Value string `xml:",chardata"`
				} `xml:"elem"`
			} `xml:"ports>port>script"`
		} `xml:"host"`
	}
	if err := xml.Unmarshal(output, &run); err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, host := range run.Hosts {
		for _, script := range host.Scripts {
			for _, e := range script.Elements {
				if e.Key == "DNS_Computer_Name" && len(host.Addresses) > 0 {
					found[host.Addresses[0].Address] = e.Value
				}
			}
		}
	}
	return found, nil
}

// nmapVersion is empty if nmap is not installed.
func nmapVersion(ctx context.Context) string {
	out, err := exec.CommandContext(ctx, "nmap", "--version").Output()
	if err != nil {
		return ""
	}
	version, _, _ := strings.Cut(strings.TrimSpace(string(out)), " (")
	return strings.Replace(version, "Nmap version", "nmap", 1)
}
