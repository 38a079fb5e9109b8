package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// labLine is what a program can rely on in a line of `lab --json`.
type labLine struct {
	Schema  string
	Address *string
	Name    string
	Product string
	State   string
	CredSSP *int `json:"credssp_version"`
	Truth   struct{ Update, NLA string }
}

// TestLabTellsTheTruth starts a lab as a program would, and checks that each of
// its hosts is what its line says, by `check --json`.
func TestLabTellsTheTruth(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	status := make(chan int, 1)
	p := &program{stdout: writer, stderr: io.Discard, env: func(string) string { return "" }}
	go func() {
		status <- p.run(ctx, []string{"lab", "--port", "0", "--json"})
		writer.Close()
	}()
	var hosts []labLine
	args := []string{"check", "--json"}
	lines := bufio.NewScanner(reader)
	for len(hosts) < 13 && lines.Scan() {
		if diff := cmp.Diff(labShape(len(hosts) < 7 || len(hosts) >= 10), shape(t, lines.Text())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lines.Text(), diff)
		}
		var h labLine
		if err := json.Unmarshal(lines.Bytes(), &h); err != nil {
			t.Fatal(err)
		}
		hosts = append(hosts, h)
		args = append(args, *h.Address)
	}
	if len(hosts) != 13 {
		t.Fatalf("%d hosts: %v", len(hosts), lines.Err())
	}
	r := run(t.Context(), args...)
	checks := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if len(checks) != len(hosts) || r.status != exitFindings {
		t.Fatalf("status %d: %s%s", r.status, r.stderr, r.stdout)
	}
	for i, h := range hosts {
		var seen struct {
			Update, NLA string
			CredSSP     *int `json:"credssp_version"`
			Names       *struct {
				Computer string `json:"netbios_computer"`
			}
		}
		if err := json.Unmarshal([]byte(checks[i]), &seen); err != nil {
			t.Fatal(err)
		}
		if seen.Update != h.Truth.Update || seen.NLA != h.Truth.NLA || !cmp.Equal(seen.CredSSP, h.CredSSP) {
			t.Errorf("%s: check says %s, lab %+v", h.Name, checks[i], h)
		}
		if (seen.Names != nil) != (h.CredSSP != nil) || seen.Names != nil && seen.Names.Computer != h.Name {
			t.Errorf("%s: %s", h.Name, checks[i])
		}
	}

	cancel()
	if got := <-status; got != exitInterrupted {
		t.Errorf("the lab ends with status %d", got)
	}
	if rest, _ := io.ReadAll(reader); len(rest) > 0 {
		t.Errorf("more than the hosts: %s", rest)
	}
	for _, h := range hosts {
		if conn, err := net.Dial("tcp", *h.Address); err == nil {
			conn.Close()
			t.Errorf("%s still listens", h.Name)
		}
	}
}

func labShape(usesNLA bool) map[string]string {
	want := map[string]string{
		"": "object", "schema": "string", "address": "string", "name": "string", "product": "string", "state": "string",
		"credssp_version": "null", "fault": "null",
		"truth": "object", "truth.update": "string", "truth.nla": "string", "truth.finding": "string",
	}
	if usesNLA {
		want["credssp_version"] = "number"
	}
	return want
}

// The list has the same lines without addresses.
func TestLabList(t *testing.T) {
	r := run(t.Context(), "lab", "--list", "--json")
	type row struct {
		Name, State, Update, NLA string
		CredSSP                  int
	}
	want := []row{
		{"OLD-2008R2", "not_updated", "absent", "required", 2},
		{"OLD-2012R2", "not_updated", "absent", "required", 3},
		{"OLD-2016", "not_updated", "absent", "required", 4},
		{"NEW-2008R2", "mitigated", "present", "required", 5},
		{"NEW-2019", "mitigated", "present", "required", 6},
		{"FORCE-2022", "force_updated_clients", "present", "required", 6},
		{"NLAOFF-2016", "mitigated", "present", "optional", 6},
		{"TLSONLY", "tls_only", "unknown", "none", 0},
		{"RDPSEC-2008R2", "rdp_only", "unknown", "none", 0},
		{"XP", "rdp_before_2008", "unknown", "none", 0},
		{"CARD", "mitigated", "present", "required", 6},
		{"CARD-LIST", "mitigated", "present", "required", 6},
		{"CARD-WAIT", "mitigated", "present", "required", 6},
	}
	var got []row
	for line := range strings.Lines(r.stdout) {
		var h labLine
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			t.Fatal(err)
		}
		if h.Schema != "fumidai.lab/1" || h.Address != nil || h.Product == "" {
			t.Errorf("%s", line)
		}
		x := row{h.Name, h.State, h.Truth.Update, h.Truth.NLA, 0}
		if h.CredSSP != nil {
			x.CredSSP = *h.CredSSP
		}
		got = append(got, x)
	}
	if diff := cmp.Diff(want, got); diff != "" || r.status != exitOK {
		t.Errorf("status %d (-want +got):\n%s", r.status, diff)
	}
}

// A port that is taken is a mistake, and the answer names a way out.
func TestLabPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	inBoth(t, func(t *testing.T, run func(...string) result) {
		r := run("lab", "--port", port)
		if r.status != exitMisuse || r.stdout != "" || !strings.Contains(r.stderr, port) || !strings.Contains(r.stderr, "fumidai lab --port 0") {
			t.Errorf("status %d: %s%s", r.status, r.stdout, r.stderr)
		}
	})
}
