package credssp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/rdp/wire"
)

// sample is the unencrypted authInfo of MS-CSSP section 4, 275 bytes.
func sample(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/ms-cssp-4-smartcard.hex")
	if err != nil {
		t.Fatal(err)
	}
	return unhex(t, string(text))
}

func utf16(s string) []byte { return wire.AppendUTF16(nil, s) }

func TestSampleOfTheSpecification(t *testing.T) {
	b := sample(t)
	c, err := ParseCredentials(b)
	want := &SmartCardCreds{
		PIN: utf16("bbbbbbbbbbbb"), KeySpec: 1, ReaderName: "OMNIKEY CardMan 3x21 0",
		ContainerName: "le-MSSmartcardUser-8bda019f-1266--53268", CSPName: "Microsoft Base Smart Card Crypto Provider",
	}
	if err != nil || len(b) != 275 || !reflect.DeepEqual(c, Credentials(want)) {
		t.Fatalf("%d bytes: %+v, %v", len(b), c, err)
	}
	again, err := MarshalCredentials(c)
	if err != nil || !bytes.Equal(again, b) {
		t.Errorf("encodes to\n% x, %v", again, err)
	}
}

// everyCredentials has one or more of every type, with every field.
func everyCredentials() map[string]Credentials {
	return map[string]Credentials{
		"password":         &PasswordCreds{"PLANT", "hanako", utf16("secret")},
		"unicode":          &PasswordCreds{"工場", "花子😀", utf16("踏み台")},
		"restricted admin": &PasswordCreds{Password: []byte{}},
		"smart card": &SmartCardCreds{PIN: utf16("123456"), KeySpec: 0xFFFFFFFF, CardName: "card", ReaderName: "reader",
			ContainerName: "container", CSPName: "csp", UserHint: "hanako", DomainHint: "PLANT"},
		"smart card, hints only": &SmartCardCreds{PIN: []byte{}, UserHint: "hanako", DomainHint: "PLANT"},
		"remote guard":           &RemoteGuardCreds{Logon: PackageCred{"Kerberos", []byte("ticket")}},
		"remote guard, NTLM too": &RemoteGuardCreds{Logon: PackageCred{"Kerberos", []byte("ticket")},
			Supplementary: []PackageCred{{"NTLM", []byte("hash")}, {"", []byte{}}}},
	}
}

func TestCredentialsRoundTrip(t *testing.T) {
	for name, c := range everyCredentials() {
		b, err := MarshalCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseCredentials(b)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%s: %#v, %v", name, got, err)
		}
		clear(b)
		if !reflect.DeepEqual(got, c) {
			t.Errorf("%s: parsed credentials share the buffer they came in", name)
		}
	}
}

func TestNewPasswordCreds(t *testing.T) {
	c := NewPasswordCreds("d", "u", []byte("aあ😀"))
	if want := unhex(t, "6100 4230 3dd800de"); !bytes.Equal(c.Password, want) {
		t.Errorf("% x", c.Password)
	}
}

// passwordBytes is TSCredentials with a password, field by field in hexadecimal.
func passwordBytes(domain, user, password string) string {
	return el("30", el("a0", "020101"), el("a1", el("04", el("30",
		el("a0", el("04", domain)), el("a1", el("04", user)), el("a2", el("04", password))))))
}

func TestKnownPasswordCreds(t *testing.T) {
	for _, c := range []struct {
		name, message string
		want          PasswordCreds
		same          bool // encodes to these bytes
	}{
		{"plain", "301d a003020101 a116 0414 3012 a0040402 4400 a1040402 5500 a2040402 5000",
			PasswordCreds{"D", "U", []byte("P\x00")}, true},
		{"restricted admin", "3017 a003020101 a110 040e 300c a0020400 a1020400 a2020400",
			PasswordCreds{"", "", []byte{}}, true},
		{"terminated, as rdesktop does", passwordBytes("44000000", "55000000", "50000000"),
			PasswordCreds{"D", "U", []byte("P\x00")}, false},
		{"terminated twice", passwordBytes("440000000000", "0000", "500000000000"),
			PasswordCreds{"D", "", []byte("P\x00")}, false},
		{"odd length", passwordBytes("440055", "55000000 33", "500051"),
			PasswordCreds{"D", "U", []byte("P\x00Q")}, false},
		{"unpaired surrogate in a name", passwordBytes("", "00d8", "00d8"),
			PasswordCreds{"", "\uFFFD", []byte{0, 0xD8}}, false},
	} {
		b := unhex(t, c.message)
		got, err := ParseCredentials(b)
		if err != nil || !reflect.DeepEqual(got, Credentials(&c.want)) {
			t.Errorf("%s: %#v, %v", c.name, got, err)
			continue
		}
		if p := got.(*PasswordCreds).Password; !bytes.Equal(p, c.want.Password) {
			t.Errorf("%s: password % x", c.name, p)
		}
		again, err := MarshalCredentials(got)
		if err != nil || bytes.Equal(again, b) != c.same {
			t.Errorf("%s: encodes to % x, %v", c.name, again, err)
		}
	}
}

func smartCardBytes(keySpec string) string {
	return el("30", el("a0", "020102"), el("a1", el("04", el("30",
		el("a0", "0400"), el("a1", el("30", el("a0", keySpec)))))))
}

// A keySpec is 32 bits wide and unsigned; CNG keys have CERT_NCRYPT_KEY_SPEC,
// which has the top bit set. Which form Windows gives it is not known.
func TestKeySpec(t *testing.T) {
	for keySpec, want := range map[string]int64{
		"020101": 1, "02020080": 128, "02047fffffff": 1<<31 - 1, "02050080000000": 1 << 31,
		"020500ffffffff": 0xFFFFFFFF, "0204ffffffff": 0xFFFFFFFF, "0201ff": 0xFFFFFFFF,
	} {
		c, err := ParseCredentials(unhex(t, smartCardBytes(keySpec)))
		if err != nil || c.(*SmartCardCreds).KeySpec != want {
			t.Errorf("%s: %v, %v", keySpec, c, err)
			continue
		}
		b, err := MarshalCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseCredentials(b); err != nil || !reflect.DeepEqual(again, c) {
			t.Errorf("%s: again %v, %v", keySpec, again, err)
		}
	}
}

func TestMalformedCredentials(t *testing.T) {
	wrap := func(kind string, content ...string) string {
		return el("30", el("a0", kind), el("a1", el("04", content...)))
	}
	names := el("a0", "0400") + el("a1", "0400")
	creds := el("30", names, el("a2", "0400"))
	pack := el("30", el("a0", "0400"), el("a1", "0400"))
	for _, c := range []struct{ name, message, reason string }{
		{"nothing", "", "wants 1 bytes"},
		{"no SEQUENCE", "0400", "wants tag 0x30"},
		{"type 0", wrap("020100", creds), "unknown type 0"},
		{"type 3", wrap("020103", creds), "unknown type 3"},
		{"type 257 is not type 1", wrap("02020101", creds), "unknown type 257"},
		{"type -255 is not type 1", wrap("0202ff01", creds), "unknown type"},
		{"type of 33 bits", wrap("02050100000001", creds), "5 bytes long"},
		{"type without content", wrap("0200", creds), "0 bytes long"},
		{"no type", el("30", el("a1", el("04", creds))), "wants tag 0xa0"},
		{"no password", wrap("020101", el("30", names)), "wants 1 bytes"},
		{"password twice", wrap("020101", el("30", names, el("a2", "0400"), el("a2", "0400"))), "4 bytes too many"},
		{"a second set of credentials", wrap("020101", creds, creds), "bytes too many"},
		{"garbage in a name", wrap("020101", el("30", el("a0", "0400 ff"), el("a1", "0400"), el("a2", "0400"))), "1 bytes too many"},
		{"garbage behind the OCTET STRING", el("30", el("a0", "020101"), el("a1", el("04", creds), "00")), "1 bytes too many"},
		{"garbage behind [1]", el("30", el("a0", "020101"), el("a1", el("04", creds)), "00"), "1 bytes too many"},
		{"garbage at the end", wrap("020101", creds) + "00", "1 bytes too many"},
		{"garbage in the type", el("30", el("a0", "020101 00"), el("a1", el("04", creds))), "1 bytes too many"},
		{"smart card as password", wrap("020101", el("30", el("a0", "0400"), el("a1", el("30", el("a0", "020101"))))), "wants tag 0x04"},
		{"keySpec missing", wrap("020102", el("30", el("a0", "0400"), el("a1", el("30")))), "wants 1 bytes"},
		{"hints in the wrong order", wrap("020102", el("30", el("a0", "0400"), el("a1", el("30", el("a0", "020101"))),
			el("a3", "0400"), el("a2", "0400"))), "bytes too many"},
		{"no logon credentials", wrap("020106", el("30")), "wants 1 bytes"},
		{"33 packages", wrap("020106", el("30", el("a0", pack), el("a1", el("30", strings.Repeat(pack, maxPackages+1))))), "more than 32 packages"},
		{"garbage among packages", wrap("020106", el("30", el("a0", pack), el("a1", el("30", pack, "0400")))), "wants tag 0x30"},
		{"indefinite length", "3080" + el("a0", "020101") + "0000", "indefinite"},
	} {
		got, err := ParseCredentials(unhex(t, c.message))
		if code(err) != "wire.malformed" || !strings.Contains(err.Error(), c.reason) || got != nil {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
	most := wrap("020106", el("30", el("a0", pack), el("a1", el("30", strings.Repeat(pack, maxPackages)))))
	if _, err := ParseCredentials(unhex(t, most)); err != nil {
		t.Errorf("32 packages: %v", err)
	}
}

func TestEveryTruncationOfCredentialsFails(t *testing.T) {
	for name, c := range everyCredentials() {
		b, err := MarshalCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		for n := range b {
			if got, err := ParseCredentials(b[:n:n]); err == nil || got != nil {
				t.Errorf("%s: %d bytes of %d parse", name, n, len(b))
			}
		}
	}
}

func TestEveryCorruptedByteOfCredentials(t *testing.T) {
	for _, c := range everyCredentials() {
		b, err := MarshalCredentials(c)
		if err != nil {
			t.Fatal(err)
		}
		for i := range b {
			for v := range 256 {
				bad := bytes.Clone(b)
				bad[i] = byte(v)
				checkCredentials(t, bad)
			}
		}
	}
}

// checkCredentials holds for every input: what parses is encoded to something
// that parses to the same.
func checkCredentials(t *testing.T, b []byte) {
	t.Helper()
	c, err := ParseCredentials(b)
	if err != nil {
		if c != nil {
			t.Fatalf("% x: credentials and %v", b, err)
		}
		return
	}
	again, err := MarshalCredentials(c)
	if err != nil {
		t.Fatalf("% x: %v", b, err)
	}
	if c2, err := ParseCredentials(again); err != nil || !reflect.DeepEqual(c, c2) {
		t.Fatalf("% x: %#v, then %#v, %v", b, c, c2, err)
	}
}

// The buffer of MarshalCredentials must never be moved: what is left behind
// could not be wiped. A fixed buffer of the size that was asked for cannot have
// moved.
func TestMarshalCredentialsUsesOneBuffer(t *testing.T) {
	for _, n := range []int{0, 1, 60, 127, 128, 255, 256, 65535, 65536, 1 << 24} {
		name := strings.Repeat("n", min(n, 70000))
		secret := bytes.Repeat([]byte{0xAA}, n)
		packages := make([]PackageCred, maxPackages)
		for i := range packages {
			packages[i] = PackageCred{name, secret[:min(n, 70000)]}
		}
		for _, c := range []Credentials{
			&PasswordCreds{name, name, secret},
			&SmartCardCreds{secret, -1 << 63, name, name, name, name, name, name},
			&RemoteGuardCreds{Logon: PackageCred{name, secret}, Supplementary: packages},
			&RemoteGuardCreds{Logon: PackageCred{name, secret}},
		} {
			b, err := MarshalCredentials(c)
			if err != nil {
				t.Errorf("%T of %d: %v", c, n, err)
				continue
			}
			if cap(b) != 64+c.size() {
				t.Errorf("%T of %d: %d bytes were reserved, the buffer has %d", c, n, 64+c.size(), cap(b))
			}
			clear(b)
			if bytes.IndexByte(b[:cap(b)], 0xAA) >= 0 {
				t.Errorf("%T of %d: secret left behind the end", c, n)
			}
		}
	}
}

func TestWipe(t *testing.T) {
	pin, logon, more := []byte("1234"), []byte("ticket"), []byte("hash")
	password := []byte("p\x00")
	for _, c := range []Credentials{
		&PasswordCreds{Password: password},
		&SmartCardCreds{PIN: pin},
		&RemoteGuardCreds{Logon: PackageCred{"a", logon}, Supplementary: []PackageCred{{"b", more}}},
		&PasswordCreds{}, &SmartCardCreds{}, &RemoteGuardCreds{},
	} {
		c.Wipe()
	}
	for _, secret := range [][]byte{password, pin, logon, more} {
		if len(bytes.Trim(secret, "\x00")) != 0 {
			t.Errorf("% x is left", secret)
		}
	}
}

// However credentials are printed, the secret is not in it.
func TestCredentialsNeverShowTheSecret(t *testing.T) {
	secret := "geheim"
	wide := utf16(secret)
	password := PasswordCreds{"PLANT", "hanako", wide}
	card := SmartCardCreds{PIN: wide, CardName: "card"}
	guard := RemoteGuardCreds{Logon: PackageCred{"Kerberos", wide}, Supplementary: []PackageCred{{"NTLM", wide}}}
	config := ClientConfig{Level: Mitigated, PublicKey: serverKey, Mechanism: &fake{}, Rand: &counter{}, Credentials: &password}
	client := newClient(t, config)
	identity := &Identity{domain: "PLANT", user: "hanako", mechanism: "NTLM", credentials: &password}
	inside := struct {
		C Credentials
		V PasswordCreds
		P []PackageCred
		m map[string]Credentials
	}{&password, password, guard.Supplementary, map[string]Credentials{"k": &card}}

	forms := []string{secret, string(wide), fmt.Sprint(wide[:4])[1:8], hex.EncodeToString(wide)[:8],
		fmt.Sprintf("%#v", wide)[8:20], base64.StdEncoding.EncodeToString(wide)[:6]}
	show := func(v any, verbs ...string) {
		for _, verb := range verbs {
			text := strings.ToLower(fmt.Sprintf(verb, v))
			for _, form := range forms {
				if strings.Contains(text, strings.ToLower(form)) {
					t.Errorf("%s of %T shows %q: %s", verb, v, form, text)
				}
			}
		}
	}
	for _, v := range []any{&password, password, &card, card, &guard, guard, guard.Logon, &guard.Logon, guard.Supplementary, config, &config, identity} {
		show(v, "%v", "%+v", "%#v", "%s", "%q", "%x", "%X")
	}
	for _, v := range []any{client, *client, *identity, inside, &inside} {
		show(v, "%v", "%+v", "%#v")
	}
	for _, c := range []struct {
		v    any
		want string
	}{
		{&password, `password of PLANT\hanako`}, {&card, `smart card "card"`},
		{&guard, "remote guard credentials of Kerberos"}, {guard.Logon, "credentials of Kerberos"},
		{identity, `PLANT\hanako by NTLM`},
	} {
		if got := fmt.Sprint(c.v); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func FuzzCredentials(f *testing.F) {
	f.Add(sample(f))
	f.Add(unhex(f, passwordBytes("440000000000", "55", "500051")))
	f.Add(unhex(f, smartCardBytes("0204ffffffff")))
	for _, c := range everyCredentials() {
		b, err := MarshalCredentials(c)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkCredentials(t, b) })
}
