package ntlm

import "fmt"

// NTSTATUS and SECURITY_STATUS values that an acceptor gives as the reason of
// a refusal (MS-ERREF 2.3.1, 2.1.1).
const (
	StatusLogonFailure uint32 = 0xC000006D
	SecInvalidToken    uint32 = 0x80090308
	SecMessageAltered  uint32 = 0x8009030F
	SecUnsupported     uint32 = 0x80090302
)

// Error is every failure of this package but unparseable bytes (*wire.Error).
type Error struct {
	code   string
	kind   string
	status uint32
	text   string
}

func (e *Error) Error() string { return "ntlm: " + e.text }

// Code is the stable name of the failure, such as "ntlm.mic.wrong".
func (e *Error) Code() string { return e.code }

// Kind tells whose fault it is: misbehaved, incompatible, refused or misuse.
func (e *Error) Kind() string { return e.kind }

// Status is the NTSTATUS or SECURITY_STATUS to tell the other end.
func (e *Error) Status() uint32 { return e.status }

// Args are the named values for a sentence about the failure.
func (e *Error) Args() map[string]any {
	return map[string]any{"status": fmt.Sprintf("0x%08X", e.status)}
}

func newError(code, kind string, status uint32, format string, args ...any) *Error {
	return &Error{code: code, kind: kind, status: status, text: fmt.Sprintf(format, args...)}
}

func misuse(format string, args ...any) *Error {
	return newError("ntlm.misuse", "misuse", SecInvalidToken, format, args...)
}
