package credssp

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// EarlyUserAuthorization is the Early User Authorization Result PDU
// (MS-RDPBCGR 2.2.10.2). If HYBRID_EX was selected the server sends it right
// after CredSSP: four bytes, little endian, without TPKT and without ASN.1.
type EarlyUserAuthorization uint32

// The two values of MS-RDPBCGR 2.2.10.2.
const (
	AuthorizationSuccess EarlyUserAuthorization = 0
	AuthorizationDenied  EarlyUserAuthorization = 5 // ERROR_ACCESS_DENIED
)

// EarlyUserAuthorizationLength is its length in bytes.
const EarlyUserAuthorizationLength = 4

func (a EarlyUserAuthorization) String() string {
	switch a {
	case AuthorizationSuccess:
		return "success"
	case AuthorizationDenied:
		return "access denied"
	}
	return fmt.Sprintf("%#08x", uint32(a))
}

// Append encodes the message.
func (a EarlyUserAuthorization) Append(dst []byte) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(a))
}

// ParseEarlyUserAuthorization decodes the message. A number that is neither of
// the two is an error: unknown is not success.
func ParseEarlyUserAuthorization(b []byte) (EarlyUserAuthorization, error) {
	r := wire.NewReader("EARLY_USER_AUTH_RESULT", b)
	a := EarlyUserAuthorization(r.U32LE("authorizationResult"))
	r.End()
	if r.Err() == nil && a != AuthorizationSuccess && a != AuthorizationDenied {
		r.Failf("authorizationResult", "unknown value %#08x", uint32(a))
	}
	if err := r.Err(); err != nil {
		return AuthorizationDenied, err
	}
	return a, nil
}
