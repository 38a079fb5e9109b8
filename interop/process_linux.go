package interop

import (
	"os"
	"syscall"
)

// ownGroup puts a peer into a process group, which is ended as a whole. The
// kernel ends the peer as well if the test binary dies before its cleanups.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func endGroup(p *os.Process)  { syscall.Kill(-p.Pid, syscall.SIGTERM) }
func killGroup(p *os.Process) { syscall.Kill(-p.Pid, syscall.SIGKILL) }
