package credssp

import (
	"bytes"
	"errors"
	"fmt"
)

// fake is a mechanism with a shape of choice. Its tokens are numbered through
// both directions, so that the odd ones are the initiator's. It seals without a
// direction and without counting: what holds with it, holds because of the
// binding and not because of the mechanism.
type fake struct {
	tokens    int // of the whole exchange; even: the last is the acceptor's
	initiator bool

	needs, needBefore int // how many Needs, before which own token
	failBefore        int // the own token that comes with errFake
	sealsUntil        int // Seal fails from this call on; 0: never

	moved  int // tokens sent and received
	asked  *fakeNeed
	seals  int
	sealed [][]byte // the plaintexts given to Seal
	opened [][]byte // the plaintexts given out by Unseal
}

type fakeNeed struct{ answered bool }

var (
	errFake     = errors.New("fake: refused")
	errFakeSeal = errors.New("fake: does not seal")
)

func fakePair(tokens int) (initiator, acceptor *fake) {
	return &fake{tokens: tokens, initiator: true}, &fake{tokens: tokens}
}

func fakeToken(n int) []byte { return []byte{'T', byte(n)} }

func (f *fake) Step(token []byte) ([]byte, error) {
	if token != nil || !f.initiator || f.moved > 0 {
		if f.Done() || !bytes.Equal(token, fakeToken(f.moved+1)) {
			return nil, fmt.Errorf("fake: %q after %d tokens", token, f.moved)
		}
		f.moved++
	}
	return f.next()
}

func (f *fake) Resume() ([]byte, error) {
	if f.asked == nil || !f.asked.answered {
		return nil, errors.New("fake: nothing to resume")
	}
	f.asked = nil
	return f.next()
}

func (f *fake) next() ([]byte, error) {
	if f.needs > 0 && f.needBefore == f.moved+1 {
		f.needs--
		f.asked = &fakeNeed{}
		return nil, nil
	}
	if f.failBefore == f.moved+1 {
		return []byte("reject"), errFake
	}
	if f.Done() {
		return nil, nil
	}
	f.moved++
	return fakeToken(f.moved), nil
}

func (f *fake) Done() bool { return f.moved == f.tokens && f.asked == nil }

func (f *fake) Need() any {
	if f.asked == nil {
		return nil
	}
	return f.asked
}

func (f *fake) Seal(plaintext []byte) ([]byte, error) {
	f.sealed = append(f.sealed, plaintext)
	f.seals++
	if f.seals == f.sealsUntil {
		return nil, errFakeSeal
	}
	return fakeSeal(plaintext), nil
}

func (f *fake) Unseal(sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != 'S' {
		return nil, errors.New("fake: not sealed")
	}
	plaintext := flip(sealed[1:])
	f.opened = append(f.opened, plaintext)
	return plaintext, nil
}

func (f *fake) Name() string { return "fake" }

func (f *fake) Peer() (domain, user string) { return "PLANT", account }

func fakeSeal(plaintext []byte) []byte { return append([]byte{'S'}, flip(plaintext)...) }

func flip(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = b[i] ^ 0x5A
	}
	return out
}
