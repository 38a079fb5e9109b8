package x224

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

func TestData(t *testing.T) {
	// The MCS Attach User Request of MS-RDPBCGR 4.1.6.
	frame := wiretest.Unhex(t, "03000008 02f080 28")
	payload, err := ParseData(frame)
	if err != nil || !bytes.Equal(payload, []byte{0x28}) {
		t.Fatalf("% x, %v", payload, err)
	}
	again, err := AppendData([]byte{9}, payload)
	if err != nil || !bytes.Equal(again[1:], frame) {
		t.Fatalf("% x, %v", again, err)
	}
	for n := range frame {
		_, err := ParseData(frame[:n])
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
}

func TestDataSizes(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, MaxPayload} {
		frame, err := AppendData(nil, make([]byte, n))
		if err != nil {
			t.Fatal(err)
		}
		if size, err := FrameSize(frame); err != nil || size != len(frame) {
			t.Errorf("%d: size %d, %v", n, size, err)
		}
		if payload, err := ParseData(frame); err != nil || len(payload) != n {
			t.Errorf("%d: %d bytes, %v", n, len(payload), err)
		}
	}
}

func TestDataMalformed(t *testing.T) {
	for name, s := range map[string]string{
		"version":             "02000008 02f080 28",
		"length":              "03000009 02f080 28",
		"length indicator":    "03000008 03f080 28",
		"not the end of TSDU": "03000008 02f000 28",
		"TPDU number":         "03000008 02f081 28",
		"connection request":  "0300000b 06e00000000000",
		"error TPDU":          "03000009 0470000000",
	} {
		_, err := ParseData(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

// Built from X.224 section 13.5.
func TestDisconnectRequest(t *testing.T) {
	for _, s := range []string{"0300000b 0680 0000 1234 80", "0300000d 0880 0000 1234 80 e000"} {
		frame := wiretest.Unhex(t, s)
		_, err := ParseData(frame)
		var e *DisconnectRequest
		if !errors.As(err, &e) || e.Reason != 0x80 {
			t.Fatalf("%s: %v", s, err)
		}
		if e.Code() != "x224.disconnect_request" || e.Kind() != "refused" || e.Args()["reason"] != 0x80 {
			t.Errorf("%q %q %v", e.Code(), e.Kind(), e.Args())
		}
		if e.Error() != "x224: peer sent a disconnect request, reason 128" {
			t.Errorf("%q", e.Error())
		}
		for n := range frame {
			_, err := ParseData(frame[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
			if n >= 6 && n < 11 {
				_, err = ParseData(refit(frame[:n]))
				wiretest.WantMalformed(t, fmt.Sprintf("cut to %d and refitted", n), err)
			}
		}
	}
	_, err := ParseData(wiretest.Unhex(t, "0300000b 0580 0000 1234 80"))
	wiretest.WantMalformed(t, "length indicator", err)
}

func FuzzData(f *testing.F) {
	f.Add(wiretest.Unhex(f, "03000008 02f080 28"))
	f.Add(wiretest.Unhex(f, "0300000b 0680 0000 1234 80"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		payload, err := ParseData(frame)
		if err != nil {
			var e *DisconnectRequest
			if !errors.As(err, &e) {
				wiretest.WantMalformed(t, "parse", err)
			}
			return
		}
		again, err := AppendData(nil, payload)
		frame[1] = 0 // the reserved byte is not kept
		if err != nil || !bytes.Equal(again, frame) {
			t.Fatalf("% x, %v", again, err)
		}
	})
}
