package connect

import "fmt"

// PeerError says that the other end sent something that parses and yet must not
// come.
type PeerError struct {
	code  string
	State string // what was awaited, as MS-RDPBCGR names it
	text  string
}

func (e *PeerError) Error() string { return "connect: while awaiting " + e.State + ": " + e.text }

// Code is the stable name of the failure: "connect.message.unexpected",
// "connect.protocols.changed", "connect.channel.unknown",
// "connect.share_id.wrong" or "connect.too_many".
func (e *PeerError) Code() string { return e.code }

// Kind tells whose fault it is: the peer misbehaved.
func (e *PeerError) Kind() string { return "misbehaved" }

// Args are the named values for a sentence about the failure.
func (e *PeerError) Args() map[string]any { return map[string]any{"state": e.State, "text": e.text} }

func peerError(code, state, format string, args ...any) error {
	return &PeerError{code: "connect." + code, State: state, text: fmt.Sprintf(format, args...)}
}

func unexpected(state, got string) error {
	return peerError("message.unexpected", state, "got %s", got)
}
