package verdict

import (
	"github.com/fumidai/fumidai/catalogue"
	"github.com/fumidai/fumidai/credssp"
)

// Verdict is what the facts about one server mean.
type Verdict struct {
	Update   Update
	Reason   string // the code of the finding that explains Update
	NLA      NLA
	Products Products
	Clients  []Cell    // one per level, in the order of credssp.Levels
	Findings []Finding // by area, in the order of a connection
	Actions  []Action  // in the order in which to take them
}

// Update says whether the fix for CVE-2018-0886 is in force on a server.
type Update string

// The three answers.
const (
	UpdatePresent Update = "present"
	UpdateAbsent  Update = "absent"
	UpdateUnknown Update = "unknown"
)

// Code returns the dotted code of the word for u.
func (u Update) Code() string { return "update." + string(u) }

// NLA says whether a server insists on Network Level Authentication.
type NLA string

// The four answers. NLANone means that the server does not offer it.
const (
	NLARequired NLA = "required"
	NLAOptional NLA = "optional"
	NLANone     NLA = "none"
	NLAUnknown  NLA = "unknown"
)

// Code returns the dotted code of the word for n.
func (n NLA) Code() string { return "nla." + string(n) }

// Products is what the server's own word about its build stands for. It is a
// claim: servers that are not Windows invent it.
type Products struct {
	Version          string // such as "10.0.14393"; empty = the server named none
	Clients, Servers []string
	Doubts           []string // codes of what speaks against the claim
	Mark             catalogue.Mark
}

// Cell is what a client of one level experiences at this server.
type Cell struct {
	Client  credssp.Level
	Outcome Outcome
	Sees    string // code of the text mstsc shows if it refuses; empty = none
}

// Finding is one statement about the server or the way to it.
type Finding struct {
	Code       string
	Area       Area
	Side       Side
	Severity   Severity
	Confidence float64 // 0 to 1, that the statement holds
	Mark       catalogue.Mark
	Evidence   []string // facts as "key=value", and codes of notes
	Args       map[string]any
}

// Area is the part of a connection that a finding is about.
type Area string

// The areas.
const (
	AreaReach       Area = "reach"
	AreaCredSSP     Area = "credssp"
	AreaNLA         Area = "nla"
	AreaRDP         Area = "rdp" // standard RDP security
	AreaTLS         Area = "tls"
	AreaCertificate Area = "certificate"
	AreaClock       Area = "clock"
)

// Side is where the cause lies.
type Side string

// The sides.
const (
	SideServer  Side = "server"
	SideClient  Side = "client"
	SideNetwork Side = "network"
	SideBetween Side = "between" // cannot be told from one end
)

// Severity says how urgent a finding is.
type Severity string

// The severities, from the mildest.
const (
	Info     Severity = "info"
	Notice   Severity = "notice"
	Warning  Severity = "warning"
	Critical Severity = "critical"
)

// Rank orders severities: 1 to 4, and 0 for none.
func (s Severity) Rank() int {
	switch s {
	case Info:
		return 1
	case Notice:
		return 2
	case Warning:
		return 3
	case Critical:
		return 4
	}
	return 0
}

// Action is something to do, or not to do.
type Action struct {
	Code string
	Args map[string]any
}

// Worst returns the highest severity among the findings of an area, or an
// empty Severity if it has none.
func (v Verdict) Worst(area Area) Severity {
	var worst Severity
	for _, f := range v.Findings {
		if f.Area == area && f.Severity.Rank() > worst.Rank() {
			worst = f.Severity
		}
	}
	return worst
}
