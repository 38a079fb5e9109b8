package license

import (
	"encoding/binary"
	"fmt"

	"github.com/fumidai/fumidai/rdp/wire"
)

// ErrorCode is the dwErrorCode of a LICENSE_ERROR_MESSAGE.
type ErrorCode uint32

// The codes of MS-RDPBCGR 2.2.1.12.1.3. StatusValidClient is no error.
const (
	ErrInvalidServerCertificate ErrorCode = 0x01
	ErrNoLicense                ErrorCode = 0x02
	ErrInvalidMAC               ErrorCode = 0x03
	ErrInvalidScope             ErrorCode = 0x04
	ErrNoLicenseServer          ErrorCode = 0x06
	StatusValidClient           ErrorCode = 0x07
	ErrInvalidClient            ErrorCode = 0x08
	ErrInvalidProductID         ErrorCode = 0x0B
	ErrInvalidMessageLen        ErrorCode = 0x0C
)

// String is the name in the specification, or a number.
func (c ErrorCode) String() string {
	switch c {
	case ErrInvalidServerCertificate:
		return "ERR_INVALID_SERVER_CERTIFICATE"
	case ErrNoLicense:
		return "ERR_NO_LICENSE"
	case ErrInvalidMAC:
		return "ERR_INVALID_MAC"
	case ErrInvalidScope:
		return "ERR_INVALID_SCOPE"
	case ErrNoLicenseServer:
		return "ERR_NO_LICENSE_SERVER"
	case StatusValidClient:
		return "STATUS_VALID_CLIENT"
	case ErrInvalidClient:
		return "ERR_INVALID_CLIENT"
	case ErrInvalidProductID:
		return "ERR_INVALID_PRODUCTID"
	case ErrInvalidMessageLen:
		return "ERR_INVALID_MESSAGE_LEN"
	}
	return fmt.Sprintf("ErrorCode(%#x)", uint32(c))
}

// StateTransition says what the receiver of an error alert does next.
type StateTransition uint32

// The transitions of MS-RDPBCGR 2.2.1.12.1.3.
const (
	TotalAbort        StateTransition = 1
	NoTransition      StateTransition = 2
	ResetPhaseToStart StateTransition = 3
	ResendLastMessage StateTransition = 4
)

// String is the name in the specification, or a number.
func (t StateTransition) String() string {
	switch t {
	case TotalAbort:
		return "ST_TOTAL_ABORT"
	case NoTransition:
		return "ST_NO_TRANSITION"
	case ResetPhaseToStart:
		return "ST_RESET_PHASE_TO_START"
	case ResendLastMessage:
		return "ST_RESEND_LAST_MESSAGE"
	}
	return fmt.Sprintf("StateTransition(%d)", uint32(t))
}

// ErrorAlert is a LICENSE_ERROR_MESSAGE (MS-RDPBCGR 2.2.1.12.1.3). Either side
// may send it. Its pointer is an error; Refused tells whether it is meant as one.
type ErrorAlert struct {
	ErrorCode       ErrorCode
	StateTransition StateTransition
	Blob            []byte // bbErrorInfo without its header, mostly empty
}

const (
	alertName     = "LICENSE_ERROR_MESSAGE"
	errorBlobType = 4 // BB_ERROR_BLOB

	// alertHeaderSize is 4 /* dwErrorCode */ + 4 /* dwStateTransition */ +
	// 2 /* wBlobType */ + 2 /* wBlobLen */.
	alertHeaderSize = 12
)

// MaxBlob is the longest Blob of an ErrorAlert, in bytes.
const MaxBlob = MaxBody - alertHeaderSize

// Refused is nil if the alert is the good news that the client needs no license
// (STATUS_VALID_CLIENT), and the alert itself if not.
func (e *ErrorAlert) Refused() error {
	if e.ErrorCode == StatusValidClient {
		return nil
	}
	return e
}

// AppendErrorAlert appends e with a preamble of version 3. A Blob longer than
// MaxBlob is a *wire.MisuseError.
func AppendErrorAlert(dst []byte, e *ErrorAlert) ([]byte, error) {
	if len(e.Blob) > MaxBlob {
		return dst, wire.Misuse(alertName, "blob of %d bytes, limit is %d", len(e.Blob), MaxBlob)
	}
	le := binary.LittleEndian
	dst = append(dst, byte(ErrorAlertType), Version3)
	dst = le.AppendUint16(dst, uint16(preambleSize+alertHeaderSize+len(e.Blob)))
	dst = le.AppendUint32(dst, uint32(e.ErrorCode))
	dst = le.AppendUint32(dst, uint32(e.StateTransition))
	dst = le.AppendUint16(dst, errorBlobType)
	dst = le.AppendUint16(dst, uint16(len(e.Blob)))
	return append(dst, e.Blob...), nil
}

// AppendValidClient appends the answer of a server that asks for no license:
// STATUS_VALID_CLIENT, ST_NO_TRANSITION and an empty blob. The phase ends with it.
func AppendValidClient(dst []byte) []byte {
	dst, _ = AppendErrorAlert(dst, &ErrorAlert{ErrorCode: StatusValidClient, StateTransition: NoTransition})
	return dst // without a blob nothing can be too long
}

// ParseErrorAlert reads the body of a message of type ErrorAlertType. The type of
// its blob is not looked at: older versions of xrdp wrote other numbers there.
func ParseErrorAlert(m Message) (*ErrorAlert, error) {
	r := wire.NewReader(alertName, m.Body)
	if m.Type != ErrorAlertType {
		r.Failf("bMsgType", "wants %#02x, got %#02x", uint8(ErrorAlertType), uint8(m.Type))
	}
	e := &ErrorAlert{
		ErrorCode:       ErrorCode(r.U32LE("dwErrorCode")),
		StateTransition: StateTransition(r.U32LE("dwStateTransition")),
	}
	r.U16LE("wBlobType")
	if n := int(r.U16LE("wBlobLen")); n > 0 {
		e.Blob = r.Bytes("blobData", n)
	}
	if err := r.Err(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *ErrorAlert) Error() string {
	return fmt.Sprintf("license: peer sent %v, %v", e.ErrorCode, e.StateTransition)
}

// Code is the stable name of this failure.
func (e *ErrorAlert) Code() string {
	switch e.ErrorCode {
	case ErrNoLicense:
		return "license.no_license"
	case ErrNoLicenseServer:
		return "license.no_license_server"
	}
	return "license.refused"
}

// Kind tells whose fault the failure is: always "refused".
func (e *ErrorAlert) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *ErrorAlert) Args() map[string]any {
	return map[string]any{"error": e.ErrorCode.String(), "transition": e.StateTransition.String()}
}
