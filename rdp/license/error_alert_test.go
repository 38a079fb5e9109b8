package license

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"

	"github.com/google/go-cmp/cmp"
)

// The valid-client message is what every server without licensing sends; all
// clients know exactly these bytes (MS-RDPBCGR 4.1.11).
func TestAppendValidClient(t *testing.T) {
	want := wiretest.Unhex(t, "09 ff031000 07000000 02000000 04000000")
	if got := AppendValidClient([]byte{9}); !bytes.Equal(got, want) {
		t.Errorf("% x", got)
	}
}

func TestErrorAlert(t *testing.T) {
	valid := ErrorAlert{ErrorCode: StatusValidClient, StateTransition: NoTransition}
	for _, c := range []struct {
		name, hex string
		want      ErrorAlert
		exact     bool // our own form of preamble and blob type
	}{
		{"specification", "ff031000 07000000 02000000 04000000", valid, true},
		{"older xrdp, version 2", "ff021000 07000000 02000000 28140000", valid, false},
		{"older xrdp, blob type 0x99f3", "ff031000 07000000 02000000 f3990000", valid, false},
		{"with a blob", "ff031300 08000000 01000000 04000300 aabbcc", ErrorAlert{
			ErrInvalidClient, TotalAbort, []byte{0xaa, 0xbb, 0xcc},
		}, true},
		{"extended errors", "ff831000 06000000 01000000 04000000", ErrorAlert{
			ErrorCode: ErrNoLicenseServer, StateTransition: TotalAbort,
		}, false},
		{"bytes after the blob", "ff031200 07000000 02000000 04000000 aabb", valid, false},
	} {
		b := wiretest.Unhex(t, c.hex)
		m, err := Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseErrorAlert(m)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if d := cmp.Diff(&c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if again, err := AppendErrorAlert([]byte{9}, got); err != nil || bytes.Equal(again[1:], b) != c.exact {
			t.Errorf("%s: written as % x, %v", c.name, again, err)
		}
	}
}

func TestErrorAlertMalformed(t *testing.T) {
	body := wiretest.Unhex(t, "08000000 01000000 04000300 aabbcc")
	for n := range body {
		_, err := ParseErrorAlert(Message{Type: ErrorAlertType, Body: body[:n]})
		wiretest.WantMalformed(t, fmt.Sprintf("cut to %d", n), err)
	}
	for typ := range 0xFF {
		_, err := ParseErrorAlert(Message{Type: MessageType(typ), Body: body})
		wiretest.WantMalformed(t, fmt.Sprintf("type %d", typ), err)
	}
	body[10], body[11] = 0xFF, 0xFF
	_, err := ParseErrorAlert(Message{Type: ErrorAlertType, Body: body})
	wiretest.WantMalformed(t, "blob of 64 KiB", err)
}

func TestErrorAlertSizes(t *testing.T) {
	b, err := AppendErrorAlert(nil, &ErrorAlert{Blob: make([]byte, MaxBlob)})
	if err != nil || len(b) != 0xFFFF {
		t.Fatalf("longest: %d bytes, %v", len(b), err)
	}
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if e, err := ParseErrorAlert(m); err != nil || len(e.Blob) != MaxBlob {
		t.Errorf("longest: %v", err)
	}
	out, err := AppendErrorAlert([]byte{9}, &ErrorAlert{Blob: make([]byte, MaxBlob+1)})
	wiretest.WantMisuse(t, "too long", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote %d bytes", len(out))
	}
}

func TestErrorAlertIsAnError(t *testing.T) {
	for _, c := range []struct {
		code ErrorCode
		want string // the failure's name; empty if it is none
	}{
		{StatusValidClient, ""},
		{ErrNoLicense, "license.no_license"},
		{ErrNoLicenseServer, "license.no_license_server"},
		{ErrInvalidClient, "license.refused"},
		{0, "license.refused"},
		{99, "license.refused"},
	} {
		err := (&ErrorAlert{ErrorCode: c.code, StateTransition: TotalAbort}).Refused()
		if c.want == "" {
			if err != nil {
				t.Errorf("%v: %v", c.code, err)
			}
			continue
		}
		var e *ErrorAlert
		if !errors.As(err, &e) || e.Code() != c.want || e.Kind() != "refused" ||
			e.Args()["error"] != c.code.String() || e.Args()["transition"] != "ST_TOTAL_ABORT" {
			t.Errorf("%v: %v", c.code, err)
		}
	}
	e := &ErrorAlert{ErrorCode: ErrNoLicense, StateTransition: TotalAbort}
	if e.Error() != "license: peer sent ERR_NO_LICENSE, ST_TOTAL_ABORT" {
		t.Error(e)
	}
}

func TestErrorCodeString(t *testing.T) {
	for code, want := range map[ErrorCode]string{
		1: "ERR_INVALID_SERVER_CERTIFICATE", 2: "ERR_NO_LICENSE", 3: "ERR_INVALID_MAC", 4: "ERR_INVALID_SCOPE",
		6: "ERR_NO_LICENSE_SERVER", 7: "STATUS_VALID_CLIENT", 8: "ERR_INVALID_CLIENT", 0xB: "ERR_INVALID_PRODUCTID",
		0xC: "ERR_INVALID_MESSAGE_LEN", 5: "ErrorCode(0x5)",
	} {
		if code.String() != want {
			t.Errorf("%#x: %q, want %q", uint32(code), code.String(), want)
		}
	}
	for transition, want := range map[StateTransition]string{
		1: "ST_TOTAL_ABORT", 2: "ST_NO_TRANSITION", 3: "ST_RESET_PHASE_TO_START", 4: "ST_RESEND_LAST_MESSAGE",
		0: "StateTransition(0)",
	} {
		if transition.String() != want {
			t.Errorf("%d: %q, want %q", uint32(transition), transition.String(), want)
		}
	}
}
