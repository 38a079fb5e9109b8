package gcc

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/fumidai/fumidai/internal/wiretest"
)

var requests = []string{
	"conference_create_request_spec",
	"conference_create_request_nmap",
	"conference_create_request_freerdp",
}

func TestConferenceCreateRequest(t *testing.T) {
	for _, name := range requests {
		b := wiretest.Vector(t, name)
		userData, err := ParseConferenceCreateRequest(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if want := b[23:]; !bytes.Equal(userData, want) {
			t.Errorf("%s: %d bytes, want %d", name, len(userData), len(want))
		}
		again, err := AppendConferenceCreateRequest([]byte{9}, userData)
		if err != nil || !bytes.Equal(again[1:], b) {
			t.Errorf("%s: written as % x, %v", name, again, err)
		}
		for n := range b {
			_, err := ParseConferenceCreateRequest(b[:n])
			wiretest.WantMalformed(t, fmt.Sprintf("%s cut to %d", name, n), err)
		}
	}
}

// message builds a request whose two lengths are right and of one byte.
func message(fixed string, key string, userData string) string {
	pdu := fixed + key + fmt.Sprintf("%02x", len(userData)/2) + userData
	return "00050014 7c0001" + fmt.Sprintf("%02x", len(pdu)/2) + pdu
}

func TestConferenceCreateRequestForms(t *testing.T) {
	const duca = "44756361"
	for name, s := range map[string]string{
		"one-byte lengths":     message("000800100001c000", duca, "aabb"),
		"two-byte lengths":     "000500147c0001 800f 000800100001c000 44756361 8001 aa",
		"name of two digits":   message("000801120001c000", duca, "aa"),
		"name of three digits": message("00080212300001c000", duca, "aa"),
		"other flags":          message("0008001e8001c000", duca, "aa"),
		"no user data at all":  message("000800100001c000", duca, ""),
	} {
		if _, err := ParseConferenceCreateRequest(wiretest.Unhex(t, s)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestConferenceCreateRequestMalformed(t *testing.T) {
	const duca = "44756361"
	for name, s := range map[string]string{
		"another object":             "00050014 7c0002 0d 000800100001c000 44756361 00",
		"h221 key instead of object": "01050014 7c0001 0d 000800100001c000 44756361 00",
		"response":                   message("140800100001c000", duca, "aa"),
		"password present":           message("400800100001c000", duca, "aa"),
		"no user data present":       message("000000100001c000", duca, "aa"),
		"two sets":                   message("000800100002c000", duca, "aa"),
		"set without a value":        message("0008001000014000", duca, "aa"),
		"key of five bytes":          message("000800100001c001", duca, "aa"),
		"key of the server":          message("000800100001c000", "4d63446e", "aa"),
		"PDU too long":               "000500147c0001 0e 000800100001c000 44756361 00",
		"user data too short":        "000500147c0001 0f 000800100001c000 44756361 01 aabb",
		"user data too long":         "000500147c0001 0e 000800100001c000 44756361 02 aa",
		"length in fragments":        "000500147c0001 c1 000800100001c000 44756361 00",
		"name longer than all":       message("0008ff100001c000", duca, "aa"),
	} {
		_, err := ParseConferenceCreateRequest(wiretest.Unhex(t, s))
		wiretest.WantMalformed(t, name, err)
	}
}

// IronRDP's web client announces two bytes fewer than the PDU has.
func TestConferenceCreateRequestAnnouncedShort(t *testing.T) {
	userData, err := ParseConferenceCreateRequest(wiretest.Unhex(t, "000500147c0001 0d 000800100001c000 44756361 02 aabb"))
	if err != nil || !bytes.Equal(userData, []byte{0xaa, 0xbb}) {
		t.Errorf("% x, %v", userData, err)
	}
}

func TestConferenceCreateRequestSizes(t *testing.T) {
	const most = MaxRequestSize - 23 // with both lengths in two bytes
	for _, n := range []int{0, 1, 0x71, 0x72, 0x7f, 0x80, 0xff, 0x100, most} {
		b, err := AppendConferenceCreateRequest(nil, make([]byte, n))
		if err != nil {
			t.Fatal(err)
		}
		if userData, err := ParseConferenceCreateRequest(b); err != nil || len(userData) != n {
			t.Errorf("%d: %d bytes, %v", n, len(userData), err)
		}
	}
	out, err := AppendConferenceCreateRequest([]byte{9}, make([]byte, most+1))
	wiretest.WantMisuse(t, "too long", err)
	if !bytes.Equal(out, []byte{9}) {
		t.Errorf("wrote % x", out)
	}
	tooLong := wiretest.Unhex(t, "000500147c0001 8ff8 000800100001c000 44756361 8fea")
	tooLong = append(tooLong, make([]byte, most+1)...)
	_, err = ParseConferenceCreateRequest(tooLong)
	wiretest.WantMalformed(t, "too long", err)
}

func FuzzConferenceCreateRequest(f *testing.F) {
	for _, name := range requests {
		f.Add(wiretest.Vector(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		userData, err := ParseConferenceCreateRequest(b)
		if err != nil {
			wiretest.WantMalformed(t, "parse", err)
			return
		}
		again, err := AppendConferenceCreateRequest(nil, userData)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseConferenceCreateRequest(again); err != nil || !bytes.Equal(got, userData) {
			t.Fatalf("% x, %v", got, err)
		}
	})
}
