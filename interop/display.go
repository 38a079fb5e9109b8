package interop

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// Display returns the X display, ":N", of a virtual screen that all tests of
// the binary share; xfreerdp and the shadow servers do not start without one.
func Display(t testing.TB) string {
	t.Helper()
	if !mainRuns {
		t.Fatal("interop: TestMain of this package must call interop.Main, which ends the display")
	}
	d, err := display()
	if err != nil {
		t.Fatalf("interop: Xvfb: %v", err)
	}
	return d
}

var (
	displayMu sync.Mutex
	xvfb      *process
	xvfbName  string
)

func display() (string, error) {
	displayMu.Lock()
	defer displayMu.Unlock()
	if xvfb != nil {
		return xvfbName, nil
	}
	p, name, err := startXvfb(800, 600)
	if err != nil {
		return "", err
	}
	xvfb, xvfbName = p, name
	return xvfbName, nil
}

// startXvfb starts a virtual screen and returns its name, ":N", when it is ready.
func startXvfb(width, height int, args ...string) (p *process, name string, err error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, "", err
	}
	defer r.Close()
	// Xvfb takes a free number itself and writes it to the descriptor when it is ready.
	// -noreset: else it refuses newcomers for a moment whenever its last client has left.
	cmd := exec.Command("Xvfb", append([]string{"-displayfd", "3", "-noreset", "-nolisten", "tcp",
		"-screen", "0", fmt.Sprintf("%dx%dx24", width, height)}, args...)...)
	cmd.ExtraFiles = []*os.File{w}
	p, err = spawn(cmd)
	w.Close()
	if err != nil {
		return nil, "", err
	}
	r.SetReadDeadline(time.Now().Add(20 * time.Second))
	var number int
	if _, err := fmt.Fscan(r, &number); err != nil {
		p.stop()
		return nil, "", fmt.Errorf("no display number: %w\n%s", err, p.log)
	}
	return p, fmt.Sprintf(":%d", number), nil
}

func stopDisplay() {
	displayMu.Lock()
	defer displayMu.Unlock()
	if xvfb != nil {
		xvfb.stop()
		xvfb = nil
	}
}
