package matrix

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/verdict"
)

//go:embed published.json
var publishedFile []byte

//go:embed evidence.json
var evidenceFile []byte

// Expectation is what the published table says of a cell.
type Expectation string

// The words of the published table, and "insecure" for those cells that run
// versions 2 to 4.
const (
	Allowed         Expectation = "allowed"
	Insecure        Expectation = "insecure"
	BlockedByClient Expectation = "blocked_by_client"
	BlockedByServer Expectation = "blocked_by_server"
)

// outcomes translates the words.
var outcomes = map[Expectation]verdict.Outcome{
	Allowed:         verdict.Connects,
	Insecure:        verdict.ConnectsInsecurely,
	BlockedByClient: verdict.RefusedByClient,
	BlockedByServer: verdict.RefusedByServer,
}

// Published is the published table, by client and server.
type Published map[credssp.Level]map[credssp.Level]Expectation

// Evidence says who has seen a cell besides ourselves.
type Evidence struct {
	Client   string `json:"client"`
	Server   string `json:"server"`
	Label    string `json:"label"`    // docs/decisions/0004-labels.md
	Stranger string `json:"stranger"` // a peer of interop/peers.list
	End      string `json:"end"`      // which end the stranger played
	Case     string `json:"case"`     // its line in interop/minimum.txt
}

// LoadPublished reads the published table.
func LoadPublished() (Published, error) {
	var file struct {
		Levels []string        `json:"levels"`
		Table  [][]Expectation `json:"table"`
	}
	if err := json.Unmarshal(publishedFile, &file); err != nil {
		return nil, fmt.Errorf("matrix: published.json: %w", err)
	}
	table := Published{}
	for i, client := range file.Levels {
		row := map[credssp.Level]Expectation{}
		for j, server := range file.Levels {
			row[level(server)] = file.Table[i][j]
		}
		table[level(client)] = row
	}
	return table, nil
}

// LoadEvidence reads who has seen which cell.
func LoadEvidence() ([]Evidence, error) {
	var list []Evidence
	if err := json.Unmarshal(evidenceFile, &list); err != nil {
		return nil, fmt.Errorf("matrix: evidence.json: %w", err)
	}
	return list, nil
}

func level(name string) credssp.Level { return levels[name] }

var levels = map[string]credssp.Level{
	"not_updated":           credssp.NotUpdated,
	"force_updated_clients": credssp.ForceUpdatedClients,
	"mitigated":             credssp.Mitigated,
	"vulnerable":            credssp.Vulnerable,
}
