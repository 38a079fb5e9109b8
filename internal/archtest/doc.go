// Package archtest holds the tests that keep ARCHITECTURE.md true: which package
// may import which, what the pure half may not call, a package doc everywhere,
// and no directory that the map does not name.
package archtest
