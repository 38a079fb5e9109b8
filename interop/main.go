package interop

import (
	"os"
	"testing"
)

// Main is the body of TestMain in a package that uses peers: it runs the tests
// and then ends what they shared. It does not return.
func Main(m *testing.M) {
	mainRuns = true
	code := m.Run()
	stopDisplay()
	os.Exit(code)
}

// mainRuns tells that somebody will call stopDisplay.
var mainRuns bool
