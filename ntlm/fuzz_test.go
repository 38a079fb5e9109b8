package ntlm

import (
	"bytes"
	"testing"
)

func seed(f *testing.F) {
	for _, message := range wellFormed(f) {
		f.Add(message)
	}
	f.Add([]byte(nil))
	f.Add([]byte(signature))
}

func FuzzNegotiate(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseNegotiate(b)
		if err != nil {
			checkParseError(t, err)
			return
		}
		again, err := ParseNegotiate(m.Append(nil))
		if err != nil || *again != *m {
			t.Errorf("%+v, again %+v, %v", m, again, err)
		}
	})
}

func FuzzChallenge(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseChallenge(b)
		if err != nil {
			checkParseError(t, err)
			return
		}
		checkAlias(t, "TargetInfo", b, m.TargetInfo)
		first := m.Append(nil)
		if len(first) > MaxMessage || !m.Flags.Has(FlagUnicode) {
			return
		}
		again, err := ParseChallenge(first)
		if err != nil || !bytes.Equal(again.Append(nil), first) {
			t.Errorf("again %+v, %v", again, err)
		}
	})
}

func FuzzAuthenticate(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseAuthenticate(b)
		if err != nil {
			checkParseError(t, err)
			return
		}
		first := m.Append(nil)
		if len(first) > MaxMessage {
			return
		}
		again, err := ParseAuthenticate(first)
		if err != nil || !bytes.Equal(again.Append(nil), first) || !again.HasMIC {
			t.Errorf("again %+v, %v", again, err)
		}
	})
}

func FuzzAvPairs(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0})
	f.Add(specTemp[28:])
	f.Add(windowsChallenge[64:])
	f.Fuzz(func(t *testing.T, b []byte) {
		pairs, err := ParseAvPairs(b)
		if err != nil {
			checkParseError(t, err)
			return
		}
		checkAlias(t, "list", b, pairs)
		pairs.Time()
		pairs.flags()
		pairs.Text(AvTargetName)
		again, err := ParseAvPairs(pairs.Append(nil))
		if err != nil || !bytes.Equal(again.Append(nil), pairs.Append(nil)) {
			t.Errorf("again %v, %v", again, err)
		}
	})
}

// FuzzAcceptor gives b to an acceptor as AUTHENTICATE_MESSAGE. Only a message
// with one of the two right responses among the seeds may lead to a session.
func FuzzAcceptor(f *testing.F) {
	seed(f)
	messages := wellFormed(f)
	var right [][]byte
	for _, name := range []string{"our AUTHENTICATE", "AUTHENTICATE without version"} {
		m, err := ParseAuthenticate(messages[name])
		if err != nil {
			f.Fatal(err)
		}
		right = append(right, m.NTResponse)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e := newExchange(t, nil).talk()
		e.authenticate = b
		err := e.logon(alice())
		if e.acceptor.Done() != (err == nil) {
			t.Fatalf("done %v, %v", e.acceptor.Done(), err)
		}
		if err == nil && !bytes.Contains(b, right[0]) && !bytes.Contains(b, right[1]) {
			t.Error("logged on with another response")
		}
	})
}
