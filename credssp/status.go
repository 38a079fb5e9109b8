package credssp

import (
	"errors"
	"fmt"
)

// NTSTATUS and SECURITY_STATUS values (MS-ERREF 2.3.1, 2.1.1) that occur in the
// errorCode of a TSRequest.
const (
	StatusLogonFailure       uint32 = 0xC000006D
	StatusAccountRestriction uint32 = 0xC000006E
	StatusPasswordExpired    uint32 = 0xC0000071
	StatusAccountDisabled    uint32 = 0xC0000072
	StatusNotSupported       uint32 = 0xC00000BB
	StatusAccountExpired     uint32 = 0xC0000193
	StatusPasswordMustChange uint32 = 0xC0000224
	StatusAccountLockedOut   uint32 = 0xC0000234
	SecInvalidToken          uint32 = 0x80090308
	SecMessageAltered        uint32 = 0x8009030F
)

var statusNames = map[uint32]string{
	0xC0000008:               "STATUS_INVALID_HANDLE",
	0xC0000022:               "STATUS_ACCESS_DENIED",
	0xC000005E:               "STATUS_NO_LOGON_SERVERS",
	0xC000006A:               "STATUS_WRONG_PASSWORD",
	StatusLogonFailure:       "STATUS_LOGON_FAILURE",
	StatusAccountRestriction: "STATUS_ACCOUNT_RESTRICTION",
	0xC000006F:               "STATUS_INVALID_LOGON_HOURS",
	0xC0000070:               "STATUS_INVALID_WORKSTATION",
	StatusPasswordExpired:    "STATUS_PASSWORD_EXPIRED",
	StatusAccountDisabled:    "STATUS_ACCOUNT_DISABLED",
	0xC000009A:               "STATUS_INSUFFICIENT_RESOURCES",
	StatusNotSupported:       "STATUS_NOT_SUPPORTED",
	0xC000015B:               "STATUS_LOGON_TYPE_NOT_GRANTED",
	StatusAccountExpired:     "STATUS_ACCOUNT_EXPIRED",
	StatusPasswordMustChange: "STATUS_PASSWORD_MUST_CHANGE",
	StatusAccountLockedOut:   "STATUS_ACCOUNT_LOCKED_OUT",
	0xC0000413:               "STATUS_AUTHENTICATION_FIREWALL_FAILED",
	0xC0000418:               "STATUS_NTLM_BLOCKED",
	0x80090302:               "SEC_E_UNSUPPORTED_FUNCTION",
	SecInvalidToken:          "SEC_E_INVALID_TOKEN",
	0x8009030C:               "SEC_E_LOGON_DENIED",
	SecMessageAltered:        "SEC_E_MESSAGE_ALTERED",
}

// StatusName is the specification's name of a status, or its number.
func StatusName(status uint32) string {
	if name, ok := statusNames[status]; ok {
		return name
	}
	return fmt.Sprintf("0x%08X", status)
}

// statusOf finds the status to tell a client about err.
func statusOf(err error) uint32 {
	var s interface{ Status() uint32 }
	if errors.As(err, &s) {
		return s.Status()
	}
	return SecInvalidToken
}
