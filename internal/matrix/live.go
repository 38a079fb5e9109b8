package matrix

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/verdict"
)

// Cell is what happened between one client and one server.
type Cell struct {
	Client, Server credssp.Level
	ClientVersion  int // as the server read it, 0 = not seen
	ServerVersion  int // as the client read it, 0 = not seen
	Outcome        verdict.Outcome
	RefusedAt      string // what the refusing side was waiting for; "" = nobody refused
	Reason         string // code of its error
	Authenticate   bool   // the server received an AUTHENTICATE_MESSAGE
	Decrypted      bool   // the server decrypted the right credentials

	Published Expectation
	Agrees    bool
	Evidence  Evidence // Label "simulated" if nobody else has seen the cell
}

// eventTimeout is how long the host may take to report after its client left.
const eventTimeout = 15 * time.Second

// Live runs all sixteen cells over TCP and TLS on loopback. refuses is where a
// server under Force Updated Clients refuses: what Windows does is not known.
func Live(ctx context.Context, refuses credssp.RefusePoint) ([]Cell, error) {
	published, err := LoadPublished()
	if err != nil {
		return nil, err
	}
	evidence, err := LoadEvidence()
	if err != nil {
		return nil, err
	}
	if refuses != credssp.RefuseAtFirstToken { // no stranger has seen a refusal at another point
		evidence = slices.DeleteFunc(evidence, func(e Evidence) bool {
			return published[level(e.Client)][level(e.Server)] == BlockedByServer
		})
	}
	var cells []Cell
	for _, server := range credssp.Levels() {
		row, err := liveServer(ctx, server, refuses)
		if err != nil {
			return nil, err
		}
		cells = append(cells, row...)
	}
	for i := range cells {
		cells[i].judge(published, evidence)
	}
	return cells, nil
}

// liveServer lets a client of every level log on to one server.
func liveServer(ctx context.Context, level credssp.Level, refuses credssp.RefusePoint) ([]Cell, error) {
	events := make(chan lab.Event, 1)
	versions, _ := credssp.Policy(credssp.ServerRole, level)
	l, err := lab.Start(ctx, lab.Options{
		Hosts: []lab.Host{{
			Name: "MATRIX", Version: ntlm.Version{Major: 10, Build: 14393, Revision: 15},
			Level: level, CredSSP: versions.OwnMax, Refuses: refuses,
		}},
		Observe: func(e lab.Event) { events <- e },
	})
	if err != nil {
		return nil, err
	}
	defer l.Close()
	var cells []Cell
	for _, client := range credssp.Levels() {
		visit := lab.LogOn(ctx, l.Hosts[0].Address, client)
		select {
		case e := <-events:
			cells = append(cells, cell(client, level, visit, e))
		case <-time.After(eventTimeout):
			return nil, errors.New("matrix: the server has not reported")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return cells, nil
}

// cell puts together what both ends saw.
func cell(client, server credssp.Level, v lab.Visit, e lab.Event) Cell {
	c := Cell{
		Client: client, Server: server,
		ClientVersion: e.PeerVersion, ServerVersion: v.Peer,
		Outcome: v.Outcome, Authenticate: e.Authenticate, Decrypted: e.RightPassword,
	}
	var policy *credssp.PolicyError
	switch {
	case errors.As(v.Err, &policy): // the client refused
		c.ServerVersion = policy.Peer
		c.Outcome, c.Reason, c.RefusedAt = verdict.RefusedByClient, policy.Code(), "negoTokens"
	case errors.As(e.Err, &policy): // the server refused, whatever the client could read of it
		c.Outcome, c.Reason, c.RefusedAt = verdict.RefusedByServer, policy.Code(), "negoTokens"
		if e.Authenticate {
			c.RefusedAt = "pubKeyAuth"
		}
	}
	return c
}

// judge compares a cell with the published table. A blocked cell agrees only if
// the version is the typed reason, the refusing side is the right one, no
// credentials were decrypted and, where the client refused, no AUTHENTICATE
// reached the server.
func (c *Cell) judge(published Published, evidence []Evidence) {
	c.Published = published[c.Client][c.Server]
	c.Agrees = c.Outcome == outcomes[c.Published]
	switch c.Published {
	case Allowed, Insecure:
		c.Agrees = c.Agrees && c.Decrypted
	case BlockedByClient:
		c.Agrees = c.Agrees && !c.Decrypted && !c.Authenticate && c.Reason == "credssp.version.refused"
	case BlockedByServer:
		c.Agrees = c.Agrees && !c.Decrypted && c.Reason == "credssp.version.refused"
	}
	c.Evidence = Evidence{Label: "simulated"}
	for _, e := range evidence {
		if level(e.Client) == c.Client && level(e.Server) == c.Server {
			c.Evidence = e
		}
	}
}
