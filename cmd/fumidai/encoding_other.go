//go:build !windows

package main

// codePage is a matter of Windows; elsewhere text is UTF-8.
func codePage() uint32 { return 0 }
