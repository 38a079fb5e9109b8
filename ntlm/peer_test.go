package ntlm

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// The client mixes a domain of its own choice into the key, so that a right
// response proves nothing about it.
func TestPeerIsTheAccount(t *testing.T) {
	other := func(c *ClientConfig, _ *AcceptorConfig) { c.Domain, c.User = "OTHER", "ALICE" }
	for _, c := range []struct {
		name         string
		account      Account
		domain, user string
	}{
		{"names of the account", Account{Domain: "CORP", User: "alice"}, "CORP", "alice"},
		{"a local account", Account{User: "alice"}, "", "alice"},
		{"no names", Account{}, "OTHER", "ALICE"},
	} {
		c.account.Hash = alice().Hash
		e := newExchange(t, other).talk()
		if err := e.logon(&c.account); err != nil {
			t.Fatal(c.name, err)
		}
		if domain, user := e.acceptor.Peer(); domain != c.domain || user != c.user {
			t.Errorf("%s: %q\\%q", c.name, domain, user)
		}
	}

	e := newExchange(t, other).talk()
	must(e.acceptor.Step(e.authenticate))(t)
	need := e.acceptor.Need().(*Need)
	hash := alice().Hash
	key := [16]byte(hmacMD5(responseKey(&hash, need.User, need.Domain), need.NTResponse[:16]))
	need.AcceptAs(key, "CORP", "alice")
	if _, err := e.acceptor.Resume(); err != nil {
		t.Fatal(err)
	}
	if domain, user := e.acceptor.Peer(); domain != "CORP" || user != "alice" {
		t.Errorf("AcceptAs: %q\\%q", domain, user)
	}
}

func TestEqualUser(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"alice", "ALICE", true}, {"é", "É", true}, {"", "", true}, {"山田", "山田", true},
		{"alice", "alİce", false}, {"kim", "\u212Aim", false}, {"alice", "alıce", false}, {"ß", "ss", false}, {"alice", "alice ", false},
	} {
		if EqualUser(c.a, c.b) != c.want || EqualUser(c.b, c.a) != c.want {
			t.Errorf("%q and %q: not %v", c.a, c.b, c.want)
		}
	}
}

// A client that was not granted a key exchange does not exchange keys.
func TestFlagsNotGranted(t *testing.T) {
	client := oldAlice()
	client.flags |= FlagKeyExchange
	e := meetOldClient(t, client, nil)
	got := wants(t, e.logon(alice()), "ntlm.flags.extra")
	if got.Kind() != "misbehaved" || got.Status() != SecInvalidToken || e.acceptor.Need() != nil {
		t.Errorf("kind %s, status %#x", got.Kind(), got.Status())
	}
}

// What the client says about itself does not come from the server.
func TestClientMakesItsOwnFlags(t *testing.T) {
	for _, c := range []struct {
		name    string
		flags   []uint32 // of the server, one MsvAvFlags each
		hasTime bool
		want    uint32
	}{
		{"none", nil, true, avFlagMIC},
		{"constrained", []uint32{avFlagConstrained}, true, avFlagConstrained | avFlagMIC},
		{"all", []uint32{0xFFFFFFFF}, true, avFlagConstrained | avFlagMIC},
		{"untrusted name, in the second", []uint32{0, avFlagUntrustedName}, true, avFlagMIC},
		{"a MIC that cannot be", []uint32{avFlagMIC | avFlagUntrustedName}, false, 0},
	} {
		e := newExchange(t, nil)
		must(e.client.Step(nil))(t)
		m := &ChallengeMessage{Flags: offered, TargetInfo: AvPairs{{AvNbDomainName, []byte("C\x00")}}}
		for _, f := range c.flags {
			m.TargetInfo = append(m.TargetInfo, AvPair{AvFlags, binary.LittleEndian.AppendUint32(nil, f)})
		}
		if c.hasTime {
			m.TargetInfo = append(m.TargetInfo, AvPair{AvTimestamp, binary.LittleEndian.AppendUint64(nil, toFileTime(noon))})
		}
		answer, err := ParseAuthenticate(must(e.client.Step(m.Append(nil)))(t))
		if err != nil {
			t.Fatal(err)
		}
		blob, err := parseClientChallenge(answer.NTResponse[16:])
		if err != nil {
			t.Fatal(err)
		}
		if blob.pairs.flags() != c.want || bytes.Count(answer.NTResponse, []byte{byte(AvFlags), 0, 4, 0}) > 1 {
			t.Errorf("%s: MsvAvFlags %#x, want %#x", c.name, blob.pairs.flags(), c.want)
		}
	}
}
