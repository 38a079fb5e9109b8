package ntlm

import (
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// inputs are one of each kind of message, and what is none.
func inputs(t *testing.T) map[string][]byte {
	whole := newExchange(t, nil).talk()
	other := newExchange(t, func(c *ClientConfig, a *AcceptorConfig) { c.Rand, a.Rand = predictable(5), predictable(6) }).talk()
	return map[string][]byte{
		"nil": nil, "empty": {}, "garbage": []byte("garbage, and enough of it to fill a fixed part of 88 bytes if that is what it takes to be read"),
		"signature only": []byte(signature), "type 4": appendHeader(nil, 4), "zeros": make([]byte, 100),
		"NEGOTIATE": whole.negotiate, "CHALLENGE": whole.challenge, "AUTHENTICATE": whole.authenticate,
		"CHALLENGE of another": other.challenge, "AUTHENTICATE of another": other.authenticate,
	}
}

// Every state of both machines meets every input. But for the right ones it
// answers with an error that tells whose fault it is and without a token, and
// is dead for ever.
func TestUnexpectedMessages(t *testing.T) {
	type machine interface {
		Step([]byte) ([]byte, error)
		Resume() ([]byte, error)
		Done() bool
		Need() any
	}
	all := inputs(t)
	for _, state := range []struct {
		name  string
		make  func() machine
		right []string
	}{
		{"client, before NEGOTIATE", func() machine { return newExchange(t, nil).client }, []string{"nil", "empty"}},
		{"client, awaits CHALLENGE", func() machine {
			e := newExchange(t, nil)
			must(e.client.Step(nil))(t)
			return e.client
		}, []string{"CHALLENGE", "CHALLENGE of another"}},
		{"client, established", func() machine { return newExchange(t, nil).talk().client }, nil},
		{"client, failed", func() machine {
			e := newExchange(t, nil)
			_, _ = e.client.Step([]byte("x"))
			return e.client
		}, nil},
		{"acceptor, awaits NEGOTIATE", func() machine { return newExchange(t, nil).acceptor }, []string{"NEGOTIATE"}},
		{"acceptor, awaits AUTHENTICATE", func() machine { return newExchange(t, nil).talk().acceptor },
			[]string{"AUTHENTICATE", "AUTHENTICATE of another"}}, // only the answer and the MIC tell them apart
		{"acceptor, asks", func() machine {
			e := newExchange(t, nil).talk()
			must(e.acceptor.Step(e.authenticate))(t)
			return e.acceptor
		}, nil},
		{"acceptor, answered", func() machine {
			e := newExchange(t, nil).talk()
			must(e.acceptor.Step(e.authenticate))(t)
			e.acceptor.Need().(*Need).AnswerFrom(alice())
			return e.acceptor
		}, nil},
		{"acceptor, established", func() machine { return established(t).acceptor }, nil},
		{"acceptor, refused", func() machine {
			e := newExchange(t, nil).talk()
			_ = e.logon(nil)
			return e.acceptor
		}, nil},
	} {
		right := map[string]bool{}
		for _, name := range state.right {
			right[name] = true
		}
		for name, input := range all {
			t.Run(state.name+"/"+name, func(t *testing.T) {
				m := state.make()
				reply, err := m.Step(input)
				if right[name] {
					if err != nil {
						t.Fatal(err)
					}
					return
				}
				checkFailure(t, reply, err)
				for again, input := range all {
					reply, err := m.Step(input)
					if wants(t, err, "ntlm.misuse"); reply != nil {
						t.Errorf("then %s: a reply", again)
					}
				}
				if m.Done() || m.Need() != nil {
					t.Errorf("done %v, need %v", m.Done(), m.Need())
				}
				_, err = m.Resume()
				wants(t, err, "ntlm.misuse")
			})
		}
	}
}

// An AUTHENTICATE_MESSAGE that answers another challenge is a wrong response.
func TestAuthenticateOfAnotherExchange(t *testing.T) {
	e := newExchange(t, nil).talk()
	e.authenticate = inputs(t)["AUTHENTICATE of another"]
	if got := wants(t, e.logon(alice()), "ntlm.logon.refused"); got.Status() != StatusLogonFailure {
		t.Errorf("status %#x", got.Status())
	}
}

// checkFailure expects one of the two kinds of error of this package.
func checkFailure(t *testing.T, reply []byte, err error) {
	t.Helper()
	if err == nil || reply != nil {
		t.Fatalf("reply of %d bytes, error %v", len(reply), err)
	}
	var malformed *wire.Error
	var own *Error
	switch {
	case errors.As(err, &malformed):
	case errors.As(err, &own):
		switch own.Kind() {
		case "misuse", "incompatible", "misbehaved", "malformed", "refused":
		default:
			t.Errorf("kind %q", own.Kind())
		}
		if own.Status() == 0 || own.Args()["status"] != fmt.Sprintf("0x%08X", own.Status()) || own.Error()[:6] != "ntlm: " {
			t.Errorf("%v: status %#x, args %v", own, own.Status(), own.Args())
		}
	default:
		t.Errorf("error of type %T", err)
	}
}
