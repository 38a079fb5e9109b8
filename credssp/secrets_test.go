package credssp

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

func isZero(b []byte) bool { return len(bytes.Trim(b, "\x00")) == 0 }

// serverSays is one message of a server to a client of version 6.
func serverSays(m TSRequest) []byte {
	if m.Version == 0 {
		m.Version = 6
	}
	return m.Append(nil)
}

// Whatever ends a client, its credentials are gone, and so is every plaintext
// that it gave to be sealed.
func TestClientWipesCredentials(t *testing.T) {
	challenge := serverSays(TSRequest{NegoToken: fakeToken(2)})
	proof := serverSays(TSRequest{PubKeyAuth: fakeSeal(serverProofOf(6, clientNonce(), serverKey))})
	unopened := serverSays(TSRequest{PubKeyAuth: []byte("not sealed")})
	resume := []byte("resume")
	for _, c := range []struct {
		name  string
		level Level
		fake  fake
		rand  io.Reader
		path  [][]byte // what the client is given after Step(nil); only the last one ends it
	}{
		{"success", Mitigated, fake{tokens: 3}, nil, [][]byte{challenge, proof}},
		{"first token", Mitigated, fake{tokens: 3, failBefore: 1}, nil, nil},
		{"policy", Mitigated, fake{tokens: 3}, nil, [][]byte{serverSays(TSRequest{Version: 4, NegoToken: fakeToken(2)})}},
		{"version that does not exist", Vulnerable, fake{tokens: 3}, nil, [][]byte{serverSays(TSRequest{Version: 1, NegoToken: fakeToken(2)})}},
		{"version changed", Vulnerable, fake{tokens: 3}, nil, [][]byte{challenge, serverSays(TSRequest{Version: 5, PubKeyAuth: []byte{1}})}},
		{"garbage", Mitigated, fake{tokens: 3}, nil, [][]byte{{0x30}}},
		{"errorCode", Mitigated, fake{tokens: 3}, nil, [][]byte{serverSays(TSRequest{HasErrorCode: true})}},
		{"unexpected message", Mitigated, fake{tokens: 3}, nil, [][]byte{proof}},
		{"token", Mitigated, fake{tokens: 3}, nil, [][]byte{serverSays(TSRequest{NegoToken: fakeToken(9)})}},
		{"answer to a token", Mitigated, fake{tokens: 3, failBefore: 3}, nil, [][]byte{challenge}},
		{"randomness", Mitigated, fake{tokens: 3}, iotest.ErrReader(errors.New("no entropy")), [][]byte{challenge}},
		{"too little randomness", Mitigated, fake{tokens: 3}, bytes.NewReader(make([]byte, 31)), [][]byte{challenge}},
		{"sealing of the proof", Mitigated, fake{tokens: 3, sealsUntil: 1}, nil, [][]byte{challenge}},
		{"unsealing", Mitigated, fake{tokens: 3}, nil, [][]byte{challenge, unopened}},
		{"wrong proof", Mitigated, fake{tokens: 3}, nil, [][]byte{challenge, serverSays(TSRequest{PubKeyAuth: fakeSeal(serverKey)})}},
		{"sealing of the credentials", Mitigated, fake{tokens: 3, sealsUntil: 2}, nil, [][]byte{challenge, proof}},
		{"unanswered need", Mitigated, fake{tokens: 3, needBefore: 1, needs: 1}, nil, [][]byte{resume}},
		{"message during a need", Mitigated, fake{tokens: 3, needBefore: 1, needs: 1}, nil, [][]byte{challenge}},
		{"resumed without a need", Mitigated, fake{tokens: 3}, nil, [][]byte{resume}},
		{"begun twice", Mitigated, fake{tokens: 3}, nil, [][]byte{nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.fake.initiator = true
			creds := NewPasswordCreds("d", "u", []byte("secret"))
			client := newClient(t, ClientConfig{Level: c.level, Mechanism: &c.fake, Credentials: creds, Rand: c.rand})
			_, err := client.Step(nil)
			for i, message := range c.path {
				if err != nil || isZero(creds.Password) {
					t.Fatalf("ended before message %d: %v", i, err)
				}
				if bytes.Equal(message, resume) {
					_, err = client.Resume()
				} else {
					_, err = client.Step(message)
				}
			}
			_, done := client.Done()
			if success := c.name == "success"; done != success || success != (err == nil) {
				t.Fatalf("done %v, %v", done, err)
			}
			if !isZero(creds.Password) {
				t.Error("credentials are not wiped")
			}
			// The proof of a key is no secret; what follows it is.
			for _, plaintext := range c.fake.sealed[min(1, len(c.fake.sealed)):] {
				if !isZero(plaintext[:cap(plaintext)]) {
					t.Errorf("plaintext is left: % x", plaintext)
				}
			}
		})
	}
}

func TestClientCloseWipes(t *testing.T) {
	for _, steps := range []int{0, 1, 2} {
		creds := NewPasswordCreds("d", "u", []byte("secret"))
		initiator, _ := fakePair(3)
		client := newClient(t, ClientConfig{Level: Mitigated, Mechanism: initiator, Credentials: creds})
		for _, message := range [][]byte{nil, serverSays(TSRequest{NegoToken: fakeToken(2)})}[:steps] {
			if _, err := client.Step(message); err != nil {
				t.Fatal(err)
			}
		}
		client.Close()
		client.Close()
		if !isZero(creds.Password) {
			t.Errorf("credentials are left after %d steps", steps)
		}
		wantDead(t, client)
	}
}

// What the server opens is wiped, whether it was credentials or not. What it
// gives out is a copy.
func TestServerWipesThePlaintext(t *testing.T) {
	good, err := MarshalCredentials(NewPasswordCreds("d", "u", []byte("secret")))
	if err != nil {
		t.Fatal(err)
	}
	for name, plaintext := range map[string][]byte{"credentials": good, "truncated": good[:len(good)-1], "garbage": []byte("garbage")} {
		_, acceptor := fakePair(3)
		server := newServer(t, ServerConfig{Version: 4, Mechanism: acceptor})
		for _, m := range []TSRequest{
			{Version: 4, NegoToken: fakeToken(1)},
			{Version: 4, NegoToken: fakeToken(3), PubKeyAuth: fakeSeal(serverKey)},
			{Version: 4, AuthInfo: fakeSeal(plaintext)},
		} {
			_, err = server.Step(m.Append(nil))
		}
		identity, done := server.Done()
		if done != (name == "credentials") || done != (err == nil) {
			t.Fatalf("%s: done %v, %v", name, done, err)
		}
		if len(acceptor.opened) != 2 || len(acceptor.opened[1]) != len(plaintext) || !isZero(acceptor.opened[1]) {
			t.Errorf("%s: plaintext is left: % x", name, acceptor.opened)
		}
		if done && !bytes.Equal(identity.Credentials().(*PasswordCreds).Password, utf16("secret")) {
			t.Errorf("%s: credentials were wiped as well", name)
		}
	}
}
