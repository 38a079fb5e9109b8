package rdpio

import (
	"fmt"
	"strconv"
)

// The alerts that our own side's failures are told apart by.
const (
	alertBadCertificate         = 42
	alertUnsupportedCertificate = 43
	alertDecodeError            = 50
	alertProtocolVersion        = 70
)

// alertNames are the names of the IANA registry "TLS Alerts".
var alertNames = map[uint8]string{
	0:   "close_notify",
	10:  "unexpected_message",
	20:  "bad_record_mac",
	21:  "decryption_failed",
	22:  "record_overflow",
	30:  "decompression_failure",
	40:  "handshake_failure",
	41:  "no_certificate",
	42:  "bad_certificate",
	43:  "unsupported_certificate",
	44:  "certificate_revoked",
	45:  "certificate_expired",
	46:  "certificate_unknown",
	47:  "illegal_parameter",
	48:  "unknown_ca",
	49:  "access_denied",
	50:  "decode_error",
	51:  "decrypt_error",
	60:  "export_restriction",
	70:  "protocol_version",
	71:  "insufficient_security",
	80:  "internal_error",
	86:  "inappropriate_fallback",
	90:  "user_canceled",
	100: "no_renegotiation",
	109: "missing_extension",
	110: "unsupported_extension",
	111: "certificate_unobtainable",
	112: "unrecognized_name",
	113: "bad_certificate_status_response",
	114: "bad_certificate_hash_value",
	115: "unknown_psk_identity",
	116: "certificate_required",
	120: "no_application_protocol",
	121: "ech_required",
}

// TLSAlertError says that the peer ended the connection with this TLS alert,
// during the handshake or later. MS-RDPBCGR 5.4.5.2 lists what the alerts mean
// when a CredSSP server sends them; 49 stands for wrong credentials.
type TLSAlertError struct {
	Alert uint8 // the AlertDescription of RFC 8446, section 6
}

func (e *TLSAlertError) Error() string {
	return fmt.Sprintf("rdpio: peer sent tls alert %d (%s)", e.Alert, e.name())
}

// Code is the stable name of this failure: "tls.alert." and the name of the
// alert, as in "tls.alert.access_denied", or its number if it has no name.
func (e *TLSAlertError) Code() string { return "tls.alert." + e.name() }

// Kind tells whose fault the failure is: always "refused".
func (e *TLSAlertError) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *TLSAlertError) Args() map[string]any {
	return map[string]any{"alert": int(e.Alert), "name": e.name()}
}

func (e *TLSAlertError) name() string {
	if name, ok := alertNames[e.Alert]; ok {
		return name
	}
	return strconv.Itoa(int(e.Alert))
}
