package ntlm

import (
	"bytes"
	"reflect"
	"testing"
)

const (
	statusPasswordExpired = 0xC0000071
	statusSuccess         = 0
	statusWarning         = 0x80000005 // a severity that is not success either
)

// An unknown user, a wrong password and a disabled account must not be told
// apart: not by the error, and not by what the Need remembers.
func TestRefusalsAreAlike(t *testing.T) {
	accounts := map[string]*Account{
		"unknown":                     nil,
		"wrong password":              {Hash: HashPassword([]byte("wrong"))},
		"wrong password, expired":     {Hash: HashPassword([]byte("wrong")), Status: statusPasswordExpired},
		"disabled":                    {Hash: HashPassword([]byte("Passw0rd!")), Disabled: true},
		"disabled, expired":           {Hash: HashPassword([]byte("Passw0rd!")), Disabled: true, Status: statusPasswordExpired},
		"disabled and wrong password": {Hash: HashPassword([]byte("wrong")), Disabled: true},
		"no hash":                     {},
	}
	for name, account := range accounts {
		t.Run(name, func(t *testing.T) {
			e := newExchange(t, nil).talk()
			must(e.acceptor.Step(e.authenticate))(t)
			need := e.acceptor.Need().(*Need)
			before := *need
			need.AnswerFrom(account)
			before.answered, before.status = true, StatusLogonFailure
			if !reflect.DeepEqual(before, *need) {
				t.Errorf("need %+v", need)
			}
			_, err := e.acceptor.Resume()
			got := wants(t, err, "ntlm.logon.refused")
			const text = `ntlm: logon of "alice" refused with 0xC000006D`
			if got.Status() != StatusLogonFailure || got.Error() != text || got.Kind() != "refused" ||
				!reflect.DeepEqual(got.Args(), map[string]any{"status": "0xC000006D"}) {
				t.Errorf("%v, %#x, %s, %v", got, got.Status(), got.Kind(), got.Args())
			}
			if domain, user := e.acceptor.Peer(); domain != "" || user != "" || e.acceptor.Done() {
				t.Errorf("peer %q\\%q, done %v", domain, user, e.acceptor.Done())
			}
		})
	}
}

// Somebody who computes with a hash of zeros meets an account without a hash,
// and a user who does not exist.
func TestHashOfZerosOpensNothing(t *testing.T) {
	for name, account := range map[string]*Account{"account without hash": {}, "unknown user": nil} {
		e := newExchange(t, func(c *ClientConfig, _ *AcceptorConfig) { c.Hash = NTHash{} }).talk()
		if got := wants(t, e.logon(account), "ntlm.logon.refused"); got.Status() != StatusLogonFailure {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// The status of an account is for somebody who knows its password.
func TestAccountStatus(t *testing.T) {
	e := newExchange(t, nil).talk()
	account := alice()
	account.Status = statusPasswordExpired
	if got := wants(t, e.logon(account), "ntlm.logon.refused"); got.Status() != statusPasswordExpired {
		t.Errorf("status %#x", got.Status())
	}
}

// A domain controller gives a session base key or a status.
func TestAnswerOfADomainController(t *testing.T) {
	hash := HashPassword([]byte("Passw0rd!"))
	asked := func() (*exchange, *Need) {
		e := newExchange(t, nil).talk()
		must(e.acceptor.Step(e.authenticate))(t)
		return e, e.acceptor.Need().(*Need)
	}

	e, need := asked()
	key := responseKey(&hash, need.User, need.Domain)
	proof := hmacMD5(key, need.ServerChallenge[:], need.NTResponse[16:])
	if !bytes.Equal(proof, need.NTResponse[:16]) {
		t.Fatal("the need is not enough to verify the response")
	}
	need.Accept([16]byte(hmacMD5(key, proof)))
	if _, err := e.acceptor.Resume(); err != nil {
		t.Fatal(err)
	}
	e.checkSession()

	e, need = asked()
	need.Accept([16]byte{1, 2, 3}) // a controller that lies is found out by the MIC
	_, err := e.acceptor.Resume()
	wants(t, err, "ntlm.mic.wrong")

	for status, want := range map[uint32]uint32{
		0xC0000418: 0xC0000418, statusWarning: statusWarning, SecUnsupported: SecUnsupported,
		statusSuccess: StatusLogonFailure, 0x40000000: StatusLogonFailure,
	} {
		e, need = asked()
		need.Refuse(status)
		_, err = e.acceptor.Resume()
		if got := wants(t, err, "ntlm.logon.refused"); got.Status() != want || e.acceptor.Done() {
			t.Errorf("refused with %#x: status %#x, done %v", status, got.Status(), e.acceptor.Done())
		}
	}
}

// The last answer counts, and a refusal forgets the key of an earlier one.
func TestAnswerTwice(t *testing.T) {
	need := &Need{}
	need.Accept([16]byte{1})
	need.Refuse(StatusLogonFailure)
	if need.accepted || need.sessionKey != [16]byte{} {
		t.Errorf("%+v", need)
	}
}

func TestResumeIsMisuse(t *testing.T) {
	e := newExchange(t, nil)
	resume := func() {
		t.Helper()
		_, err := e.acceptor.Resume()
		if got := wants(t, err, "ntlm.misuse"); got.Kind() != "misuse" {
			t.Errorf("kind %s", got.Kind())
		}
	}
	resume() // before anything
	e.talk()
	resume() // between the messages
	must(e.acceptor.Step(e.authenticate))(t)
	resume() // unanswered: and the question stays
	e.acceptor.Need().(*Need).AnswerFrom(alice())
	if _, err := e.acceptor.Resume(); err != nil {
		t.Fatal(err)
	}
	resume() // twice
	e.checkSession()

	_, err := e.client.Resume()
	wants(t, err, "ntlm.misuse")
	if e.client.Need() != nil {
		t.Error("a client needs something")
	}
}
