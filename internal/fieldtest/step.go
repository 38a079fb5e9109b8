package fieldtest

import (
	"crypto/tls"
	"strings"

	"github.com/fumidai/fumidai/credssp"
)

// Kind is what a step does.
type Kind string

// The four kinds of steps.
const (
	Look    Kind = "look"    // asks a server for its version, without credentials
	LogOn   Kind = "logon"   // logs on to a server with a throw-away account
	Listen  Kind = "listen"  // waits for a client to log on to hosts of ours
	Observe Kind = "observe" // asks a person what Windows shows
)

// Kinds lists the kinds of steps.
func Kinds() []Kind { return []Kind{Look, LogOn, Listen, Observe} }

// Step is one thing to do on real Windows.
type Step struct {
	ID        string
	Kind      Kind
	Runs      int      // how many it takes, each with another account or setting
	Claims    []string // what it settles
	Questions []string // what a person is asked

	Versions  []int  // Look, LogOn: the versions to state, a connection each
	MaxTLS    uint16 // Look: the highest version of TLS to offer, 0 = any
	Delegates bool   // LogOn: send the credentials and read what follows
	Hosts     []Host // Listen: on one port each
}

// Host is a state in which a listening step meets clients.
type Host struct {
	ID        string
	Level     credssp.Level
	Version   int
	Refuses   credssp.RefusePoint
	EarlyAuth bool   // select HYBRID_EX if the client offers it
	Denies    bool   // then answer ERROR_ACCESS_DENIED
	EC        bool   // a P-256 key instead of RSA
	MaxTLS    uint16 // 0 = any
}

// Code is the code of a text about the step: "title" or "do".
func (s Step) Code(part string) string {
	return "fieldtest.step." + strings.ReplaceAll(s.ID, "-", "_") + "." + part
}

// FindStep returns the step of this name.
func FindStep(id string) (Step, bool) {
	for _, s := range Steps() {
		if s.ID == id {
			return s, true
		}
	}
	return Step{}, false
}

func (s Step) host(id string) Host {
	for _, h := range s.Hosts {
		if h.ID == id {
			return h
		}
	}
	return Host{}
}

var (
	everyVersion = []int{6, 5, 4, 3, 2}

	hostV2 = Host{ID: "v2", Level: credssp.NotUpdated, Version: 2}
	hostV3 = Host{ID: "v3", Level: credssp.NotUpdated, Version: 3}
	hostV4 = Host{ID: "v4", Level: credssp.NotUpdated, Version: 4}
	hostV5 = Host{ID: "v5", Level: credssp.Mitigated, Version: 5}
	hostV6 = Host{ID: "v6", Level: credssp.Mitigated, Version: 6}

	hostForce     = Host{ID: "force", Level: credssp.ForceUpdatedClients, Version: 6}
	hostForceLate = Host{ID: "force_late", Level: credssp.ForceUpdatedClients, Version: 6, Refuses: credssp.RefuseAfterBinding}
	hostEC        = Host{ID: "ec", Level: credssp.Mitigated, Version: 6, EC: true}
	hostGrants    = Host{ID: "granted", Level: credssp.Mitigated, Version: 6, EarlyAuth: true}
	hostDenies    = Host{ID: "denied", Level: credssp.Mitigated, Version: 6, EarlyAuth: true, Denies: true}
	hostTLS10     = Host{ID: "tls10", Level: credssp.Mitigated, Version: 6, MaxTLS: tls.VersionTLS10}
)

// clientClaims are what every visit of an updated client shows.
var clientClaims = []string{"client.version", "client.refuses", "client.message", "client.event", "client.nonce", "client.mechanism"}

// Steps lists the steps in the order of the guide.
func Steps() []Step {
	return []Step{
		{ID: "look-unpatched", Kind: Look, Runs: 1, Versions: everyVersion,
			Claims: []string{"version.unpatched", "version.own_number"}, Questions: []string{"build"}},
		{ID: "look-patched", Kind: Look, Runs: 1, Versions: everyVersion,
			Claims: []string{"version.patched", "version.own_number"}, Questions: []string{"build"}},
		{ID: "look-not-restarted", Kind: Look, Runs: 1, Versions: []int{6},
			Claims: []string{"version.not_restarted"}, Questions: []string{"build"}},
		{ID: "look-policy", Kind: Look, Runs: 3, Versions: everyVersion,
			Claims: []string{"version.policy", "force.first_answer"}, Questions: []string{"build", "policy"}},
		{ID: "look-tls10", Kind: Look, Runs: 1, Versions: []int{6}, MaxTLS: tls.VersionTLS10,
			Claims: []string{"tls10.server"}, Questions: []string{"build"}},

		{ID: "logon-force", Kind: LogOn, Runs: 1, Versions: []int{2, 4, 5, 6},
			Claims: []string{"force.moment", "force.accepts_5"}, Questions: []string{"build"}},
		{ID: "logon-restart", Kind: LogOn, Runs: 1, Versions: []int{4},
			Claims: []string{"restart.server"}, Questions: []string{"build"}},
		{ID: "logon-ec", Kind: LogOn, Runs: 1, Versions: []int{6, 5},
			Claims: []string{"ec.server"}, Questions: []string{"build"}},
		{ID: "logon-early-auth", Kind: LogOn, Runs: 2, Versions: []int{6}, Delegates: true,
			Claims: []string{"early.server"}, Questions: []string{"build", "member"}},
		{ID: "logon-accounts", Kind: LogOn, Runs: 4, Versions: []int{6},
			Claims: []string{"account.status"}, Questions: []string{"build", "account"}},

		{ID: "listen-mitigated", Kind: Listen, Runs: 1, Hosts: []Host{hostV2, hostV3, hostV4, hostV5, hostV6},
			Claims: clientClaims, Questions: []string{"build", "message", "event"}},
		{ID: "listen-force", Kind: Listen, Runs: 1, Hosts: []Host{hostV4, hostV6},
			Claims: clientClaims, Questions: []string{"build", "message", "event"}},
		{ID: "listen-vulnerable", Kind: Listen, Runs: 1, Hosts: []Host{hostV2, hostV4, hostV6},
			Claims: []string{"client.version", "client.falls_back", "client.nonce", "client.mechanism"}, Questions: []string{"build", "message"}},
		{ID: "listen-unpatched", Kind: Listen, Runs: 1, Hosts: []Host{hostV4, hostV6, hostForce, hostForceLate},
			Claims: []string{"client.unpatched_version", "client.short_message", "client.mechanism"}, Questions: []string{"build", "message"}},
		{ID: "listen-restart", Kind: Listen, Runs: 1, Hosts: []Host{hostV4},
			Claims: []string{"restart.client"}, Questions: []string{"build", "message"}},
		{ID: "listen-ec", Kind: Listen, Runs: 1, Hosts: []Host{hostEC},
			Claims: []string{"ec.client"}, Questions: []string{"build"}},
		{ID: "listen-early-auth", Kind: Listen, Runs: 1, Hosts: []Host{hostGrants, hostDenies},
			Claims: []string{"early.client"}, Questions: []string{"build", "message"}},
		{ID: "listen-tls10", Kind: Listen, Runs: 1, Hosts: []Host{hostTLS10},
			Claims: []string{"tls10.client"}, Questions: []string{"build"}},
		{ID: "listen-accounts", Kind: Listen, Runs: 1, Hosts: []Host{hostV6},
			Claims: []string{"account.text"}, Questions: []string{"build", "text_disabled", "text_expired", "text_must_change"}},

		{ID: "observe-oracle", Kind: Observe, Runs: 1,
			Claims: []string{"client.message", "client.event"}, Questions: []string{"build", "message", "event"}},
		{ID: "observe-force", Kind: Observe, Runs: 1,
			Claims: []string{"client.short_message", "force.server_log"}, Questions: []string{"build", "message", "server_log"}},
	}
}

// Example is the command line of the step.
func (s Step) Example() string {
	line := "fumidai fieldtest run " + s.ID
	switch s.Kind {
	case Look:
		line += " HOST"
	case LogOn:
		line += ` HOST --user 'DOMAIN\USER'`
	case Listen:
		line += " --listen 127.0.0.1:13389"
	}
	return line
}
