package spnego

import (
	"bytes"
	"errors"
	"testing"
)

// edit changes one NegTokenResp on its way.
func edit(at int, change func(r *negTokenResp)) func(int, []byte) []byte {
	return func(n int, token []byte) []byte {
		if n != at {
			return token
		}
		t, err := parseToken(token)
		if err != nil || t.resp == nil {
			panic("not a NegTokenResp")
		}
		change(t.resp)
		return t.resp.marshal()
	}
}

// relist replaces the mechanism list, and drops the optimistic token unless the
// first mechanism stays.
func relist(types ...OID) func(int, []byte) []byte {
	return func(n int, token []byte) []byte {
		if n != 0 {
			return token
		}
		t, err := parseToken(token)
		if err != nil || t.init == nil {
			panic("not a NegTokenInit")
		}
		if t.init.types[0] != types[0] {
			t.init.mechToken = nil
		}
		t.init.rawTypes = marshalMechTypes(types)
		return t.init.marshal()
	}
}

func inOrder(wires ...func(int, []byte) []byte) func(int, []byte) []byte {
	return func(n int, token []byte) []byte {
		for _, w := range wires {
			token = w(n, token)
		}
		return token
	}
}

func noMIC(r *negTokenResp)      { r.mechListMIC = nil }
func wrongMIC(r *negTokenResp)   { r.mechListMIC = []byte("12345678") }
func incomplete(r *negTokenResp) { r.state = acceptIncomplete }
func completed(r *negTokenResp)  { r.state = acceptCompleted }

func TestAttacks(t *testing.T) {
	type oids = []OID
	for _, c := range []struct {
		name                string
		initiator, acceptor oids
		wire                func(int, []byte) []byte
		want                Reason // 0: the error of the mechanism, which gets the wrong token
	}{
		{"Kerberos taken from the list", oids{Kerberos, NTLM}, oids{Kerberos, NTLM}, relist(NTLM), MICWrong},
		{"Kerberos moved to the end", oids{Kerberos, NTLM}, oids{NTLM, Kerberos}, relist(NTLM, Kerberos), MICWrong},
		{"Kerberos moved, request-mic hidden", oids{Kerberos, NTLM}, oids{Kerberos, NTLM},
			inOrder(relist(NTLM, Kerberos), edit(1, incomplete)), MICWrong},
		{"as before, and the MIC stripped", oids{Kerberos, NTLM}, oids{NTLM, Kerberos},
			inOrder(relist(NTLM, Kerberos), edit(1, incomplete), edit(4, noMIC)), MICMissing},
		{"as before, and the answer", oids{Kerberos, NTLM}, oids{NTLM},
			inOrder(relist(NTLM), edit(4, noMIC)), MICMissing},
		{"unknown mechanism put first", oids{Kerberos, NTLM}, oids{Kerberos, NTLM}, relist(NegoEx, Kerberos, NTLM), TokenMissing},
		{"mechanism appended, NTLM", oids{NTLM}, oids{NTLM}, relist(NTLM, Kerberos), MICWrong},
		{"selection forged", oids{NTLM, Kerberos}, oids{NTLM, Kerberos},
			edit(1, func(r *negTokenResp) { r.supportedMech, r.responseToken = Kerberos, nil }), 0},
		{"selection of what is not offered", oids{NTLM}, oids{NTLM},
			edit(1, func(r *negTokenResp) { r.supportedMech = Kerberos }), MechanismForeign},

		{"initiator's MIC stripped, required", oids{Kerberos, NTLM}, oids{NTLM}, edit(4, noMIC), MICMissing},
		{"initiator's MIC stripped, optional", oids{NTLM}, oids{NTLM}, edit(2, noMIC), MICMissing},
		{"initiator's MIC changed", oids{NTLM}, oids{NTLM}, edit(2, wrongMIC), MICWrong},
		{"acceptor's MIC stripped", oids{NTLM}, oids{NTLM}, edit(3, noMIC), MICMissing},
		{"acceptor's MIC changed", oids{NTLM}, oids{NTLM}, edit(3, wrongMIC), MICWrong},
		{"acceptor's last word delayed", oids{NTLM}, oids{NTLM}, edit(3, incomplete), CompletedMissing},
		{"acceptor's MIC stripped, even tokens", oids{Kerberos}, oids{NTLM, Kerberos}, edit(1, noMIC), MICMissing},
		{"acceptor's MIC stripped, request-mic hidden", oids{NTLM, Kerberos}, oids{Kerberos},
			edit(3, func(r *negTokenResp) { noMIC(r); completed(r) }), MICMissing},
		{"acceptor's MIC changed, even tokens", oids{Kerberos}, oids{NTLM, Kerberos}, edit(1, wrongMIC), MICWrong},
		{"initiator's MIC stripped, even tokens", oids{Kerberos}, oids{NTLM, Kerberos}, edit(2, noMIC), MICMissing},
		{"initiator's MIC changed, even tokens", oids{Kerberos}, oids{NTLM, Kerberos}, edit(2, wrongMIC), MICWrong},
		{"request-mic added", oids{Kerberos}, oids{Kerberos},
			edit(1, func(r *negTokenResp) { r.state = requestMIC }), MICMissing},
		{"completed too early", oids{NTLM}, oids{NTLM}, edit(1, completed), CompletedEarly},
		{"completed at selection", oids{Kerberos, NTLM}, oids{NTLM}, edit(1, completed), CompletedEarly},
		{"incomplete at the end", oids{Kerberos}, oids{Kerberos}, edit(1, incomplete), CompletedMissing},
		{"MIC too early, from the acceptor", oids{NTLM}, oids{NTLM}, edit(1, wrongMIC), MICEarly},
		{"MIC too early, from the initiator", oids{Kerberos, NTLM}, oids{NTLM}, edit(2, wrongMIC), MICEarly},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, a, _, _ := newPair(t, c.initiator, c.acceptor)
			_, err := negotiate(i, a, c.wire)
			if c.want != 0 {
				checkReason(t, err, c.want)
			} else if !errors.Is(err, errFake) {
				t.Errorf("error %v", err)
			}
			if i.Done() && a.Done() {
				t.Error("both ends believe that they are done")
			}
		})
	}
}

// TestToleratedEdits: what real peers do differently and what no attacker gains
// from.
func TestToleratedEdits(t *testing.T) {
	type oids = []OID
	leaveOut := func(r *negTokenResp) { r.state = absent }
	for _, c := range []struct {
		name                string
		initiator, acceptor oids
		wire                func(int, []byte) []byte
	}{
		{"Java: only a responseToken", oids{NTLM}, oids{NTLM},
			edit(1, func(r *negTokenResp) { leaveOut(r); r.supportedMech = "" })},
		{"FreeRDP: no negState from the initiator", oids{Kerberos, NTLM}, oids{NTLM},
			inOrder(edit(2, leaveOut), edit(4, leaveOut))},
		{"MIT's tolerance: request-mic missing", oids{Kerberos, NTLM}, oids{NTLM}, edit(1, incomplete)},
		{"negState absent at the end, no MIC", oids{Kerberos}, oids{Kerberos}, edit(1, leaveOut)},
		{"negState absent at the end, MIC", oids{NTLM}, oids{NTLM}, edit(3, leaveOut)},
		{"the other Kerberos", oids{Kerberos}, oids{Kerberos},
			edit(1, func(r *negTokenResp) { r.supportedMech = MSKerberos })},
		{"MS-SPNG 3.3.5: another supportedMech after the selection", oids{NTLM, Kerberos}, oids{NTLM, Kerberos},
			edit(3, func(r *negTokenResp) { r.supportedMech = Kerberos })},
		{"old servers: responseToken repeated as MIC", oids{NTLM}, oids{NTLM},
			edit(1, func(r *negTokenResp) { r.mechListMIC = r.responseToken })},
		{"appended mechanism, both sides got their first choice", oids{Kerberos}, oids{Kerberos}, relist(Kerberos, NTLM)},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, a, _, _ := newPair(t, c.initiator, c.acceptor)
			if _, err := negotiate(i, a, c.wire); err != nil || !i.Done() || !a.Done() {
				t.Errorf("err %v, done %v %v", err, i.Done(), a.Done())
			}
		})
	}
}

// TestLastMICVariants: what the two ends do with the last two messages if the
// acceptor sends the last mechanism token.
func TestLastMICVariants(t *testing.T) {
	// An acceptor that says accept-completed with its MIC waits for nothing.
	i, a, _, _ := newPair(t, []OID{Kerberos}, []OID{NTLM, Kerberos})
	token, _ := i.Step(nil)
	token, _ = a.Step(token)
	if token, err := i.Step(edit(0, completed)(0, token)); token != nil || err != nil || !i.Done() {
		t.Errorf("initiator: %x, %v", token, err)
	}
	// An initiator that says accept-incomplete with its MIC waits for the end.
	i, a, _, _ = newPair(t, []OID{Kerberos}, []OID{NTLM, Kerberos})
	token, _ = i.Step(nil)
	token, _ = a.Step(token)
	token, _ = i.Step(token)
	token, err := a.Step(edit(0, incomplete)(0, token))
	if !bytes.Equal(token, negTokenResp{state: acceptCompleted}.marshal()) || err != nil || !a.Done() {
		t.Errorf("acceptor: %x, %v", token, err)
	}
}

// TestNoCommonMechanism: NegoEx is known and not selected.
func TestNoCommonMechanism(t *testing.T) {
	_, a, _, _ := newPair(t, []OID{NTLM}, []OID{NTLM, Kerberos})
	init := negTokenInit{rawTypes: marshalMechTypes([]OID{NegoEx, KerberosU2U})}
	reply, err := a.Step(init.marshal())
	checkReason(t, err, NoCommonMechanism)
	if want := (negTokenResp{state: reject}).marshal(); !bytes.Equal(reply, want) {
		t.Errorf("reply % x", reply)
	}
	var e *Error
	errors.As(err, &e)
	if e.Code() != "spnego.mechanism.none" || e.Kind() != "incompatible" ||
		e.Args()["listed"] != "1.3.6.1.4.1.311.2.2.30, 1.2.840.113554.1.2.2.3" ||
		e.Args()["offered"] != "1.3.6.1.4.1.311.2.2.10, 1.2.840.113554.1.2.2" {
		t.Errorf("%s %s %v", e.Code(), e.Kind(), e.Args())
	}
}

// TestBitFlips flips every bit of every message of three exchanges. Whatever
// happens, both ends are never done with different mechanisms, and where a MIC
// was exchanged never with different lists.
func TestBitFlips(t *testing.T) {
	for _, c := range []struct{ initiator, acceptor []OID }{
		{[]OID{NTLM, Kerberos}, []OID{NTLM, Kerberos}},
		{[]OID{KerberosU2U, Kerberos, NTLM}, []OID{NTLM}},
		{[]OID{Kerberos, NTLM}, []OID{NTLM, Kerberos}},
	} {
		var sizes []int
		i, a, _, _ := newPair(t, c.initiator, c.acceptor)
		negotiate(i, a, func(_ int, token []byte) []byte {
			sizes = append(sizes, len(token))
			return token
		})
		survived := 0
		for at, size := range sizes {
			for bit := range 8 * size {
				i, a, _, _ := newPair(t, c.initiator, c.acceptor)
				lists := [2][]byte{}
				negotiate(i, a, func(n int, token []byte) []byte {
					if n == at {
						token = bytes.Clone(token)
						token[bit/8] ^= 1 << (bit % 8)
					}
					if t, err := parseToken(token); n == 0 && err == nil && t.init != nil {
						lists[1] = t.init.rawTypes
					}
					return token
				})
				if !i.Done() || !a.Done() {
					continue
				}
				survived++
				if i.Name() != a.Name() {
					t.Errorf("message %d bit %d: %s and %s", at, bit, i.Name(), a.Name())
				}
				lists[0] = marshalMechTypes(c.initiator)
				resets := a.state.(established).mech.(*fake).resets
				if resets > 0 && !bytes.Equal(lists[0], lists[1]) {
					t.Errorf("message %d bit %d: the lists differ", at, bit)
				}
				if resets != i.state.(established).mech.(*fake).resets {
					t.Errorf("message %d bit %d: one end exchanged a MIC, the other did not", at, bit)
				}
			}
		}
		if survived == 0 {
			t.Error("no flip went unnoticed: nothing was compared")
		}
	}
}
