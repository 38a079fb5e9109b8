package mcs

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

var connectResponses = []struct {
	name       string
	parameters DomainParameters
	userData   int  // bytes
	exact      bool // writing it gives the same bytes
}{
	{"connect_response_spec", DomainParameters{34, 3, 0, 1, 0, 1, 65528, 2}, 287, true},
	{"connect_response_freerdp", DomainParameters{34, 3, 0, 1, 0, 1, 65528, 2}, 66, true},
	{"connect_response_xrdp", DomainParameters{22, 3, 0, 1, 0, 1, 65528, 2}, 475, true},
	{"connect_response_xrdp_tls", DomainParameters{22, 3, 0, 1, 0, 1, 65528, 2}, 63, true},
}

func TestConnectResponse(t *testing.T) {
	for _, c := range connectResponses {
		b := wiretest.Vector(t, c.name)
		got, err := ParseConnectResponse(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := &ConnectResponse{DomainParameters: c.parameters, UserData: b[len(b)-c.userData:]}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if got.Refused() != nil {
			t.Errorf("%s: %v", c.name, got.Refused())
		}
		again, err := AppendConnectResponse(nil, got)
		if err != nil || bytes.Equal(again, b) != c.exact {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
	}
}

func TestConnectResponseTruncated(t *testing.T) {
	for _, c := range connectResponses {
		b := wiretest.Vector(t, c.name)
		for n := range b {
			_, err := ParseConnectResponse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		header := 3 // 7F 66 and a length byte
		if b[2] >= 0x80 {
			header = 5
		}
		for n := range len(b) - header {
			_, err := ParseConnectResponse(shorten(b, header, n))
			wiretest.WantMalformed(t, fmt.Sprintf("%s with %d bytes of content", c.name, n), err)
		}
	}
}

func TestConnectResponseRefusal(t *testing.T) {
	for n := 1; n < 256; n++ {
		result := Result(n)
		b, err := AppendConnectResponse(nil, &ConnectResponse{Result: result})
		if err != nil || !bytes.Equal(b, []byte{0x7f, 0x66, 3, 0x0a, 1, byte(n)}) {
			t.Fatalf("%v: % x, %v", result, b, err)
		}
		m, err := ParseConnectResponse(b)
		if err != nil {
			t.Fatalf("%v: %v", result, err)
		}
		var e *RefusedError
		if !errors.As(m.Refused(), &e) || e.Result != result {
			t.Fatalf("%v: %v", result, m.Refused())
		}
		if e.Code() != "mcs.connect.refused" || e.Kind() != "refused" || e.Args()["result"] != result.String() {
			t.Fatalf("%v: %q %q %v", result, e.Code(), e.Kind(), e.Args())
		}
	}
	e := &RefusedError{Result: ResultUnspecifiedFailure}
	if e.Error() != "mcs: server refused the connection: rt-unspecified-failure" {
		t.Errorf("%q", e.Error())
	}
	full := &ConnectResponse{
		Result: ResultUserRejected, CalledConnectID: 7,
		DomainParameters: clientTarget, UserData: []byte{1},
	}
	b, err := AppendConnectResponse(nil, full)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseConnectResponse(b)
	if d := cmp.Diff(full, got); err != nil || d != "" {
		t.Errorf("%v %s", err, d)
	}
}

func TestConnectResponseMalformed(t *testing.T) {
	const parameters = "3018 020101 020101 020101 020101 020101 020101 020101 020101"
	for name, content := range map[string]string{
		"nothing":                   "",
		"result alone, successful":  "0a0100",
		"result of two bytes":       "0a020000 020100" + parameters + "0400",
		"result is an integer":      "020100 020100" + parameters + "0400",
		"id is enumerated":          "0a0100 0a0100" + parameters + "0400",
		"no user data":              "0a0100 020100" + parameters,
		"refusal cut after the id":  "0a010e 020100",
		"bytes after the user data": "0a0100 020100" + parameters + "040000",
	} {
		_, err := ParseConnectResponse(appendConnect(nil, tagConnectResponse, wiretest.Unhex(t, content)))
		wiretest.WantMalformed(t, name, err)
	}
	_, err := ParseConnectResponse(wiretest.Vector(t, "connect_initial_spec"))
	wiretest.WantMalformed(t, "a request", err)
}

func TestConnectResponseSizes(t *testing.T) {
	for _, n := range []int{0, 128, 256, MaxResponseUserData} {
		b, err := AppendConnectResponse(nil, &ConnectResponse{UserData: make([]byte, n)})
		if err != nil {
			t.Fatal(err)
		}
		if m, err := ParseConnectResponse(b); err != nil || len(m.UserData) != n {
			t.Errorf("%d: %v", n, err)
		}
	}
	out, err := AppendConnectResponse([]byte{9}, &ConnectResponse{UserData: make([]byte, MaxResponseUserData+1)})
	wiretest.WantMisuse(t, "user data", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote % x", out)
	}
}

func TestResultString(t *testing.T) {
	for r, want := range map[Result]string{
		ResultSuccessful: "rt-successful", 8: "rt-parameters-unacceptable",
		ResultUnspecifiedFailure: "rt-unspecified-failure", ResultUserRejected: "rt-user-rejected",
		16: "Result(16)", 255: "Result(255)",
	} {
		if r.String() != want {
			t.Errorf("%d: %q", uint8(r), r.String())
		}
	}
}

func FuzzConnectResponse(f *testing.F) {
	for _, c := range connectResponses {
		f.Add(wiretest.Vector(f, c.name))
	}
	f.Add([]byte{0x7f, 0x66, 3, 0x0a, 1, 14})
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseConnectResponse(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendConnectResponse(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := ParseConnectResponse(again)
		if err != nil {
			t.Fatal(err)
		}
		if m.Result != ResultSuccessful && len(m.UserData) == 0 {
			m = &ConnectResponse{Result: m.Result} // written as the result alone
		}
		if d := cmp.Diff(m, m2); d != "" {
			t.Fatal(d)
		}
	})
}
