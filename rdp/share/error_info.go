package share

import (
	"encoding/binary"
	"fmt"
)

// ErrorInfo is the errorInfo of a Set Error Info PDU: why the server is about to
// end the connection (MS-RDPBCGR 2.2.5.1.1). It is an error; ErrorInfoNone is one
// only by its type, and has no meaning.
type ErrorInfo uint32

// The codes that a server of ours sends, or that a client acts upon; String,
// Code and Kind know all of them.
const (
	ErrorInfoNone                          ErrorInfo = 0x00000000 // ERRINFO_NONE
	ErrorInfoRPCInitiatedDisconnect        ErrorInfo = 0x00000001 // ERRINFO_RPC_INITIATED_DISCONNECT
	ErrorInfoRPCInitiatedLogoff            ErrorInfo = 0x00000002 // ERRINFO_RPC_INITIATED_LOGOFF
	ErrorInfoIdleTimeout                   ErrorInfo = 0x00000003 // ERRINFO_IDLE_TIMEOUT
	ErrorInfoLogonTimeout                  ErrorInfo = 0x00000004 // ERRINFO_LOGON_TIMEOUT
	ErrorInfoDisconnectedByOtherConnection ErrorInfo = 0x00000005 // ERRINFO_DISCONNECTED_BY_OTHERCONNECTION
	ErrorInfoOutOfMemory                   ErrorInfo = 0x00000006 // ERRINFO_OUT_OF_MEMORY
	ErrorInfoServerDeniedConnection        ErrorInfo = 0x00000007 // ERRINFO_SERVER_DENIED_CONNECTION
	ErrorInfoServerInsufficientPrivileges  ErrorInfo = 0x00000009 // ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES
	ErrorInfoFreshCredentialsRequired      ErrorInfo = 0x0000000A // ERRINFO_SERVER_FRESH_CREDENTIALS_REQUIRED
	ErrorInfoRPCInitiatedDisconnectByUser  ErrorInfo = 0x0000000B // ERRINFO_RPC_INITIATED_DISCONNECT_BYUSER
	ErrorInfoLogoffByUser                  ErrorInfo = 0x0000000C // ERRINFO_LOGOFF_BY_USER
	ErrorInfoServerShutdown                ErrorInfo = 0x00000019 // ERRINFO_SERVER_SHUTDOWN
	ErrorInfoServerReboot                  ErrorInfo = 0x0000001A // ERRINFO_SERVER_REBOOT
	ErrorInfoLicenseInternal               ErrorInfo = 0x00000100 // ERRINFO_LICENSE_INTERNAL
	ErrorInfoLicenseNoLicenseServer        ErrorInfo = 0x00000101 // ERRINFO_LICENSE_NO_LICENSE_SERVER
	ErrorInfoLicenseNoLicense              ErrorInfo = 0x00000102 // ERRINFO_LICENSE_NO_LICENSE
)

// ParseSetErrorInfo reads the body of a Set Error Info PDU. An unknown code is not
// an error of parsing.
func ParseSetErrorInfo(body []byte) (ErrorInfo, error) {
	v, err := parseU32("TS_SET_ERROR_INFO_PDU", "errorInfo", body)
	return ErrorInfo(v), err
}

// AppendSetErrorInfo appends the body of a Set Error Info PDU.
func AppendSetErrorInfo(dst []byte, e ErrorInfo) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(e))
}

func (e ErrorInfo) Error() string { return "server ends the connection: " + e.String() }

// Code is the stable name of this failure, "rdp.error_info." and the words of the
// specification's name; "rdp.error_info.unknown" if it has none.
func (e ErrorInfo) Code() string {
	if info, ok := errorInfos[e]; ok {
		return "rdp.error_info." + info.code
	}
	return "rdp.error_info.unknown"
}

// Kind tells whose fault the failure is: "refused" or "denied" if somebody or
// something on the server's side decided so, "misbehaved" if the server failed,
// "incompatible" if it cannot do what was asked, "bug" if it says that it did not
// understand us.
func (e ErrorInfo) Kind() string {
	if info, ok := errorInfos[e]; ok {
		return info.kind
	}
	return "refused"
}

// Args are the named values for a sentence about this failure.
func (e ErrorInfo) Args() map[string]any {
	return map[string]any{"code": fmt.Sprintf("0x%08X", uint32(e)), "name": e.String()}
}

// String is the name in the specification, or a number.
func (e ErrorInfo) String() string {
	if info, ok := errorInfos[e]; ok {
		return info.name
	}
	return fmt.Sprintf("ErrorInfo(0x%08X)", uint32(e))
}
