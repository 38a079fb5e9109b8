package ntlm

import (
	"bytes"
	"testing"
)

// This file holds one test per mistake that was seen in other implementations.

// Seen: the MIC is zeroed at offset 72 without a look at the length, so that a
// short message crashes the server.
func TestShortMessageThatAnnouncesAMIC(t *testing.T) {
	for _, fixed := range []int{authFixedNoMIC, micOffset} {
		e := newExchange(t, nil).talk()
		e.authenticate = withoutMIC(e.authenticate, fixed)
		wants(t, e.logon(alice()), "ntlm.mic.missing")
	}
}

// Seen: the MIC is zeroed in the buffer that the caller gave.
func TestCallersBufferIsLeftAlone(t *testing.T) {
	e := newExchange(t, nil).talk()
	before := [][]byte{bytes.Clone(e.negotiate), bytes.Clone(e.challenge), bytes.Clone(e.authenticate)}
	if err := e.logon(alice()); err != nil {
		t.Fatal(err)
	}
	sealed := must(e.client.Seal([]byte("text")))(t)
	copied := bytes.Clone(sealed)
	must(e.acceptor.Unseal(sealed))(t)
	for i, b := range [][]byte{e.negotiate, e.challenge, e.authenticate} {
		if !bytes.Equal(b, before[i]) {
			t.Errorf("message %d was changed", i+1)
		}
	}
	if !bytes.Equal(sealed, copied) {
		t.Error("sealed message was changed")
	}
}

// Seen: a MIC is demanded of every client. Windows XP and Server 2003 send none
// (MS-NLMP product note 12), and say so by the absence of MsvAvFlags.
func TestMICIsDemandedOnlyIfAnnounced(t *testing.T) {
	for _, fixed := range []int{authFixedNoMIC, micOffset, authFixed} {
		e := meetOldClient(t, oldAlice(), nil)
		e.authenticate = withoutMIC(e.authenticate, fixed)
		if m, err := ParseAuthenticate(e.authenticate); err != nil || m.HasMIC != (fixed == authFixed) {
			t.Fatalf("%+v, %v", m, err)
		}
		if err := e.logon(alice()); err != nil {
			t.Fatalf("fixed part of %d bytes: %v", fixed, err)
		}
		e.checkSession()
	}
}

// Seen: whether keys were exchanged is read from the CHALLENGE_MESSAGE. It is
// the AUTHENTICATE_MESSAGE that has the last word (2.2.1.3).
func TestKeyExchangeIsDecidedByTheAuthenticateMessage(t *testing.T) {
	e := newExchange(t, nil)
	e.challenge = must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t)
	if m, _ := ParseChallenge(e.challenge); !m.Flags.Has(FlagKeyExchange) {
		t.Fatal("acceptor offers no key exchange")
	}
	e.authenticate, e.client.session = oldAlice().answer(t, e.challenge) // without
	if err := e.logon(alice()); err != nil {
		t.Fatal(err)
	}
	e.checkSession()
}

// Key exchange without a key of 16 bytes is refused (3.2.5.1.2).
func TestKeyExchangeWithoutKey(t *testing.T) {
	for _, n := range []int{0, 1, 8, 15, 17} {
		e := newExchange(t, nil).talk()
		m, _ := ParseAuthenticate(e.authenticate)
		m.EncryptedRandomSessionKey = make([]byte, n)
		e.authenticate = m.Append(nil)
		if got := wants(t, e.logon(alice()), "ntlm.session_key.length"); got.Status() != SecInvalidToken {
			t.Errorf("%d bytes: status %#x", n, got.Status())
		}
	}
}

// Seen: the receiver computes the signature and does not compare it.
func TestUnsealCompares(t *testing.T) {
	e := established(t)
	sealed := must(e.client.Seal([]byte("text")))(t)
	clear(sealed[4:12])
	opened, err := e.acceptor.Unseal(sealed)
	if wants(t, err, "ntlm.signature.wrong"); opened != nil {
		t.Errorf("opened % x all the same", opened)
	}
}

// Seen: a sequence number raised once too often, to which Windows answers with a
// TLS alert. Raw NTLM in CredSSP: the client's pubKeyAuth has 0 and its authInfo
// 1, the server's pubKeyAuth 0.
func TestSequenceNumbers(t *testing.T) {
	e := established(t)
	for _, c := range []struct {
		name   string
		sealed []byte
		want   []byte
	}{
		{"client pubKeyAuth", must(e.client.Seal([]byte("key")))(t), []byte{0, 0, 0, 0}},
		{"server pubKeyAuth", must(e.acceptor.Seal([]byte("key")))(t), []byte{0, 0, 0, 0}},
		{"client authInfo", must(e.client.Seal([]byte("credentials")))(t), []byte{1, 0, 0, 0}},
	} {
		if !bytes.Equal(c.sealed[:4], []byte{1, 0, 0, 0}) || !bytes.Equal(c.sealed[12:16], c.want) {
			t.Errorf("%s: signature % x", c.name, c.sealed[:16])
		}
	}
}

// Seen: the mechListMIC of SPNEGO not counted, or the RC4 state not put back.
// MS-SPNG 3.2.5.1 and 3.3.5.1: the MIC has sequence number 0; the first sealed
// message after it has 1, and its keystream is the one from the beginning.
func TestSequenceAndKeystreamAfterMechListMIC(t *testing.T) {
	e := established(t)
	mechTypes := []byte("the list of mechanisms")
	fromClient := must(e.client.Sign(mechTypes))(t)
	if err := e.acceptor.Verify(mechTypes, fromClient); err != nil {
		t.Fatal(err)
	}
	fromServer := must(e.acceptor.Sign(mechTypes))(t)
	if err := e.client.Verify(mechTypes, fromServer); err != nil {
		t.Fatal(err)
	}
	e.client.ResetSealing()
	e.acceptor.ResetSealing()

	text := []byte("hash of the public key")
	keystream := rc4Once(e.client.session.send.sealingKey, make([]byte, len(text)))
	sealed := must(e.client.Seal(text))(t)
	if !bytes.Equal(fromClient[12:], []byte{0, 0, 0, 0}) || !bytes.Equal(sealed[12:16], []byte{1, 0, 0, 0}) {
		t.Errorf("MIC % x, sealed % x", fromClient, sealed[:16])
	}
	for i := range text {
		if sealed[16+i] != text[i]^keystream[i] {
			t.Fatal("not the keystream of the beginning")
		}
	}
	must(e.acceptor.Unseal(sealed))(t)
	e.checkSession()
}
