package spnego

import (
	"bytes"
	"crypto/hmac"
	"crypto/rc4"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
)

// fake is a mechanism in the image of NTLM: tokens go back and forth until the
// last leg, signatures are an HMAC over number and message whose bytes pass
// through the RC4 stream that also seals, and every direction counts.
type fake struct {
	label    string
	legs     int // tokens in the whole exchange; the initiator sends the odd ones
	acceptor bool
	needAt   int  // the leg before which it waits for an answer, 0 for never
	mute     bool // gives no token where one is due
	cannot   bool // sign
	errToken []byte

	leg     int // tokens seen and sent
	waiting bool
	resets  int
	out, in direction
}

type direction struct {
	key []byte
	rc4 *rc4.Cipher
	seq uint32
}

func newDirection(key string) direction {
	d := direction{key: []byte(key)}
	d.reset()
	return d
}

func (d *direction) reset() { d.rc4, _ = rc4.NewCipher(d.key) }

func (d *direction) mac(message []byte) []byte {
	h := hmac.New(sha256.New, d.key)
	h.Write(binary.BigEndian.AppendUint32(nil, d.seq))
	h.Write(message)
	d.seq++
	mac := h.Sum(nil)[:8]
	d.rc4.XORKeyStream(mac, mac)
	return mac
}

func newFake(label string, legs int, acceptor bool) *fake {
	f := &fake{label: label, legs: legs, acceptor: acceptor,
		out: newDirection(label + " to acceptor"), in: newDirection(label + " to initiator")}
	if acceptor {
		f.out, f.in = f.in, f.out
	}
	return f
}

// legToken is what the mechanism sends as its nth token. Those of NTLM begin as
// NTLM messages do.
func (f *fake) legToken(n int) []byte { return fmt.Appendf(nil, "%sSSP\x00token %d", f.label, n) }

var errFake = errors.New("fake: wrong token")

func (f *fake) Step(token []byte) ([]byte, error) {
	if f.waiting || f.Done() {
		return nil, errors.New("fake: stepped at the wrong time")
	}
	if starts := !f.acceptor && f.leg == 0; starts != (token == nil) {
		return f.errToken, errFake
	} else if !starts {
		f.leg++
		if !bytes.Equal(token, f.legToken(f.leg)) {
			return f.errToken, errFake
		}
	}
	if f.needAt == f.leg+1 {
		f.waiting = true
		return nil, nil
	}
	return f.reply(), nil
}

func (f *fake) reply() []byte {
	if f.Done() || f.mute {
		return nil
	}
	f.leg++
	return f.legToken(f.leg)
}

func (f *fake) Done() bool { return f.leg == f.legs && !f.waiting }

func (f *fake) Need() any {
	if f.waiting {
		return "an answer"
	}
	return nil
}

func (f *fake) Resume() ([]byte, error) {
	f.waiting = false
	return f.reply(), nil
}

func (f *fake) Seal(plaintext []byte) ([]byte, error) {
	sealed := bytes.Clone(plaintext)
	f.out.rc4.XORKeyStream(sealed, sealed)
	return append(f.out.mac(plaintext), sealed...), nil
}

func (f *fake) Unseal(sealed []byte) ([]byte, error) {
	if len(sealed) < 8 {
		return nil, errors.New("fake: short")
	}
	plaintext := bytes.Clone(sealed[8:])
	f.in.rc4.XORKeyStream(plaintext, plaintext)
	if !hmac.Equal(f.in.mac(plaintext), sealed[:8]) {
		return nil, errors.New("fake: seal broken")
	}
	return plaintext, nil
}

var errCannotSign = errors.New("fake: cannot sign")

func (f *fake) Sign(message []byte) ([]byte, error) {
	if f.cannot {
		return nil, errCannotSign
	}
	return f.out.mac(message), nil
}

func (f *fake) Verify(message, mic []byte) error {
	if !hmac.Equal(f.in.mac(message), mic) {
		return errors.New("fake: wrong signature")
	}
	return nil
}

func (f *fake) ResetSealing() {
	f.resets++
	f.out.reset()
	f.in.reset()
}

func (f *fake) Name() string { return f.label }

func (f *fake) Peer() (domain, user string) {
	if f.acceptor && f.Done() {
		return "PLANT", "tanaka"
	}
	return "", ""
}

// The fakes of the tests have the number of tokens of what they stand for.
var fakeLegs = map[OID]struct {
	label string
	legs  int
}{
	NTLM:        {"NTLM", 3},
	Kerberos:    {"Kerberos", 2},
	MSKerberos:  {"Kerberos", 2},
	KerberosU2U: {"U2U", 4},
	oneLeg:      {"OneLeg", 1},
}

const oneLeg OID = "\x2a\x03\x04" // 1.2.3.4, a mechanism with a single token

func fakeOffers(acceptor bool, oids ...OID) []Offer {
	offers := make([]Offer, len(oids))
	for i, oid := range oids {
		offers[i] = Offer{oid, newFake(fakeLegs[oid].label, fakeLegs[oid].legs, acceptor)}
	}
	return offers
}

func newPair(t testing.TB, initiator, acceptor []OID) (*Initiator, *Acceptor, []Offer, []Offer) {
	t.Helper()
	io, ao := fakeOffers(false, initiator...), fakeOffers(true, acceptor...)
	i, err := NewInitiator(io)
	if err != nil {
		t.Fatal(err)
	}
	a, err := NewAcceptor(ao)
	if err != nil {
		t.Fatal(err)
	}
	return i, a, io, ao
}
