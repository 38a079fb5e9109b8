package ntlm

import (
	"bytes"
	"testing"
)

// A message sent back to where it came from: the two directions have keys of
// their own.
func TestReflectedMessage(t *testing.T) {
	e := established(t)
	_, err := e.client.Unseal(must(e.client.Seal([]byte("text")))(t))
	wants(t, err, "ntlm.signature.wrong")
	wants(t, e.acceptor.Verify([]byte("text"), must(e.acceptor.Sign([]byte("text")))(t)), "ntlm.signature.wrong")
}

func TestReplayedMessage(t *testing.T) {
	e := established(t)
	sealed := must(e.client.Seal([]byte("text")))(t)
	must(e.acceptor.Unseal(sealed))(t)
	_, err := e.acceptor.Unseal(sealed)
	wants(t, err, "ntlm.signature.wrong")

	e = established(t)
	mic := must(e.client.Sign([]byte("text")))(t)
	if err := e.acceptor.Verify([]byte("text"), mic); err != nil {
		t.Fatal(err)
	}
	wants(t, e.acceptor.Verify([]byte("text"), mic), "ntlm.signature.wrong")
}

func TestReorderedMessages(t *testing.T) {
	e := established(t)
	must(e.client.Seal([]byte("first")))(t)
	_, err := e.acceptor.Unseal(must(e.client.Seal([]byte("second")))(t))
	wants(t, err, "ntlm.signature.wrong")
}

// A message of another session between the same two.
func TestMessageOfAnotherSession(t *testing.T) {
	other := newExchange(t, func(c *ClientConfig, a *AcceptorConfig) { c.Rand, a.Rand = predictable(8), predictable(9) }).talk()
	if err := other.logon(alice()); err != nil {
		t.Fatal(err)
	}
	_, err := established(t).acceptor.Unseal(must(other.client.Seal([]byte("text")))(t))
	wants(t, err, "ntlm.signature.wrong")
}

// Each byte of version, checksum, sequence number and ciphertext.
func TestTamperedMessage(t *testing.T) {
	text := []byte("the credentials")
	for i := range signatureLength + len(text) {
		e := established(t)
		sealed := must(e.client.Seal(text))(t)
		sealed[i] ^= 0x80
		opened, err := e.acceptor.Unseal(sealed)
		if got := wants(t, err, "ntlm.signature.wrong"); opened != nil || got.Status() != SecMessageAltered {
			t.Errorf("byte %d: opened % x, status %#x", i, opened, got.Status())
		}
	}
	for i := range signatureLength {
		e := established(t)
		mic := must(e.client.Sign(text))(t)
		mic[i] ^= 0x80
		wants(t, e.acceptor.Verify(text, mic), "ntlm.signature.wrong")
	}
	e := established(t)
	wants(t, e.acceptor.Verify([]byte("other"), must(e.client.Sign(text))(t)), "ntlm.signature.wrong")
}

func TestTruncatedMessage(t *testing.T) {
	sealed := must(established(t).client.Seal([]byte("text")))(t)
	for n := range sealed {
		_, err := established(t).acceptor.Unseal(sealed[:n])
		if n < signatureLength {
			wants(t, err, "ntlm.seal.short")
		} else {
			wants(t, err, "ntlm.signature.wrong")
		}
	}
	e := established(t)
	mic := must(e.client.Sign([]byte("text")))(t)
	for n := range mic {
		wants(t, established(t).acceptor.Verify([]byte("text"), mic[:n]), "ntlm.signature.wrong")
	}
	wants(t, e.acceptor.Verify([]byte("text"), append(mic, 0)), "ntlm.signature.wrong")
}

// After a message that does not verify nothing else does: the connection is
// to be closed, there is no way back into step.
func TestNothingVerifiesAfterAFailure(t *testing.T) {
	e := established(t)
	bad := edited(must(e.client.Seal([]byte("text")))(t), func(b []byte) { b[4] ^= 1 })
	if _, err := e.acceptor.Unseal(bad); err == nil {
		t.Fatal("tampered message passes")
	}
	bad[4] ^= 1
	for range 3 {
		_, err := e.acceptor.Unseal(bad)
		wants(t, err, "ntlm.signature.wrong")
	}
}

func TestSealIsNotPlaintext(t *testing.T) {
	e := established(t)
	text := bytes.Repeat([]byte("password"), 4)
	first, second := must(e.client.Seal(text))(t), must(e.client.Seal(text))(t)
	if bytes.Contains(first, []byte("password")) || bytes.Equal(first[16:], second[16:]) {
		t.Error("plaintext, or the same keystream twice")
	}
	if len(first) != signatureLength+len(text) {
		t.Errorf("%d bytes", len(first))
	}
}

func TestNotEstablished(t *testing.T) {
	e := newExchange(t, nil)
	e.client.ResetSealing() // and nothing happens
	wiped := established(t)
	wiped.client.Wipe()
	wiped.acceptor.Wipe()
	wiped.acceptor.ResetSealing()
	for name, c := range map[string]*context{
		"new client": &e.client.context, "new acceptor": &e.acceptor.context,
		"wiped client": &wiped.client.context, "wiped acceptor": &wiped.acceptor.context,
	} {
		_, errSeal := c.Seal(nil)
		_, errUnseal := c.Unseal(make([]byte, 16))
		_, errSign := c.Sign(nil)
		for _, err := range []error{errSeal, errUnseal, errSign, c.Verify(nil, make([]byte, 16))} {
			wants(t, err, "ntlm.misuse")
		}
		if c.Done() || c.Name() != "NTLM" {
			t.Errorf("%s: done %v, name %q", name, c.Done(), c.Name())
		}
	}
}
