package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// insideVariable tells a child that it runs in a network namespace of its own.
const insideVariable = "FUMIDAI_BENCH_NAMESPACE"

func namespaced() bool { return os.Getenv(insideVariable) != "" }

// inOwnNamespace runs the whole program again in a new network namespace, where
// every port is free and no packet filter counts, and reports whether it did.
// The namespace has a loopback interface only and ends with the process. It
// needs root and iproute2; without them the run goes on as it is.
func inOwnNamespace(ctx context.Context, args []string) (done bool, err error) {
	if namespaced() {
		return false, exec.CommandContext(ctx, "ip", "link", "set", "lo", "up").Run()
	}
	if _, err := exec.LookPath("ip"); err != nil || os.Geteuid() != 0 {
		return false, nil
	}
	self, err := os.Executable()
	if err != nil {
		return false, err
	}
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), insideVariable+"=1")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	runtime.LockOSThread() // Pdeathsig is about the thread that starts the child
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "bench: no network namespace:", err)
		return false, nil
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		err = saidError{}
	}
	return true, err
}
