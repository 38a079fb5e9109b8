package security

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// The three messages of fixed size, built from MS-RDPBCGR 2.2.15 and 2.2.16: the
// specification has no examples.
const (
	heartbeatHex = "00 05 03 06"
	requestHex   = "04030201 0200 0000 000102030405060708090a0b0c0d0e0f"
	responseHex  = "04030201 04400080"
)

func TestHeartbeat(t *testing.T) {
	b := wiretest.Unhex(t, heartbeatHex)
	m, err := ParseHeartbeat(b)
	if d := cmp.Diff(&Heartbeat{Period: 5, Count1: 3, Count2: 6}, m); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	if again := AppendHeartbeat(nil, m); !bytes.Equal(again, b) {
		t.Errorf("% x", again)
	}
	for n := range b {
		_, err := ParseHeartbeat(b[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
}

func TestMultitransportRequest(t *testing.T) {
	b := wiretest.Unhex(t, requestHex)
	m, err := ParseMultitransportRequest(b)
	want := MultitransportRequest{
		RequestID: 0x01020304, Protocol: ProtocolUDPFECLossy,
		Cookie: [16]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
	}
	if err != nil || *m != want {
		t.Fatalf("%v, %v", m, err)
	}
	if again := AppendMultitransportRequest(nil, m); !bytes.Equal(again, b) {
		t.Errorf("% x", again)
	}
	for n := range b {
		_, err := ParseMultitransportRequest(b[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
}

func TestMultitransportRequestHidesItsCookie(t *testing.T) {
	m := &MultitransportRequest{Cookie: [16]byte([]byte("sixteen letters!"))}
	for _, v := range []any{m, *m, struct{ M MultitransportRequest }{*m}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
			hides(t, verb, fmt.Sprintf(verb, v), []string{"sixteen", "736978", "115 105", "0x73"})
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		hides(t, "json", string(text), []string{"115,105"})
	}
	if !strings.Contains(m.String(), "request 0") {
		t.Error(m)
	}
}

func TestMultitransportResponse(t *testing.T) {
	b := wiretest.Unhex(t, responseHex)
	m, err := ParseMultitransportResponse(b)
	if d := cmp.Diff(&MultitransportResponse{RequestID: 0x01020304, HResult: Abort}, m); err != nil || d != "" {
		t.Fatalf("%v %s", err, d)
	}
	if again := AppendMultitransportResponse(nil, m); !bytes.Equal(again, b) {
		t.Errorf("% x", again)
	}
	for n := range b {
		_, err := ParseMultitransportResponse(b[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
}

// Bytes after a message, from a newer peer, are no reason to fail.
func TestMessageChannelTrailingBytes(t *testing.T) {
	if _, err := ParseHeartbeat(wiretest.Unhex(t, heartbeatHex+"aa")); err != nil {
		t.Error(err)
	}
	if _, err := ParseMultitransportRequest(wiretest.Unhex(t, requestHex+"aa")); err != nil {
		t.Error(err)
	}
	if _, err := ParseMultitransportResponse(wiretest.Unhex(t, responseHex+"aa")); err != nil {
		t.Error(err)
	}
}

// FuzzMessageChannel gives the same bytes to all three. Reserved bytes apart,
// what was read is written again.
func FuzzMessageChannel(f *testing.F) {
	for _, s := range []string{heartbeatHex, requestHex, responseHex} {
		f.Add(wiretest.Unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if m, err := ParseHeartbeat(body); err != nil {
			wiretest.WantMalformed(t, "heartbeat", err)
		} else if b := AppendHeartbeat(nil, m); !bytes.Equal(b[1:], body[1:4]) {
			t.Fatalf("heartbeat: % x", b)
		}
		if m, err := ParseMultitransportRequest(body); err != nil {
			wiretest.WantMalformed(t, "request", err)
		} else if b := AppendMultitransportRequest(nil, m); !bytes.Equal(b[:6], body[:6]) || !bytes.Equal(b[8:], body[8:24]) {
			t.Fatalf("request: % x", b)
		}
		if m, err := ParseMultitransportResponse(body); err != nil {
			wiretest.WantMalformed(t, "response", err)
		} else if b := AppendMultitransportResponse(nil, m); !bytes.HasPrefix(body, b) {
			t.Fatalf("response: % x", b)
		}
	})
}
