package fieldtest

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/interop"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/spnego"
)

// replayAll reads every vector as the transcripts of the foreign peers are read,
// and lets today's machines take what the peer said first.
func replayAll(t *testing.T, dir string, least int) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	replayed := 0
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tape, err := interop.ReadTranscript(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		v, err := parseVector(content)
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(name), err)
		}
		if len(v.result.Connections) == 0 {
			continue
		}
		replayed++
		c := &v.result.Connections[0]
		if len(tape.Messages) != len(c.Messages) || tape.Fields["step"] != v.result.Step {
			t.Errorf("%s: read as a transcript it has %d messages", filepath.Base(name), len(tape.Messages))
		}
		replay(t, filepath.Base(name), v.result.Step, c)
	}
	if replayed < least {
		t.Errorf("%d vectors replayed, want %d", replayed, least)
	}
}

// replay gives the peer's first message to a machine in the place of the one
// that met it: a client of the level that the step used, or the host of ours.
// It must come to the same decision; what follows needs the responses, which
// are not kept.
func replay(t *testing.T, name, id string, c *Connection) {
	t.Helper()
	s := step(t, id)
	first := slices.IndexFunc(c.Messages, func(m Message) bool { return m.Peer })
	if first < 0 {
		return
	}
	reading, err := c.Read()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	var answered bool
	if s.Kind == Listen {
		h := s.host(c.Host)
		server, e := credssp.NewServer(credssp.ServerConfig{Level: h.Level, Version: h.Version, Refuses: h.Refuses, PublicKey: []byte{1}, Mechanism: acceptor(t)})
		if e != nil {
			t.Fatal(e)
		}
		_, err = server.Step(c.Messages[first].Bytes)
		answered = first+1 < len(c.Messages) && !c.Messages[first+1].Peer
		if request, e := credssp.ParseTSRequest(c.Messages[min(first+1, len(c.Messages)-1)].Bytes); e != nil || request.HasErrorCode {
			answered = false
		}
	} else {
		level := credssp.Mitigated
		if c.Stated < credssp.BindingVersion {
			level = credssp.NotUpdated
		}
		client, e := credssp.NewClient(credssp.ClientConfig{Level: level, Version: c.Stated, PublicKey: []byte{1}, Mechanism: initiator(t),
			Credentials: credssp.NewPasswordCreds("", "", nil), Rand: rand.Reader})
		if e != nil {
			t.Fatal(e)
		}
		if _, e := client.Step(nil); e != nil {
			t.Fatal(e)
		}
		_, err = client.Step(c.Messages[first].Bytes)
		answered = !reading.HasStatus && (level == credssp.NotUpdated || reading.Version >= credssp.BindingVersion)
	}
	if (err == nil) != answered {
		t.Errorf("%s: answered when recorded: %v; now: %v", name, answered, err)
	}
}

func acceptor(t *testing.T) credssp.Mechanism {
	t.Helper()
	inner, err := ntlm.NewAcceptor(ntlm.AcceptorConfig{NetBIOSComputer: hostName, NetBIOSDomain: "D", Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	outer, err := spnego.NewAcceptor([]spnego.Offer{{OID: spnego.NTLM, Mechanism: inner}})
	if err != nil {
		t.Fatal(err)
	}
	return outer
}

func initiator(t *testing.T) credssp.Mechanism {
	t.Helper()
	m, err := ntlm.NewClient(ntlm.ClientConfig{User: "u", Rand: rand.Reader, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The vectors of this checkout, of which there are as many as people have sent.
func TestFieldVectors(t *testing.T) {
	dir := filepath.Join("..", "..", VectorDir)
	if _, err := ReadVectors(dir); err != nil {
		t.Fatal(err)
	}
	replayAll(t, dir, 0)
}
