package x224

import "fmt"

// MisuseError says that a message cannot be written as its caller filled it.
type MisuseError struct {
	Struct string // the specification's name of the message
	Reason string // what is wrong with it, lower case
}

func (e *MisuseError) Error() string { return "x224: " + e.Struct + ": " + e.Reason }

// Code is the stable name of this failure.
func (e *MisuseError) Code() string { return "x224.misuse" }

// Kind tells whose fault the failure is: always "misuse".
func (e *MisuseError) Kind() string { return "misuse" }

// Args are the named values for a sentence about this failure.
func (e *MisuseError) Args() map[string]any {
	return map[string]any{"struct": e.Struct, "reason": e.Reason}
}

func misuse(structure, format string, args ...any) error {
	return &MisuseError{Struct: structure, Reason: fmt.Sprintf(format, args...)}
}
