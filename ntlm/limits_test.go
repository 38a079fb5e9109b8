package ntlm

import (
	"bytes"
	"testing"
	"time"
)

func TestTimeOfResponse(t *testing.T) {
	for _, c := range []struct {
		name string
		skew time.Duration
		max  time.Duration
		code string
	}{
		{"same", 0, 0, ""},
		{"client late", -29 * time.Minute, 0, ""},
		{"client early", 29 * time.Minute, 0, ""},
		{"client too late", -31 * time.Minute, 0, "ntlm.time"},
		{"client too early", 31 * time.Minute, 0, "ntlm.time"},
		{"own limit", -31 * time.Minute, 36 * time.Hour, ""},
		{"own limit exceeded", -3 * time.Second, 2 * time.Second, "ntlm.time"},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := oldAlice()
			client.when = noon.Add(c.skew)
			e := meetOldClient(t, client, func(_ *ClientConfig, a *AcceptorConfig) { a.MaxAge = c.max })
			err := e.logon(alice())
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			wants(t, err, c.code)
		})
	}
}

// Times that no FILETIME arithmetic may stumble over.
func TestAbsurdTimes(t *testing.T) {
	for _, ft := range []uint64{0, 1, epochDifference - 1, 1<<63 - 1, 1 << 63, 1<<64 - 1} {
		e := meetOldClient(t, oldAlice(), nil)
		challenge, _ := ParseChallenge(e.challenge)
		blob := (&clientChallenge{time: ft, pairs: challenge.TargetInfo}).append(make([]byte, 16))
		_, err := e.acceptor.Step((&AuthenticateMessage{User: "alice", NTResponse: blob, Flags: required}).Append(nil))
		wants(t, err, "ntlm.time")
	}
	if got := fileTime(toFileTime(noon)); !got.Equal(noon) {
		t.Errorf("round trip: %v", got)
	}
}

func TestMessagesTooLong(t *testing.T) {
	long := string(bytes.Repeat([]byte("x"), 33000)) // 66,000 bytes of UTF-16: more than a field can be
	for name, edit := range map[string]func(*ClientConfig){
		"user": func(c *ClientConfig) { c.User = long }, "domain": func(c *ClientConfig) { c.Domain = long },
		"workstation": func(c *ClientConfig) { c.Workstation = long }, "target name": func(c *ClientConfig) { c.TargetName = long },
	} {
		e := newExchange(t, func(c *ClientConfig, _ *AcceptorConfig) { edit(c) })
		challenge := must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t)
		reply, err := e.client.Step(challenge)
		if wants(t, err, "ntlm.message.long"); reply != nil {
			t.Errorf("%s: reply of %d bytes", name, len(reply))
		}
	}

	e := newExchange(t, nil) // a server whose list leaves no room for ours
	m, _ := ParseChallenge(must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t))
	m.TargetInfo = append(m.TargetInfo, AvPair{AvSingleHost, make([]byte, 65200)})
	_, err := e.client.Step(m.Append(nil))
	wants(t, err, "ntlm.message.long")

	e = newExchange(t, func(_ *ClientConfig, a *AcceptorConfig) { a.DNSDomain = long })
	_, err = e.acceptor.Step(must(e.client.Step(nil))(t))
	wants(t, err, "ntlm.misuse")

	if _, err := ParseNegotiate(append(e.client.negotiate, make([]byte, MaxMessage)...)); err == nil {
		t.Error("NEGOTIATE_MESSAGE of more than MaxMessage bytes")
	}
}
