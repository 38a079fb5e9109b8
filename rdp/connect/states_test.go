package connect

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/rdp/mcs"
)

// This file feeds every kind of message to every state of both machines. Each
// message is right in itself, with the numbers of this session, so that it can only
// be refused for when it comes. What is not listed as accepted has to end the
// machine: an error, no reply, and no step after it.

// A kind of message, and the state it leads to from the states that accept it.
type kind struct {
	name  string
	frame []byte
	next  map[string]string // state → state
	code  string            // of the error in the other states; "": that it is unexpected
}

// everywhere accepts a message in the given states and stays there.
func everywhere(states ...string) map[string]string {
	next := map[string]string{}
	for _, s := range states {
		next[s] = s
	}
	return next
}

// to leads from several states to one.
func to(state string, from ...string) map[string]string {
	next := map[string]string{}
	for _, s := range from {
		next[s] = state
	}
	return next
}

// all joins maps.
func all(maps ...map[string]string) map[string]string {
	next := map[string]string{}
	for _, m := range maps {
		for from, state := range m {
			next[from] = state
		}
	}
	return next
}

// machine is what Client and Server have in common.
type machine interface {
	Step([]byte) ([]byte, error)
	Awaits() string
	Active() bool
	Close()
}

func checkStep(t *testing.T, m machine, state string, k kind) {
	t.Helper()
	reply, err := m.Step(bytes.Clone(k.frame))
	want, accepted := k.next[state]
	if accepted {
		if err != nil || m.Awaits() != want {
			t.Errorf("%s: awaits %q, want %q: %v", k.name, m.Awaits(), want, err)
		}
		return
	}
	wantCode := k.code
	switch {
	case state == "":
		wantCode = "wire.misuse"
	case wantCode == "":
		wantCode = "connect.message.unexpected"
	}
	if code(err) != wantCode {
		t.Errorf("%s: %v, want %s", k.name, err, wantCode)
	}
	if e, ok := err.(*PeerError); ok && (e.State != state || e.Kind() != "misbehaved" || e.Args()["state"] != state) {
		t.Errorf("%s: error %#v", k.name, e)
	}
	if len(reply) != 0 {
		t.Errorf("%s: reply % x", k.name, reply)
	}
	wantDead(t, m, k.name)
}

func wantDead(t *testing.T, m machine, what string) {
	t.Helper()
	if m.Awaits() != "" || m.Active() {
		t.Errorf("%s: awaits %q, active %v", what, m.Awaits(), m.Active())
	}
	if reply, err := m.Step([]byte{0}); code(err) != "wire.misuse" || reply != nil {
		t.Errorf("%s: a step after the end: % x, %v", what, reply, err)
	}
}

// garbage is what is no message at all, or none of RDP.
func garbage() []kind {
	list := []kind{
		{name: "nothing", frame: nil, code: "wire.malformed"},
		{name: "no TPKT", frame: []byte("GET / HTTP/1.0\r\n\r\n"), code: "wire.malformed"},
		{name: "a connection request", frame: []byte{3, 0, 0, 11, 6, 0xE0, 0, 0, 0, 0, 0}, code: "wire.malformed"},
		{name: "a disconnect request", frame: []byte{3, 0, 0, 11, 6, 0x80, 0, 0, 0, 0, 0}, code: "x224.disconnect_request"},
		{name: "a length beyond the end", frame: []byte{3, 0, 0, 9, 2, 0xF0, 0x80, 0x28}, code: "wire.malformed"},
		{name: "no payload", frame: []byte{3, 0, 0, 7, 2, 0xF0, 0x80}, code: "wire.malformed"},
		{name: "a message that T.125 has not", frame: []byte{3, 0, 0, 8, 2, 0xF0, 0x80, 0xFF}, code: "wire.malformed"},
	}
	for _, t := range []mcs.PDUType{0, 2, 3, 7, 9, 12, 13, 16, 21, 24, 27, 29, 31, 41} { // of T.125, none of RDP
		if byte(t)<<2 == connectTag&^3 { // 31: its other low bits
			continue
		}
		list = append(list, kind{name: fmt.Sprintf("%v", t), frame: []byte{3, 0, 0, 8, 2, 0xF0, 0x80, byte(t) << 2}})
	}
	return list
}

// goodbye ends a machine in every state.
var goodbye = kind{name: "Disconnect Provider Ultimatum", code: "mcs.disconnected", frame: []byte{3, 0, 0, 9, 2, 0xF0, 0x80, 0x21, 0x80}}
