package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
)

// checkLine is what a program reads of a host in `check --json`.
type checkLine struct {
	Update, NLA string
	CredSSP     *int `json:"credssp_version"`
	Findings    []struct{ Code, Severity string }
}

// foremost is the most severe finding, the first of equals.
func (c checkLine) foremost() string {
	rank := []string{"info", "notice", "warning", "critical"}
	best, code := -1, ""
	for _, f := range c.Findings {
		if r := slices.Index(rank, f.Severity); r > best {
			best, code = r, f.Code
		}
	}
	return code
}

// A fleet is what its lines say, by `check --json` of all its hosts at once.
func TestFleetTellsTheTruth(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	status := make(chan int, 1)
	p := &program{stdout: writer, stderr: io.Discard, env: func(string) string { return "" }}
	go func() {
		status <- p.run(ctx, []string{"lab", "--fleet", "50", "--seed", "7", "--port", "0", "--json"})
		writer.Close()
	}()
	want := lab.Fleet(50, 7)
	var addresses []string
	for lines := bufio.NewScanner(reader); len(addresses) < len(want) && lines.Scan(); {
		var line struct {
			Name, Address string
			Fault         *string
			Truth         lab.Truth
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		h := want[len(addresses)]
		if line.Name != h.Name || line.Truth != h.Truth || (line.Fault == nil) != (h.Fault == "") || line.Fault != nil && *line.Fault != h.Fault {
			t.Errorf("%s, want %+v", lines.Text(), h)
		}
		addresses = append(addresses, line.Address)
	}
	r := run(t.Context(), append([]string{"check", "--json"}, addresses...)...)
	checks := strings.Split(strings.TrimSpace(r.stdout), "\n")
	if len(checks) != len(want) || r.status != exitFindings {
		t.Fatalf("status %d: %s%s", r.status, r.stderr, r.stdout)
	}
	for i, h := range want {
		var seen checkLine
		if err := json.Unmarshal([]byte(checks[i]), &seen); err != nil {
			t.Fatal(err)
		}
		truth := lab.Truth{Update: h.Truth.Update, NLA: h.Truth.NLA, Finding: seen.foremost()}
		if seen.Update != string(truth.Update) || seen.NLA != string(truth.NLA) || truth != h.Truth {
			t.Errorf("%s: check says %s, %s, %s; the lab %+v", h.Name, seen.Update, seen.NLA, seen.foremost(), h.Truth)
		}
		if h.Truth.Update != "unknown" && (seen.CredSSP == nil || *seen.CredSSP != h.CredSSP) {
			t.Errorf("%s: %s", h.Name, checks[i])
		}
	}
	cancel()
	if got := <-status; got != exitInterrupted {
		t.Errorf("the lab ends with status %d", got)
	}
}

// --force-refuses reaches the hosts under Force Updated Clients, and no other.
func TestForceRefuses(t *testing.T) {
	f := labFlags{refuses: "after-binding", address: "127.0.0.1"}
	groups, err := f.groups([]string{"force-2022", "NEW-2019", "Force-2022"})
	if err != nil {
		t.Fatal(err)
	}
	o, err := f.options(groups)
	if err != nil || len(o.Hosts) != 2 || o.Hosts[0].Refuses != credssp.RefuseAfterBinding || o.Hosts[1].Refuses != credssp.RefuseAtFirstToken {
		t.Errorf("%+v, %v", o.Hosts, err)
	}
}

// What the system does not give is a mistake with a way out.
func TestLabMistakes(t *testing.T) {
	other := errors.New("other")
	for _, c := range []struct {
		err  error
		hint string
	}{
		{&lab.DescriptorsError{Hosts: 2000, Need: 2256, Limit: 1024}, "ulimit -n 2256"},
		{&lab.RoomError{Hosts: 10, Room: 3}, "fumidai lab --port 0"},
		{other, ""},
	} {
		err := labMistake(c.err, lab.Options{})
		var mistake *misuseError
		if errors.As(err, &mistake) != (c.hint != "") || mistake != nil && mistake.hint != c.hint {
			t.Errorf("%v: %v", c.err, err)
		}
	}
	if labMistake(other, lab.Options{}) != other {
		t.Error("an unknown error is replaced")
	}
}

// The list of all has a title per group, and a line per host.
func TestLabListOfAll(t *testing.T) {
	inBoth(t, func(t *testing.T, run func(...string) result) {
		r := run("lab", "--list", "--all")
		blocks := strings.Split(strings.TrimSpace(r.stdout), "\n\n")
		if r.status != exitOK || len(blocks) != len(lab.Groups()) {
			t.Fatalf("status %d, %d groups:\n%s", r.status, len(blocks), r.stdout)
		}
		for i, g := range lab.Groups() {
			lines := strings.Split(blocks[i], "\n")[1:]
			var names []string
			for _, line := range lines {
				names = append(names, strings.Fields(line)[0])
			}
			var want []string
			for _, h := range g.Hosts {
				want = append(want, h.Name)
			}
			if diff := cmp.Diff(want, names); diff != "" {
				t.Errorf("%s (-want +got):\n%s", g.Name, diff)
			}
		}
	})
}

// The products of a list begin at the same column, however long the states are.
func TestLabListColumns(t *testing.T) {
	inBoth(t, func(t *testing.T, run func(...string) result) {
		r := run("lab", "--list", "WIN7-MAY", "2022-FORCE", "OLD-2016", "XP")
		columns := map[int]bool{}
		for line := range strings.Lines(r.stdout) {
			before, _, ok := strings.Cut(line, "  Windows ")
			if !ok {
				t.Errorf("no product, or no space before it: %q", line)
			}
			columns[lipgloss.Width(before)] = true
		}
		if len(columns) != 1 {
			t.Errorf("%d columns:\n%s", len(columns), r.stdout)
		}
	})
}
