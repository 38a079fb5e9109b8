package credssp

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
)

// The version of the first message holds for all of them, in both roles.
func TestVersionChangedInMidExchange(t *testing.T) {
	for at, state := range map[int]string{2: "negoTokens", 3: "authInfo"} {
		for _, changed := range []int{5, 7, 2} {
			e := pair(t, 6, 6, ntlmClient(t, 1, password), ntlmServer(t, 2))
			e.toServer = func(i int, message []byte) []byte {
				return change(t, message, func(m *TSRequest) {
					if i == at {
						m.Version = changed
					}
				})
			}
			e.run()
			wantFailure(t, e.serverErr, "credssp.version.changed", state)
			if e.server.Peer() != 6 {
				t.Errorf("peer is %d", e.server.Peer())
			}
			if _, done := e.server.Done(); done {
				t.Error("server is done")
			}
		}
	}
	for _, changed := range []int{5, 7, 2} {
		e := pair(t, 6, 6, ntlmClient(t, 1, password), ntlmServer(t, 2))
		e.toClient = func(i int, message []byte) []byte {
			return change(t, message, func(m *TSRequest) {
				if i == 2 {
					m.Version = changed
				}
			})
		}
		e.run()
		wantFailure(t, e.clientErr, "credssp.version.changed", "pubKeyAuth")
		checkNothingDelegated(t, e)
	}
}

func TestVersionsThatDoNotExist(t *testing.T) {
	for _, version := range []int{0, 1} {
		to := func(_ int, message []byte) []byte {
			return change(t, message, func(m *TSRequest) { m.Version = version })
		}
		e := pair(t, 4, 4, ntlmClient(t, 1, password), ntlmServer(t, 2))
		e.toServer = to
		e.run()
		wantFailure(t, e.serverErr, "credssp.version.invalid", "negoTokens")
		if len(e.received) != 0 {
			t.Errorf("server answers version %d with % x", version, e.received)
		}
		e = pair(t, 4, 4, ntlmClient(t, 1, password), ntlmServer(t, 2))
		e.toClient = to
		e.run()
		wantFailure(t, e.clientErr, "credssp.version.invalid", "negoTokens")
		checkNothingDelegated(t, e)
		wantDead(t, e.client)
	}
}

func TestNonce(t *testing.T) {
	other := bytes.Repeat([]byte{9}, NonceLength)
	for _, c := range []struct {
		name        string
		nonces      [3][]byte // of the client's messages
		code, state string
	}{
		{"with the proof, as Windows", [3][]byte{1: clientNonce()}, "", ""},
		{"in every message, as FreeRDP", [3][]byte{clientNonce(), clientNonce(), clientNonce()}, "", ""},
		{"in the first message only", [3][]byte{0: clientNonce()}, "", ""},
		{"nowhere", [3][]byte{}, "credssp.nonce.missing", "pubKeyAuth"},
		{"too late", [3][]byte{2: clientNonce()}, "credssp.nonce.missing", "pubKeyAuth"},
		{"changed with the proof", [3][]byte{other, clientNonce()}, "credssp.nonce.changed", "negoTokens"},
		{"changed with the credentials", [3][]byte{nil, clientNonce(), other}, "credssp.nonce.changed", "authInfo"},
		{"of somebody else", [3][]byte{other, other, other}, "credssp.binding.mismatch", "pubKeyAuth"},
	} {
		for version := 5; version <= 6; version++ {
			e := pair(t, version, version, ntlmClient(t, 1, password), ntlmServer(t, 2))
			e.toServer = func(i int, message []byte) []byte {
				return change(t, message, func(m *TSRequest) { m.ClientNonce = c.nonces[i-1] })
			}
			e.run()
			wantFailure(t, e.serverErr, c.code, c.state)
			if identity, done := e.server.Done(); done != (c.code == "") || done && identity.Version() != version {
				t.Errorf("%s: done %v", c.name, done)
			}
		}
	}
}

// Below version 5 a nonce has no meaning, and FreeRDP sends it all the same.
func TestNonceBelowVersion5(t *testing.T) {
	for version := 2; version < 5; version++ {
		e := pair(t, 6, version, ntlmClient(t, 1, password), ntlmServer(t, 2))
		e.toServer = func(_ int, message []byte) []byte {
			return change(t, message, func(m *TSRequest) { m.ClientNonce = clientNonce() })
		}
		checkDelegated(t, e.run(), 6, version)
	}
}

// A recorded exchange is worth nothing to a server that gives another
// challenge.
func TestReplay(t *testing.T) {
	for version := MinVersion; version <= MaxVersion; version++ {
		recorded := pair(t, version, version, ntlmClient(t, 1, password), ntlmServer(t, 2)).run()
		checkDelegated(t, recorded, version, version)
		e := pair(t, version, version, &fake{}, ntlmServer(t, 3))
		for _, message := range recorded.sent {
			e.serverSays(message)
			if e.serverErr != nil {
				break
			}
		}
		wantCode(t, e.serverErr, "ntlm.logon.refused")
		wantDead(t, e.server)
	}
}

// Somebody in between who has another key gets nothing from either end.
func TestAnotherKey(t *testing.T) {
	eachPair(t, func(t *testing.T, cv, sv, version int) {
		for _, mechanisms := range [][2]Mechanism{{ntlmClient(t, 1, password), ntlmServer(t, 2)}, fakes(3), fakes(4)} {
			e := &exchange{
				client: newClient(t, ClientConfig{Version: cv, Mechanism: mechanisms[0]}),
				server: newServer(t, ServerConfig{Version: sv, Mechanism: mechanisms[1], PublicKey: otherKey}),
			}
			e.run()
			wantFailure(t, e.serverErr, "credssp.binding.mismatch", "pubKeyAuth")
			checkNothingDelegated(t, e)
			readable := version == 3 || version == 4 || version == 6
			if got := code(e.clientErr); (got == "credssp.status") != readable {
				t.Errorf("client: %v", e.clientErr)
			}
			if readable && e.clientErr.(*StatusError).Status != SecMessageAltered {
				t.Errorf("client was told %v", e.clientErr)
			}
		}
	})
}

func fakes(tokens int) [2]Mechanism {
	initiator, acceptor := fakePair(tokens)
	return [2]Mechanism{initiator, acceptor}
}

// A false server may answer what it likes: without the right proof there are no
// credentials. The mechanism of this test seals without direction, so that even
// what the client sealed itself comes back well sealed.
func TestFalseServerProofs(t *testing.T) {
	otherNonce := bytes.Repeat([]byte{9}, NonceLength)
	for version := MinVersion; version <= MaxVersion; version++ {
		hashed := version >= 5
		for _, c := range []struct {
			name  string
			proof []byte
			good  bool
		}{
			{"the right one", serverProofOf(version, clientNonce(), serverKey), true},
			{"the client's own, reflected", clientProofOf(version, clientNonce(), serverKey), false},
			{"for another key", serverProofOf(version, clientNonce(), otherKey), false},
			{"echo without 1", serverKey, false},
			{"echo", serverProofOf(4, nil, serverKey), !hashed},
			{"echo with 2", append([]byte{serverKey[0] + 2}, serverKey[1:]...), false},
			{"echo, shortened", serverProofOf(4, nil, serverKey)[:269], false},
			{"hash", serverProofOf(6, clientNonce(), serverKey), hashed},
			{"hash over another nonce", serverProofOf(6, otherNonce, serverKey), false},
			{"hash without nonce", serverProofOf(6, nil, serverKey), false},
			{"nothing", nil, false},
		} {
			t.Run(fmt.Sprintf("version %d, %s", version, c.name), func(t *testing.T) {
				initiator, _ := fakePair(3)
				creds := NewPasswordCreds("", "", []byte("secret"))
				client := newClient(t, ClientConfig{Version: version, Mechanism: initiator, Credentials: creds})
				for _, message := range [][]byte{nil, (&TSRequest{Version: version, NegoToken: fakeToken(2)}).Append(nil)} {
					if _, err := client.Step(message); err != nil {
						t.Fatal(err)
					}
				}
				reply, err := client.Step((&TSRequest{Version: version, PubKeyAuth: fakeSeal(c.proof)}).Append(nil))
				_, done := client.Done()
				if done != c.good || (reply != nil) != c.good {
					t.Errorf("done %v, reply % x", done, reply)
				}
				if !c.good {
					wantFailure(t, err, "credssp.binding.mismatch", "pubKeyAuth")
					wantDead(t, client)
					if len(initiator.sealed) != 1 {
						t.Error("credentials were sealed")
					}
				}
				if len(bytes.Trim(creds.Password, "\x00")) > 0 {
					t.Error("credentials are not wiped")
				}
			})
		}
	}
}

// The same for a false client, which gets no proof of the server's key.
func TestFalseClientProofs(t *testing.T) {
	for version := MinVersion; version <= MaxVersion; version++ {
		hashed := version >= 5
		for _, c := range []struct {
			name  string
			proof []byte
			good  bool
		}{
			{"the right one", clientProofOf(version, clientNonce(), serverKey), true},
			{"the server's", serverProofOf(version, clientNonce(), serverKey), false},
			{"for another key", clientProofOf(version, clientNonce(), otherKey), false},
			{"echo", serverKey, !hashed},
			{"hash", clientProofOf(6, clientNonce(), serverKey), hashed},
			{"hash without nonce", clientProofOf(6, nil, serverKey), false},
			{"nothing", nil, false},
		} {
			t.Run(fmt.Sprintf("version %d, %s", version, c.name), func(t *testing.T) {
				_, acceptor := fakePair(3)
				server := newServer(t, ServerConfig{Version: version, Mechanism: acceptor})
				if _, err := server.Step((&TSRequest{Version: version, NegoToken: fakeToken(1)}).Append(nil)); err != nil {
					t.Fatal(err)
				}
				reply, err := server.Step((&TSRequest{Version: version, NegoToken: fakeToken(3),
					PubKeyAuth: fakeSeal(c.proof), ClientNonce: clientNonce()}).Append(nil))
				if c.good {
					if err != nil || parse(t, reply).PubKeyAuth == nil {
						t.Errorf("% x, %v", reply, err)
					}
					return
				}
				wantFailure(t, err, "credssp.binding.mismatch", "pubKeyAuth")
				if reply != nil && !reflect.DeepEqual(parse(t, reply), TSRequest{Version: version, ErrorCode: SecMessageAltered, HasErrorCode: true}) {
					t.Errorf("% x", reply)
				}
				if len(acceptor.sealed) != 0 {
					t.Error("server sealed a proof")
				}
				wantDead(t, server)
			})
		}
	}
}

// From version 5 on nothing of the key is in what the client seals: that was
// the oracle of CVE-2018-0886.
func TestClientSealsNoKeyFromVersion5On(t *testing.T) {
	for version := MinVersion; version <= MaxVersion; version++ {
		initiator, acceptor := fakePair(3)
		pair(t, version, version, initiator, acceptor).run()
		if oracle := bytes.Contains(initiator.sealed[0], serverKey[:64]); oracle != (version < 5) || version >= 5 && len(initiator.sealed[0]) != 32 {
			t.Errorf("version %d seals % x", version, initiator.sealed[0])
		}
	}
}

// An errorCode ends a client at once and with that very code, whatever else the
// message holds and whatever version it states (MS-CSSP 3.1.5, step 2).
func TestErrorCodeGoesBeforeAnythingElse(t *testing.T) {
	for _, stated := range []int{0, 2, 4, 5, 6, 7} {
		for at := 1; at <= 2; at++ {
			e := &exchange{
				client: newClient(t, ClientConfig{Level: Mitigated, Mechanism: ntlmClient(t, 1, password)}),
				server: newServer(t, ServerConfig{Level: Mitigated, Mechanism: ntlmServer(t, 2)}),
			}
			e.toClient = func(i int, message []byte) []byte {
				return change(t, message, func(m *TSRequest) {
					if i == at {
						m.Version, m.HasErrorCode, m.ErrorCode = stated, true, StatusAccountDisabled
					}
				})
			}
			e.run()
			checkNothingDelegated(t, e)
			if want := (&StatusError{Status: StatusAccountDisabled, Peer: stated}); !reflect.DeepEqual(e.clientErr, error(want)) {
				t.Errorf("version %d in message %d: %v", stated, at, e.clientErr)
			}
		}
	}
}

// A client that gives up with an errorCode is not answered, and the server still
// knows its version.
func TestClientGivesUp(t *testing.T) {
	server := newServer(t, ServerConfig{Version: 6, Mechanism: fakes(3)[1]})
	reply, err := server.Step((&TSRequest{Version: 6, ErrorCode: 5, HasErrorCode: true}).Append(nil))
	if reply != nil || !reflect.DeepEqual(err, error(&StatusError{Status: 5, Peer: 6})) || server.Peer() != 6 {
		t.Errorf("% x, %v, peer %d", reply, err, server.Peer())
	}
	wantDead(t, server)
}
