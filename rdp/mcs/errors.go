package mcs

// RefusedError says that the server answered with another result than
// rt-successful.
type RefusedError struct {
	// Request is what the server refused: AttachUserRequestType,
	// ChannelJoinRequestType, or 0 for the connection itself.
	Request PDUType
	Result  Result
}

func (e *RefusedError) Error() string {
	what := "connection"
	switch e.Request {
	case AttachUserRequestType:
		what = "user"
	case ChannelJoinRequestType:
		what = "channel"
	}
	return "mcs: server refused the " + what + ": " + e.Result.String()
}

// Code is the stable name of this failure.
func (e *RefusedError) Code() string {
	switch e.Request {
	case AttachUserRequestType:
		return "mcs.attach_user.refused"
	case ChannelJoinRequestType:
		return "mcs.channel_join.refused"
	}
	return "mcs.connect.refused"
}

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
