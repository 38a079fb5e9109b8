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
	hosts   int      // how many of the fake servers it looks at

	environment []string
	read        func(output []byte) (map[string]sighting, error)
}

// sighting is what a tool says about one host.
type sighting struct {
	name string // the DNS name of the computer
	full bool   // with the layers that it accepts and its encryption
}

// scan is one run of a scanner.
type scan struct {
	processor, wall time.Duration
	memory          float64 // the most that was resident, MiB
	hosts           int
	named           int // hosts with the right DNS name
	full            int // those of them with all that the tool asks about
}

func (s scan) perProcessorSecond() float64 { return ratio(float64(s.hosts), s.processor.Seconds()) }
func (s scan) perSecond() float64          { return ratio(float64(s.hosts), s.wall.Seconds()) }
func (s scan) costPerHost() float64        { return ratio(milliseconds(s.processor), float64(s.hosts)) }
func (s scan) percentNamed() float64       { return 100 * ratio(float64(s.named), float64(s.hosts)) }
func (s scan) percentFull() float64        { return 100 * ratio(float64(s.full), float64(s.hosts)) }
func (s scan) peak() float64               { return s.memory }

// scanLimit bounds one run.
const scanLimit = 4 * time.Minute

func (t *scanner) run(ctx context.Context) (scan, error) {
	ctx, cancel := context.WithTimeout(ctx, scanLimit)
	defer cancel()
	args := slices.Clone(t.command[1:])
	for i := range t.hosts {
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
	s := scan{wall: time.Since(from), hosts: t.hosts}
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && slices.Contains(t.status, exit.ExitCode())) {
		return s, fmt.Errorf("%s: %w: %s", t.name, err, lastLine(stderr.String()))
	}
	s.processor = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.memory = peakMemory(cmd.ProcessState)
	seen, err := t.read(stdout.Bytes())
	if err != nil {
		return s, fmt.Errorf("%s: %w", t.name, err)
	}
	for i := range t.hosts {
		a := fakeAddress(i)
		if h := seen[a.String()]; h.name == fakeDNSName(a) {
			s.named++
			if h.full {
				s.full++
			}
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
func fumidaiCheck(name, path string, hosts int, flags ...string) *scanner {
	command := append([]string{path, "check", "--json"}, flags...)
	return &scanner{name: name, command: command, status: []int{3, 4}, hosts: hosts, read: readFumidai}
}

// readFumidai reads the lines of `fumidai check --json`. A host is seen in full
// if no question about its layers, encryption and versions of TLS is open. Of
// the suites one may be: there are twelve connections and no more.
func readFumidai(output []byte) (map[string]sighting, error) {
	found := map[string]sighting{}
	for d := json.NewDecoder(bytes.NewReader(output)); ; {
		var line struct {
			Host  string
			Names *struct {
				DNSComputer string `json:"dns_computer"`
			}
			Protocols struct{ RDP, SSL, Hybrid, RDSTLS *struct{} }
			Security  *struct{}        `json:"rdp_security"`
			Versions  map[string]*bool `json:"tls_versions"`
		}
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		p := line.Protocols
		s := sighting{full: p.RDP != nil && p.SSL != nil && p.Hybrid != nil && p.RDSTLS != nil &&
			line.Security != nil && answered(line.Versions)}
		if line.Names != nil {
			s.name = line.Names.DNSComputer
		}
		found[line.Host] = s
	}
}

func answered(questions map[string]*bool) bool {
	for _, answer := range questions {
		if answer == nil {
			return false
		}
	}
	return len(questions) > 0
}

// The timings of nmap: what its manual advises for a good network, and as much
// haste as it can be given.
var (
	asT4    = []string{"-T4"}
	asTuned = []string{"-T5", "-sT", "--max-retries", "0", "--min-hostgroup", "1024", "--min-parallelism", "200", "--max-parallelism", "200"}
)

// nmap runs scripts with the given timing.
func nmap(name, scripts string, hosts int, timing ...string) *scanner {
	command := append([]string{"nmap", "-n", "-Pn", "-p3389", "--script", scripts, "-oX", "-"}, timing...)
	return &scanner{name: name, command: command, hosts: hosts, read: readNmap}
}

// readNmap reads what nmap's scripts found. A host is seen in full if
// rdp-enum-encryption printed its layers, a method and the level.
func readNmap(output []byte) (map[string]sighting, error) {
	var run struct {
		Hosts []struct {
			Addresses []struct {
				Address string `xml:"addr,attr"`
			} `xml:"address"`
			Scripts []struct {
				ID       string `xml:"id,attr"`
				Output   string `xml:"output,attr"`
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
	found := map[string]sighting{}
	for _, host := range run.Hosts {
		if len(host.Addresses) == 0 {
			continue
		}
		var s sighting
		for _, script := range host.Scripts {
			if script.ID == "rdp-enum-encryption" {
				s.full = containsAll(script.Output, "CredSSP (NLA): SUCCESS", "SSL: SUCCESS", "Native RDP: SUCCESS",
					"128-bit RC4: SUCCESS", "RDP Encryption level: Client Compatible", "RDP 10.0 server")
			}
			for _, e := range script.Elements {
				if e.Key == "DNS_Computer_Name" {
					s.name = e.Value
				}
			}
		}
		found[host.Addresses[0].Address] = s
	}
	return found, nil
}

func containsAll(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// hasNmap reports whether nmap can be run, and notes what follows.
func hasNmap(ctx context.Context, r *report, judges string) bool {
	if !r.Machine.Namespace {
		r.note("Without root and iproute2 there is no network namespace: port %d was shared with the machine, and nmap connects (-sT) in place of its raw scan.", rdpPort)
	}
	version := nmapVersion(ctx)
	switch {
	case version == "":
		r.note("nmap is not installed: %s are not judged.", judges)
		return false
	case !slices.Contains(r.Machine.Peers, version):
		r.Machine.Peers = append(r.Machine.Peers, version)
	}
	return true
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
