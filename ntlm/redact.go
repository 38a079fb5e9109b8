package ntlm

import (
	"fmt"
	"io"
)

// Format keeps the hash out of whatever is printed, whatever the verb. It
// belongs to the value, like those below, so that a copy is as silent.
func (NTHash) Format(f fmt.State, _ rune) { io.WriteString(f, redacted) }

// MarshalText keeps the hash out of JSON and of logs.
func (NTHash) MarshalText() ([]byte, error) { return []byte(redacted), nil }

const redacted = "redacted"

// Format names the type alone: fmt looks into unexported fields, where the hash
// and the keys are, without asking their types.
func (Client) Format(f fmt.State, _ rune) { io.WriteString(f, "ntlm.Client") }

// Format names the type alone.
func (Acceptor) Format(f fmt.State, _ rune) { io.WriteString(f, "ntlm.Acceptor") }

// Format says who asks and keeps the session base key of an answer to itself.
func (n Need) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "ntlm.Need of %q", n.Domain+`\`+n.User)
}
