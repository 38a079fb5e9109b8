package credssp

import "fmt"

// Role is the end of a CredSSP exchange that a program plays.
type Role int

// The two ends of an exchange. The zero Role is invalid.
const (
	ClientRole Role = iota + 1
	ServerRole
)

func (r Role) String() string {
	switch r {
	case ClientRole:
		return "client"
	case ServerRole:
		return "server"
	}
	return fmt.Sprintf("Role(%d)", int(r))
}

// Level is the state of one machine with regard to CVE-2018-0886: whether the
// update of March 2018 is in force, and, if so, what its policy "Encryption
// Oracle Remediation" (registry value AllowEncryptionOracle) says.
type Level int

// The four levels of KB4093492. The zero Level is invalid, so that a forgotten
// setting can never mean a weak one.
const (
	NotUpdated          Level = iota + 1 // no update, or installed and not yet restarted
	ForceUpdatedClients                  // AllowEncryptionOracle = 0
	Mitigated                            // AllowEncryptionOracle = 1; the default since May 2018
	Vulnerable                           // AllowEncryptionOracle = 2; the default of March and April 2018
)

func (l Level) String() string {
	switch l {
	case NotUpdated:
		return "not updated"
	case ForceUpdatedClients:
		return "force updated clients"
	case Mitigated:
		return "mitigated"
	case Vulnerable:
		return "vulnerable"
	}
	return fmt.Sprintf("Level(%d)", int(l))
}

// Levels lists the four levels in the order of the published table.
func Levels() []Level { return []Level{NotUpdated, ForceUpdatedClients, Mitigated, Vulnerable} }

// The version numbers of MS-CSSP 2.2.1. A higher number is to be treated as
// compatible with the highest version one knows.
const (
	MinVersion     = 2 // the base protocol
	BindingVersion = 5 // the first version that binds the key by a hash with a nonce
	MaxVersion     = 6
)

// Versions is what a level lets one end do.
type Versions struct {
	OwnMin, OwnMax int // the numbers this end may state as its own
	PeerMin        int // the lowest number it accepts from the other end
}

// Own reports whether an end may state version v as its own. The zero Versions
// has none.
func (r Versions) Own(v int) bool { return r.OwnMin > 0 && r.OwnMin <= v && v <= r.OwnMax }

// AcceptsPeer reports whether an end goes on with a peer that states version v.
// The zero Versions accepts nobody.
func (r Versions) AcceptsPeer(v int) bool { return r.PeerMin > 0 && v >= r.PeerMin }

// Policy is the one place that decides which versions an end may use. The live
// machines, the verdict about a host and the compatibility matrix all ask it.
// It returns false for a role or a level that does not exist.
//
// Source: KB4093492 and the description of the policy AllowEncryptionOracle;
// MS-CSSP 2.2.1 and product notes <11>, <25>. An updated end states 5 or 6. A
// client under Force Updated Clients or Mitigated does not fall back below the
// hash binding; a server does so only under Force Updated Clients.
func Policy(role Role, level Level) (Versions, bool) {
	if role != ClientRole && role != ServerRole {
		return Versions{}, false
	}
	updated := Versions{OwnMin: BindingVersion, OwnMax: MaxVersion, PeerMin: BindingVersion}
	fallsBack := Versions{OwnMin: BindingVersion, OwnMax: MaxVersion, PeerMin: MinVersion}
	switch level {
	case NotUpdated:
		return Versions{OwnMin: MinVersion, OwnMax: BindingVersion - 1, PeerMin: MinVersion}, true
	case ForceUpdatedClients:
		return updated, true
	case Mitigated:
		if role == ServerRole {
			return fallsBack, true
		}
		return updated, true
	case Vulnerable:
		return fallsBack, true
	}
	return Versions{}, false
}
