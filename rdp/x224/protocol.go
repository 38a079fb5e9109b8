package x224

import (
	"fmt"
	"strings"
)

// Protocol is a set of security protocols in a request, one of them in an
// answer (MS-RDPBCGR 2.2.1.1.1 and 2.2.1.2.1). On the wire it has four bytes,
// little endian.
type Protocol uint32

// The security protocols. Standard RDP Security is the absence of all others.
const (
	ProtocolRDP      Protocol = 0x00 // Standard RDP Security
	ProtocolSSL      Protocol = 0x01 // TLS
	ProtocolHybrid   Protocol = 0x02 // CredSSP over TLS, also called NLA
	ProtocolRDSTLS   Protocol = 0x04 // RDSTLS, used after a redirection
	ProtocolHybridEx Protocol = 0x08 // CredSSP with the Early User Authorization Result
	ProtocolRDSAAD   Protocol = 0x10 // RDS-AAD-Auth
)

// String names the protocols of the set, as in "SSL|HYBRID"; the empty set is
// "RDP" and unknown bits are a number.
func (p Protocol) String() string {
	if p == ProtocolRDP {
		return "RDP"
	}
	names := [...]string{"SSL", "HYBRID", "RDSTLS", "HYBRID_EX", "RDSAAD"} // lowest bit first
	var set []string
	for bit, name := range names {
		if p&(1<<bit) != 0 {
			set = append(set, name)
		}
	}
	if unknown := p >> len(names) << len(names); unknown != 0 {
		set = append(set, fmt.Sprintf("%#x", uint32(unknown)))
	}
	return strings.Join(set, "|")
}
