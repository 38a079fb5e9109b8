package credssp_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/spnego"
)

// TestTranscripts replays exchanges that were recorded with foreign peers: with
// the same randomness, time and key our end must say every byte again. A
// change of the bytes is a change of the protocol and needs the peers' consent:
// make record.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/transcripts/*.txt")
	if err != nil || len(files) < 19 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			f, err := os.Open(name)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			tape, err := interop.ReadTranscript(f)
			if err != nil {
				t.Fatal(err)
			}
			if len(tape.Messages) == 0 {
				t.Fatalf("%d messages", len(tape.Messages))
			}
			replay := replayClient
			if tape.Fields["role"] == "server" {
				replay = replayServer
			}
			if got := replay(t, tape); got != tape.Fields["expect"] {
				t.Errorf("ends with %s, recorded %s", got, tape.Fields["expect"])
			}
		})
	}
}

// end is a machine together with the answer to its need.
type end struct {
	step func(message []byte) ([]byte, error)
	done func() bool
}

// play gives the peer's messages to the machine and compares what it says.
func (e end) play(t *testing.T, messages []interop.Message) string {
	t.Helper()
	for i, m := range messages {
		if !m.FromPeer {
			continue
		}
		reply, err := e.step(m.Bytes)
		var want []byte
		if i+1 < len(messages) && !messages[i+1].FromPeer {
			want = messages[i+1].Bytes
		}
		if !bytes.Equal(reply, want) {
			t.Fatalf("after message %d we say\n%x, recorded\n%x (%v)", i, reply, want, err)
		}
		if err != nil {
			return code(err)
		}
	}
	if !e.done() {
		return "not done"
	}
	return "success"
}

func code(err error) string {
	var typed interface{ Code() string }
	if errors.As(err, &typed) {
		return typed.Code()
	}
	return "untyped: " + err.Error()
}

// fields are those of a transcript, parsed.
func fields(t *testing.T, tape *interop.Transcript) (level credssp.Level, version int, key []byte, now func() time.Time) {
	t.Helper()
	for _, l := range credssp.Levels() {
		if l.String() == tape.Fields["level"] {
			level = l
		}
	}
	version, err := strconv.Atoi(tape.Fields["version"])
	if err != nil {
		t.Fatal(err)
	}
	if key, err = hex.DecodeString(tape.Fields["key"]); err != nil {
		t.Fatal(err)
	}
	when, err := time.Parse(time.RFC3339, tape.Fields["time"])
	if err != nil {
		t.Fatal(err)
	}
	return level, version, key, func() time.Time { return when }
}

func replayServer(t *testing.T, tape *interop.Transcript) string {
	level, version, key, now := fields(t, tape)
	acceptor, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: "HOST", NetBIOSDomain: "CORP", DNSComputer: "host.corp.test",
		Version: ntlm.Version{Major: 10, Build: 17763, Revision: 15}, Rand: &interop.Stream{Seed: tape.Fields["seed"]}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	mechanism, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: acceptor}})
	if err != nil {
		t.Fatal(err)
	}
	server, err := credssp.NewServer(credssp.ServerConfig{Level: level, Version: version, PublicKey: key, Mechanism: mechanism})
	if err != nil {
		t.Fatal(err)
	}
	outcome := end{
		step: func(message []byte) ([]byte, error) {
			reply, err := server.Step(message)
			if need, ok := server.Need().(*ntlm.Need); ok && err == nil {
				need.AnswerFrom(&ntlm.Account{Hash: ntlm.HashPassword([]byte(tape.Fields["password"]))})
				return server.Resume()
			}
			return reply, err
		},
		done: func() bool { _, ok := server.Done(); return ok },
	}.play(t, tape.Messages)
	if identity, ok := server.Done(); ok {
		creds, _ := identity.Credentials().(*credssp.PasswordCreds)
		want := credssp.NewPasswordCreds("", "", []byte(tape.Fields["password"]))
		if creds == nil || creds.User != tape.Fields["user"] || !bytes.Equal(creds.Password, want.Password) {
			t.Errorf("decrypted %v", creds)
		}
	}
	return outcome
}

func replayClient(t *testing.T, tape *interop.Transcript) string {
	level, version, key, now := fields(t, tape)
	random := &interop.Stream{Seed: tape.Fields["seed"]}
	user, domain, password := tape.Fields["user"], tape.Fields["domain"], []byte(tape.Fields["password"])
	client, err := ntlm.NewClient(ntlm.ClientConfig{Domain: domain, User: user, Hash: ntlm.HashPassword(password), Rand: random, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	var mechanism credssp.Mechanism = client
	if tape.Fields["spnego"] == "true" {
		if mechanism, err = spnego.NewInitiator([]spnego.Offer{{OID: spnego.NTLM, Mechanism: client}}); err != nil {
			t.Fatal(err)
		}
	}
	machine, err := credssp.NewClient(credssp.ClientConfig{Level: level, Version: version, PublicKey: key, Mechanism: mechanism,
		Credentials: credssp.NewPasswordCreds(domain, user, password), Rand: random})
	if err != nil {
		t.Fatal(err)
	}
	first, err := machine.Step(nil)
	if err != nil || !bytes.Equal(first, tape.Messages[0].Bytes) {
		t.Fatalf("first message\n%x, recorded\n%x (%v)", first, tape.Messages[0].Bytes, err)
	}
	return end{step: machine.Step, done: func() bool { _, ok := machine.Done(); return ok }}.play(t, tape.Messages[1:])
}
