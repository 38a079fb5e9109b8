//go:build !unix

package lab

// descriptorLimit is not known here; Windows has none worth asking for.
func descriptorLimit() (int, bool) { return 0, false }
