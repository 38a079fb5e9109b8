package ntlm

import (
	"bytes"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

func TestLogon(t *testing.T) {
	for _, c := range []struct {
		name           string
		domain, user   string
		password       string
		domainMember   bool
		wantTargetName string
	}{
		{"domain and user", "CORP", "alice", "Passw0rd!", false, "SERVER"},
		{"domain member", "CORP", "alice", "Passw0rd!", true, "CORP"},
		{"no domain", "", "alice", "Passw0rd!", false, "SERVER"},
		{"user principal name", "", "alice@corp.test", "Passw0rd!", false, "SERVER"},
		{"upper case", "CORP", "ALICE", "Passw0rd!", false, "SERVER"},
		{"empty password", "CORP", "alice", "", false, "SERVER"},
		{"Japanese", "会社", "山田太郎", "パスワード①", false, "SERVER"},
		{"outside the BMP", "𝒞", "𐐨𝄞", "🔑🔑", false, "SERVER"},
		{"no user but a response", "", "", "Passw0rd!", false, "SERVER"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hash := HashPassword([]byte(c.password))
			e := newExchange(t, func(cc *ClientConfig, ac *AcceptorConfig) {
				cc.Domain, cc.User, cc.Hash = c.domain, c.user, hash
				ac.DomainMember = c.domainMember
			}).talk()
			if m, _ := ParseChallenge(e.challenge); m.TargetName != c.wantTargetName ||
				m.Flags.Has(FlagTargetTypeDomain) != c.domainMember || m.Flags.Has(FlagTargetTypeServer) == c.domainMember {
				t.Errorf("target %q, flags %#08x", m.TargetName, uint32(m.Flags))
			}
			if e.client.Done() != true || e.acceptor.Done() != false {
				t.Error("done too early or too late")
			}
			if err := e.logon(&Account{Hash: hash}); err != nil {
				t.Fatal(err)
			}
			if domain, user := e.acceptor.Peer(); domain != c.domain || user != c.user {
				t.Errorf("peer %q\\%q", domain, user)
			}
			if !e.acceptor.Done() || e.acceptor.Need() != nil {
				t.Error("acceptor not done")
			}
			e.checkSession()
		})
	}
}

func TestNeed(t *testing.T) {
	e := newExchange(t, nil).talk()
	if e.acceptor.Need() != nil {
		t.Error("need before AUTHENTICATE_MESSAGE")
	}
	must(e.acceptor.Step(e.authenticate))(t)
	need := e.acceptor.Need().(*Need)
	challenge, _ := ParseChallenge(e.challenge)
	if need.User != "alice" || need.Domain != "CORP" || need.Workstation != "PC1" ||
		need.TargetName != "TERMSRV/server.corp.test" || need.ServerChallenge != challenge.ServerChallenge ||
		!bytes.Equal(need.LMResponse, make([]byte, 24)) || len(need.NTResponse) < 44 {
		t.Errorf("%+v", need)
	}
	if e.acceptor.Done() {
		t.Error("done before the answer")
	}
}

// The user counts in upper case, the domain as it is (MS-NLMP 3.3.2).
func TestResponseKeyCase(t *testing.T) {
	hash := HashPassword([]byte("Passw0rd!"))
	same := func(userA, userB, domainA, domainB string) bool {
		return bytes.Equal(responseKey(&hash, userA, domainA), responseKey(&hash, userB, domainB))
	}
	if !same("alice", "AlIcE", "CORP", "CORP") || !same("müller", "MÜLLER", "", "") || !same("ольга", "ОЛЬГА", "", "") {
		t.Error("user is case sensitive")
	}
	if same("alice", "alice", "CORP", "corp") {
		t.Error("domain is not case sensitive")
	}
}

// What "Windows 8 Upper Case Mapping Table.txt" of MS-UCODEREF 3.1.5.3 has, and
// where it differs from Unicode.
func TestUpperCase(t *testing.T) {
	for _, c := range []struct{ from, to rune }{
		{'a', 'A'}, {'Z', 'Z'}, {'é', 'É'}, {'ÿ', 'Ÿ'}, {'ǆ', 'Ǆ'}, {'ω', 'Ω'}, {'я', 'Я'}, {'ａ', 'Ａ'}, {'ᾀ', 'ᾈ'}, {'ⓐ', 'Ⓐ'}, {'ⅰ', 'Ⅰ'},
		{'ß', 'ß'}, {'µ', 'µ'}, {'ı', 'ı'}, {'İ', 'İ'}, {'ſ', 'ſ'}, {'ǅ', 'ǅ'}, {'ς', 'ς'}, {'ϐ', 'ϐ'}, {'ა', 'ა'}, {'ꭰ', 'ꭰ'}, {'ᏸ', 'ᏸ'}, {'𐐨', '𐐨'}, {'あ', 'あ'},
	} {
		if got := upperCase(c.from); got != c.to {
			t.Errorf("%c: %c, want %c", c.from, got, c.to)
		}
	}
}

// A server without key exchange and version: both ends go by the flags they see.
func TestWithoutKeyExchange(t *testing.T) {
	e := newExchange(t, nil)
	e.negotiate = must(e.client.Step(nil))(t)
	e.negotiate = (&NegotiateMessage{Flags: offered &^ (FlagKeyExchange | FlagVersion)}).Append(nil)
	e.client.negotiate = e.negotiate // else the MIC would tell
	e.challenge = must(e.acceptor.Step(e.negotiate))(t)
	e.authenticate = must(e.client.Step(e.challenge))(t)
	if m, _ := ParseAuthenticate(e.authenticate); m.Flags.Has(FlagKeyExchange) || m.EncryptedRandomSessionKey != nil || m.Version != (Version{}) {
		t.Errorf("%+v", m)
	}
	if err := e.logon(alice()); err != nil {
		t.Fatal(err)
	}
	e.checkSession()
}

// withoutTimestamp is the challenge of a server older than Windows Vista.
func withoutTimestamp(raw []byte) []byte {
	m, err := ParseChallenge(raw)
	if err != nil {
		panic(err)
	}
	var kept AvPairs
	for _, p := range m.TargetInfo {
		if p.ID != AvTimestamp {
			kept = append(kept, p)
		}
	}
	m.TargetInfo = kept
	return m.Append(nil)
}

func TestServerWithoutTimestamp(t *testing.T) {
	e := newExchange(t, nil)
	e.negotiate = must(e.client.Step(nil))(t)
	e.challenge = withoutTimestamp(must(e.acceptor.Step(e.negotiate))(t))
	e.authenticate = must(e.client.Step(e.challenge))(t)
	m, err := ParseAuthenticate(e.authenticate)
	if err != nil {
		t.Fatal(err)
	}
	challenge, _ := ParseChallenge(e.challenge)
	blob, err := parseClientChallenge(m.NTResponse[16:])
	if err != nil {
		t.Fatal(err)
	}
	hash := HashPassword([]byte("Passw0rd!"))
	if want := lmv2Response(responseKey(&hash, "alice", "CORP"), challenge.ServerChallenge, blob.challenge); !bytes.Equal(m.LMResponse, want) {
		t.Errorf("LM response % x, want LMv2", m.LMResponse)
	}
	if blob.pairs.flags() != 0 || m.MIC != [16]byte{} {
		t.Errorf("MsvAvFlags %#x, MIC % x", blob.pairs.flags(), m.MIC)
	}
	if !blob.when().Equal(noon) {
		t.Errorf("time %v", blob.when())
	}
	// To our acceptor, which did send its time, this is a sign of tampering.
	if got := wants(t, e.logon(alice()), "ntlm.timestamp.wrong"); got.Status() != SecMessageAltered {
		t.Errorf("status %#x", got.Status())
	}
}

// A timestamp of another size than eight bytes is none, for the MIC as well.
func TestMalformedTimestampIsNone(t *testing.T) {
	e := newExchange(t, nil)
	challenge, _ := ParseChallenge(must(e.acceptor.Step(must(e.client.Step(nil))(t)))(t))
	challenge.TargetInfo = challenge.TargetInfo.set(AvTimestamp, []byte{1, 2, 3})
	m, err := ParseAuthenticate(must(e.client.Step(challenge.Append(nil)))(t))
	if err != nil {
		t.Fatal(err)
	}
	if blob, _ := parseClientChallenge(m.NTResponse[16:]); blob.pairs.flags() != 0 || m.MIC != [16]byte{} {
		t.Errorf("MsvAvFlags %#x with MIC % x", blob.pairs.flags(), m.MIC)
	}
}

// Both ends return copies of what they remember for the MIC, and the acceptor
// keeps a copy of what it was given.
func TestBuffersAreNotShared(t *testing.T) {
	e := newExchange(t, nil)
	negotiate := must(e.client.Step(nil))(t)
	challenge := must(e.acceptor.Step(negotiate))(t)
	clear(negotiate)
	authenticate := must(e.client.Step(challenge))(t)
	clear(challenge)
	must(e.acceptor.Step(authenticate))(t)
	clear(authenticate)
	e.acceptor.Need().(*Need).AnswerFrom(alice())
	if _, err := e.acceptor.Resume(); err != nil {
		t.Fatal(err)
	}
	e.checkSession()
}

// An OEM name would be garbage if it were read as Unicode: the flag counts.
func TestOEMTargetName(t *testing.T) {
	raw := (&ChallengeMessage{Flags: FlagOEM, TargetName: "SERVER"}).Append(nil)
	if m, err := ParseChallenge(raw); err != nil || m.TargetName != string(wire.AppendUTF16(nil, "SERVER")) {
		t.Errorf("%+v, %v", m, err)
	}
}
