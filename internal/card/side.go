package card

import (
	"maps"
	"slices"
)

// Side is where the cause of a failure lies, as far as that is known.
type Side string

// The sides. Each has its text under "card.side." and its own colour.
const (
	SideClient  Side = "client"  // the reader's computer, or what the reader typed
	SideGateway Side = "gateway" // this program
	SideBetween Side = "between" // what lies between the gateway and the destination
	SideServer  Side = "server"  // the destination, or who looks after its accounts
	SideUnknown Side = "unknown"
)

const codeInternal = "internal"

// sides holds every failure that has a page. Where two sides are equally likely
// it says unknown: sending the reader to the wrong people costs more than a
// question.
var sides = map[string]Side{
	"account_disabled":           SideServer,
	"account_locked":             SideServer,
	"certificate_expired":        SideServer,
	"credssp.client_not_updated": SideClient,
	"credssp.server_not_updated": SideServer,
	"draining":                   SideGateway,
	codeInternal:                 SideGateway,
	"key_changed":                SideUnknown, // a renewed key, or somebody in between
	"licence":                    SideServer,
	"limit":                      SideGateway,
	"name_not_found":             SideBetween,
	"no_rights":                  SideServer,
	"password_expired":           SideServer,
	"password_must_change":       SideServer,
	"password_wrong":             SideClient,
	"policy":                     SideGateway,
	"redirection_refused":        SideGateway, // of the destination, to another one
	"redirection_unsupported":    SideClient,  // of the gateway, from a list
	"restarting":                 SideServer,
	"timeout":                    SideUnknown,
	"tls_failed":                 SideServer,
	"two_administrators":         SideServer,
	"unreachable":                SideUnknown, // switched off, or the network
}

// Codes lists the failures that an Explanation has texts for, sorted: of each,
// "card.<code>" is the title, "card.<code>.what" what happened and
// "card.<code>.do" what to do.
func Codes() []string { return slices.Sorted(maps.Keys(sides)) }

// SideOf tells on whose side a failure lies; SideUnknown for one that is not in
// Codes.
func SideOf(code string) Side {
	if side, ok := sides[code]; ok {
		return side
	}
	return SideUnknown
}
