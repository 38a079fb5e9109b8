package credssp

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
)

// krbPair is a client and a server of the sketch, and the answer to the client's
// ticketNeed.
func krbPair(userToUser bool, rrc int) (*krbInitiator, *krbAcceptor, func(need any)) {
	e := toyEtype{&counter{}}
	key, sessionKey := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	initiator := &krbInitiator{
		krbContext: krbContext{etype: e, rand: &counter{3}, initiator: true, rrc: rrc},
		service:    "TERMSRV/srv.plant.example", userToUser: userToUser, now: 42,
	}
	acceptor := &krbAcceptor{krbContext: krbContext{etype: e, rand: &counter{4}, rrc: rrc}, serviceKey: key}
	if userToUser {
		acceptor.tgt = []byte("the acceptor's TGT")
	}
	return initiator, acceptor, func(need any) {
		n := need.(*ticketNeed)
		if n.Service != initiator.service || !bytes.Equal(n.TGT, acceptor.tgt) {
			n.Fail(fmt.Errorf("asked for %q with TGT %q", n.Service, n.TGT))
			return
		}
		part, _ := json.Marshal(ticketPart{"PLANT.EXAMPLE", account, sessionKey})
		n.Answer(e.seal(key, usageTicket, part), sessionKey)
	}
}

// Kerberos through both machines: plain and user-to-user, in both layouts of
// the wrap token. The acceptor speaks last, so pubKeyAuth comes alone.
func TestKerberosSketch(t *testing.T) {
	for _, version := range []int{2, 6} {
		for _, userToUser := range []bool{false, true} {
			for _, rrc := range []int{0, 28} {
				t.Run(fmt.Sprintf("version %d, user-to-user %v, RRC %d", version, userToUser, rrc), func(t *testing.T) {
					initiator, acceptor, answer := krbPair(userToUser, rrc)
					e := pair(t, version, version, initiator, acceptor)
					e.answer = answer
					e.run()
					identity, done := e.server.Done()
					if !done {
						t.Fatalf("client %v, server %v", e.clientErr, e.serverErr)
					}
					domain, user := identity.User()
					if domain != "PLANT.EXAMPLE" || user != account || identity.Version() != version {
						t.Errorf("%v", identity)
					}
					checkWire(t, e, version, version, version)
					checkKerberosWire(t, e, acceptor, userToUser, rrc)
				})
			}
		}
	}
}

func checkKerberosWire(t *testing.T, e *exchange, acceptor *krbAcceptor, userToUser bool, rrc int) {
	t.Helper()
	rounds := 1
	if userToUser {
		rounds = 2
	}
	if len(e.sent) != rounds+2 {
		t.Fatalf("client sent %d messages", len(e.sent))
	}
	proof, info := parse(t, e.sent[rounds]), parse(t, e.sent[rounds+1])
	if proof.NegoToken != nil {
		t.Error("pubKeyAuth does not come alone")
	}
	answer := parse(t, e.received[rounds])
	// The numbers go on from the AP exchange, where the acceptor's is 1000 higher.
	first := binary.BigEndian.Uint64(proof.PubKeyAuth[8:])
	for i, c := range []struct {
		wrapped []byte
		flags   byte
		seq     uint64
	}{{proof.PubKeyAuth, 6, acceptor.peer.Seq - 2}, {info.AuthInfo, 6, first + 1}, {answer.PubKeyAuth, 7, first + 1000}} {
		want := []byte{5, 4, c.flags, 0xFF, 0, 0, 0, byte(rrc)}
		if !bytes.Equal(c.wrapped[:8], want) || binary.BigEndian.Uint64(c.wrapped[8:]) != c.seq {
			t.Errorf("wrap token %d begins % x, want % x and %d", i, c.wrapped[:16], want, c.seq)
		}
	}
	if want := len(clientProofOf(proof.Version, nil, serverKey)) + 60; len(proof.PubKeyAuth) != want {
		t.Errorf("wrapped proof of %d bytes, want %d", len(proof.PubKeyAuth), want)
	}
}

// The reader takes EC and RRC from the token.
func TestKerberosSketchReadsAnyLayout(t *testing.T) {
	for _, ec := range []int{0, 1, 16, 300} {
		for _, rrc := range []int{0, 12, 28, 1000, 65535} {
			for _, rotation := range []int{rrc, rrc + ec} {
				for _, plaintext := range []string{"", "x", "credentials"} {
					sender, receiver := &krbContext{etype: toyEtype{&counter{}}, initiator: true}, &krbContext{etype: toyEtype{}}
					sender.establish(make([]byte, 32))
					receiver.establish(make([]byte, 32))
					wrapped := sender.wrap([]byte(plaintext), ec, rrc, rotation)
					got, err := receiver.Unseal(wrapped)
					if err != nil || string(got) != plaintext {
						t.Errorf("EC %d, RRC %d, rotated by %d: %q, %v", ec, rrc, rotation, got, err)
					}
					if _, err := receiver.Unseal(wrapped); err == nil {
						t.Error("a wrap token is read twice")
					}
				}
			}
		}
	}
	sender, receiver := &krbContext{etype: toyEtype{&counter{}}, initiator: true}, &krbContext{etype: toyEtype{}}
	sender.establish(make([]byte, 32))
	receiver.establish(make([]byte, 32))
	wrapped := sender.wrap([]byte("credentials"), 0, 28, 28)
	if _, err := sender.Unseal(wrapped); err == nil {
		t.Error("a wrap token is reflected")
	}
	for i := range wrapped {
		bad := bytes.Clone(wrapped)
		if bad[i] ^= 1; i == 6 || i == 7 {
			continue // RRC is covered by nothing
		}
		if _, err := receiver.Unseal(bad); err == nil {
			t.Errorf("byte %d is not protected", i)
		}
		if _, err := receiver.Unseal(wrapped[:i]); err == nil {
			t.Errorf("%d bytes are read", i)
		}
	}
}

// What fails: no ticket, and a server with another key, whose KRB-ERROR is seen
// by a client that gets no errorCode.
func TestKerberosSketchFails(t *testing.T) {
	errKDC := errors.New("KDC_ERR_S_PRINCIPAL_UNKNOWN")
	for _, version := range []int{2, 6} {
		initiator, acceptor, _ := krbPair(false, 28)
		e := pair(t, version, version, initiator, acceptor)
		e.answer = func(need any) { need.(*ticketNeed).Fail(errKDC) }
		if e.run(); !errors.Is(e.clientErr, errKDC) || len(e.sent) != 0 {
			t.Errorf("version %d, no ticket: %v, sent % x", version, e.clientErr, e.sent)
		}
		initiator, acceptor, answer := krbPair(false, 28)
		acceptor.serviceKey = bytes.Repeat([]byte{9}, 32)
		e = pair(t, version, version, initiator, acceptor)
		e.answer = answer
		e.run()
		checkNothingDelegated(t, e)
		last := parse(t, e.received[0])
		if !bytes.HasPrefix(last.NegoToken, []byte{3, 0}) || last.HasErrorCode != (version == 6) {
			t.Errorf("version %d: %+v", version, last)
		}
		if _, told := e.clientErr.(*StatusError); e.serverErr == nil || e.clientErr == nil || told != (version == 6) {
			t.Errorf("version %d: client %v, server %v", version, e.clientErr, e.serverErr)
		}
	}
}
