package spnego

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// awaited is a machine in one of its states, with the honest message for it.
type awaited struct {
	machineUnderTest
	honest []byte
}

// statesUnderTest makes a fresh machine for each message of an exchange.
func statesUnderTest(t *testing.T) map[string]func() awaited {
	states := map[string]func() awaited{}
	add := func(label string, initiator, acceptor []OID, need int, messages int) {
		for n := range messages {
			key := fmt.Sprintf("%s, message %d", label, n)
			states[key] = func() awaited {
				i, a, io, ao := newPair(t, initiator, acceptor)
				for _, o := range append(io, ao...) {
					o.Mechanism.(*fake).needAt = need
				}
				ends := []machineUnderTest{a, i}
				var at awaited
				negotiate(i, a, func(m int, token []byte) []byte {
					if m == n {
						at = awaited{ends[m%2], token}
						return nil
					}
					return token
				})
				if at.honest == nil {
					t.Fatalf("%s: not reached", key)
				}
				return at
			}
		}
	}
	add("NTLM first", []OID{NTLM}, []OID{NTLM}, 0, 4)
	add("NTLM selected", []OID{Kerberos, NTLM}, []OID{NTLM}, 0, 6)
	add("Kerberos", []OID{Kerberos}, []OID{Kerberos}, 0, 2)
	add("Kerberos with MIC", []OID{Kerberos}, []OID{NTLM, Kerberos}, 0, 3)
	add("one token with MIC", []OID{oneLeg}, []OID{NTLM, oneLeg}, 0, 4)
	add("with needs", []OID{Kerberos, NTLM}, []OID{NTLM}, 3, 6)
	return states
}

// TestUnexpectedMessages gives every state every combination of every field of
// a NegTokenResp, and other messages. A message goes through exactly if it is
// legal there: it has the token of the honest message, its mechListMIC unless
// that is optional, and nothing in the other fields that contradicts them.
// Anything else is an error with no reply or a reject, and the end of the
// machine.
func TestUnexpectedMessages(t *testing.T) {
	refusal := negTokenResp{state: reject}.marshal()
	for key, fresh := range statesUnderTest(t) {
		t.Run(key, func(t *testing.T) {
			honest := fresh().honest
			parsed, err := parseToken(honest)
			if err != nil {
				t.Fatal(err)
			}
			parsedInit := parsed.init != nil
			good, bad := 0, 0
			try := func(label string, message []byte, legal bool) {
				m := fresh()
				reply, err := step(m, message)
				if (err == nil) != legal {
					t.Errorf("%s: legal %v, error %v", label, legal, err)
				}
				if err == nil {
					good++
					return
				}
				bad++
				_, initiator := m.machineUnderTest.(*Initiator)
				silent := initiator || parsedInit && IsRawNTLM(message) // SPNEGO says nothing to raw NTLM
				if silent && reply != nil || !silent && !bytes.Equal(reply, refusal) {
					t.Errorf("%s: refused with % x", label, reply)
				}
				checkDead(t, m.machineUnderTest)
			}
			others := map[string][]byte{
				"nothing":       nil,
				"empty":         {},
				"junk":          []byte("junk"),
				"trailing byte": append(bytes.Clone(honest), 0),
				"too long":      append(bytes.Clone(honest), make([]byte, MaxToken)...),
				"raw NTLM":      []byte("NTLMSSP\x00token 9"),
				"bare Kerberos": {0x60, 11, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2},
			}
			if !parsedInit { // the other message, framed and bare
				init := negTokenInit{rawTypes: marshalMechTypes([]OID{NTLM, Kerberos}), mechToken: []byte("x")}
				others["NegTokenInit"] = init.marshal()
				others["bare NegTokenInit"] = init.marshal()[10:]
			}
			for label, message := range others {
				try(label, message, false)
			}
			for _, r := range everyResp(parsed.resp) {
				try(fmt.Sprintf("%+v", r), r.marshal(), legal(key, parsed.resp, r))
			}
			if parsedInit {
				try("honest", honest, true)
			}
			if good == 0 || bad == 0 {
				t.Errorf("%d messages went through, %d did not", good, bad)
			}
		})
	}
}

// everyResp combines all values of the fields, with those of the honest
// message among them. Nil stands for a message that is not a NegTokenResp.
func everyResp(honest *negTokenResp) []negTokenResp {
	tokens := [][]byte{nil, []byte("wrong token")}
	mics := [][]byte{nil, []byte("wrong MIC")}
	if honest != nil && honest.responseToken != nil {
		tokens = append(tokens, honest.responseToken)
	}
	if honest != nil && honest.mechListMIC != nil {
		mics = append(mics, honest.mechListMIC)
	}
	var all []negTokenResp
	for _, state := range []negState{absent, acceptCompleted, acceptIncomplete, reject, requestMIC} {
		for _, mech := range []OID{"", NTLM, Kerberos, MSKerberos, NegoEx, oneLeg} {
			for _, token := range tokens {
				for _, mic := range mics {
					all = append(all, negTokenResp{state, mech, token, mic})
				}
			}
		}
	}
	return all
}

// legal says by the rules of the package documentation what goes through.
func legal(key string, honest *negTokenResp, r negTokenResp) bool {
	if honest == nil || r.state == reject ||
		!bytes.Equal(r.responseToken, honest.responseToken) {
		return false
	}
	// supportedMech counts in the acceptor's first message only.
	mech := map[string]OID{"N": NTLM, "w": NTLM, "K": Kerberos, "o": oneLeg}[key[:1]]
	sameMech := r.supportedMech == "" || r.supportedMech.is(mech) || !strings.HasSuffix(key, "message 1")
	micIsHonest := bytes.Equal(r.mechListMIC, honest.mechListMIC)
	in := func(states ...negState) bool { return slices.Contains(states, r.state) }
	switch key {
	case "NTLM first, message 2": // optional for the acceptor, so it may be absent
		return sameMech && (micIsHonest || r.mechListMIC == nil)
	case "Kerberos with MIC, message 1": // optional for the initiator, unless request-mic stands there
		return sameMech && (micIsHonest || r.mechListMIC == nil && in(acceptCompleted, absent))
	}
	if !micIsHonest {
		return false
	}
	switch key {
	case "NTLM first, message 1": // the challenge; more is to come
		return sameMech && !in(acceptCompleted)
	case "NTLM selected, message 1", "with needs, message 1": // the selection itself
		return r.supportedMech == NTLM && !in(acceptCompleted)
	case "NTLM selected, message 3", "with needs, message 3":
		return sameMech && !in(acceptCompleted)
	case "Kerberos, message 1": // the last message, without MIC
		return sameMech && in(acceptCompleted, absent)
	case "one token with MIC, message 1": // only request-mic makes it honest, but the MIC is optional for this end
		return sameMech && in(acceptCompleted, absent, requestMIC)
	case "NTLM first, message 3", "NTLM selected, message 5", "with needs, message 5", "one token with MIC, message 3":
		return sameMech && in(acceptCompleted, absent) // the last message, with MIC
	}
	return sameMech // what the initiator says of its state matters to nobody, nor does it before the acceptor's last word
}
