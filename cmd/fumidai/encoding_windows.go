package main

import "syscall"

var getConsoleOutputCP = syscall.NewLazyDLL("kernel32.dll").NewProc("GetConsoleOutputCP")

// codePage is that of the console this program was started from, 0 if there is
// none.
func codePage() uint32 {
	cp, _, _ := getConsoleOutputCP.Call()
	return uint32(cp)
}
