package x224

import "fmt"

// NegotiationFailure is RDP_NEG_FAILURE: the server's reason not to go on with
// any protocol of the request (MS-RDPBCGR 2.2.1.2.2). It is also the error of a
// client that received it. The server closes the connection after it.
type NegotiationFailure struct {
	FailureCode FailureCode
}

// FailureCode is the number in RDP_NEG_FAILURE.
type FailureCode uint32

// The failure codes of MS-RDPBCGR 2.2.1.2.2.
const (
	FailureSSLRequired             FailureCode = 1 // the server wants TLS, and not CredSSP if only that was asked for
	FailureSSLNotAllowed           FailureCode = 2 // the server does Standard RDP Security only
	FailureSSLCertNotOnServer      FailureCode = 3 // the server has no usable certificate
	FailureInconsistentFlags       FailureCode = 4 // the request contradicts the protocol already running
	FailureHybridRequired          FailureCode = 5 // the server wants CredSSP
	FailureSSLWithUserAuthRequired FailureCode = 6 // the server wants TLS with a client certificate
)

// String is the specification's name of the code without "_BY_SERVER".
func (c FailureCode) String() string {
	switch c {
	case FailureSSLRequired:
		return "SSL_REQUIRED"
	case FailureSSLNotAllowed:
		return "SSL_NOT_ALLOWED"
	case FailureSSLCertNotOnServer:
		return "SSL_CERT_NOT_ON_SERVER"
	case FailureInconsistentFlags:
		return "INCONSISTENT_FLAGS"
	case FailureHybridRequired:
		return "HYBRID_REQUIRED"
	case FailureSSLWithUserAuthRequired:
		return "SSL_WITH_USER_AUTH_REQUIRED"
	}
	return fmt.Sprintf("FailureCode(%d)", uint32(c))
}

func (e *NegotiationFailure) Error() string {
	return "x224: server refused the negotiation: " + e.FailureCode.String()
}

// Code is the stable name of this failure, one for each number of the
// specification and "x224.failure.unknown" for all others.
func (e *NegotiationFailure) Code() string {
	switch e.FailureCode {
	case FailureSSLRequired:
		return "x224.failure.ssl_required"
	case FailureSSLNotAllowed:
		return "x224.failure.ssl_not_allowed"
	case FailureSSLCertNotOnServer:
		return "x224.failure.ssl_cert_not_on_server"
	case FailureInconsistentFlags:
		return "x224.failure.inconsistent_flags"
	case FailureHybridRequired:
		return "x224.failure.hybrid_required"
	case FailureSSLWithUserAuthRequired:
		return "x224.failure.ssl_with_user_auth_required"
	}
	return "x224.failure.unknown"
}

// Kind tells whose fault the failure is: always "refused".
func (e *NegotiationFailure) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *NegotiationFailure) Args() map[string]any {
	return map[string]any{"failure_code": uint32(e.FailureCode)}
}
