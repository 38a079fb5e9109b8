package spnego

import (
	"bytes"
	"crypto/rc4"
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// machineUnderTest is the method set that CredSSP uses.
type machineUnderTest interface {
	Step(token []byte) ([]byte, error)
	Done() bool
	Need() any
	Resume() ([]byte, error)
	Seal(plaintext []byte) ([]byte, error)
	Unseal(sealed []byte) ([]byte, error)
	Name() string
	Peer() (domain, user string)
}

var _, _ machineUnderTest = (*Initiator)(nil), (*Acceptor)(nil)

// step drives one machine over its needs.
func step(m machineUnderTest, token []byte) ([]byte, error) {
	reply, err := m.Step(token)
	for err == nil && m.Need() != nil {
		if reply != nil {
			return nil, errors.New("reply while an answer is needed")
		}
		reply, err = m.Resume()
	}
	return reply, err
}

// negotiate passes tokens back and forth through wire, which may change them,
// until nobody has one to send. It returns how many were sent.
func negotiate(i *Initiator, a *Acceptor, wire func(n int, token []byte) []byte) (sent int, err error) {
	token, err := step(i, nil)
	ends := []machineUnderTest{a, i}
	for n := 0; err == nil && token != nil && n < 20; n++ {
		sent++
		if token = wire(n, token); token != nil {
			token, err = step(ends[n%2], token)
		}
	}
	return sent, err
}

func untouched(_ int, token []byte) []byte { return token }

func TestNegotiation(t *testing.T) {
	type oids = []OID
	for _, c := range []struct {
		initiator, acceptor oids
		want                string // mechanism
		mic                 bool   // exchanged
		sent                int    // messages
	}{
		// NTLM has three tokens; the initiator sends the last and adds its MIC.
		{oids{NTLM}, oids{NTLM}, "NTLM", true, 4},
		{oids{NTLM}, oids{Kerberos, NTLM}, "NTLM", true, 4},
		// FreeRDP and MIT against an acceptor that has NTLM only.
		{oids{KerberosU2U, Kerberos, NTLM}, oids{NTLM}, "NTLM", true, 6},
		{oids{Kerberos, NTLM}, oids{NTLM}, "NTLM", true, 6},
		// Windows lists both identifiers of Kerberos.
		{oids{MSKerberos, Kerberos, NTLM}, oids{Kerberos, NTLM}, "Kerberos", false, 2},
		{oids{MSKerberos, Kerberos, NTLM}, oids{NTLM}, "NTLM", true, 6},
		{oids{Kerberos}, oids{MSKerberos}, "Kerberos", false, 2},
		{oids{MSKerberos}, oids{MSKerberos, Kerberos}, "Kerberos", false, 2},
		// Kerberos has two tokens; the acceptor sends the last.
		{oids{Kerberos, NTLM}, oids{Kerberos, NTLM}, "Kerberos", false, 2},
		{oids{Kerberos, NTLM}, oids{NTLM, Kerberos}, "Kerberos", true, 3},
		{oids{NTLM, Kerberos}, oids{Kerberos}, "Kerberos", true, 5},
		// User-to-user has four tokens.
		{oids{KerberosU2U, Kerberos, NTLM}, oids{KerberosU2U}, "U2U", false, 4},
		{oids{KerberosU2U}, oids{Kerberos, KerberosU2U}, "U2U", true, 5},
		{oids{Kerberos, KerberosU2U}, oids{KerberosU2U}, "U2U", true, 7},
		// A single token.
		{oids{oneLeg}, oids{oneLeg}, "OneLeg", false, 2},
		{oids{oneLeg}, oids{NTLM, oneLeg}, "OneLeg", true, 4},
		{oids{NTLM, oneLeg}, oids{oneLeg}, "OneLeg", true, 4},
	} {
		for need := range 8 { // 0: never, the others: before that token, on both sides
			name := fmt.Sprintf("%s to %s, need %d", dotted(c.initiator), dotted(c.acceptor), need)
			t.Run(name, func(t *testing.T) {
				i, a, io, ao := newPair(t, c.initiator, c.acceptor)
				for _, o := range append(io, ao...) {
					o.Mechanism.(*fake).needAt = need
				}
				sent, err := negotiate(i, a, untouched)
				if err != nil || !i.Done() || !a.Done() {
					t.Fatalf("err %v, done %v %v", err, i.Done(), a.Done())
				}
				if sent != c.sent {
					t.Errorf("%d messages, want %d", sent, c.sent)
				}
				if want := "SPNEGO/" + c.want; i.Name() != want || a.Name() != want {
					t.Errorf("names %s, %s", i.Name(), a.Name())
				}
				if _, user := a.Peer(); user != "tanaka" {
					t.Errorf("peer %q", user)
				}
				if domain, user := i.Peer(); domain != "" || user != "" {
					t.Error("an initiator has a peer name")
				}
				checkSealing(t, i, a, c.mic)
				checkSealing(t, a, i, c.mic)
			})
		}
	}
}

// checkSealing seals two messages. The first must begin with the first byte of
// the RC4 stream, whether or not a MIC has used that stream, and have the
// sequence number that the MIC left.
func checkSealing(t *testing.T, from, to machineUnderTest, mic bool) {
	t.Helper()
	var m *fake
	switch e := from.(type) {
	case *Initiator:
		m = e.state.(established).mech.(*fake)
	case *Acceptor:
		m = e.state.(established).mech.(*fake)
	}
	resets, seq := 0, uint32(0)
	if mic {
		resets, seq = 1, 1
	}
	if m.resets != resets || m.out.seq != seq {
		t.Errorf("%d resets, want %d; sequence number %d, want %d", m.resets, resets, m.out.seq, seq)
	}
	plaintext := []byte("a key and then a password")
	sealed, err := from.Seal(plaintext)
	if err != nil {
		t.Fatal(err)
	}
	want := bytes.Clone(plaintext)
	stream, _ := rc4.NewCipher(m.out.key)
	stream.XORKeyStream(want, want)
	if !bytes.Equal(sealed[8:], want) {
		t.Error("the RC4 stream does not start from its beginning")
	}
	for range 2 {
		if got, err := to.Unseal(sealed); err != nil || !bytes.Equal(got, plaintext) {
			t.Fatalf("unseal: %q, %v", got, err)
		}
		if sealed, err = from.Seal(plaintext); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRawNTLM(t *testing.T) {
	client := newFake("NTLM", 3, false)
	server := newFake("NTLM", 3, true)
	server.needAt = 4 // the verification of the last token
	a, err := NewAcceptor([]Offer{{Kerberos, newFake("Kerberos", 2, true)}, {NTLM, server}})
	if err != nil {
		t.Fatal(err)
	}
	var token []byte
	for range 2 {
		if token, err = client.Step(token); err != nil || !IsRawNTLM(token) {
			t.Fatalf("%q, %v", token, err)
		}
		if token, err = a.Step(token); err != nil {
			t.Fatal(err)
		}
	}
	if token != nil || a.Need() == nil || a.Done() {
		t.Fatalf("reply %q, need %v, done %v", token, a.Need(), a.Done())
	}
	if token, err = a.Resume(); token != nil || err != nil || !a.Done() {
		t.Fatalf("reply %q, %v", token, err)
	}
	if a.Name() != "NTLM" || server.resets != 0 {
		t.Errorf("name %s, %d resets", a.Name(), server.resets)
	}
	sealed, _ := client.Seal([]byte("x"))
	if got, err := a.Unseal(sealed); err != nil || string(got) != "x" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRawNTLMFailures(t *testing.T) {
	server := newFake("NTLM", 3, true)
	server.errToken = []byte("NTLMSSP\x00error")
	a, _ := NewAcceptor([]Offer{{NTLM, server}})
	reply, err := a.Step([]byte("NTLMSSP\x00junk"))
	if !errors.Is(err, errFake) || !bytes.Equal(reply, server.errToken) {
		t.Errorf("the mechanism's own reply and error are due: %q, %v", reply, err)
	}
	checkDead(t, a)

	a, _ = NewAcceptor(fakeOffers(true, Kerberos))
	reply, err = a.Step([]byte("NTLMSSP\x00token 1"))
	checkReason(t, err, NoCommonMechanism)
	if reply != nil {
		t.Errorf("reply %q", reply)
	}
	checkDead(t, a)
}

// TestInnerErrors: the mechanism's error comes out as it is, the acceptor adds a
// reject with the mechanism's error token, and the initiator finds the
// mechanism's view of that token inside its own error.
func TestInnerErrors(t *testing.T) {
	i, a, io, ao := newPair(t, []OID{NTLM}, []OID{NTLM})
	ao[0].Mechanism.(*fake).errToken = []byte("NTLM error")
	io[0].Mechanism.(*fake).label = "NTLN" // sends what the acceptor's does not take
	token, _ := i.Step(nil)
	reply, err := a.Step(token)
	if !errors.Is(err, errFake) {
		t.Fatalf("error %v", err)
	}
	want := negTokenResp{state: reject, responseToken: []byte("NTLM error")}.marshal()
	if !bytes.Equal(reply, want) {
		t.Fatalf("reply % x, want % x", reply, want)
	}
	checkDead(t, a)
	if reply, err = i.Step(reply); reply != nil || !errors.Is(err, errFake) {
		t.Errorf("initiator: %q, %v", reply, err)
	}
	checkReason(t, err, Rejected)
	if want := "spnego: the peer rejected the negotiation: fake: wrong token"; err.Error() != want {
		t.Errorf("%q", err)
	}
	checkDead(t, i)
}

func TestInitiatorFailsAtStart(t *testing.T) {
	f := newFake("NTLM", 3, false)
	f.leg = 1 // has started already
	f.errToken = []byte("never sent")
	i, _ := NewInitiator([]Offer{{NTLM, f}})
	if reply, err := i.Step(nil); reply != nil || !errors.Is(err, errFake) {
		t.Errorf("%q, %v", reply, err)
	}
	checkDead(t, i)
}

func TestMechanismWithoutEnd(t *testing.T) {
	i, a, _, ao := newPair(t, []OID{NTLM}, []OID{NTLM})
	ao[0].Mechanism.(*fake).mute = true
	_, err := negotiate(i, a, untouched)
	checkReason(t, err, MechanismWithoutEnd)

	i, a, io, _ := newPair(t, []OID{KerberosU2U}, []OID{KerberosU2U})
	_, err = negotiate(i, a, func(n int, token []byte) []byte {
		io[0].Mechanism.(*fake).mute = true // after the first token
		return token
	})
	checkReason(t, err, MechanismWithoutEnd)
}

// TestMechanismCannotSign: where a mechListMIC is due that is the end, on either
// side and whoever sends the last token.
func TestMechanismCannotSign(t *testing.T) {
	for _, mech := range []OID{NTLM, Kerberos} {
		for side := range 2 {
			i, a, io, ao := newPair(t, []OID{mech}, []OID{KerberosU2U, mech})
			cannot := []Offer{io[0], ao[1]}[side].Mechanism.(*fake)
			cannot.cannot = true
			if _, err := negotiate(i, a, untouched); !errors.Is(err, errCannotSign) {
				t.Errorf("%s, side %d: %v", mech, side, err)
			}
		}
	}
}

func TestOffers(t *testing.T) {
	ok := newFake("NTLM", 3, false)
	many := make([]Offer, MaxMechTypes+1)
	for n := range many {
		many[n] = Offer{OID([]byte{0x2a, 3, byte(n)}), ok}
	}
	for name, offers := range map[string][]Offer{
		"none":      nil,
		"too many":  many,
		"nil":       {{NTLM, nil}},
		"empty OID": {{"", ok}},
		"SPNEGO":    {{SPNEGO, ok}},
		"NegoEx":    {{NTLM, ok}, {NegoEx, ok}},
		"twice":     {{NTLM, ok}, {Kerberos, ok}, {NTLM, ok}},
	} {
		_, err := NewInitiator(offers)
		checkReason(t, err, OffersInvalid)
		_, err = NewAcceptor(offers)
		checkReason(t, err, OffersInvalid)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if _, err := NewInitiator(many[:MaxMechTypes]); err != nil {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	i, a, io, _ := newPair(t, []OID{NTLM}, []OID{NTLM})
	for _, m := range []machineUnderTest{i, a} {
		_, err := m.Seal([]byte("x"))
		checkReason(t, err, NotEstablished)
		_, err = m.Unseal([]byte("x"))
		checkReason(t, err, NotEstablished)
	}
	if i.Name() != "SPNEGO" || a.Name() != "SPNEGO" {
		t.Errorf("names %s, %s", i.Name(), a.Name())
	}
	if _, err := negotiate(i, a, untouched); err != nil {
		t.Fatalf("early sealing must not harm: %v", err)
	}
	for _, m := range []machineUnderTest{i, a} {
		reply, err := m.Step(nil)
		checkReason(t, err, AlreadyDone)
		if reply != nil {
			t.Error("reply after the end")
		}
		checkDead(t, m)
	}

	i, _, _, _ = newPair(t, []OID{NTLM}, []OID{NTLM})
	_, err := i.Step([]byte("x"))
	checkReason(t, err, TokenAtStart)
	checkDead(t, i)

	i, _, _, _ = newPair(t, []OID{NTLM}, []OID{NTLM})
	_, err = i.Resume()
	checkReason(t, err, AnswerUnasked)
	checkDead(t, i)

	i, _, io, _ = newPair(t, []OID{NTLM}, []OID{NTLM})
	io[0].Mechanism.(*fake).needAt = 1
	if reply, err := i.Step(nil); reply != nil || err != nil || i.Need() == nil {
		t.Fatalf("%q, %v", reply, err)
	}
	_, err = i.Step([]byte("x"))
	checkReason(t, err, AnswerPending)
	checkDead(t, i)
}

func checkReason(t *testing.T, err error, want Reason) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Reason != want {
		t.Errorf("error %v, want %v", err, failure(want))
	}
}

// checkDead: the same misuse error for ever, nothing else.
func checkDead(t *testing.T, m machineUnderTest) {
	t.Helper()
	for _, use := range []func() ([]byte, error){
		func() ([]byte, error) { return m.Step(nil) },
		func() ([]byte, error) { return m.Step([]byte("NTLMSSP\x00token 1")) },
		func() ([]byte, error) { return m.Step(make([]byte, 8)) },
		m.Resume,
		func() ([]byte, error) { return m.Seal([]byte("x")) },
		func() ([]byte, error) { return m.Unseal([]byte("x")) },
	} {
		if out, err := use(); out != nil || err != error(errDead) {
			t.Errorf("use after failure: %q, %v", out, err)
		}
	}
	if domain, user := m.Peer(); m.Done() || m.Need() != nil || domain != "" || user != "" {
		t.Error("a dead machine has results")
	}
}

// TestTokenLimit: a longer token is not even looked at, raw or not.
func TestTokenLimit(t *testing.T) {
	init := func(size int) []byte {
		i := negTokenInit{rawTypes: marshalMechTypes([]OID{NTLM}), mechToken: make([]byte, 1<<15)}
		i.mechToken = make([]byte, size-(len(i.marshal())-len(i.mechToken)))
		return i.marshal()
	}
	raw := func(size int) []byte { return append([]byte("NTLMSSP\x00"), make([]byte, size-8)...) }
	for name, token := range map[string]func(int) []byte{"SPNEGO": init, "raw NTLM": raw} {
		for _, size := range []int{MaxToken, MaxToken + 1} {
			a, _ := NewAcceptor(fakeOffers(true, NTLM))
			_, err := a.Step(token(size))
			var malformed *wire.Error
			if tooLong := errors.As(err, &malformed); tooLong != (size > MaxToken) || !tooLong && !errors.Is(err, errFake) {
				t.Errorf("%s of %d bytes: %v", name, size, err)
			}
		}
	}
}
