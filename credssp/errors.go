package credssp

import "fmt"

// PolicyError says that two honest ends have no common ground: the peer's
// version is below what this end accepts.
type PolicyError struct {
	Role  Role  // of this end
	Level Level // of this end
	Own   int   // the version this end states
	Peer  int   // the version the peer states
}

func (e *PolicyError) Error() string {
	return fmt.Sprintf("credssp: %s with policy %q does not accept version %d", e.Role, e.Level, e.Peer)
}

// Code is the stable name of the failure.
func (e *PolicyError) Code() string { return "credssp.version.refused" }

// Kind tells whose fault it is: nobody's, the ends are incompatible.
func (e *PolicyError) Kind() string { return "incompatible" }

// Status is what a server tells the client (MS-CSSP 3.1.5, step 4).
func (e *PolicyError) Status() uint32 { return StatusNotSupported }

// Args are the named values for a sentence about the failure.
func (e *PolicyError) Args() map[string]any {
	return map[string]any{"role": e.Role.String(), "level": e.Level.String(), "own": e.Own, "peer": e.Peer}
}

// PeerError says that the peer sent a well-formed message that the protocol
// forbids at this point, or a proof that does not hold.
type PeerError struct {
	code   string
	state  string
	status uint32
	text   string
}

func (e *PeerError) Error() string { return "credssp: " + e.state + ": " + e.text }

// Code is the stable name of the failure, such as "credssp.binding.mismatch".
func (e *PeerError) Code() string { return e.code }

// Kind tells whose fault it is: the peer misbehaved.
func (e *PeerError) Kind() string { return "misbehaved" }

// State names what this end was waiting for.
func (e *PeerError) State() string { return e.state }

// Status is what a server tells the client.
func (e *PeerError) Status() uint32 { return e.status }

// Args are the named values for a sentence about the failure.
func (e *PeerError) Args() map[string]any { return map[string]any{"state": e.state} }

func peerError(code, state string, status uint32, format string, args ...any) *PeerError {
	return &PeerError{code: code, state: state, status: status, text: fmt.Sprintf(format, args...)}
}

// StatusError is a refusal by the peer: the errorCode of its TSRequest.
type StatusError struct {
	Status uint32 // NTSTATUS, or a SECURITY_STATUS (0x8009….)
	Peer   int    // the version the peer states
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("credssp: peer refuses with %s", StatusName(e.Status))
}

// Code is the stable name of the failure.
func (e *StatusError) Code() string { return "credssp.status" }

// Kind tells whose fault it is: the peer refused.
func (e *StatusError) Kind() string { return "refused" }

// Args are the named values for a sentence about the failure.
func (e *StatusError) Args() map[string]any {
	return map[string]any{"status": fmt.Sprintf("0x%08X", e.Status), "name": StatusName(e.Status), "peer": e.Peer}
}

// MisuseError says that the caller of this package made a mistake.
type MisuseError struct{ text string }

func (e *MisuseError) Error() string { return "credssp: " + e.text }

// Code is the stable name of the failure.
func (e *MisuseError) Code() string { return "credssp.misuse" }

// Kind tells whose fault it is: our caller's.
func (e *MisuseError) Kind() string { return "misuse" }

// Args are the named values for a sentence about the failure.
func (e *MisuseError) Args() map[string]any { return map[string]any{"text": e.text} }

func misuse(text string) *MisuseError { return &MisuseError{text} }
