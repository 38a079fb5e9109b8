package mcs

// RefusedError says that the server answered with another result than
// rt-successful.
type RefusedError struct {
	Result Result
}

func (e *RefusedError) Error() string {
	return "mcs: server refused the connection: " + e.Result.String()
}

// Code is the stable name of this failure.
func (e *RefusedError) Code() string { return "mcs.connect.refused" }

// Kind tells whose fault the failure is: always "refused".
func (e *RefusedError) Kind() string { return "refused" }

// Args are the named values for a sentence about this failure.
func (e *RefusedError) Args() map[string]any {
	return map[string]any{"result": e.Result.String()}
}

// ParametersError says that client and server have no value in common for one
// domain parameter.
type ParametersError struct {
	Parameter string // as T.125 spells it
}

func (e *ParametersError) Error() string { return "mcs: no common value of " + e.Parameter }

// Code is the stable name of this failure.
func (e *ParametersError) Code() string { return "mcs.domain_parameters.incompatible" }

// Kind tells whose fault the failure is: always "incompatible".
func (e *ParametersError) Kind() string { return "incompatible" }

// Args are the named values for a sentence about this failure.
func (e *ParametersError) Args() map[string]any {
	return map[string]any{"parameter": e.Parameter}
}
