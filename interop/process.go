package interop

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is a peer that runs in the background until its test ends.
type process struct {
	cmd  *exec.Cmd
	log  *buffer // stdout (unless taken) and stderr
	done chan struct{}
}

// start runs a peer in the background. It ends with the test.
func start(t testing.TB, cmd *exec.Cmd) *process {
	t.Helper()
	p, err := spawn(cmd)
	if err != nil {
		t.Fatalf("interop: %v", err)
	}
	t.Cleanup(p.stop)
	return p
}

func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, log: new(buffer), done: make(chan struct{})}
	cmd.Stderr = p.log
	if cmd.Stdout == nil {
		cmd.Stdout = p.log
	}
	cmd.SysProcAttr = ownGroup()
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		cmd.Wait()             // how a killed peer ended says nothing
		killGroup(cmd.Process) // children that outlived it
		close(p.done)
	}()
	return p, nil
}

// stop ends the peer and its children: politely, and after a second not so.
func (p *process) stop() {
	select {
	case <-p.done:
		return // its process id may belong to somebody else by now
	default:
	}
	endGroup(p.cmd.Process)
	select {
	case <-p.done:
	case <-time.After(time.Second):
		killGroup(p.cmd.Process)
		<-p.done
	}
}

// awaitListening returns when the peer takes connections at addr.
func (p *process) awaitListening(t testing.TB, addr string) {
	t.Helper()
	name := programName(p.cmd)
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		conn, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-p.done:
			t.Fatalf("interop: %s ended before it listened on %s:\n%s", name, addr, p.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("interop: %s does not listen on %s:\n%s", name, addr, p.log)
}

// run runs a peer to its end, or to the timeout. The exit code is -1 if it was
// killed.
func run(t testing.TB, timeout time.Duration, cmd *exec.Cmd) (output string, exitCode int) {
	t.Helper()
	p, err := spawn(cmd)
	if err != nil {
		t.Fatalf("interop: %v", err)
	}
	select {
	case <-p.done:
	case <-time.After(timeout):
		t.Logf("interop: %s is stopped after %v", programName(cmd), timeout)
	}
	p.stop()
	return p.log.String(), cmd.ProcessState.ExitCode()
}

// command prepares a program with a home directory of its own and nothing else
// from the environment, so that no ticket cache, proxy or display of the
// caller reaches a peer.
func command(t testing.TB, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, args...)
	home := t.TempDir()
	if err := os.WriteFile(home+"/krb5.conf", []byte(noKerberos), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Dir = home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "TMPDIR=" + home,
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/.config", "XDG_RUNTIME_DIR=" + home,
		"KRB5_CONFIG=" + home + "/krb5.conf",
	}
	return cmd
}

// noKerberos keeps MIT krb5 from looking for realms in the DNS, which takes
// seconds and leaves the loopback. A test of Kerberos names its own file.
const noKerberos = `[libdefaults]
  default_realm = INTEROP.TEST
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
`

// lineBuffered makes a C program write whole lines into a pipe, so that its log
// is complete and in order when it crashes.
func lineBuffered(t testing.TB, program string, args ...string) *exec.Cmd {
	t.Helper()
	return command(t, "stdbuf", append([]string{"-oL", "-eL", program}, args...)...)
}

// programName is the name for messages.
func programName(cmd *exec.Cmd) string {
	for _, arg := range cmd.Args {
		if arg != "stdbuf" && arg != python && !strings.HasPrefix(arg, "-") {
			return arg
		}
	}
	return cmd.Args[0]
}

// buffer collects output that may be read while it grows.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.ToValidUTF8(b.b.String(), "?")
}
