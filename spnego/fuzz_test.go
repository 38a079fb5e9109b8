package spnego

import (
	"bytes"
	"reflect"
	"testing"
)

var seeds = []string{smbInit, smbResp, smbFinish, smbAnonymous, windowsInit2, specInit2, kerberosResp, fullInit, fullInit2, fullResp}

// FuzzParseToken: what parses is written and read again as the same.
func FuzzParseToken(f *testing.F) {
	for _, s := range seeds {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		first, err := parseToken(in)
		if err != nil {
			return
		}
		var out []byte
		if first.init != nil {
			out = first.init.marshal()
		} else {
			out = first.resp.marshal()
		}
		again, err := parseToken(out)
		if err != nil {
			t.Fatalf("% x: %v", out, err)
		}
		normalize(&first)
		normalize(&again)
		if !reflect.DeepEqual(first, again) {
			t.Fatalf("%+v became %+v", first, again)
		}
	})
}

// normalize makes empty fields nil: on the wire they are absent.
func normalize(t *negotiationToken) {
	fields := []*[]byte{}
	if t.init != nil {
		fields = append(fields, &t.init.mechToken, &t.init.mechListMIC)
	} else {
		fields = append(fields, &t.resp.responseToken, &t.resp.mechListMIC)
	}
	for _, b := range fields {
		if len(*b) == 0 {
			*b = nil
		}
	}
}

// FuzzExchange replaces one message of an exchange. Both ends are never done
// with different mechanisms, and after an error a machine is dead.
func FuzzExchange(f *testing.F) {
	for n, s := range seeds {
		f.Add(byte(n), unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, at byte, in []byte) {
		i, a, _, _ := newPair(t, []OID{KerberosU2U, Kerberos, NTLM}, []OID{Kerberos, NTLM})
		_, err := negotiate(i, a, func(n int, token []byte) []byte {
			if n == int(at%8) {
				return bytes.Clone(in)
			}
			return token
		})
		if i.Done() && a.Done() && i.Name() != a.Name() {
			t.Fatalf("%s and %s", i.Name(), a.Name())
		}
		if err != nil {
			_, deadI := i.state.(dead)
			_, deadA := a.state.(dead)
			if !deadI && !deadA {
				t.Fatalf("nobody is dead of %v", err)
			}
		}
	})
}
