package interop

import (
	"os/exec"
	"testing"
)

// Command prepares a program for Start: with a home directory of its own and
// nothing else from the environment but PATH.
func Command(t testing.TB, program string, args ...string) *exec.Cmd {
	t.Helper()
	return command(t, program, args...)
}

// Program runs in the background until its test ends.
type Program struct{ process *process }

// Start starts a program, for suites that drive one this package does not know.
// It ends with the test, by process id, and its children with it.
func Start(t testing.TB, cmd *exec.Cmd) *Program {
	t.Helper()
	return &Program{start(t, cmd)}
}

// Log is what the program has written so far to its standard error, and to its
// standard output unless somebody has taken that.
func (p *Program) Log() string { return p.process.log.String() }

// Done is closed when the program has ended.
func (p *Program) Done() <-chan struct{} { return p.process.done }

// Stop ends the program now.
func (p *Program) Stop() { p.process.stop() }
