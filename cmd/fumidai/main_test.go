package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/lab"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"fumidai": main})
}

// TestScript runs testdata/script against a lab. A script finds its hosts in
// $ADDR_OLD_2008R2 and the like, a host whose name holds control characters in
// $ADDR_EVIL, one that accepts and says nothing in $ADDR_SILENT, a port on which
// nobody listens in $ADDR_NOBODY, and a word of control characters in $CONTROL.
func TestScript(t *testing.T) {
	addresses := startLab(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			for name, address := range addresses {
				env.Setenv("ADDR_"+strings.ReplaceAll(name, "-", "_"), address)
			}
			env.Setenv("CONTROL", "x\x1b]0;owned\x07")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"status": status},
	})
}

// status is the script command "status N command…": the command ends with exit
// status N.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command…")
	}
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if want, err := strconv.Atoi(args[0]); err != nil || got != want {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// startLab runs the standard lab and a few strangers until the test ends, and
// returns their addresses by name.
func startLab(t *testing.T) map[string]string {
	t.Helper()
	evil := lab.Hosts()[0]
	evil.Name = "EVIL\x1b]0;owned\x07\x1b[31m\r\nOK"
	hosts := append(lab.Hosts(), evil)
	for _, h := range lab.All() {
		if slices.Contains([]string{"CARD-LIST", "CARD-WAIT", "KEY-PROOF", "KEY-MITM", "DROP-REQUEST", "DROP-AUTH", "WIN7-NONE"}, h.Name) {
			hosts = append(hosts, h)
		}
	}
	l, err := lab.Start(t.Context(), lab.Options{Hosts: hosts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	addresses := map[string]string{"SILENT": silent(t), "NOBODY": "127.0.0.1:1"}
	for _, h := range l.Hosts {
		name, _, _ := strings.Cut(h.Name, "\x1b")
		addresses[name] = h.Address.String()
	}
	return addresses
}

// silent accepts connections and leaves it at that.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			wait.Go(func() {
				defer conn.Close()
				for err = nil; err == nil; {
					_, err = conn.Read(make([]byte, 64))
				}
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		wait.Wait()
	})
	return listener.Addr().String()
}

// result is what a command line led to.
type result struct {
	status         int
	stdout, stderr string
}

// run executes a command line in this process, in English unless it says
// otherwise.
func run(ctx context.Context, args ...string) result {
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr, env: func(string) string { return "" }}
	status := p.run(ctx, args)
	return result{status, stdout.String(), stderr.String()}
}

// inBoth runs a test in both languages; the arguments begin with --lang.
func inBoth(t *testing.T, test func(t *testing.T, run func(args ...string) result)) {
	for _, lang := range i18n.Langs() {
		t.Run(string(lang), func(t *testing.T) {
			test(t, func(args ...string) result {
				return run(t.Context(), append([]string{"--lang", string(lang)}, args...)...)
			})
		})
	}
}
