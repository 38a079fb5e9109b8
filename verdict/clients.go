package verdict

import (
	"fmt"

	"github.com/fumidai/fumidai/credssp"
)

// Outcome is what becomes of a connection as far as CredSSP decides it.
type Outcome string

// The outcomes.
const (
	Connects              Outcome = "connects"
	ConnectsInsecurely    Outcome = "connects_insecure" // by the key echo that CVE-2018-0886 is about
	RefusedByClient       Outcome = "refused_by_client"
	RefusedByServer       Outcome = "refused_by_server"
	DependsOnServerPolicy Outcome = "depends_on_server_policy" // which cannot be seen from outside
	NotByCredSSP          Outcome = "not_by_credssp"           // the server does not use it
	OutcomeUnknown        Outcome = "unknown"
)

// Code returns the dotted code of the sentence for o.
func (o Outcome) Code() string { return "client." + string(o) }

// Sees returns the code of the text that mstsc shows, or may show, its user in
// this case, and "" if there is none.
func (o Outcome) Sees() string {
	switch o {
	case RefusedByClient:
		return mstscOracleRemediation
	case RefusedByServer, DependsOnServerPolicy:
		return mstscFunctionNotSupported
	}
	return ""
}

// LevelCode returns the dotted code of the word for a level.
func LevelCode(l credssp.Level) string {
	switch l {
	case credssp.NotUpdated:
		return "level.not_updated"
	case credssp.ForceUpdatedClients:
		return "level.force_updated_clients"
	case credssp.Mitigated:
		return "level.mitigated"
	case credssp.Vulnerable:
		return "level.vulnerable"
	}
	return fmt.Sprintf("level.%d", int(l))
}

// Pair returns what happens between a client and a server of known levels: a
// cell of the table of KB4093492. The client is the first to see the other
// end's version, and both work with the lower of the two.
func Pair(client, server credssp.Level) Outcome {
	c, ok := credssp.Policy(credssp.ClientRole, client)
	if !ok {
		return OutcomeUnknown
	}
	s, ok := credssp.Policy(credssp.ServerRole, server)
	if !ok {
		return OutcomeUnknown
	}
	switch {
	case !c.AcceptsPeer(s.OwnMax):
		return RefusedByClient
	case !s.AcceptsPeer(c.OwnMax):
		return RefusedByServer
	case min(c.OwnMax, s.OwnMax) < credssp.BindingVersion:
		return ConnectsInsecurely
	}
	return Connects
}

// clientsOf returns what a client of each level experiences.
func clientsOf(f Facts, u Update) []Cell {
	var cells []Cell
	for _, level := range credssp.Levels() {
		o := outcomeOf(f, u, level)
		cells = append(cells, Cell{Client: level, Outcome: o, Sees: o.Sees()})
	}
	return cells
}

func outcomeOf(f Facts, u Update, client credssp.Level) Outcome {
	switch {
	case f.Selected == LayerRDP || f.Selected == LayerTLS:
		return NotByCredSSP
	case u == UpdateUnknown:
		return OutcomeUnknown
	}
	var outcome Outcome
	for _, server := range serverLevels(f.CredSSP.Version) {
		o := Pair(client, server)
		if outcome != "" && o != outcome {
			return DependsOnServerPolicy
		}
		outcome = o
	}
	return outcome
}
