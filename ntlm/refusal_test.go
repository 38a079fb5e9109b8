package ntlm

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

var (
	thisConnection  = []byte("tls-server-end-point:this certificate")
	otherConnection = []byte("tls-server-end-point:another certificate")
)

func TestChannelBindings(t *testing.T) {
	for _, c := range []struct {
		name             string
		client, acceptor []byte
		code             string
	}{
		{"equal", thisConnection, thisConnection, ""},
		{"different", otherConnection, thisConnection, "ntlm.channel_bindings.wrong"},
		{"client sends none", nil, thisConnection, ""},
		{"acceptor does not compare", otherConnection, nil, ""},
		{"neither", nil, nil, ""},
		{"empty is not none", []byte{}, thisConnection, "ntlm.channel_bindings.wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newExchange(t, func(cc *ClientConfig, ac *AcceptorConfig) {
				cc.ChannelBindings, ac.ChannelBindings = c.client, c.acceptor
			}).talk()
			e.checkOutcome(e.logon(alice()), c.code)
		})
	}
}

// The certificate hash and the result are those of jborean93/ntlm-auth, tests of
// compute_response.
func TestChannelBindingHash(t *testing.T) {
	data := append([]byte("tls-server-end-point:"), unhex("E3CA49271E5089CC48CE82109F1324F41DBEDDC29A777410C738F7868C4FF405")...)
	want := unhex("6E A1 9D F0 66 DA 46 22 05 1F 9C 4F 92 C6 DF 74")
	if got := channelBindingHash(data); !bytes.Equal(got, want) {
		t.Errorf("% x", got)
	}
}

func TestTargetNames(t *testing.T) {
	const own = "TERMSRV/server.corp.test"
	for _, c := range []struct {
		name   string
		client string
		own    []string
		code   string
	}{
		{"right", own, []string{"HOST/server", own}, ""},
		{"right in other case", "termsrv/SERVER.corp.TEST", []string{own}, ""},
		{"wrong", "TERMSRV/other.corp.test", []string{own}, "ntlm.target_name.wrong"},
		{"absent", "", []string{own}, ""},
		{"not compared", "TERMSRV/other.corp.test", nil, ""},
		{"acceptor without a name", own, []string{}, "ntlm.target_name.wrong"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newExchange(t, func(cc *ClientConfig, ac *AcceptorConfig) {
				cc.TargetName, ac.TargetNames = c.client, c.own
			}).talk()
			e.checkOutcome(e.logon(alice()), c.code)
		})
	}
}

// A name that the client marks as untrusted is as good as none (3.2.5.1.2).
func TestUntrustedTargetName(t *testing.T) {
	client := oldAlice()
	client.extra = AvPairs{{AvFlags, []byte{avFlagUntrustedName, 0, 0, 0}}, {AvTargetName, wire.AppendUTF16(nil, "TERMSRV/other")}}
	e := meetOldClient(t, client, func(_ *ClientConfig, a *AcceptorConfig) { a.TargetNames = []string{"TERMSRV/server"} })
	must(e.acceptor.Step(e.authenticate))(t)
	if name := e.acceptor.Need().(*Need).TargetName; name != "" {
		t.Errorf("need names %q", name)
	}
}

// Each flag that is required, missing at either end in each message.
func TestRequiredFlags(t *testing.T) {
	for bit := range 32 {
		flag := Flags(1) << bit
		if required&flag == 0 {
			continue
		}
		e := newExchange(t, nil)
		reply, err := e.acceptor.Step((&NegotiateMessage{Flags: offered&^flag | FlagOEM | FlagLMKey}).Append(nil))
		if got := wants(t, err, "ntlm.flags.missing"); reply != nil || got.Kind() != "incompatible" || got.Status() != SecUnsupported {
			t.Errorf("NEGOTIATE without %#x: kind %s, status %#x", uint32(flag), got.Kind(), got.Status())
		}

		e = newExchange(t, nil)
		challenge := must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t)
		m, _ := ParseChallenge(challenge)
		m.Flags &^= flag
		reply, err = e.client.Step(m.Append(nil))
		if wants(t, err, "ntlm.flags.missing"); reply != nil {
			t.Errorf("CHALLENGE without %#x: reply", uint32(flag))
		}

		e = newExchange(t, nil).talk()
		authenticate, _ := ParseAuthenticate(e.authenticate)
		authenticate.Flags &^= flag
		e.authenticate = authenticate.Append(nil)
		wants(t, e.logon(alice()), "ntlm.flags.missing")
	}
}

func TestClientWantsTargetInfo(t *testing.T) {
	e := newExchange(t, nil)
	must(e.client.Step(nil))(t)
	_, err := e.client.Step((&ChallengeMessage{Flags: offered, TargetName: "SERVER"}).Append(nil))
	wants(t, err, "ntlm.target_info.missing")
}

func TestOldResponses(t *testing.T) {
	for _, c := range []struct {
		name   string
		m      AuthenticateMessage
		code   string
		status uint32
	}{
		{"NTLMv1", AuthenticateMessage{User: "alice", NTResponse: make([]byte, 24), LMResponse: make([]byte, 24)}, "ntlm.v1", StatusLogonFailure},
		{"LM only", AuthenticateMessage{User: "alice", LMResponse: make([]byte, 24)}, "ntlm.v1", StatusLogonFailure},
		{"NTLMv1 of nobody", AuthenticateMessage{NTResponse: make([]byte, 24)}, "ntlm.v1", StatusLogonFailure},
		{"anonymous", AuthenticateMessage{LMResponse: []byte{0}, Flags: FlagAnonymous}, "ntlm.anonymous", StatusLogonFailure},
		{"anonymous, no LM response", AuthenticateMessage{}, "ntlm.anonymous", StatusLogonFailure},
		{"15 bytes", AuthenticateMessage{User: "alice", NTResponse: make([]byte, 15)}, "ntlm.response.short", SecInvalidToken},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := newExchange(t, nil)
			must(e.acceptor.Step((&NegotiateMessage{Flags: offered}).Append(nil)))(t)
			c.m.Flags |= required
			_, err := e.acceptor.Step(c.m.Append(nil))
			if got := wants(t, err, c.code); got.Status() != c.status {
				t.Errorf("status %#x", got.Status())
			}
			if e.acceptor.Need() != nil {
				t.Error("need set")
			}
		})
	}
}

func TestEveryTruncationOfTheResponse(t *testing.T) {
	e := meetOldClient(t, oldAlice(), nil)
	m, _ := ParseAuthenticate(e.authenticate)
	whole := m.NTResponse
	for n := range whole {
		e := meetOldClient(t, oldAlice(), nil)
		m.NTResponse = whole[:n]
		_, err := e.acceptor.Step(m.Append(nil))
		// Without its last four bytes, which are not part of the list, it is
		// complete; whether it is right is another question.
		if complete := n >= len(whole)-4; (err == nil) != complete {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

// checkOutcome expects a working session, or this code, the status of a failed
// logon, and nothing else.
func (e *exchange) checkOutcome(err error, code string) {
	e.t.Helper()
	if code == "" {
		if err != nil {
			e.t.Fatal(err)
		}
		e.checkSession()
		return
	}
	if got := wants(e.t, err, code); got.Status() != StatusLogonFailure || got.Kind() != "misbehaved" {
		e.t.Errorf("status %#x, kind %s", got.Status(), got.Kind())
	}
	if e.acceptor.Done() || e.acceptor.Need() != nil {
		e.t.Error("acceptor lives on")
	}
}
