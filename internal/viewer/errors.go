package viewer

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"syscall"

	"github.com/fumidai/fumidai/rdp/rdpio"
	"github.com/fumidai/fumidai/rdp/share"
	"github.com/fumidai/fumidai/rdp/x224"
)

// The steps before and after those of rdpio.
const (
	StepDial     rdpio.Step = "tcp"
	StepSequence rdpio.Step = "rdp" // the connection sequence; StepError.Awaits says more
)

// StepError is a failure and the step it happened at.
type StepError struct {
	Step   rdpio.Step
	Awaits string // with StepSequence: the message that was awaited, as MS-RDPBCGR names it

	// Challenged says that NTLM had answered the server's challenge: the server's
	// version was accepted, and it was shown who logs on. A server without
	// errorCode that closes after this refuses the user.
	Challenged bool

	Err error
}

func (e *StepError) Error() string { return "viewer: " + string(e.Step) + ": " + e.Err.Error() }

// Unwrap returns the failure itself.
func (e *StepError) Unwrap() error { return e.Err }

// DialError says that there is no TCP connection.
type DialError struct {
	Err  error
	code string
}

// windowsRefused is WSAECONNREFUSED, which syscall names differently from the
// number that a failed connect reports.
const windowsRefused = syscall.Errno(10061)

func dialError(err error) *DialError {
	var dns *net.DNSError
	var slow interface{ Timeout() bool }
	e := &DialError{Err: err, code: "dial.unreachable"}
	switch {
	case errors.As(err, &dns):
		e.code = "dial.unresolved"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, windowsRefused):
		e.code = "dial.refused"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		e.code = "dial.timeout"
	}
	return e
}

func (e *DialError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *DialError) Unwrap() error { return e.Err }

// Code is the stable name of the failure: dial.unresolved, dial.refused,
// dial.timeout or dial.unreachable.
func (e *DialError) Code() string { return e.code }

// Kind tells whose fault it is: the network's.
func (e *DialError) Kind() string { return "network" }

// Args are the named values for a sentence about the failure.
func (e *DialError) Args() map[string]any { return map[string]any{"error": e.Err.Error()} }

// PinError says that the server has another key than the pinned one.
type PinError struct {
	Want, Got  [sha256.Size]byte
	Thumbprint bool // Want is the SHA-256 of the whole certificate: the right server, the wrong digest
}

func (e *PinError) Error() string {
	return "viewer: the server's key is " + hex.EncodeToString(e.Got[:]) + ", not the pinned one"
}

// Code is the stable name of the failure.
func (e *PinError) Code() string { return "viewer.pin.mismatch" }

// Kind tells whose fault it is: the peer's, which is not who was meant.
func (e *PinError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about the failure.
func (e *PinError) Args() map[string]any {
	return map[string]any{"want": hex.EncodeToString(e.Want[:]), "got": hex.EncodeToString(e.Got[:])}
}

// NoTLSError says that the server answered a request for TLS with something less.
type NoTLSError struct{ Selected x224.Protocol }

func (e *NoTLSError) Error() string {
	return "viewer: server selects " + e.Selected.String() + ", not TLS"
}

// Code is the stable name of the failure.
func (e *NoTLSError) Code() string { return "viewer.no_tls" }

// Kind tells whose fault it is: the ends are incompatible.
func (e *NoTLSError) Kind() string { return "incompatible" }

// Args are the named values for a sentence about the failure.
func (e *NoTLSError) Args() map[string]any { return map[string]any{"selected": e.Selected.String()} }

// RedirectedError says that the server sends this client elsewhere and is done
// with it.
type RedirectedError struct {
	// RoutingToken is for the next connection to the same address; nil: there is
	// none, or none that a Connection Request can carry.
	RoutingToken []byte
	SessionID    uint32 // to ask for there

	// Target is how the server calls the other host; "" if it does not. It is the
	// server's word: nobody may send credentials there because of it.
	Target string
}

// redirected takes what is needed out of a redirection and wipes its password:
// whoever sends one would have it used in place of the user's.
func redirected(r *share.ServerRedirection) *RedirectedError {
	defer r.Wipe()
	e := &RedirectedError{SessionID: r.SessionID}
	for _, name := range []string{r.TargetFQDN, r.TargetNetAddress, r.TargetNetBIOSName} {
		if e.Target == "" {
			e.Target = name
		}
	}
	// The line break belongs to the line, which the request adds itself.
	token := r.LoadBalanceInfo
	if n := len(token); n >= 2 && token[n-2] == '\r' && token[n-1] == '\n' {
		token = token[:n-2]
	}
	if _, err := x224.AppendConnectionRequest(nil, request(token, "", 0, x224.ProtocolSSL)); err == nil && len(token) > 0 {
		e.RoutingToken = append([]byte(nil), token...) // the frame is not ours
	}
	return e
}

func (e *RedirectedError) Error() string { return "viewer: the server sends this client elsewhere" }

// Code is the stable name of the failure.
func (e *RedirectedError) Code() string { return "viewer.redirected" }

// Kind tells whose fault it is: the server does not want this client here.
func (e *RedirectedError) Kind() string { return "refused" }

// Args are the named values for a sentence about the failure.
func (e *RedirectedError) Args() map[string]any { return map[string]any{"target": e.Target} }

// StalledError says that the server has suspended the share and does not go on.
type StalledError struct{}

func (e *StalledError) Error() string { return "viewer: the server has suspended the share" }

// Code is the stable name of the failure.
func (e *StalledError) Code() string { return "viewer.stalled" }

// Kind tells whose fault it is: the server's.
func (e *StalledError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about the failure.
func (e *StalledError) Args() map[string]any { return nil }
