package credssp

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// This file feeds every message to every state. A message is a subset of the
// five fields; each field holds what would be right in that state, so that a
// message can only be refused for its shape. What is not listed as accepted has
// to end the machine.

var fieldNames = []string{"nego", "auth", "pub", "error", "nonce"}

// shape keeps the fields of full that are in the set.
func shape(full TSRequest, set int) (TSRequest, string) {
	m := TSRequest{Version: full.Version}
	var names []string
	for i, keep := range []func(){
		func() { m.NegoToken = full.NegoToken },
		func() { m.AuthInfo = full.AuthInfo },
		func() { m.PubKeyAuth = full.PubKeyAuth },
		func() { m.HasErrorCode, m.ErrorCode = true, StatusLogonFailure },
		func() { m.ClientNonce = full.ClientNonce },
	} {
		if set&(1<<i) != 0 {
			keep()
			names = append(names, fieldNames[i])
		}
	}
	return m, strings.Join(names, "+")
}

// state is a state of a machine and what it has to do with messages.
type state struct {
	name     string
	await    string            // what a PeerError names; "": the machine takes no message at all
	accepted []string          // shapes
	codes    map[string]string // of shapes that fail otherwise than as unexpected
	nego     []byte            // the token that would be right
}

func (s *state) wantCode(names string) string {
	switch {
	case s.await == "":
		return "credssp.misuse"
	case strings.Contains(names, "error"):
		return "credssp.status"
	case slices.Contains(s.accepted, names):
		return ""
	case s.codes[names] != "":
		return s.codes[names]
	}
	return "credssp.message.unexpected"
}

// garbage is everything that is not a TSRequest.
func garbage(full TSRequest) [][]byte {
	whole := full.Append(nil)
	list := [][]byte{{}, {0x30}, []byte("\x03\x00\x00\x0b"), bytes.Repeat([]byte{0xFF}, 100), append(bytes.Clone(whole), 0)}
	for n := range whole {
		list = append(list, whole[:n:n])
	}
	return list
}

var clientStates = []state{
	{name: "not begun"},
	{name: "negoTokens", await: "negoTokens", accepted: []string{"nego", "nego+nonce"}, nego: fakeToken(2)},
	{name: "pubKeyAuth", await: "pubKeyAuth", nego: fakeToken(2), // a token that FreeRDP 3 repeats; the mechanism must not see it
		accepted: []string{"pub", "pub+nonce", "nego+pub", "nego+pub+nonce"}},
	{name: "waiting"},
	{name: "done"},
	{name: "closed"},
}

// clientIn brings a client to a state.
func clientIn(t *testing.T, name string, version int) (*Client, *PasswordCreds) {
	t.Helper()
	initiator, _ := fakePair(3)
	if name == "waiting" {
		initiator.needBefore, initiator.needs = 1, 1
	}
	creds := NewPasswordCreds("", "", []byte("secret"))
	c := newClient(t, ClientConfig{Version: version, Mechanism: initiator, Credentials: creds})
	proof := fakeSeal(serverProofOf(version, clientNonce(), serverKey))
	path := [][]byte{nil,
		(&TSRequest{Version: version, NegoToken: fakeToken(2)}).Append(nil),
		(&TSRequest{Version: version, PubKeyAuth: proof}).Append(nil)}
	steps := map[string]int{"not begun": 0, "negoTokens": 1, "pubKeyAuth": 2, "waiting": 1, "done": 3, "closed": 1}[name]
	for _, message := range path[:steps] {
		if _, err := c.Step(message); err != nil {
			t.Fatal(err)
		}
	}
	if name == "closed" {
		c.Close()
	}
	if (c.Need() != nil) != (name == "waiting") {
		t.Fatalf("%s: need is %v", name, c.Need())
	}
	return c, creds
}

func TestClientStates(t *testing.T) {
	for version := MinVersion; version <= MaxVersion; version++ {
		for _, s := range clientStates {
			t.Run(fmt.Sprintf("version %d, %s", version, s.name), func(t *testing.T) {
				full := TSRequest{
					Version: version, NegoToken: s.nego, AuthInfo: fakeSeal([]byte("x")),
					PubKeyAuth: fakeSeal(serverProofOf(version, clientNonce(), serverKey)), ClientNonce: clientNonce(),
				}
				for set := range 32 {
					m, names := shape(full, set)
					c, creds := clientIn(t, s.name, version)
					checkClientStep(t, c, creds, m.Append(nil), &s, names, s.wantCode(names))
				}
				want := "wire.malformed"
				if s.await == "" {
					want = "credssp.misuse"
				}
				for i, message := range garbage(full) {
					c, creds := clientIn(t, s.name, version)
					checkClientStep(t, c, creds, message, &s, fmt.Sprint("garbage ", i), want)
				}
				if s.name != "not begun" {
					c, creds := clientIn(t, s.name, version)
					checkClientStep(t, c, creds, nil, &s, "nil", "credssp.misuse")
				}
			})
		}
	}
}

func checkClientStep(t *testing.T, c *Client, creds *PasswordCreds, message []byte, s *state, what, want string) {
	t.Helper()
	_, before := c.Done()
	reply, err := c.Step(message)
	if got := code(err); got != want {
		t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
	if err == nil {
		return
	}
	wantFailure(t, err, want, s.await)
	if _, done := c.Done(); reply != nil || done != before {
		t.Errorf("%s: reply % x, done %v", what, reply, done)
	}
	if len(bytes.Trim(creds.Password, "\x00")) > 0 {
		t.Errorf("%s: credentials are not wiped", what)
	}
	wantDead(t, c)
}

// serverStates lists the states of a server for a version. The one that awaits
// pubKeyAuth alone exists only where the acceptor's token is the last.
func serverStates(version int) []state {
	first := map[string]string{"nego+pub": "credssp.binding.early", "nego+pub+nonce": "credssp.binding.early"}
	last := map[string]string{"nego": "credssp.binding.missing", "nego+nonce": "credssp.binding.missing"}
	states := []state{
		{name: "first negoTokens", await: "negoTokens", accepted: []string{"nego", "nego+nonce"}, codes: first, nego: fakeToken(1)},
		{name: "last negoTokens", await: "negoTokens", accepted: []string{"nego+pub", "nego+pub+nonce"}, codes: last, nego: fakeToken(3)},
		{name: "pubKeyAuth", await: "pubKeyAuth", accepted: []string{"pub", "pub+nonce"}, codes: map[string]string{}, nego: fakeToken(5)},
		{name: "authInfo", await: "authInfo", accepted: []string{"auth", "auth+nonce"}, nego: fakeToken(5)},
		{name: "waiting", nego: fakeToken(3)},
		{name: "done", nego: fakeToken(5)},
	}
	if version >= 5 { // no nonce so far
		states[1].accepted, states[2].accepted = []string{"nego+pub+nonce"}, []string{"pub+nonce"}
		last["nego+pub"], states[2].codes["pub"] = "credssp.nonce.missing", "credssp.nonce.missing"
	}
	return states
}

// serverIn brings a server to a state.
func serverIn(t *testing.T, name string, version int) *Server {
	t.Helper()
	_, acceptor := fakePair(3)
	if name == "pubKeyAuth" {
		acceptor.tokens = 4
	}
	if name == "waiting" {
		acceptor.needBefore, acceptor.needs = 2, 1
	}
	s := newServer(t, ServerConfig{Version: version, Mechanism: acceptor})
	proof := fakeSeal(clientProofOf(version, clientNonce(), serverKey))
	creds, err := MarshalCredentials(&PasswordCreds{})
	if err != nil {
		t.Fatal(err)
	}
	path := []TSRequest{{NegoToken: fakeToken(1)}, {NegoToken: fakeToken(3), PubKeyAuth: proof, ClientNonce: clientNonce()}, {AuthInfo: fakeSeal(creds)}}
	if name == "pubKeyAuth" {
		path[1] = TSRequest{NegoToken: fakeToken(3)}
	}
	steps := map[string]int{"first negoTokens": 0, "last negoTokens": 1, "pubKeyAuth": 2, "authInfo": 2, "waiting": 1, "done": 3}[name]
	for _, m := range path[:steps] {
		m.Version = version
		if _, err := s.Step(m.Append(nil)); err != nil {
			t.Fatal(err)
		}
	}
	if (s.Need() != nil) != (name == "waiting") {
		t.Fatalf("%s: need is %v", name, s.Need())
	}
	return s
}

func TestServerStates(t *testing.T) {
	creds, err := MarshalCredentials(&PasswordCreds{})
	if err != nil {
		t.Fatal(err)
	}
	for version := MinVersion; version <= MaxVersion; version++ {
		for _, s := range serverStates(version) {
			t.Run(fmt.Sprintf("version %d, %s", version, s.name), func(t *testing.T) {
				full := TSRequest{
					Version: version, NegoToken: s.nego, AuthInfo: fakeSeal(creds),
					PubKeyAuth: fakeSeal(clientProofOf(version, clientNonce(), serverKey)), ClientNonce: clientNonce(),
				}
				for set := range 32 {
					m, names := shape(full, set)
					checkServerStep(t, serverIn(t, s.name, version), m.Append(nil), &s, names, s.wantCode(names), version)
				}
				want := "wire.malformed"
				if s.await == "" {
					want = "credssp.misuse"
				}
				for i, message := range append(garbage(full), nil) {
					checkServerStep(t, serverIn(t, s.name, version), message, &s, fmt.Sprint("garbage ", i), want, version)
				}
				empty := full
				empty.AuthInfo, empty.ClientNonce, empty.PubKeyAuth = nil, nil, []byte{}
				want = map[string]string{"first negoTokens": "credssp.binding.early", "waiting": "credssp.misuse", "done": "credssp.misuse"}[s.name]
				if want != "" {
					checkServerStep(t, serverIn(t, s.name, version), empty.Append(nil), &s, "nego+empty pub", want, version)
				}
			})
		}
	}
}

// checkServerStep also checks that a refusal is told exactly to those who can
// read it: at versions 3, 4 and 6, once the version is known, and neither to a
// client that has given up itself nor because of our caller's mistake.
func checkServerStep(t *testing.T, s *Server, message []byte, in *state, what, want string, version int) {
	t.Helper()
	_, before := s.Done()
	known := s.Peer() != 0
	reply, err := s.Step(message)
	if got := code(err); got != want {
		t.Errorf("%s: %q, want %q (%v)", what, got, want, err)
	}
	if err == nil {
		return
	}
	await := in.await
	if want == "credssp.nonce.missing" {
		await = "pubKeyAuth"
	}
	wantFailure(t, err, want, await)
	known = known || want != "wire.malformed"
	tells := known && version != 2 && version != 5 && want != "credssp.status" && want != "credssp.misuse"
	switch {
	case !tells && reply != nil:
		t.Errorf("%s: reply % x", what, reply)
	case tells && !reflect.DeepEqual(parse(t, reply), TSRequest{Version: version, ErrorCode: SecInvalidToken, HasErrorCode: true}):
		t.Errorf("%s: reply % x", what, reply)
	}
	if _, done := s.Done(); done != before {
		t.Errorf("%s: done %v", what, done)
	}
	wantDead(t, s)
}
