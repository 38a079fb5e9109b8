package explain

import (
	"maps"
	"slices"
)

// ChainCode is the code of the text about jump hosts, for which ThroughJumpHost
// asks.
const ChainCode = "explain.chain"

// TitleCode is the code of the text that names a cause; with ".detail" behind it,
// of the one that says what it is.
func (c Cause) TitleCode() string { return "explain.cause." + c.Code }

// SideCode is the code of the words for the side on which the cause lies.
func (c Cause) SideCode() string { return "explain.side." + c.Side }

// Codes lists the codes of all texts to which a hypothesis can lead, each once
// and sorted.
func Codes() []string {
	all := map[string]bool{ChainCode: true}
	for _, c := range Causes() {
		for _, code := range slices.Concat(c.Missing, c.Fix, c.Never, []string{c.NextCheck, c.TitleCode(), c.SideCode()}) {
			all[code] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// Files returns the two files of rules as they are embedded, for a program that
// runs them in another language.
func Files() (signals, causes []byte) {
	return slices.Clone(signalsFile), slices.Clone(causesFile)
}
