package credssp

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/fumidai/fumidai/ntlm"
)

// effectiveTable is the version that both go on with: rows are what the client
// states, columns what the server states, 2 to 6 each (MS-CSSP 2.2.1).
var effectiveTable = [5][5]int{
	{2, 2, 2, 2, 2},
	{2, 3, 3, 3, 3},
	{2, 3, 4, 4, 4},
	{2, 3, 4, 5, 5},
	{2, 3, 4, 5, 6},
}

// eachPair runs f for every pair of versions.
func eachPair(t *testing.T, f func(t *testing.T, client, server, effective int)) {
	for i, row := range effectiveTable {
		for j, version := range row {
			t.Run(fmt.Sprintf("client %d server %d", i+2, j+2), func(t *testing.T) { f(t, i+2, j+2, version) })
		}
	}
}

// pair is a client and a server of these versions with these mechanisms.
func pair(t *testing.T, cv, sv int, initiator, acceptor Mechanism) *exchange {
	t.Helper()
	return &exchange{
		client: newClient(t, ClientConfig{Version: cv, Mechanism: initiator}),
		server: newServer(t, ServerConfig{Version: sv, Mechanism: acceptor}),
	}
}

// clientNonce is the nonce that the client of these tests makes.
func clientNonce() []byte {
	nonce := make([]byte, NonceLength)
	(&counter{0x80}).Read(nonce)
	return nonce
}

// clientProofOf and serverProofOf are written from MS-CSSP 3.1.5, steps 3 and 4,
// and share nothing with the code under test.
func clientProofOf(version int, nonce, key []byte) []byte {
	if version < 5 {
		return key
	}
	hash := sha256.Sum256([]byte("CredSSP Client-To-Server Binding Hash\x00" + string(nonce) + string(key)))
	return hash[:]
}

func serverProofOf(version int, nonce, key []byte) []byte {
	if version < 5 {
		return append([]byte{key[0] + 1}, key[1:]...)
	}
	hash := sha256.Sum256([]byte("CredSSP Server-To-Client Binding Hash\x00" + string(nonce) + string(key)))
	return hash[:]
}

// The hashes were computed with another program.
func TestBindingVectors(t *testing.T) {
	key, nonce := make([]byte, 16), bytes.Repeat([]byte{0x11}, NonceLength)
	for i := range key {
		key[i] = byte(i)
	}
	for version := MinVersion; version <= MaxVersion; version++ {
		client, server := key, append([]byte{1}, key[1:]...)
		if version >= 5 {
			client = unhex(t, "d85b9beb0d909414e7fe792b18acca3764206b842bafbda59c416f51a352817f")
			server = unhex(t, "bd5f6d4764914f2da5c5b8094ade2a24e07aeefa9f18b9a166aac2ddbe4adcea")
		}
		if got := clientBinding(version, nonce, key); !bytes.Equal(got, client) || !bytes.Equal(got, clientProofOf(version, nonce, key)) {
			t.Errorf("client, version %d: % x", version, got)
		}
		if got := serverBinding(version, nonce, key); !bytes.Equal(got, server) || !bytes.Equal(got, serverProofOf(version, nonce, key)) {
			t.Errorf("server, version %d: % x", version, got)
		}
	}
	if got := serverBinding(4, nil, []byte{0xFF, 1}); !bytes.Equal(got, []byte{0, 1}) {
		t.Errorf("0xFF and 1 make % x", got)
	}
	if key[0] != 0 {
		t.Error("the key was changed")
	}
}

// The sizes of sealed proofs are those of captures: 16 + 32 and 16 + 270 bytes;
// the sequence numbers of NTLM end the signature (confirmed for raw NTLM).
func TestNTLMAtAllVersions(t *testing.T) {
	eachPair(t, func(t *testing.T, cv, sv, version int) {
		e := pair(t, cv, sv, ntlmClient(t, 1, password), ntlmServer(t, 2)).run()
		checkDelegated(t, e, cv, sv)
		checkWire(t, e, cv, sv, version)
		proof := 16 + 270
		if version >= 5 {
			proof = 16 + 32
		}
		last, answer, info := parse(t, e.sent[1]).PubKeyAuth, parse(t, e.received[1]).PubKeyAuth, parse(t, e.sent[2]).AuthInfo
		if len(last) != proof || len(answer) != proof {
			t.Errorf("pubKeyAuth of %d and %d bytes, want %d", len(last), len(answer), proof)
		}
		for want, sealed := range map[uint32][][]byte{0: {last, answer}, 1: {info}} {
			for _, s := range sealed {
				if got := binary.LittleEndian.Uint32(s[12:]); got != want {
					t.Errorf("sequence number %d, want %d", got, want)
				}
			}
		}
	})
}

// Shapes that NTLM does not have: more rounds, and the acceptor's token last.
func TestMechanismShapesAtAllVersions(t *testing.T) {
	for tokens := 3; tokens <= 8; tokens++ {
		t.Run(fmt.Sprint(tokens, " tokens"), func(t *testing.T) {
			eachPair(t, func(t *testing.T, cv, sv, version int) {
				initiator, acceptor := fakePair(tokens)
				e := pair(t, cv, sv, initiator, acceptor).run()
				identity, _ := e.server.Done()
				result, _ := e.client.Done()
				if result == nil || identity == nil || *result != (ClientResult{sv, version}) || identity.Peer() != cv || identity.Version() != version {
					t.Fatalf("%+v, %v; client %v, server %v", result, identity, e.clientErr, e.serverErr)
				}
				checkWire(t, e, cv, sv, version)
				if !bytes.Equal(acceptor.opened[0], clientProofOf(version, clientNonce(), serverKey)) {
					t.Errorf("client proves % x", acceptor.opened[0])
				}
				if !bytes.Equal(initiator.opened[0], serverProofOf(version, clientNonce(), serverKey)) {
					t.Errorf("server proves % x", initiator.opened[0])
				}
			})
		})
	}
}

// checkWire checks the order of the fields in a whole exchange (MS-CSSP 3.1.5).
func checkWire(t *testing.T, e *exchange, cv, sv, version int) {
	t.Helper()
	proved := false
	for i, raw := range e.sent {
		m := parse(t, raw)
		last := i == len(e.sent)-1
		if m.Version != cv || m.HasErrorCode || (m.AuthInfo != nil) != last || proved && m.NegoToken != nil {
			t.Errorf("client's message %d: %+v", i, m)
		}
		wantNonce := m.PubKeyAuth != nil && version >= 5
		if (m.ClientNonce != nil) != wantNonce || wantNonce && !bytes.Equal(m.ClientNonce, clientNonce()) {
			t.Errorf("client's message %d at version %d has nonce % x", i, version, m.ClientNonce)
		}
		proved = proved || m.PubKeyAuth != nil
	}
	for i, raw := range e.received {
		m := parse(t, raw)
		last := i == len(e.received)-1
		if m.Version != sv || m.HasErrorCode || m.AuthInfo != nil || m.ClientNonce != nil ||
			(m.PubKeyAuth != nil) != last || (m.NegoToken != nil) == last {
			t.Errorf("server's message %d: %+v", i, m)
		}
	}
	if !proved || len(e.sent) != len(e.received)+1 {
		t.Errorf("%d and %d messages, proved %v", len(e.sent), len(e.received), proved)
	}
}

// A version that nobody has yet counts as our own highest.
func TestVersionsOfTheFuture(t *testing.T) {
	for _, stated := range []int{7, 0x60, 1<<31 - 1} {
		state := func(_ int, message []byte) []byte {
			return change(t, message, func(m *TSRequest) { m.Version = stated })
		}
		for own := MinVersion; own <= MaxVersion; own++ {
			e := pair(t, own, own, ntlmClient(t, 1, password), ntlmServer(t, 2))
			e.toServer, e.toClient = state, state
			e.run()
			result, _ := e.client.Done()
			identity, _ := e.server.Done()
			if result == nil || identity == nil || *result != (ClientResult{stated, own}) || identity.Peer() != stated || identity.Version() != own {
				t.Errorf("%d towards %d: %+v, %v; %v, %v", own, stated, result, identity, e.clientErr, e.serverErr)
			}
		}
	}
}

// The client learns why, if it can read an errorCode at all: at versions 3, 4
// and 6 (MS-CSSP 2.2.1).
func TestStatusOfARefusal(t *testing.T) {
	readable := map[int]bool{2: false, 3: true, 4: true, 5: false, 6: true}
	for _, status := range []uint32{StatusLogonFailure, StatusAccountRestriction, StatusPasswordExpired, StatusAccountDisabled,
		StatusAccountExpired, StatusPasswordMustChange, StatusAccountLockedOut} {
		eachPair(t, func(t *testing.T, cv, sv, version int) {
			e := pair(t, cv, sv, ntlmClient(t, 1, password), ntlmServer(t, 2))
			e.answer = func(need any) { need.(*ntlm.Need).Refuse(status) }
			e.run()
			checkNothingDelegated(t, e)
			wantCode(t, e.serverErr, "ntlm.logon.refused")
			wantDead(t, e.server)
			last := parse(t, e.received[len(e.received)-1])
			if !readable[version] {
				if len(e.received) != 1 || last.HasErrorCode {
					t.Errorf("answer to a client that cannot read it: %+v", last)
				}
				return
			}
			if !reflect.DeepEqual(last, TSRequest{Version: sv, ErrorCode: status, HasErrorCode: true}) {
				t.Errorf("%+v", last)
			}
			var got *StatusError
			if !errors.As(e.clientErr, &got) || *got != (StatusError{Status: status, Peer: sv}) {
				t.Errorf("client: %v", e.clientErr)
			}
			wantDead(t, e.client)
		})
	}
}

func TestWrongPassword(t *testing.T) {
	e := pair(t, 6, 6, ntlmClient(t, 1, "wrong"), ntlmServer(t, 2)).run()
	checkNothingDelegated(t, e)
	var status *StatusError
	if !errors.As(e.clientErr, &status) || status.Status != StatusLogonFailure {
		t.Errorf("client: %v", e.clientErr)
	}
}

// A mechanism's last word goes out with the error, on both sides.
func TestMechanismFailsWithAToken(t *testing.T) {
	for _, version := range []int{2, 5, 6} {
		for _, c := range []struct {
			token, needs int
			server       bool
		}{{1, 0, false}, {2, 0, true}, {3, 0, false}, {3, 1, false}, {4, 0, true}, {4, 1, true}} {
			initiator, acceptor := fakePair(5)
			failing := initiator
			if c.server {
				failing = acceptor
			}
			failing.failBefore, failing.needBefore, failing.needs = c.token, c.token, c.needs
			e := pair(t, version, version, initiator, acceptor).run()
			err, words := e.clientErr, e.sent
			want := TSRequest{Version: version, NegoToken: []byte("reject")}
			if c.server {
				err, words = e.serverErr, e.received
				if version == 6 {
					want.ErrorCode, want.HasErrorCode = SecInvalidToken, true
				}
			}
			if len(words) == 0 {
				t.Errorf("version %d, %+v: not a word, %v", version, c, err)
			} else if last := parse(t, words[len(words)-1]); !errors.Is(err, errFake) || !reflect.DeepEqual(last, want) {
				t.Errorf("version %d, %+v: %v, last message %+v", version, c, err, last)
			}
			checkNothingDelegated(t, e)
			wantDead(t, e.client)
		}
	}
}

// A need may come before any token and after the last one, and several in a row.
func TestNeeds(t *testing.T) {
	for tokens := 3; tokens <= 4; tokens++ {
		for before := 1; before <= tokens+1; before++ {
			for needs := 1; needs <= 3; needs++ {
				initiator, acceptor := fakePair(tokens)
				for _, f := range []*fake{initiator, acceptor} {
					f.needBefore, f.needs = before, needs
				}
				asked := 0
				e := pair(t, 6, 6, initiator, acceptor)
				e.answer = func(need any) { asked++; answer(need) }
				e.run()
				_, done := e.server.Done()
				// Whose turn it is asks; the other has no turn at that point.
				if !done || asked != needs {
					t.Errorf("%d tokens, %d needs before %d: done %v, asked %d; %v, %v", tokens, needs, before, done, asked, e.clientErr, e.serverErr)
				}
			}
		}
	}
}

// waiting returns a client that waits from the start and a server that waits
// after the first token.
func waiting(t *testing.T) (*Client, *Server) {
	t.Helper()
	initiator, _ := fakePair(3)
	initiator.needBefore, initiator.needs = 1, 1
	client := newClient(t, ClientConfig{Version: 6, Mechanism: initiator})
	_, acceptor := fakePair(3)
	acceptor.needBefore, acceptor.needs = 2, 1
	server := newServer(t, ServerConfig{Version: 6, Mechanism: acceptor})
	for _, c := range []struct {
		step    func([]byte) ([]byte, error)
		message []byte
	}{{client.Step, nil}, {server.Step, (&TSRequest{Version: 6, NegoToken: fakeToken(1)}).Append(nil)}} {
		if reply, err := c.step(c.message); reply != nil || err != nil {
			t.Fatalf("% x, %v", reply, err)
		}
	}
	if client.Need() == nil || server.Need() == nil {
		t.Fatal("nobody waits")
	}
	return client, server
}

func TestMisuseWhileWaiting(t *testing.T) {
	client, server := waiting(t)
	message := (&TSRequest{Version: 6, NegoToken: fakeToken(3)}).Append(nil)
	for _, machine := range []interface {
		Step([]byte) ([]byte, error)
		Resume() ([]byte, error)
		Need() any
	}{client, server} {
		if reply, err := machine.Step(message); reply != nil || code(err) != "credssp.misuse" {
			t.Errorf("%T: % x, %v", machine, reply, err)
		}
		wantDead(t, machine)
	}
	client, server = waiting(t)
	if reply, err := client.Resume(); reply != nil || err == nil {
		t.Errorf("client resumes without an answer: % x, %v", reply, err)
	}
	if reply, err := server.Resume(); err == nil || !parse(t, reply).HasErrorCode {
		t.Errorf("server resumes without an answer: % x, %v", reply, err)
	}
	wantDead(t, client)
	wantDead(t, server)
}

func TestMisuseOfConstructors(t *testing.T) {
	good := ClientConfig{Level: Mitigated, PublicKey: serverKey, Mechanism: &fake{}, Rand: &counter{}}
	for name, spoil := range map[string]func(c *ClientConfig){
		"level":              func(c *ClientConfig) { c.Level = 0 },
		"version below":      func(c *ClientConfig) { c.Version = 4 },
		"version above":      func(c *ClientConfig) { c.Version = 7 },
		"version of updated": func(c *ClientConfig) { c.Level, c.Version = NotUpdated, 5 },
		"key":                func(c *ClientConfig) { c.PublicKey = []byte{} },
		"mechanism":          func(c *ClientConfig) { c.Mechanism = nil },
		"rand":               func(c *ClientConfig) { c.Rand = nil },
		"credentials":        func(c *ClientConfig) { c.Credentials = nil },
	} {
		config := good
		config.Credentials = NewPasswordCreds("", "", []byte("secret"))
		secret := config.Credentials.(*PasswordCreds).Password
		spoil(&config)
		c, err := NewClient(config)
		if c != nil || code(err) != "credssp.misuse" {
			t.Errorf("client, %s: %v", name, err)
		}
		if config.Credentials != nil && len(bytes.Trim(secret, "\x00")) > 0 {
			t.Errorf("client, %s: credentials are not wiped", name)
		}
		server := ServerConfig{Level: config.Level, Version: config.Version, PublicKey: config.PublicKey, Mechanism: config.Mechanism}
		s, err := NewServer(server)
		if needless := name == "rand" || name == "credentials"; needless != (err == nil) || needless != (s != nil) {
			t.Errorf("server, %s: %v", name, err)
		}
	}
}

// Without a version a machine states the highest one of its level.
func TestDefaultVersion(t *testing.T) {
	for level, want := range map[Level]int{NotUpdated: 4, ForceUpdatedClients: 6, Mitigated: 6, Vulnerable: 6} {
		initiator, acceptor := fakePair(3)
		client := newClient(t, ClientConfig{Level: level, Mechanism: initiator})
		first, err := client.Step(nil)
		if err != nil || parse(t, first).Version != want {
			t.Errorf("client, %v: % x, %v", level, first, err)
		}
		server := newServer(t, ServerConfig{Level: level, Mechanism: acceptor})
		reply, err := server.Step((&TSRequest{Version: 6, NegoToken: fakeToken(1)}).Append(nil))
		if err != nil || parse(t, reply).Version != want || server.Peer() != 6 {
			t.Errorf("server, %v: % x, %v", level, reply, err)
		}
	}
}

// A mechanism that has nothing to say, or nothing to hear, does not fit.
func TestMechanismsThatDoNotFit(t *testing.T) {
	silent := newClient(t, ClientConfig{Version: 6, Mechanism: &silentMechanism{}})
	if reply, err := silent.Step(nil); reply != nil || code(err) != "credssp.mechanism.stuck" {
		t.Errorf("silent initiator: % x, %v", reply, err)
	}
	initiator, _ := fakePair(1)
	short := newClient(t, ClientConfig{Version: 6, Mechanism: initiator})
	if reply, err := short.Step(nil); reply != nil || code(err) != "credssp.misuse" {
		t.Errorf("initiator that is done at once: % x, %v", reply, err)
	}
}

type silentMechanism struct{ fake }

func (*silentMechanism) Step([]byte) ([]byte, error) { return nil, nil }
func (*silentMechanism) Done() bool                  { return false }

func TestErrorsSpeakForThemselves(t *testing.T) {
	peer := peerError("credssp.x.y", "authInfo", SecInvalidToken, "n %d", 1)
	status := &StatusError{Status: StatusNotSupported, Peer: 6}
	policy := &PolicyError{Role: ServerRole, Level: ForceUpdatedClients, Own: 6, Peer: 2}
	for _, c := range []struct {
		err interface {
			error
			Code() string
			Kind() string
			Args() map[string]any
		}
		text, code, kind string
		args             map[string]any
	}{
		{peer, "credssp: authInfo: n 1", "credssp.x.y", "misbehaved", map[string]any{"state": "authInfo"}},
		{status, "credssp: peer refuses with STATUS_NOT_SUPPORTED", "credssp.status", "refused",
			map[string]any{"status": "0xC00000BB", "name": "STATUS_NOT_SUPPORTED", "peer": 6}},
		{policy, `credssp: server with policy "force updated clients" does not accept version 2`, "credssp.version.refused", "incompatible",
			map[string]any{"role": "server", "level": "force updated clients", "own": 6, "peer": 2}},
		{misuse("m"), "credssp: m", "credssp.misuse", "misuse", map[string]any{"text": "m"}},
	} {
		if c.err.Error() != c.text || c.err.Code() != c.code || c.err.Kind() != c.kind || !reflect.DeepEqual(c.err.Args(), c.args) {
			t.Errorf("%v %s %s %v", c.err, c.err.Code(), c.err.Kind(), c.err.Args())
		}
	}
	for err, want := range map[error]uint32{
		peer: SecInvalidToken, policy: StatusNotSupported, errFake: SecInvalidToken, fmt.Errorf("x: %w", policy): StatusNotSupported,
	} {
		if got := statusOf(err); got != want {
			t.Errorf("%v: %#x", err, got)
		}
	}
	for status, want := range map[uint32]string{0xC000006D: "STATUS_LOGON_FAILURE", 0xC00000BB: "STATUS_NOT_SUPPORTED",
		0x80090308: "SEC_E_INVALID_TOKEN", 0: "0x00000000", 0xC00700EA: "0xC00700EA"} {
		if got := StatusName(status); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
