package security

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

func TestHeader(t *testing.T) {
	for _, c := range []struct {
		name, hex string
		flags     Flags
		body      int // bytes
	}{
		{"client info, MS-RDPBCGR 4.1.10 without encryption", "40000000 09040904", Info, 4},
		{"license, xrdp", "80020000 ff031000", License | LicenseEncrypt, 4},
		{"license, older xrdp with a length for flagsHi", "80001000 ff021000", License, 4},
		{"nothing after it", "00100000", AutoDetectRequestFlag, 0},
	} {
		b := wiretest.Unhex(t, c.hex)
		flags, body, err := ParseHeader(b)
		if err != nil || flags != c.flags || !bytes.Equal(body, b[4:]) || len(body) != c.body {
			t.Errorf("%s: %v, % x, %v", c.name, flags, body, err)
		}
		for n := range HeaderSize {
			_, _, err := ParseHeader(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
		if n := len(body); n > 0 {
			body[0]++
			if b[4] != body[0] {
				t.Errorf("%s: the body does not alias the input", c.name)
			}
		}
	}
	if got := AppendHeader([]byte{9}, 0x1234); !bytes.Equal(got, []byte{9, 0x34, 0x12, 0, 0}) {
		t.Errorf("% x", got)
	}
}

func TestFlagsString(t *testing.T) {
	for f, want := range map[Flags]string{
		0: "0", Info: "INFO_PKT", License | LicenseEncrypt: "LICENSE_PKT|LICENSE_ENCRYPT", 0x0100: "0x100",
		Encrypt | 0x0100: "ENCRYPT|0x100", TransportRequest | AutoDetectResponseFlag: "TRANSPORT_REQ|AUTODETECT_RSP",
	} {
		if f.String() != want {
			t.Errorf("%#x: %q, want %q", uint16(f), f.String(), want)
		}
	}
}

// The numbers are those of MS-RDPBCGR 2.2.8.1.1.2.1: one bit each, and only
// 0x0100 is free.
func TestFlagsAreDistinct(t *testing.T) {
	var all Flags
	for i, f := range []Flags{
		Exchange, TransportRequest, TransportResponse, Encrypt, ResetSeqno, IgnoreSeqno, Info, License,
		LicenseEncrypt, RedirectionPacket, SecureChecksum, AutoDetectRequestFlag, AutoDetectResponseFlag,
		HeartbeatFlag, HighValid,
	} {
		bit := i
		if i > 7 {
			bit++
		}
		if f != 1<<bit {
			t.Errorf("flag %d is %#x", i, uint16(f))
		}
		all |= f
	}
	if all != 0xFEFF {
		t.Errorf("all flags are %#x", uint16(all))
	}
}

func FuzzHeader(f *testing.F) {
	f.Add([]byte{0x40, 0, 0, 0, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		flags, body, err := ParseHeader(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again := append(AppendHeader(nil, flags), body...)
		if !bytes.Equal(again[:2], b[:2]) || !bytes.Equal(again[4:], b[4:]) {
			t.Fatalf("% x", again)
		}
	})
}
