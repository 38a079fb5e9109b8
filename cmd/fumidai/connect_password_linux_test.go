package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/charmbracelet/x/term"
)

// keptOpen are terminals at which somebody may still be reading by number: were they
// closed, that reader would take from whatever gets the number next.
var keptOpen []*os.File

// openTerminal makes a pseudo terminal: what is typed at keyboard arrives at screen,
// and what the terminal shows can be read from keyboard.
func openTerminal(t *testing.T) (keyboard, screen *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no pseudo terminals here: ", err)
	}
	var locked, number int32
	for request, value := range map[uintptr]*int32{0x40045431: &locked, 0x80045430: &number} { // TIOCSPTLCK, TIOCGPTN
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, keyboard.Fd(), request, uintptr(unsafe.Pointer(value))); errno != 0 {
			t.Fatal(errno)
		}
	}
	if screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	keptOpen = append(keptOpen, keyboard, screen)
	return keyboard, screen
}

// modes are those of a terminal, for comparing.
func modes(t *testing.T, screen *os.File) string {
	t.Helper()
	state, err := term.GetState(screen.Fd())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(*state)
}

// askedAt asks for a password at a terminal. change returns when the terminal has
// changed its modes.
func askedAt(ctx context.Context, t *testing.T, screen *os.File) (change func(), answer func() ([]byte, error)) {
	before := modes(t, screen)
	var password []byte
	var err error
	var wait sync.WaitGroup
	p := &program{stdout: io.Discard, stderr: new(bytes.Buffer), stdin: screen, env: func(string) string { return "" }}
	wait.Go(func() { password, err = p.connectPassword(ctx, &connectFlags{user: "alice"}) })
	change = func() {
		for end := time.Now().Add(10 * time.Second); modes(t, screen) == before; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("the terminal still echoes")
			}
		}
	}
	return change, func() ([]byte, error) {
		wait.Wait()
		if modes(t, screen) != before {
			t.Error("the terminal is not as it was")
		}
		return password, err
	}
}

// What is typed at the terminal is not shown, and the terminal is as before.
func TestTypedPassword(t *testing.T) {
	keyboard, screen := openTerminal(t)
	change, answer := askedAt(t.Context(), t, screen)
	change()
	if _, err := keyboard.WriteString("Secret 修正\n"); err != nil {
		t.Fatal(err)
	}
	password, err := answer()
	if err != nil || string(password) != "Secret 修正" {
		t.Errorf("%q, %v", password, err)
	}
	if _, err := screen.WriteString("end"); err != nil {
		t.Fatal(err)
	}
	shown := make([]byte, 100)
	n, err := keyboard.Read(shown)
	if err != nil || bytes.Contains(shown[:n], []byte("Secret")) {
		t.Errorf("the terminal shows %q, %v", shown[:n], err)
	}
}

// An interrupt does not leave a terminal behind that swallows what one types.
func TestInterruptedPassword(t *testing.T) {
	_, screen := openTerminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	change, answer := askedAt(ctx, t, screen)
	change()
	cancel()
	if password, err := answer(); err != context.Canceled || password != nil {
		t.Errorf("%q, %v", password, err)
	}
}
