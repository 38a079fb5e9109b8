package ntlm

import (
	"bytes"
	"testing"
)

// The MIC of Chromium's tests (net/ntlm/ntlm_test_data.h) over the messages of
// MS-NLMP 4.2.4: an independent computation. Without key exchange its key is
// the session base key.
func TestChromiumMIC(t *testing.T) {
	authenticate := unhex(`4e544c4d535350000300000018001800580000008a008a00700000000c000c00fa0000000800080006010000100010000e010000
		0000000058000000038208000000000000000000f7361633f0ad9bdf4a7c421bc6b824a3000000000000000000000000000000000000000000000000
		8c0260dbef690662af9c42d50782d2ed0101000000000000800bc8fd00d4d201aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e00
		01000c0053006500720076006500720006000400020000000a0010006586e99d81c2fc984e47172fd4dd03100900160048005400540050002f005300
		65007200760065007200000000000000000044006f006d00610069006e005500730065007200 43004f004d0050005500540045005200`)
	m, err := ParseAuthenticate(authenticate)
	if err != nil {
		t.Fatal(err)
	}
	need := &Need{User: m.User, Domain: m.Domain, ServerChallenge: specServerChallenge, NTResponse: m.NTResponse}
	need.AnswerFrom(&Account{Hash: HashPassword([]byte("Password"))})
	a := &Acceptor{need: need, resume: &verified{message: m, raw: authenticate, wantsMIC: true, exchange: &awaitAuthenticate{
		negotiate: unhex("4e544c4d53535000010000000782080000000000200000000000000020000000"),
		challenge: specChallenge,
	}}}
	if _, err := a.Resume(); err != nil {
		t.Fatal(err)
	}
}

func TestMICDetectsEveryFlippedByteOfTheMIC(t *testing.T) {
	for i := range 16 {
		e := newExchange(t, nil).talk()
		e.authenticate[micOffset+i] ^= 0x01
		if got := wants(t, e.logon(alice()), "ntlm.mic.wrong"); got.Status() != SecMessageAltered || got.Kind() != "misbehaved" {
			t.Errorf("status %#x, kind %s", got.Status(), got.Kind())
		}
		if _, user := e.acceptor.Peer(); user != "" || e.acceptor.Done() {
			t.Errorf("byte %d: peer %q, done %v", i, user, e.acceptor.Done())
		}
	}
}

// Zeroed, or cut out of the message: MsvAvFlags still announces it, and
// NTProofStr covers MsvAvFlags.
func TestMICDropped(t *testing.T) {
	e := newExchange(t, nil).talk()
	clear(e.authenticate[micOffset : micOffset+16])
	wants(t, e.logon(alice()), "ntlm.mic.wrong")

	e = newExchange(t, nil).talk()
	e.authenticate = withoutMIC(e.authenticate, micOffset)
	wants(t, e.logon(alice()), "ntlm.mic.missing")

	// Clearing the flag as well breaks the response.
	e = newExchange(t, nil).talk()
	at := bytes.Index(e.authenticate, []byte{byte(AvFlags), 0, 4, 0, avFlagMIC})
	e.authenticate[at+4] = 0
	e.authenticate = withoutMIC(e.authenticate, micOffset)
	if got := wants(t, e.logon(alice()), "ntlm.logon.refused"); got.Status() != StatusLogonFailure {
		t.Errorf("status %#x", got.Status())
	}
}

// withoutMIC is the message of a client that ends the fixed part at fixed: 72,
// as Windows Server 2003 does, or 64, as Windows 2000 does.
func withoutMIC(message []byte, fixed int) []byte {
	cut := authFixed - fixed
	return append(edited(message[:fixed], func(b []byte) {
		for at := 12; at < 60; at += 8 {
			offset := int(b[at+4]) | int(b[at+5])<<8
			offset -= cut
			b[at+4], b[at+5] = byte(offset), byte(offset>>8)
		}
	}), message[authFixed:]...)
}

// A second MsvAvFlags that somebody puts into the CHALLENGE_MESSAGE
// (CVE-2019-1166) does not hide the client's own.
func TestMICAnnouncedBehindAnotherFlags(t *testing.T) {
	client := oldAlice()
	client.extra = AvPairs{{AvFlags, []byte{0, 0, 0, 0}}, {AvFlags, []byte{avFlagMIC, 0, 0, 0}}}
	wants(t, meetOldClient(t, client, nil).logon(alice()), "ntlm.mic.wrong")
}

// Each byte of the NEGOTIATE_MESSAGE and the CHALLENGE_MESSAGE, changed on the
// way. Some changes are refused at once, none leads to a session.
func TestMICDetectsChangesInTransit(t *testing.T) {
	whole := newExchange(t, nil).talk()
	for i := range whole.negotiate {
		e := newExchange(t, nil)
		changed := edited(must(e.client.Step(nil))(t), func(b []byte) { b[i] ^= 0x10 })
		var err error
		if e.challenge, err = e.acceptor.Step(changed); err != nil {
			continue
		}
		if e.authenticate, err = e.client.Step(e.challenge); err != nil {
			continue
		}
		if err := e.logon(alice()); err == nil {
			t.Errorf("NEGOTIATE_MESSAGE: byte %d may be changed", i)
		}
	}
	for i := range whole.challenge {
		e := newExchange(t, nil)
		e.challenge = must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t)
		var err error
		if e.authenticate, err = e.client.Step(edited(e.challenge, func(b []byte) { b[i] ^= 0x10 })); err != nil {
			continue
		}
		if err := e.logon(alice()); err == nil {
			t.Errorf("CHALLENGE_MESSAGE: byte %d may be changed", i)
		}
	}
}

// Each byte of the AUTHENTICATE_MESSAGE: the MIC covers all of it.
func TestMICDetectsChangesOfTheAuthenticateMessage(t *testing.T) {
	for i := range newExchange(t, nil).talk().authenticate {
		e := newExchange(t, nil).talk()
		e.authenticate[i] ^= 0x10
		if err := e.logon(alice()); err == nil {
			t.Errorf("byte %d may be changed", i)
		}
	}
}
