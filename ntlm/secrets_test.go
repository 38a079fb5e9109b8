package ntlm

import (
	"errors"
	"testing"
	"testing/iotest"
)

// The client needs the hash up to the AUTHENTICATE_MESSAGE.
func TestClientForgetsTheHash(t *testing.T) {
	e := newExchange(t, nil)
	if allZero(e.client.config.Hash[:]) {
		t.Fatal("no hash to begin with")
	}
	e.talk()
	if !allZero(e.client.config.Hash[:]) {
		t.Error("hash survives the AUTHENTICATE_MESSAGE")
	}

	for name, input := range map[string][]byte{"garbage": []byte("garbage"), "flags": (&ChallengeMessage{}).Append(nil)} {
		e := newExchange(t, nil)
		must(e.client.Step(nil))(t)
		if _, err := e.client.Step(input); err == nil {
			t.Fatal(name, "passes")
		}
		if !allZero(e.client.config.Hash[:]) {
			t.Errorf("hash survives a failure by %s", name)
		}
	}

	e = newExchange(t, nil)
	e.client.Wipe()
	if !allZero(e.client.config.Hash[:]) {
		t.Error("hash survives Wipe")
	}
}

// A client whose hash is gone must not go on with a hash of zeros.
func TestWipedMachinesDoNothing(t *testing.T) {
	e := newExchange(t, nil)
	e.client.Wipe()
	_, err := e.client.Step(nil)
	wants(t, err, "ntlm.misuse")

	e = newExchange(t, nil)
	challenge := must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t)
	e.client.Wipe()
	reply, err := e.client.Step(challenge)
	if wants(t, err, "ntlm.misuse"); reply != nil {
		t.Errorf("reply of %d bytes", len(reply))
	}

	e = newExchange(t, nil)
	e.acceptor.Wipe()
	_, err = e.acceptor.Step((&NegotiateMessage{Flags: offered}).Append(nil))
	wants(t, err, "ntlm.misuse")

	e = newExchange(t, nil).talk()
	e.acceptor.Wipe()
	_, err = e.acceptor.Step(e.authenticate)
	wants(t, err, "ntlm.misuse")

	e = newExchange(t, nil).talk()
	must(e.acceptor.Step(e.authenticate))(t)
	need := e.acceptor.Need().(*Need)
	need.AnswerFrom(alice())
	e.acceptor.Wipe()
	if !allZero(need.sessionKey[:]) || e.acceptor.Need() != nil {
		t.Error("the need survives Wipe")
	}
	_, err = e.acceptor.Resume()
	wants(t, err, "ntlm.misuse")
}

func TestWipeZeroesKeys(t *testing.T) {
	e := established(t)
	for _, c := range []*context{&e.client.context, &e.acceptor.context} {
		s := c.session
		keys := [][]byte{s.send.signingKey, s.send.sealingKey, s.receive.signingKey, s.receive.sealingKey}
		for _, k := range keys {
			if allZero(k) {
				t.Fatal("no key to begin with")
			}
		}
		c.Wipe()
		for i, k := range keys {
			if !allZero(k) {
				t.Errorf("key %d survives", i)
			}
		}
		if s.send.cipher != nil || s.receive.cipher != nil {
			t.Error("RC4 state survives")
		}
		c.Wipe() // twice does no harm
	}
}

func TestResumeForgetsTheSessionBaseKey(t *testing.T) {
	for name, spoil := range map[string]func(*exchange){"accepted": func(*exchange) {}, "wrong MIC": func(e *exchange) { e.authenticate[micOffset] ^= 1 }} {
		e := newExchange(t, nil).talk()
		spoil(e)
		must(e.acceptor.Step(e.authenticate))(t)
		need := e.acceptor.Need().(*Need)
		need.AnswerFrom(alice())
		if allZero(need.sessionKey[:]) {
			t.Fatal("no key to begin with")
		}
		_, _ = e.acceptor.Resume()
		if !allZero(need.sessionKey[:]) {
			t.Errorf("%s: session base key survives", name)
		}
	}
	key := []byte("sixteen byte key")
	newSession(key, required, true)
	if !allZero(key) {
		t.Error("newSession leaves the exported key")
	}
}

// The caller's password stays as it is.
func TestHashPassword(t *testing.T) {
	password := []byte("Password")
	HashPassword(password)
	if string(password) != "Password" {
		t.Error("the caller's password was changed")
	}
	if got := HashPassword(nil); got != NTHash(unhex("31d6cfe0d16ae931b73c59d7e0c089c0")) { // MD4 of nothing, RFC 1320 A.5
		t.Errorf("% x", got)
	}
}

// A source of randomness that fails is a failure of the exchange, not a
// challenge of zeros.
func TestRandFails(t *testing.T) {
	broken := iotest.ErrReader(errors.New("no entropy"))
	e := newExchange(t, func(_ *ClientConfig, a *AcceptorConfig) { a.Rand = broken })
	reply, err := e.acceptor.Step(must(e.client.Step(nil))(t))
	if wants(t, err, "ntlm.misuse"); reply != nil {
		t.Error("reply")
	}

	e = newExchange(t, func(c *ClientConfig, _ *AcceptorConfig) { c.Rand = broken })
	reply, err = e.client.Step(must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t))
	if wants(t, err, "ntlm.misuse"); reply != nil || !allZero(e.client.config.Hash[:]) {
		t.Error("reply, or the hash survives")
	}
}

func TestIncompleteConfigurations(t *testing.T) {
	for _, c := range []ClientConfig{{}, {Rand: predictable(1)}, {Now: clock(noon)}} {
		_, err := NewClient(c)
		wants(t, err, "ntlm.misuse")
	}
	for _, c := range []AcceptorConfig{
		{}, {Rand: predictable(1), Now: clock(noon)}, {Rand: predictable(1), NetBIOSComputer: "S"}, {Now: clock(noon), NetBIOSComputer: "S"},
	} {
		_, err := NewAcceptor(c)
		wants(t, err, "ntlm.misuse")
	}
}
