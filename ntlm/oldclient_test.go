package ntlm

import (
	"testing"
	"time"
)

// oldClient is a client like that of Windows XP, made by hand: it repeats the
// target info of the server as it is, takes its own time, and sends no MIC.
type oldClient struct {
	user  string
	hash  NTHash
	when  time.Time
	flags Flags
	extra AvPairs // behind the server's pairs
}

// answer computes the AUTHENTICATE_MESSAGE, without key exchange, and the
// session that goes with it.
func (c oldClient) answer(t testing.TB, rawChallenge []byte) ([]byte, *session) {
	t.Helper()
	challenge, err := ParseChallenge(rawChallenge)
	if err != nil {
		t.Fatal(err)
	}
	key := responseKey(&c.hash, c.user, "CORP")
	temp := &clientChallenge{time: toFileTime(c.when), pairs: append(challenge.TargetInfo, c.extra...)}
	blob := temp.append(nil)
	proof := hmacMD5(key, challenge.ServerChallenge[:], blob)
	m := &AuthenticateMessage{
		Domain: "CORP", User: c.user, NTResponse: append(proof, blob...), Flags: c.flags,
		LMResponse: lmv2Response(key, challenge.ServerChallenge, temp.challenge),
	}
	return m.Append(nil), newSession(hmacMD5(key, proof), m.Flags, true)
}

// oldAlice is alice with her right password at noon.
func oldAlice() oldClient {
	return oldClient{user: "alice", hash: HashPassword([]byte("Passw0rd!")), when: noon, flags: required}
}

// meetOldClient makes an acceptor and what this client says to it.
func meetOldClient(t testing.TB, c oldClient, edit func(*ClientConfig, *AcceptorConfig)) *exchange {
	t.Helper()
	e := newExchange(t, edit)
	e.challenge = must(e.acceptor.Step((&NegotiateMessage{Flags: offered &^ FlagKeyExchange}).Append(nil)))(t)
	var s *session
	e.authenticate, s = c.answer(t, e.challenge)
	e.client.session = s
	return e
}
