package spnego

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Messages of real programs.
const (
	// An SMB client with NTLM: github.com/arizvisa/syringe, lib/protocol/spnego.py
	// (captured 2021), three of the four messages of one logon.
	smbInit   = "604806062b0601050502a03e303ca00e300c060a2b06010401823702020aa22a04284e544c4d53535000010000001582086200000000280000000000000028000000060100000000000f"
	smbResp   = "a182010b30820107a0030a0101a10c060a2b06010401823702020aa281f10481ee4e544c4d53535000020000001e001e003800000015828a6299f54405a8a793e2000000000000000098009800560000000a00ab3f0000000f560041004700520041004e0054002d004e0038003900430031004600330002001e00560041004700520041004e0054002d004e0038003900430031004600330001001e00560041004700520041004e0054002d004e0038003900430031004600330004001e00560041004700520041004e0054002d004e0038003900430031004600330003001e00560041004700520041004e0054002d004e0038003900430031004600330007000800645c8e69911ad70100000000"
	smbFinish = "a11b3019a0030a0100a3120410010000007c3cf99405b02f5500000000"
	// The same source: NTLM AUTHENTICATE without credentials, no negState.
	smbAnonymous = "a16e306ca26a04684e544c4d5353500003000000000000005800000000000000580000000000000058000000000000005800000000000000580000001000100058000000158a0062060100000000000f7d521c9e7262eaf2763a33721990755673fcdfd4e99f1b5786975ef2cd9c8282"
	// Windows as an SMB server: github.com/jborean93/pyspnego at 57ff8d2,
	// tests/data/initial_context_token_neg_token_init2.
	windowsInit2 = "607606062b0601050502a06c306aa03c303a060a2b06010401823702021e06092a864882f71201020206092a864886f712010202060a2a864886f71201020203060a2b06010401823702020aa32a3028a0261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265"
	// MS-SPNG section 4, a local logon: NegoEx with its token, NTLM, negHints.
	specInit2 = "6082015d06062b0601050502a08201513082014da01a3018060a2b06010401823702021e060a2b06010401823702020aa28201010481fe4e45474f4558545301000000000000006000000070000000cffa11765e12599a347d766852bfce7097458710bb8242b4c7dfbad2da897aa311a7d868463430952562dc13c554f2010000000000000000600000000100000000000000000000005c33530deaf90d4db2ec4ae3786ec3084e45474f455854530300000001000000400000008e000000cffa11765e12599a347d766852bfce705c33530deaf90d4db2ec4ae3786ec308400000004e000000304ca04a3048302a80283026312430220603550403131b584d4c50726f766964657220496e7465726d656469617465204341301a80183016311430120603550403130b584d4c50726f7669646572a32a3028a0261b246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265"
	// Kerberos AP-REP: pyspnego again, tests/data/neg_token_resp.
	kerberosResp = "a181b73081b4a0030a0100a10b06092a864886f712010202a2819f04819c60819906092a864886f71201020202006f8189308186a003020105a10302010fa27a3078a003020112a271046f70675f94ac856acfc14cf4dd4617b96c7f900644cd9fa10dd4d000c25f5dddefeb9ce1bfe3e6554423cd920d2861fa89fb28bfb20b1cc5e2f1c8a4bf72bd0c930cace09872e41f28b1a93a1877c4c701e33a6825f92e92ee82a2333e7b64bfe5592b2c69dacb136d324efd73173410"
	// Made by pyspnego, the same commit, tests/test_spnego.py: all fields of
	// NegTokenInit, of NegTokenInit2 and of NegTokenResp.
	fullInit  = "603d06062b0601050502a0333031a019301706092a864886f712010202060a2b06010401823702020aa10403020004a206040400000000a306040401010101"
	fullInit2 = "607006062b0601050502a0663064a019301706092a864886f712010202060a2b06010401823702020aa10403020004a206040400000000a331302fa0051b0373706ea12604246e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265a406040401010101"
	fullResp  = "a1253023a0030a0103a10c060a2b06010401823702020aa206040400000000a306040401010101"
)

func TestLiteralInit(t *testing.T) {
	for _, c := range []struct {
		name, in    string
		types       []OID
		token, mic  string // of the token only the beginning
		roundTrips  bool   // reqFlags and negHints are read and never written
		rawTypesLen int
	}{
		{"SMB client", smbInit, []OID{NTLM}, "4e544c4d5353500001", "", true, 14},
		{"Windows NegTokenInit2", windowsInit2, []OID{NegoEx, MSKerberos, Kerberos, KerberosU2U, NTLM}, "", "", false, 60},
		{"MS-SPNG example", specInit2, []OID{NegoEx, NTLM}, "4e45474f45585453", "", false, 26},
		{"all of NegTokenInit", fullInit, []OID{Kerberos, NTLM}, "00000000", "01010101", false, 25},
		{"all of NegTokenInit2", fullInit2, []OID{Kerberos, NTLM}, "00000000", "01010101", false, 25},
	} {
		in := unhex(t, c.in)
		framing := bytes.IndexByte(in, wire.Context(0))
		for _, token := range [][]byte{in, in[framing:]} { // with and without the framing
			got, err := parseToken(token)
			if err != nil || got.init == nil || got.resp != nil {
				t.Fatalf("%s: %+v, %v", c.name, got, err)
			}
			i := got.init
			if !reflect.DeepEqual(i.types, c.types) || !bytes.HasPrefix(i.mechToken, unhex(t, c.token)) ||
				!bytes.Equal(i.mechListMIC, unhex(t, c.mic)) {
				t.Errorf("%s: %+v", c.name, i)
			}
			if len(i.rawTypes) != c.rawTypesLen || !bytes.Equal(i.rawTypes, marshalMechTypes(c.types)) {
				t.Errorf("%s: MechTypeList % x", c.name, i.rawTypes)
			}
			if c.roundTrips && !bytes.Equal(i.marshal(), in) {
				t.Errorf("%s: written as % x", c.name, i.marshal())
			}
		}
	}
}

func TestLiteralResp(t *testing.T) {
	for _, c := range []struct {
		name, in   string
		state      negState
		mech       OID
		token, mic string // of the token only the beginning
	}{
		{"challenge", smbResp, acceptIncomplete, NTLM, "4e544c4d5353500002", ""},
		{"authenticate, no negState", smbAnonymous, absent, "", "4e544c4d5353500003", ""},
		{"finish", smbFinish, acceptCompleted, "", "", "010000007c3cf99405b02f5500000000"},
		{"AP-REP", kerberosResp, acceptCompleted, Kerberos, "60819906092a864886f712010202", ""},
		{"all fields", fullResp, requestMIC, NTLM, "00000000", "01010101"},
	} {
		in := unhex(t, c.in)
		got, err := parseToken(in)
		if err != nil || got.resp == nil || got.init != nil {
			t.Fatalf("%s: %+v, %v", c.name, got, err)
		}
		r := got.resp
		if r.state != c.state || r.supportedMech != c.mech || !bytes.HasPrefix(r.responseToken, unhex(t, c.token)) ||
			!bytes.Equal(r.mechListMIC, unhex(t, c.mic)) {
			t.Errorf("%s: %+v", c.name, r)
		}
		if !bytes.Equal(r.marshal(), in) {
			t.Errorf("%s: written as % x", c.name, r.marshal())
		}
	}
}

// TestSelectFromWindows: NegoEx stands first in these lists of Windows. It is
// passed over with its token, and so request-mic is due. The identifier of
// Kerberos is the one that Windows listed.
func TestSelectFromWindows(t *testing.T) {
	for literal, selected := range map[string]OID{windowsInit2: MSKerberos, specInit2: NTLM} {
		_, a, _, _ := newPair(t, []OID{NTLM}, []OID{Kerberos, NTLM})
		reply, err := a.Step(unhex(t, literal))
		want := negTokenResp{state: requestMIC, supportedMech: selected}.marshal()
		if err != nil || !bytes.Equal(reply, want) {
			t.Errorf("% x, %v", reply, err)
		}
	}
}

func TestTolerance(t *testing.T) {
	for _, c := range []struct {
		name, in string
		ok       bool
	}{
		{"NegTokenResp in GSS framing (old Sun)", "6011 06062b0601050502 a1073005a0030a0100", true},
		{"lengths longer than needed", "a1 810c 3082 0008 a081 05 0a8200 0100", true},
		{"unknown later field", "a1073005a703020105", true},
		{"empty NegTokenResp", "a1023000", true},
		{"fields out of order", "a10c300a a203040101 a0030a0100", false},
		{"field twice", "a10c300a a0030a0100 a0030a0100", false},
		{"unknown negState", "a1073005a0030a0104", false},
		{"negState of two bytes", "a1083006a0040a020000", false},
		{"negState as INTEGER", "a1073005a003020100", false},
		{"choice [2]", "a2023000", false},
		{"wrong thisMech", "600d 06092a864886f712010202 a1023000", false},
		{"no mechTypes", "a0023000", false},
		{"empty mechTypes", "a0063004a0023000", false},
		{"mechTypes with trailing bytes", "a00b3009a007300306012a0500", false},
		{"mechTypes of another type", "a0093007a0053003 02012a", false},
		{"trailing byte", "a102300000", false},
		{"trailing byte in the framing", "600d 06062b0601050502 a1023000 00", false},
		{"indefinite length", "a180 3000 0000", false},
	} {
		_, err := parseToken(unhex(t, c.in))
		var malformed *wire.Error
		if c.ok != (err == nil) || err != nil && !errors.As(err, &malformed) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestMechTypesLimit(t *testing.T) {
	types := make([]OID, MaxMechTypes+1)
	for i := range types {
		types[i] = NTLM
	}
	for n, ok := range map[int]bool{MaxMechTypes: true, MaxMechTypes + 1: false} {
		init := negTokenInit{rawTypes: marshalMechTypes(types[:n])}
		if _, err := parseToken(init.marshal()); (err == nil) != ok {
			t.Errorf("%d mechanisms: %v", n, err)
		}
	}
}

// TestListAsReceived: the MIC covers the list as it was sent, here with a
// length that DER would not allow.
func TestListAsReceived(t *testing.T) {
	raw := unhex(t, "30810c 060a2b06010401823702020a")
	init := negTokenInit{rawTypes: raw}
	got, err := parseToken(init.marshal())
	if err != nil || !bytes.Equal(got.init.rawTypes, raw) {
		t.Errorf("%+v, %v", got.init, err)
	}
}

func TestResultDoesNotAlias(t *testing.T) {
	in := unhex(t, fullInit)
	got, _ := parseToken(in)
	clear(in)
	if got.init.mechListMIC[0] != 1 || got.init.rawTypes[0] != wire.TagSequence {
		t.Error("the result changes with the input")
	}
}

func TestTruncations(t *testing.T) {
	for _, literal := range []string{smbInit, smbResp, smbFinish, smbAnonymous, windowsInit2, specInit2, kerberosResp, fullInit, fullInit2, fullResp} {
		in := unhex(t, literal)
		for n := range len(in) {
			var malformed *wire.Error
			if _, err := parseToken(in[:n]); !errors.As(err, &malformed) {
				t.Fatalf("%d of %d bytes: %v", n, len(in), err)
			}
		}
	}
}

func TestOIDString(t *testing.T) {
	for oid, want := range map[OID]string{
		NTLM:        "1.3.6.1.4.1.311.2.2.10",
		Kerberos:    "1.2.840.113554.1.2.2",
		MSKerberos:  "1.2.840.48018.1.2.2",
		KerberosU2U: "1.2.840.113554.1.2.2.3",
		NegoEx:      "1.3.6.1.4.1.311.2.2.30",
		SPNEGO:      "1.3.6.1.5.5.2",
		"\x88\x37":  "2.999", // X.660: arcs below 2 go beyond 39
		"":          "",
		"\x2a\x86":  "1.2.?",
		"\x2a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x03": "1.2.?.3",
		"\x2a\x81\xff\xff\xff\xff\xff\xff\xff\xff\x7f":         "1.2.18446744073709551615",
	} {
		if got := oid.String(); got != want {
			t.Errorf("% x: %s, want %s", string(oid), got, want)
		}
	}
}

func TestReasons(t *testing.T) {
	codes := map[string]bool{}
	for r := NoCommonMechanism; r <= Dead; r++ {
		e := failure(r)
		if e.Code() == "" || codes[e.Code()] || e.Error() == "spnego: " {
			t.Errorf("reason %d: code %q, text %q", r, e.Code(), e.Error())
		}
		codes[e.Code()] = true
		switch e.Kind() {
		case "misbehaved", "incompatible", "refused", "misuse", "bug":
		default:
			t.Errorf("%s: kind %q", e.Code(), e.Kind())
		}
	}
	if len(codes) != len(reasons) {
		t.Errorf("%d reasons, %d in the table", len(codes), len(reasons))
	}
	if e := failure(MICMissing); e.Code() != "spnego.mic.missing" || e.Kind() != "misbehaved" {
		t.Error(e)
	}
	if e := failure(MICWrong); e.Code() != "spnego.mic.wrong" || e.Kind() != "misbehaved" {
		t.Error(e)
	}
}
