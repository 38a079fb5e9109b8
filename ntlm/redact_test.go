package ntlm

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
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

// traces are the ways in which a secret would show itself.
func traces(secret []byte) []string {
	list := func(verb string, b []byte) string {
		return strings.Trim(fmt.Sprintf(verb, b), "[]")
	}
	return []string{
		string(secret), list("%d", secret), strings.ReplaceAll(list("%d", secret), " ", ","),
		list("%x", secret), list("%X", secret), list("% x", secret), list("%#v", secret)[len("[]byte{"):],
		list("%o", secret), list("%b", secret), list("%q", secret),
		base64.StdEncoding.EncodeToString(secret), fmt.Sprintf("%x", wire.AppendUTF16(nil, string(secret))),
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	secret := []byte("\xE7sixteen\xF1bytes\x8A!")
	hash, key := NTHash(secret), [16]byte(secret)
	need := Need{User: "alice", Domain: "CORP"}
	need.Accept(key)
	client := Client{config: ClientConfig{Hash: hash}}
	client.session = &session{send: direction{signingKey: secret}}
	acceptor := Acceptor{need: &need}
	acceptor.session = client.session
	account := Account{Hash: hash}
	config := ClientConfig{Hash: hash, User: "alice"}
	for _, v := range []any{
		hash, &hash, []NTHash{hash}, map[string]NTHash{"alice": hash}, struct{ H NTHash }{hash},
		account, &account, []Account{account}, map[string]Account{"alice": account},
		config, &config, client, &client, acceptor, &acceptor, need, &need, struct{ C *Client }{&client},
	} {
		text := printed(v)
		for _, trace := range traces(secret) {
			if strings.Contains(text, trace) {
				t.Errorf("%T shows %q", v, trace)
			}
		}
	}
	if text := printed(struct{ B []byte }{secret}); !strings.Contains(text, traces(secret)[1]) || !strings.Contains(text, traces(secret)[10]) {
		t.Error("this test finds nothing")
	}
	if got := fmt.Sprintf("%v %x %#v", hash, hash, need); got != `redacted redacted ntlm.Need of "CORP\\alice"` {
		t.Error(got)
	}
}
