package ntlm

import (
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// noon is the time of every clock in these tests.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func clock(t time.Time) func() time.Time { return func() time.Time { return t } }

// predictable is a source of bytes that gives every test run the same messages.
func predictable(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

// exchange is a client and an acceptor and what they said so far.
type exchange struct {
	t        testing.TB
	client   *Client
	acceptor *Acceptor

	negotiate, challenge, authenticate []byte
}

// newExchange makes both ends of a logon of CORP\alice with the password
// "Passw0rd!", after edit has changed what it wants.
func newExchange(t testing.TB, edit func(*ClientConfig, *AcceptorConfig)) *exchange {
	t.Helper()
	client := ClientConfig{
		Domain: "CORP", User: "alice", Hash: HashPassword([]byte("Passw0rd!")), Workstation: "PC1",
		TargetName: "TERMSRV/server.corp.test", Rand: predictable(1), Now: clock(noon),
	}
	acceptor := AcceptorConfig{
		NetBIOSComputer: "SERVER", NetBIOSDomain: "CORP", DNSComputer: "server.corp.test",
		DNSDomain: "corp.test", DNSForest: "corp.test",
		Version: Version{Major: 10, Build: 20348, Revision: 15},
		Rand:    predictable(2), Now: clock(noon),
	}
	if edit != nil {
		edit(&client, &acceptor)
	}
	e := &exchange{t: t}
	var err error
	if e.client, err = NewClient(client); err != nil {
		t.Fatal(err)
	}
	if e.acceptor, err = NewAcceptor(acceptor); err != nil {
		t.Fatal(err)
	}
	return e
}

// talk lets both ends speak until the client has made its AUTHENTICATE_MESSAGE,
// which is not delivered yet.
func (e *exchange) talk() *exchange {
	e.t.Helper()
	e.negotiate = must(e.client.Step(nil))(e.t)
	e.challenge = must(e.acceptor.Step(e.negotiate))(e.t)
	e.authenticate = must(e.client.Step(e.challenge))(e.t)
	return e
}

// logon delivers the AUTHENTICATE_MESSAGE and answers with account.
func (e *exchange) logon(account *Account) error {
	e.t.Helper()
	if reply, err := e.acceptor.Step(e.authenticate); err != nil || reply != nil {
		return err
	}
	e.acceptor.Need().(*Need).AnswerFrom(account)
	reply, err := e.acceptor.Resume()
	if reply != nil {
		e.t.Errorf("reply % x to an AUTHENTICATE_MESSAGE", reply)
	}
	return err
}

// established is a pair of ends after a successful logon.
func established(t testing.TB) *exchange {
	t.Helper()
	e := newExchange(t, nil).talk()
	if err := e.logon(alice()); err != nil {
		t.Fatal(err)
	}
	return e
}

// checkSession seals and signs both ways.
func (e *exchange) checkSession() {
	e.t.Helper()
	for _, way := range []struct {
		name     string
		from, to interface {
			Seal([]byte) ([]byte, error)
			Unseal([]byte) ([]byte, error)
			Sign([]byte) ([]byte, error)
			Verify(message, mic []byte) error
		}
	}{{"to server", e.client, e.acceptor}, {"to client", e.acceptor, e.client}} {
		for _, text := range []string{"", "first", "second, longer"} {
			opened, err := way.to.Unseal(must(way.from.Seal([]byte(text)))(e.t))
			if err != nil || string(opened) != text {
				e.t.Fatalf("%s: %q, %v", way.name, opened, err)
			}
			if err := way.to.Verify([]byte(text), must(way.from.Sign([]byte(text)))(e.t)); err != nil {
				e.t.Fatalf("%s: %v", way.name, err)
			}
		}
	}
}

func alice() *Account { return &Account{Hash: HashPassword([]byte("Passw0rd!"))} }

func must(b []byte, err error) func(testing.TB) []byte {
	return func(t testing.TB) []byte {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
}

// wants fails the test unless err is an *Error with this code.
func wants(t testing.TB, err error, code string) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Code() != code {
		t.Fatalf("got %v, want code %s", err, code)
	}
	return e
}

// unhex reads a hex dump whose blanks and line ends do not count.
func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// edited returns a copy of a message after edit.
func edited(b []byte, edit func([]byte)) []byte {
	b = append([]byte(nil), b...)
	edit(b)
	return b
}
