package mcs

import (
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// MaxResponseUserData is our limit of the user data of a Connect Response, in
// bytes: the longest that the two-byte lengths of GCC can describe. Most of it
// is the server's certificate chain.
const MaxResponseUserData = 0x3FFF

// ConnectResponse is the Server MCS Connect Response PDU (MS-RDPBCGR 2.2.1.4,
// T.125 section 11.2).
//
// A server that refuses may send nothing but the result (MS-RDPBCGR
// 3.3.5.3.3.1); the other fields are zero then.
type ConnectResponse struct {
	Result           Result
	CalledConnectID  uint32 // 0 in RDP
	DomainParameters DomainParameters
	UserData         []byte // a GCC Conference Create Response
}

const responseName = "MCS Connect Response"

// Refused is a *RefusedError if the server did not accept the connection, nil
// if it did.
func (m *ConnectResponse) Refused() error {
	if m.Result == ResultSuccessful {
		return nil
	}
	return &RefusedError{Result: m.Result}
}

// AppendConnectResponse appends m. A refusal without user data is written as
// the result alone. User data longer than MaxResponseUserData is a
// *wire.MisuseError.
func AppendConnectResponse(dst []byte, m *ConnectResponse) ([]byte, error) {
	if n := len(m.UserData); n > MaxResponseUserData {
		return dst, wire.Misuse(responseName, "user data of %d bytes, limit is %d", n, MaxResponseUserData)
	}
	content := appendElement(nil, wire.TagEnumerated, []byte{byte(m.Result)})
	if m.Result == ResultSuccessful || len(m.UserData) > 0 {
		content = appendInteger(content, m.CalledConnectID)
		content = appendDomainParameters(content, m.DomainParameters)
		content = appendElement(content, wire.TagOctetString, m.UserData)
	}
	return appendConnect(dst, tagConnectResponse, content), nil
}

// ParseConnectResponse reads a whole message. A refusal is a message, not an
// error of this function; see Refused.
func ParseConnectResponse(b []byte) (*ConnectResponse, error) {
	r := openConnect(responseName, b, tagConnectResponse)
	m := &ConnectResponse{Result: Result(readByte(r, "result", wire.TagEnumerated))}
	if m.Result == ResultSuccessful || r.Len() > 0 {
		m.CalledConnectID = readInteger(r, "calledConnectId")
		m.DomainParameters = readDomainParameters(r, "domainParameters")
		m.UserData = readOctets(r, "userData", MaxResponseUserData)
	}
	r.End()
	if err := r.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// Result is the Result of T.125 section 7, part 2.
type Result uint8

// The results that RDP uses. The others of T.125 only have a String.
const (
	ResultSuccessful         Result = 0  // rt-successful
	ResultUnspecifiedFailure Result = 14 // rt-unspecified-failure
	ResultUserRejected       Result = 15 // rt-user-rejected
)

// String is the name in T.125, or a number.
func (r Result) String() string {
	names := [...]string{
		"rt-successful", "rt-domain-merging", "rt-domain-not-hierarchical", "rt-no-such-channel",
		"rt-no-such-domain", "rt-no-such-user", "rt-not-admitted", "rt-other-user-id",
		"rt-parameters-unacceptable", "rt-token-not-available", "rt-token-not-possessed",
		"rt-too-many-channels", "rt-too-many-tokens", "rt-too-many-users",
		"rt-unspecified-failure", "rt-user-rejected",
	}
	if int(r) < len(names) {
		return names[r]
	}
	return fmt.Sprintf("Result(%d)", uint8(r))
}
