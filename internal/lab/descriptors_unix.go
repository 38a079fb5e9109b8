//go:build unix

package lab

import (
	"math"
	"syscall"
)

// descriptorLimit is RLIMIT_NOFILE. Go has already raised it as far as it may.
func descriptorLimit() (int, bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, false
	}
	return int(min(uint64(limit.Cur), math.MaxInt32)), true
}
