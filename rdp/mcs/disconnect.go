package mcs

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// Reason is why a domain comes to its end (T.125 section 7, part 2).
type Reason uint8

// The reasons of T.125. RDP uses rn-provider-initiated, when the server ends the
// session, and rn-user-requested (MS-RDPBCGR 2.2.2.3).
const (
	ReasonDomainDisconnected Reason = 0 // rn-domain-disconnected
	ReasonProviderInitiated  Reason = 1 // rn-provider-initiated
	ReasonTokenPurged        Reason = 2 // rn-token-purged
	ReasonUserRequested      Reason = 3 // rn-user-requested
	ReasonChannelPurged      Reason = 4 // rn-channel-purged

	maxReason = 7 // of three bits
)

// String is the name in T.125, or a number.
func (r Reason) String() string {
	names := [...]string{
		"rn-domain-disconnected", "rn-provider-initiated", "rn-token-purged",
		"rn-user-requested", "rn-channel-purged",
	}
	if int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("Reason(%d)", uint8(r))
}

// DisconnectProviderUltimatum is the MCS Disconnect Provider Ultimatum PDU
// (MS-RDPBCGR 2.2.2.3), by which either side ends the connection. Its pointer is
// an error too, for those who waited for something else.
type DisconnectProviderUltimatum struct {
	Reason Reason
}

const disconnectName = "MCS Disconnect Provider Ultimatum"

// AppendDisconnectProviderUltimatum appends m. A Reason above 7 is a
// *wire.MisuseError.
func AppendDisconnectProviderUltimatum(dst []byte, m *DisconnectProviderUltimatum) ([]byte, error) {
	if m.Reason > maxReason {
		return dst, wire.Misuse(disconnectName, "reason %d", uint8(m.Reason))
	}
	// Two of the three bits of the reason fit into the first byte.
	return append(dst, byte(DisconnectProviderUltimatumType)<<2|byte(m.Reason)>>1, byte(m.Reason)<<7), nil
}

// ParseDisconnectProviderUltimatum reads a whole message.
func ParseDisconnectProviderUltimatum(b []byte) (*DisconnectProviderUltimatum, error) {
	r := wire.NewReader(disconnectName, b)
	high := openDomain(r, DisconnectProviderUltimatumType)
	m := &DisconnectProviderUltimatum{Reason: Reason(high<<1 | r.U8("reason")>>7)}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (e *DisconnectProviderUltimatum) Error() string {
	return "mcs: peer ended the connection: " + e.Reason.String()
}

// Code is the stable name of this failure.
func (e *DisconnectProviderUltimatum) Code() string { return "mcs.disconnected" }

// Kind tells whose fault the failure is: always "refused".
func (e *DisconnectProviderUltimatum) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *DisconnectProviderUltimatum) Args() map[string]any {
	return map[string]any{"reason": e.Reason.String()}
}
