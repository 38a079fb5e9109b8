package catalogue

// Mark says how far a fact can be relied on.
type Mark string

// The three marks.
const (
	Confirmed Mark = "confirmed" // read in a source, or seen on the wire
	Recalled  Mark = "recalled"  // general knowledge, no source text at hand
	Inferred  Mark = "inferred"  // concluded from confirmed facts
)
