package gcc

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

var responses = []struct {
	name   string
	nodeID int
	header int  // bytes before the user data
	exact  bool // writing it gives the same bytes; xrdp has a longer form of a length
}{
	{"conference_create_response_spec", 31219, 23, true},
	{"conference_create_response_freerdp", 31219, 22, true},
	{"conference_create_response_xrdp", 31219, 23, true},
	{"conference_create_response_xrdp_tls", 31219, 23, false},
}

func TestConferenceCreateResponse(t *testing.T) {
	for _, c := range responses {
		b := wiretest.Vector(t, c.name)
		got, err := ParseConferenceCreateResponse(b)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		want := &ConferenceCreateResponse{NodeID: c.nodeID, UserData: b[c.header:]}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		again, err := AppendConferenceCreateResponse([]byte{9}, got)
		if err != nil || bytes.Equal(again[1:], b) != c.exact {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		for n := range b {
			_, err := ParseConferenceCreateResponse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
	}
}

func TestConferenceCreateResponseForms(t *testing.T) {
	for name, s := range map[string]string{
		"right length":      "000500147c0001 0f 14760a01010001c000 4d63446e 01 aa",
		"two-byte length":   "000500147c0001 800f 14760a01010001c000 4d63446e 01 aa",
		"tag of two bytes":  "000500147c0001 2a 14760a0201000001c000 4d63446e 01 aa",
		"result not 0":      "000500147c0001 2a 14760a01011001c000 4d63446e 01 aa",
		"user data, 2-byte": "000500147c0001 2a 14760a01010001c000 4d63446e 8001 aa",
	} {
		m, err := ParseConferenceCreateResponse(wiretest.Unhex(t, s))
		if err != nil || !bytes.Equal(m.UserData, []byte{0xaa}) {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func TestConferenceCreateResponseMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"another object":      "000500147c0002 2a 14760a01010001c000 4d63446e 01 aa",
		"request":             "000500147c0001 2a 04760a01010001c000 4d63446e 01 aa",
		"no user data":        "000500147c0001 2a 10760a01010001c000 4d63446e 01 aa",
		"two sets":            "000500147c0001 2a 14760a01010002c000 4d63446e 01 aa",
		"key of the client":   "000500147c0001 2a 14760a01010001c000 44756361 01 aa",
		"tag of 255 bytes":    "000500147c0001 2a 14760aff010001c000 4d63446e 01 aa",
		"user data too short": "000500147c0001 2a 14760a01010001c000 4d63446e 00 aa",
		"user data too long":  "000500147c0001 2a 14760a01010001c000 4d63446e 02 aa",
		"length in fragments": "000500147c0001 2a 14760a01010001c000 4d63446e c1 aa",
	} {
		_, err := ParseConferenceCreateResponse(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

func TestConferenceCreateResponseLimits(t *testing.T) {
	const most = MaxResponseSize - 23
	for _, m := range []*ConferenceCreateResponse{
		{NodeID: MinNodeID, UserData: []byte{}},
		{NodeID: MaxNodeID, UserData: make([]byte, 0x7f)},
		{NodeID: 2000, UserData: make([]byte, 0x80)},
		{NodeID: 2000, UserData: make([]byte, most)},
	} {
		b, err := AppendConferenceCreateResponse(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseConferenceCreateResponse(b)
		if d := cmp.Diff(m, got); err != nil || d != "" {
			t.Errorf("%v %s", err, d)
		}
	}
	for name, m := range map[string]*ConferenceCreateResponse{
		"no nodeID":     {},
		"nodeID 1000":   {NodeID: 1000},
		"nodeID 65537":  {NodeID: 65537},
		"too much data": {NodeID: 2000, UserData: make([]byte, most+1)},
	} {
		out, err := AppendConferenceCreateResponse([]byte{9}, m)
		wiretest.WantMisuse(t, name, err)
		if !bytes.Equal(out, []byte{9}) {
			t.Errorf("%s: wrote % x", name, out)
		}
	}
	tooLong := wiretest.Unhex(t, "000500147c0001 2a 14760a01010001c000 4d63446e bfe9")
	_, err := ParseConferenceCreateResponse(append(tooLong, make([]byte, most+1)...))
	wiretest.WantMalformed(t, "too long", err)
}

func FuzzConferenceCreateResponse(f *testing.F) {
	for _, c := range responses {
		f.Add(wiretest.Vector(f, c.name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseConferenceCreateResponse(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if m.NodeID > MaxNodeID || len(m.UserData)+23 > MaxResponseSize {
			return // readable, not writable
		}
		again, err := AppendConferenceCreateResponse(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseConferenceCreateResponse(again)
		if d := cmp.Diff(m, got); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
