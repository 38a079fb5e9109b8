package credssp

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"testing"
)

// The policy, literally. Which versions an updated end states (5 or 6) and that
// an end without the update states 2, 3 or 4 is MS-CSSP product notes <10>,
// <12>, <25> and captures; who falls back is the description of
// AllowEncryptionOracle: a client only under Vulnerable, a service under
// Mitigated and Vulnerable. (Confirmed, but for one thing: that the policy of an
// updated end leaves the version it states alone is inferred.)
var policyTable = []struct {
	role  Role
	level Level
	own   []int
	peers []int // of those tried
}{
	{ClientRole, NotUpdated, []int{2, 3, 4}, []int{2, 3, 4, 5, 6, 7, 0x60}},
	{ClientRole, ForceUpdatedClients, []int{5, 6}, []int{5, 6, 7, 0x60}},
	{ClientRole, Mitigated, []int{5, 6}, []int{5, 6, 7, 0x60}},
	{ClientRole, Vulnerable, []int{5, 6}, []int{2, 3, 4, 5, 6, 7, 0x60}},
	{ServerRole, NotUpdated, []int{2, 3, 4}, []int{2, 3, 4, 5, 6, 7, 0x60}},
	{ServerRole, ForceUpdatedClients, []int{5, 6}, []int{5, 6, 7, 0x60}},
	{ServerRole, Mitigated, []int{5, 6}, []int{2, 3, 4, 5, 6, 7, 0x60}},
	{ServerRole, Vulnerable, []int{5, 6}, []int{2, 3, 4, 5, 6, 7, 0x60}},
}

func TestPolicy(t *testing.T) {
	tried := []int{-1, 0, 1, 2, 3, 4, 5, 6, 7, 0x60}
	for _, c := range policyTable {
		versions, ok := Policy(c.role, c.level)
		if !ok {
			t.Errorf("%v, %v: unknown", c.role, c.level)
		}
		var own, peers []int
		for _, v := range tried {
			if versions.Own(v) {
				own = append(own, v)
			}
			if versions.AcceptsPeer(v) {
				peers = append(peers, v)
			}
		}
		if !reflect.DeepEqual(own, c.own) || !reflect.DeepEqual(peers, c.peers) {
			t.Errorf("%v, %v: states %v, accepts %v", c.role, c.level, own, peers)
		}
	}
	if len(policyTable) != 2*len(Levels()) {
		t.Error("the table has not every level in both roles")
	}
}

func TestUnknownPolicyAllowsNothing(t *testing.T) {
	for _, role := range []Role{-1, 0, ClientRole, ServerRole, 3} {
		for _, level := range []Level{-1, 0, NotUpdated, Vulnerable, 5} {
			known := (role == ClientRole || role == ServerRole) && level >= NotUpdated && level <= Vulnerable
			versions, ok := Policy(role, level)
			if ok != known {
				t.Errorf("%v, %v: %v", role, level, ok)
			}
			if known {
				continue
			}
			for v := -1; v < 8; v++ {
				if versions.Own(v) || versions.AcceptsPeer(v) {
					t.Errorf("%v, %v allows version %d", role, level, v)
				}
			}
		}
	}
}

func TestPolicyNames(t *testing.T) {
	for v, want := range map[fmt.Stringer]string{
		ClientRole: "client", ServerRole: "server", Role(0): "Role(0)", NotUpdated: "not updated",
		ForceUpdatedClients: "force updated clients", Mitigated: "mitigated", Vulnerable: "vulnerable", Level(0): "Level(0)",
	} {
		if v.String() != want {
			t.Errorf("%q, want %q", v, want)
		}
	}
}

// matrix is the compatibility table of KB4093492 (confirmed by three copies of
// it; that the four "insecure" cells run the key echo is inferred). Rows are
// clients and columns servers, both in the order of Levels. Who refuses follows
// from the policy: the end that does not fall back.
var matrix = [4][4]string{
	{"insecure", "server refuses", "insecure", "insecure"},
	{"client refuses", "secure", "secure", "secure"},
	{"client refuses", "secure", "secure", "secure"},
	{"insecure", "secure", "secure", "secure"},
}

// Every cell on real machines with real NTLM, for every version that the two
// levels may state.
func TestMatrix(t *testing.T) {
	for i, clientLevel := range Levels() {
		for j, serverLevel := range Levels() {
			clientVersions, _ := Policy(ClientRole, clientLevel)
			serverVersions, _ := Policy(ServerRole, serverLevel)
			for cv := clientVersions.OwnMin; cv <= clientVersions.OwnMax; cv++ {
				for sv := serverVersions.OwnMin; sv <= serverVersions.OwnMax; sv++ {
					name := fmt.Sprintf("client %v %d, server %v %d", clientLevel, cv, serverLevel, sv)
					t.Run(name, func(t *testing.T) {
						e := &exchange{
							client: newClient(t, ClientConfig{Level: clientLevel, Version: cv, Mechanism: ntlmClient(t, 1, password)}),
							server: newServer(t, ServerConfig{Level: serverLevel, Version: sv, Mechanism: ntlmServer(t, 2)}),
						}
						switch want := matrix[i][j]; want {
						case "client refuses":
							checkClientRefuses(t, e.run(), clientLevel, cv, sv)
						case "server refuses":
							checkServerRefuses(t, e.run(), serverLevel, cv, sv)
						default:
							checkDelegated(t, e.run(), cv, sv)
							if insecure := min(cv, sv) < 5; insecure != (want == "insecure") {
								t.Errorf("cell is %s, version is %d", want, min(cv, sv))
							}
						}
					})
				}
			}
		}
	}
}

func checkDelegated(t *testing.T, e *exchange, cv, sv int) {
	t.Helper()
	result, clientDone := e.client.Done()
	identity, serverDone := e.server.Done()
	if !clientDone || !serverDone {
		t.Fatalf("client %v, server %v", e.clientErr, e.serverErr)
	}
	if *result != (ClientResult{Peer: sv, Version: min(cv, sv)}) {
		t.Errorf("client: %+v", result)
	}
	domain, user := identity.User()
	if domain != "PLANT" || user != account || identity.Mechanism() != "NTLM" || identity.Peer() != cv || identity.Version() != min(cv, sv) {
		t.Errorf("server: %s with %d, version %d", identity, identity.Peer(), identity.Version())
	}
	if want := NewPasswordCreds("PLANT", account, []byte(password)); !reflect.DeepEqual(identity.Credentials(), Credentials(want)) {
		t.Error("server opened other credentials")
	}
}

// Nothing is delegated, and the client does not even authenticate itself.
func checkClientRefuses(t *testing.T, e *exchange, level Level, cv, sv int) {
	t.Helper()
	checkPolicyError(t, e.clientErr, PolicyError{Role: ClientRole, Level: level, Own: cv, Peer: sv})
	checkNothingDelegated(t, e)
	if len(e.sent) != 1 || containsNTLM(e.sent, 3) {
		t.Errorf("client sent %d messages, an AUTHENTICATE among them: %v", len(e.sent), containsNTLM(e.sent, 3))
	}
	if !containsNTLM(e.sent, 1) || !containsNTLM(e.received, 2) {
		t.Error("the exchange did not come to the CHALLENGE")
	}
}

// The server refuses before its challenge. A client at 3 or 4 is told why.
func checkServerRefuses(t *testing.T, e *exchange, level Level, cv, sv int) {
	t.Helper()
	checkPolicyError(t, e.serverErr, PolicyError{Role: ServerRole, Level: level, Own: sv, Peer: cv})
	checkNothingDelegated(t, e)
	if containsNTLM(e.received, 2) || containsNTLM(e.sent, 3) {
		t.Error("the exchange went on to the CHALLENGE")
	}
	var status *StatusError
	switch told := errors.As(e.clientErr, &status); {
	case told != (cv == 3 || cv == 4):
		t.Errorf("client at version %d got %v", cv, e.clientErr)
	case told && (status.Status != StatusNotSupported || status.Peer != sv):
		t.Errorf("client was told %+v", status)
	case !told && (len(e.received) != 0 || e.clientErr != nil):
		t.Errorf("client got %x, %v", e.received, e.clientErr)
	}
}

func checkPolicyError(t *testing.T, err error, want PolicyError) {
	t.Helper()
	var got *PolicyError
	if !errors.As(err, &got) || *got != want {
		t.Fatalf("%#v, want %#v", err, want)
	}
	args := map[string]any{"role": want.Role.String(), "level": want.Level.String(), "own": want.Own, "peer": want.Peer}
	if got.Code() != "credssp.version.refused" || got.Kind() != "incompatible" || !reflect.DeepEqual(got.Args(), args) {
		t.Errorf("%s %s %v", got.Code(), got.Kind(), got.Args())
	}
}

func checkNothingDelegated(t *testing.T, e *exchange) {
	t.Helper()
	if _, done := e.client.Done(); done {
		t.Error("client is done")
	}
	if _, done := e.server.Done(); done {
		t.Error("server has credentials")
	}
	for _, message := range e.sent {
		if parse(t, message).AuthInfo != nil {
			t.Error("client sent authInfo")
		}
	}
}

// containsNTLM looks for an NTLM message of this type anywhere in messages.
func containsNTLM(messages [][]byte, messageType byte) bool {
	want := append([]byte("NTLMSSP\x00"), messageType, 0, 0, 0)
	return bytes.Contains(bytes.Join(messages, nil), want)
}

// A man in the middle who states lower versions for both brings down a client
// that falls back, whatever the two ends could do: this is what Vulnerable
// means. It does not work on the others.
func TestDowngradeByRewriting(t *testing.T) {
	for _, c := range []struct {
		level      Level
		clientCode string
		version    int
	}{{Vulnerable, "", 4}, {Mitigated, "credssp.version.refused", 0}, {ForceUpdatedClients, "credssp.version.refused", 0}} {
		to4 := func(_ int, message []byte) []byte {
			return change(t, message, func(m *TSRequest) { m.Version = 4 })
		}
		e := &exchange{
			client:   newClient(t, ClientConfig{Level: c.level, Mechanism: ntlmClient(t, 1, password)}),
			server:   newServer(t, ServerConfig{Level: Mitigated, Mechanism: ntlmServer(t, 2)}),
			toServer: to4, toClient: to4,
		}
		e.run()
		wantCode(t, e.clientErr, c.clientCode)
		if identity, done := e.server.Done(); done != (c.version != 0) || done && identity.Version() != c.version {
			t.Errorf("%v: done %v, %v", c.level, done, identity)
		}
	}
}
