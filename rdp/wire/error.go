package wire

import "fmt"

// Error says that received bytes do not form the message they should: whoever
// sent them is at fault, or something in between damaged them.
type Error struct {
	Struct string // the specification's name of the structure, as in "RDP_NEG_RSP"
	Field  string // the field that does not parse
	Offset int    // where in the structure, in bytes
	Reason string // what is wrong, lower case, without a full stop
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s at offset %d: %s", e.Struct, e.Field, e.Offset, e.Reason)
}

// Code is the stable name of this failure.
func (e *Error) Code() string { return "wire.malformed" }

// Kind tells whose fault the failure is: always "malformed".
func (e *Error) Kind() string { return "malformed" }

// Args are the named values for a sentence about this failure.
func (e *Error) Args() map[string]any {
	return map[string]any{"struct": e.Struct, "field": e.Field, "offset": e.Offset, "reason": e.Reason}
}

// MisuseError says that a message cannot be written as its caller filled it.
type MisuseError struct {
	Struct string // the specification's name of the message
	Reason string // what is wrong with it, lower case
}

// Misuse makes a *MisuseError about the structure of that name.
func Misuse(structure, format string, args ...any) error {
	return &MisuseError{Struct: structure, Reason: fmt.Sprintf(format, args...)}
}

func (e *MisuseError) Error() string { return e.Struct + ": " + e.Reason }

// Code is the stable name of this failure.
func (e *MisuseError) Code() string { return "wire.misuse" }

// Kind tells whose fault the failure is: always "misuse".
func (e *MisuseError) Kind() string { return "misuse" }

// Args are the named values for a sentence about this failure.
func (e *MisuseError) Args() map[string]any {
	return map[string]any{"struct": e.Struct, "reason": e.Reason}
}
