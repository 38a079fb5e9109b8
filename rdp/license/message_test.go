package license

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// Messages without their security header. "specification" is MS-RDPBCGR 4.1.11,
// "IronRDP" the test data of its server_license, "older xrdp" two constants that
// stood in xrdp_sec.c until 2024.
var messages = []struct {
	name, hex string
	want      Message
}{
	{"specification, valid client", "ff031000 07000000 02000000 04000000", Message{
		ErrorAlertType, Version3, []byte{7, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0},
	}},
	{"older xrdp, second message", "ff021000 07000000 02000000 28140000", Message{
		ErrorAlertType, Version2, []byte{7, 0, 0, 0, 2, 0, 0, 0, 0x28, 0x14, 0, 0},
	}},
	{"older xrdp, third message", "ff031000 07000000 02000000 f3990000", Message{
		ErrorAlertType, Version3, []byte{7, 0, 0, 0, 2, 0, 0, 0, 0xf3, 0x99, 0, 0},
	}},
	{
		"IronRDP, platform challenge",
		"02032600 00000000 0000 0a00 463785548ec59134975d 3823625d108b93c3f1e4671f4ab6000a",
		Message{PlatformChallenge, Version3, []byte{
			0, 0, 0, 0, 0, 0, 10, 0, 0x46, 0x37, 0x85, 0x54, 0x8e, 0xc5, 0x91, 0x34, 0x97, 0x5d,
			0x38, 0x23, 0x62, 0x5d, 0x10, 0x8b, 0x93, 0xc3, 0xf1, 0xe4, 0x67, 0x1f, 0x4a, 0xb6, 0x00, 0x0a,
		}},
	},
	{"nothing but the preamble", "13830400", Message{NewLicenseRequest, ExtendedErrorSupported | Version3, []byte{}}},
}

func TestMessage(t *testing.T) {
	for _, c := range messages {
		b := wiretest.Unhex(t, c.hex)
		got, err := Parse(b)
		if d := cmp.Diff(c.want, got); err != nil || d != "" {
			t.Errorf("%s: %v %s", c.name, err, d)
			continue
		}
		if again, err := Append([]byte{9}, got); err != nil || !bytes.Equal(again[1:], b) || again[0] != 9 {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
		for n := range b {
			_, err := Parse(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", c.name, n), err)
		}
	}
}

// The size decides, not how much there is; smaller than the preamble is nonsense.
func TestMessageSize(t *testing.T) {
	b := wiretest.Unhex(t, messages[0].hex)
	for size := range 256 {
		b[2] = byte(size)
		m, err := Parse(b)
		if valid := size >= 4 && size <= len(b); !valid {
			wiretest.WantMalformed(t, fmt.Sprintf("size %d", size), err)
		} else if err != nil || len(m.Body) != size-4 {
			t.Errorf("size %d: % x, %v", size, m.Body, err)
		}
	}
	longest := Message{Type: LicenseInfo, Body: make([]byte, MaxBody)}
	b, err := Append(nil, longest)
	if err != nil || len(b) != 0xFFFF {
		t.Fatalf("longest: %d bytes, %v", len(b), err)
	}
	if m, err := Parse(b); err != nil || len(m.Body) != MaxBody {
		t.Errorf("longest: %v", err)
	}
	out, err := Append([]byte{9}, Message{Body: make([]byte, MaxBody+1)})
	wiretest.WantMisuse(t, "too long", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote %d bytes", len(out))
	}
}

func TestMessageTypeString(t *testing.T) {
	for typ, want := range map[MessageType]string{
		LicenseRequest: "LICENSE_REQUEST", PlatformChallenge: "PLATFORM_CHALLENGE", NewLicense: "NEW_LICENSE",
		UpgradeLicense: "UPGRADE_LICENSE", LicenseInfo: "LICENSE_INFO", NewLicenseRequest: "NEW_LICENSE_REQUEST",
		PlatformChallengeResponse: "PLATFORM_CHALLENGE_RESPONSE", ErrorAlertType: "ERROR_ALERT",
		0x14: "MessageType(0x14)", 0: "MessageType(0x00)",
	} {
		if typ.String() != want {
			t.Errorf("%#x: %q, want %q", uint8(typ), typ.String(), want)
		}
	}
	for typ, want := range map[MessageType]uint8{ // MS-RDPBCGR 2.2.1.12.1.1
		LicenseRequest: 1, PlatformChallenge: 2, NewLicense: 3, UpgradeLicense: 4, LicenseInfo: 0x12,
		NewLicenseRequest: 0x13, PlatformChallengeResponse: 0x15, ErrorAlertType: 0xFF,
	} {
		if uint8(typ) != want {
			t.Errorf("%v is %#x, want %#x", typ, uint8(typ), want)
		}
	}
}

func FuzzMessage(f *testing.F) {
	for _, c := range messages {
		f.Add(wiretest.Unhex(f, c.hex))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		if again, err := Append(nil, m); err != nil || !bytes.HasPrefix(b, again) {
			t.Fatalf("% x, %v", again, err)
		}
		e, err := ParseErrorAlert(m)
		if err != nil {
			wiretest.WantMalformed(t, "alert", err)
			return
		}
		again, err := AppendErrorAlert(nil, e)
		if err != nil {
			t.Fatal(err)
		}
		m2, err := Parse(again)
		if err != nil {
			t.Fatal(err)
		}
		e2, err := ParseErrorAlert(m2)
		if d := cmp.Diff(e, e2); err != nil || d != "" {
			t.Fatalf("%v %s", err, d)
		}
	})
}
