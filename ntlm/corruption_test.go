package ntlm

import (
	"bytes"
	"errors"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// wellFormed are messages of ours, of the specification and of Windows.
func wellFormed(t testing.TB) map[string][]byte {
	e := newExchange(t, nil).talk()
	old := meetOldClient(t, oldAlice(), nil)
	return map[string][]byte{
		"our NEGOTIATE": e.negotiate, "Windows NEGOTIATE": windowsNegotiate,
		"our CHALLENGE": e.challenge, "Windows CHALLENGE": windowsChallenge, "4.2.4 CHALLENGE": specChallenge,
		"our AUTHENTICATE": e.authenticate, "Windows AUTHENTICATE": windowsAuthenticate, "4.2.4 AUTHENTICATE": specAuthenticate,
		"AUTHENTICATE without version": withoutMIC(old.authenticate, authFixedNoMIC),
	}
}

// parseAll gives b to every parser: it may fail, but only as it should.
func parseAll(t testing.TB, b []byte) {
	t.Helper()
	before := bytes.Clone(b)
	_, err := ParseNegotiate(b)
	checkParseError(t, err)
	challenge, err := ParseChallenge(b)
	checkParseError(t, err)
	if err == nil {
		checkAlias(t, "TargetInfo", b, challenge.TargetInfo)
	}
	authenticate, err := ParseAuthenticate(b)
	checkParseError(t, err)
	if err == nil {
		for _, field := range [][]byte{authenticate.LMResponse, authenticate.NTResponse, authenticate.EncryptedRandomSessionKey} {
			checkWithin(t, "field", b, field)
		}
		if len(authenticate.NTResponse) > 16 {
			if blob, err := parseClientChallenge(authenticate.NTResponse[16:]); err == nil {
				checkAlias(t, "AvPairs", b, blob.pairs)
			} else {
				checkParseError(t, err)
			}
		}
	}
	if !bytes.Equal(b, before) {
		t.Error("input was changed")
	}
}

func checkParseError(t testing.TB, err error) {
	t.Helper()
	var malformed *wire.Error
	if err != nil && !errors.As(err, &malformed) {
		t.Errorf("error of type %T: %v", err, err)
	}
}

func checkAlias(t testing.TB, what string, b []byte, pairs AvPairs) {
	t.Helper()
	if len(pairs) > maxAvPairs {
		t.Errorf("%s: %d pairs", what, len(pairs))
	}
	for _, p := range pairs {
		checkWithin(t, what, b, p.Value)
	}
}

// checkWithin expects a slice of the message that an append cannot make grow
// over what follows it.
func checkWithin(t testing.TB, what string, b, field []byte) {
	t.Helper()
	if len(field) > len(b) || cap(field) != len(field) {
		t.Errorf("%s: %d bytes, capacity %d, of %d", what, len(field), cap(field), len(b))
	}
}

func TestEveryTruncation(t *testing.T) {
	for name, message := range wellFormed(t) {
		t.Run(name, func(t *testing.T) {
			for n := range message {
				parseAll(t, message[:n:n])
			}
			parseAll(t, message)
			parseAll(t, append(bytes.Clone(message), 1, 2, 3)) // padding is allowed
		})
	}
}

// Without its last byte each of these ends inside a field, but for a NEGOTIATE
// whose version may be missing.
func TestLastByteIsNeeded(t *testing.T) {
	for name, message := range wellFormed(t) {
		short := message[:len(message)-1]
		_, errC := ParseChallenge(short)
		_, errA := ParseAuthenticate(short)
		if errC == nil || errA == nil {
			t.Errorf("%s: parses without its last byte", name)
		}
	}
	for n := range 16 {
		if _, err := ParseNegotiate(windowsNegotiate[:n]); err == nil {
			t.Errorf("NEGOTIATE of %d bytes parses", n)
		}
	}
	for _, n := range []int{16, 32, 39} { // after the flags, before the version, within it
		if m, err := ParseNegotiate(windowsNegotiate[:n]); err != nil || m.Flags != 0xe20882b7 || m.Version != (Version{}) {
			t.Errorf("NEGOTIATE of %d bytes: %+v, %v", n, m, err)
		}
	}
}

func TestEverySingleByteCorruption(t *testing.T) {
	for name, message := range wellFormed(t) {
		t.Run(name, func(t *testing.T) {
			for i := range message {
				for _, v := range []byte{0, 1, 0x7f, 0x80, 0xff, message[i] ^ 1, message[i] + 1} {
					parseAll(t, edited(message, func(b []byte) { b[i] = v }))
				}
			}
		})
	}
}

// A field may not reach into the fixed part, beyond the end, or so far that
// the sum of offset and length wraps.
func TestFieldsOutsideThePayload(t *testing.T) {
	message := newExchange(t, nil).talk().authenticate
	for name, field := range map[string][8]byte{
		"offset 0":         {4, 0, 4, 0, 0, 0, 0, 0},
		"in the flags":     {4, 0, 4, 0, 60, 0, 0, 0},
		"beyond the end":   {4, 0, 4, 0, 0, 0, 1, 0},
		"over the end":     {0xff, 0xff, 0xff, 0xff, 100, 0, 0, 0},
		"offset 4 GiB - 1": {4, 0, 4, 0, 0xff, 0xff, 0xff, 0xff},
		"offset 2 GiB":     {4, 0, 4, 0, 0, 0, 0, 0x80},
	} {
		for at := 12; at < 60; at += 8 {
			_, err := ParseAuthenticate(edited(message, func(b []byte) { copy(b[at:], field[:]) }))
			if err == nil {
				t.Errorf("%s at %d parses", name, at)
			}
			checkParseError(t, err)
		}
	}
	// Where an empty field would be does not matter, and MaxLen never does.
	for at := 12; at < 60; at += 8 {
		parse := func(b []byte) {
			if _, err := ParseAuthenticate(b); err != nil {
				t.Error(err)
			}
		}
		parse(edited(message, func(b []byte) { copy(b[at:], []byte{0, 0, 9, 9, 0xff, 0xff, 0xff, 0xff}) }))
		parse(edited(message, func(b []byte) { b[at+2] ^= 0xff }))
	}
}

func TestMessagesOverTheLimit(t *testing.T) {
	for _, message := range [][]byte{windowsNegotiate, windowsChallenge, windowsAuthenticate} {
		parseAll(t, append(bytes.Clone(message), make([]byte, MaxMessage-len(message))...))
		long := append(bytes.Clone(message), make([]byte, MaxMessage+1-len(message))...)
		_, errN := ParseNegotiate(long)
		_, errC := ParseChallenge(long)
		_, errA := ParseAuthenticate(long)
		if errN == nil || errC == nil || errA == nil {
			t.Errorf("%d bytes parse", len(long))
		}
	}
}

func TestAvPairs(t *testing.T) {
	for _, c := range []struct {
		name string
		in   []byte
		n    int
		bad  bool
	}{
		{"only the end", []byte{0, 0, 0, 0}, 0, false},
		{"one, empty", []byte{9, 0, 0, 0, 0, 0, 0, 0}, 1, false},
		{"unknown kind", []byte{99, 0, 1, 0, 7, 0, 0, 0, 0}, 1, false},
		{"behind the end", []byte{0, 0, 0, 0, 1, 0, 99, 99}, 0, false},
		{"nothing", nil, 0, true},
		{"no end", []byte{9, 0, 0, 0}, 0, true},
		{"half a header", []byte{9, 0, 0}, 0, true},
		{"value too short", []byte{9, 0, 2, 0, 1}, 0, true},
		{"as many as allowed", append(bytes.Repeat([]byte{9, 0, 0, 0}, maxAvPairs), 0, 0, 0, 0), maxAvPairs, false},
		{"one too many", append(bytes.Repeat([]byte{9, 0, 0, 0}, maxAvPairs+1), 0, 0, 0, 0), 0, true},
	} {
		pairs, err := ParseAvPairs(c.in)
		if len(pairs) != c.n || (err != nil) != c.bad {
			t.Errorf("%s: %v, %v", c.name, pairs, err)
		}
		checkParseError(t, err)
	}
	pairs := AvPairs{{AvTimestamp, make([]byte, 7)}, {AvFlags, make([]byte, 3)}}
	if _, ok := pairs.Time(); ok || pairs.flags() != 0 || pairs.Text(AvNbDomainName) != "" {
		t.Error("values of a wrong length count")
	}
}
