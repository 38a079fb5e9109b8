package fieldtest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fumidai/fumidai/interop"
)

// What foreign peers said in recorded exchanges, read as a field test reads what
// Windows says; and the same after names and proofs were taken out.
func TestReadForeignPeers(t *testing.T) {
	for name, want := range map[string]string{
		"server-6-xfreerdp2.txt":    "version 6, ntlm, build 6.1.7601, AUTHENTICATE, nonce first_message, pubKeyAuth, authInfo",
		"server-6-gss-spnego.txt":   "version 6, spnego, build 6.2.0, AUTHENTICATE, nonce first_message, pubKeyAuth, authInfo",
		"server-6-rdpcheck.txt":     "version 2, ntlm, AUTHENTICATE, pubKeyAuth, authInfo",
		"client-6-shadow2.txt":      "version 6, ntlm, build 6.1.7601, nonce first_message, pubKeyAuth",
		"client-6-gss5-spnego.txt":  "version 5, spnego, build 6.2.0, pubKeyAuth",
		"client-4-shadow2.txt":      "version 6, ntlm, build 6.1.7601, nonce first_message, pubKeyAuth",
		"server-force-rdpcheck.txt": "version 2, ntlm",
	} {
		f, err := os.Open(filepath.Join("..", "..", "credssp", "testdata", "transcripts", name))
		if err != nil {
			t.Fatal(err)
		}
		tape, err := interop.ReadTranscript(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		var c Connection
		for _, m := range tape.Messages {
			c.Messages = append(c.Messages, Message{m.FromPeer, m.Bytes})
		}
		for _, when := range []string{"as recorded", "redacted"} {
			if got, err := c.Read(); err != nil || got.String() != want {
				t.Errorf("%s %s: %s, %v", name, when, got, err)
			}
			r := Result{Connections: []Connection{c}}
			redactConnections(&r) // in place: the second turn reads what is left
			if len(r.Connections[0].Messages) != len(c.Messages) {
				t.Errorf("%s: messages are missing", name)
			}
		}
	}
}
