package credssp

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// printed is what becomes of a value in the hands of somebody who prints it, by
// every verb but %p, in which fmt asks no type and which vet refuses.
func printed(v any) string {
	var out bytes.Buffer
	for _, verb := range "vsqdxXoObcUeEfFgGtz" {
		for _, flags := range []string{"", "+", "#", " ", "0", "#+ "} {
			fmt.Fprintf(&out, "%"+flags+string(verb)+"\n", v)
		}
	}
	fmt.Fprintln(&out, v)
	if text, err := json.Marshal(v); err == nil {
		out.Write(text)
	}
	slog.New(slog.NewJSONHandler(&out, nil)).Info("", "value", v)
	slog.New(slog.NewTextHandler(&out, nil)).Info("", "value", v)
	return out.String()
}

// traces are the ways in which bytes would show themselves.
func traces(secret []byte) []string {
	list := func(verb string) string { return strings.Trim(fmt.Sprintf(verb, secret), "[]") }
	return []string{
		string(secret), list("%d"), strings.ReplaceAll(list("%d"), " ", ","),
		list("%x"), list("%X"), list("% x"), list("%#v")[len("[]byte{"):], list("%o"), list("%b"), list("%q"),
		strings.TrimRight(base64.StdEncoding.EncodeToString(secret), "="),
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	const word = "Sesame17"
	secret := utf16(word)
	password := PasswordCreds{"PLANT", account, secret}
	card := SmartCardCreds{PIN: secret, CardName: "card"}
	pack := PackageCred{"Kerberos", secret}
	guard := RemoteGuardCreds{Logon: pack, Supplementary: []PackageCred{pack}}
	identity := Identity{domain: "PLANT", user: account, credentials: &password}
	config := ClientConfig{Credentials: &password}
	client := Client{config: config}
	server := Server{identity: &identity}
	for _, v := range []any{
		password, &password, []PasswordCreds{password}, struct{ C Credentials }{&password}, struct{ P PasswordCreds }{password},
		card, &card, map[string]SmartCardCreds{"": card}, pack, &pack, []PackageCred{pack}, guard, &guard, []*RemoteGuardCreds{&guard},
		identity, &identity, []Identity{identity}, config, &config, client, &client, server, &server,
	} {
		text := printed(v)
		for _, trace := range append(traces(secret), traces([]byte(word))...) {
			if strings.Contains(text, trace) {
				t.Errorf("%T shows %q", v, trace)
			}
		}
	}
	if text := printed(struct{ B []byte }{secret}); !strings.Contains(text, traces(secret)[1]) || !strings.Contains(text, traces(secret)[10]) {
		t.Error("this test finds nothing")
	}
	if text, err := json.Marshal(password); err != nil || string(text) != `"password of PLANT\\`+account+`"` {
		t.Errorf("%s, %v", text, err)
	}
}

// An Identity that no Server made proves nothing, and whoever asks it does not
// fall over.
func TestZeroIdentity(t *testing.T) {
	var i Identity
	if domain, user := i.User(); domain != "" || user != "" || i.Credentials() != nil || i.Mechanism() != "" || i.Version() != 0 || i.Peer() != 0 {
		t.Errorf("%v", i)
	}
}

// outsideError is an error of somebody else that has a status.
type outsideError uint32

func (e outsideError) Error() string  { return "outside" }
func (e outsideError) Status() uint32 { return uint32(e) }

// A reason from outside ends the exchange, and the client is told where it can
// read it.
func TestServerFail(t *testing.T) {
	for _, c := range []struct {
		version int
		err     error
		status  uint32 // 0: no reply
	}{
		{6, outsideError(StatusAccountLockedOut), StatusAccountLockedOut},
		{6, fmt.Errorf("wrapped: %w", outsideError(StatusAccountLockedOut)), StatusAccountLockedOut},
		{4, fmt.Errorf("no domain controller"), SecInvalidToken},
		{5, outsideError(StatusAccountLockedOut), 0},
	} {
		_, acceptor := fakePair(3)
		acceptor.needs, acceptor.needBefore = 1, 2
		server := newServer(t, ServerConfig{Version: c.version, Mechanism: acceptor})
		if _, err := server.Step((&TSRequest{Version: c.version, NegoToken: fakeToken(1)}).Append(nil)); err != nil || server.Need() == nil {
			t.Fatal(err)
		}
		reply := server.Fail(c.err)
		if (reply != nil) != (c.status != 0) {
			t.Fatalf("version %d: reply % x", c.version, reply)
		}
		if reply != nil {
			if m, err := ParseTSRequest(reply); err != nil || m.ErrorCode != c.status {
				t.Errorf("version %d: %+v, %v", c.version, m, err)
			}
		}
		if _, done := server.Done(); done || server.Need() != nil || server.Fail(c.err) != nil {
			t.Error("the server lives on")
		}
		if _, err := server.Step(nil); err == nil {
			t.Error("the server takes another message")
		}
	}
}
