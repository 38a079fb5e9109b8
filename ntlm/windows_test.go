package ntlm

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// One logon of a Windows build 17763 client to a Windows Server 2016 (build
// 14393), as bytes: the repository skelsec/aardwolf at commit 7dbecc99, file
// aardwolf/develstuff/pertest.py. The password is not known.
var (
	// The same bytes are what nmap sends: scripts/rdp-ntlm-info.nse.
	windowsNegotiate = unhex(`
		4e 54 4c 4d 53 53 50 00 01 00 00 00 b7 82 08 e2
		00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
		0a 00 63 45 00 00 00 0f`)
	windowsChallenge = unhex(`
		4e 54 4c 4d 53 53 50 00 02 00 00 00 08 00 08 00
		38 00 00 00 35 82 89 e2 99 23 64 41 97 c5 17 31
		00 00 00 00 00 00 00 00 88 00 88 00 40 00 00 00
		0a 00 39 38 00 00 00 0f 54 00 45 00 53 00 54 00
		02 00 08 00 54 00 45 00 53 00 54 00 01 00 12 00
		57 00 49 00 4e 00 32 00 30 00 31 00 36 00 41 00
		44 00 04 00 12 00 74 00 65 00 73 00 74 00 2e 00
		63 00 6f 00 72 00 70 00 03 00 26 00 57 00 49 00
		4e 00 32 00 30 00 31 00 36 00 41 00 44 00 2e 00
		74 00 65 00 73 00 74 00 2e 00 63 00 6f 00 72 00
		70 00 05 00 12 00 74 00 65 00 73 00 74 00 2e 00
		63 00 6f 00 72 00 70 00 07 00 08 00 8d 2c ea d5
		51 ad d7 01 00 00 00 00`)
	windowsAuthenticate = unhex(`
		4e 54 4c 4d 53 53 50 00 03 00 00 00 18 00 18 00
		8c 00 00 00 38 01 38 01 a4 00 00 00 08 00 08 00
		58 00 00 00 1a 00 1a 00 60 00 00 00 12 00 12 00
		7a 00 00 00 10 00 10 00 dc 01 00 00 35 82 88 e2
		0a 00 63 45 00 00 00 0f 4e 2d fe 9f ac 53 23 39
		50 b8 7b ad 35 5c 7d 99 54 00 45 00 53 00 54 00
		41 00 64 00 6d 00 69 00 6e 00 69 00 73 00 74 00
		72 00 61 00 74 00 6f 00 72 00 57 00 49 00 4e 00
		32 00 30 00 31 00 39 00 41 00 44 00 00 00 00 00
		00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
		00 00 00 00 3b c5 63 b2 2d 55 3c 51 b7 4e 83 b4
		aa 73 36 30 01 01 00 00 00 00 00 00 8d 2c ea d5
		51 ad d7 01 9c 8a cc 9e c9 eb b9 ec 00 00 00 00
		02 00 08 00 54 00 45 00 53 00 54 00 01 00 12 00
		57 00 49 00 4e 00 32 00 30 00 31 00 36 00 41 00
		44 00 04 00 12 00 74 00 65 00 73 00 74 00 2e 00
		63 00 6f 00 72 00 70 00 03 00 26 00 57 00 49 00
		4e 00 32 00 30 00 31 00 36 00 41 00 44 00 2e 00
		74 00 65 00 73 00 74 00 2e 00 63 00 6f 00 72 00
		70 00 05 00 12 00 74 00 65 00 73 00 74 00 2e 00
		63 00 6f 00 72 00 70 00 07 00 08 00 8d 2c ea d5
		51 ad d7 01 06 00 04 00 02 00 00 00 08 00 30 00
		30 00 00 00 00 00 00 00 00 00 00 00 00 30 00 00
		97 cf d9 2d bc d3 79 6a 1f 48 41 98 0d d4 a5 08
		2c 5b 92 d7 76 d7 7f 2d 5a 7f ff 9e 6d 66 1d 29
		0a 00 10 00 00 00 00 00 00 00 00 00 00 00 00 00
		00 00 00 00 09 00 28 00 54 00 45 00 52 00 4d 00
		53 00 52 00 56 00 2f 00 31 00 30 00 2e 00 31 00
		30 00 2e 00 31 00 30 00 2e 00 31 00 30 00 33 00
		00 00 00 00 00 00 00 00 00 00 00 00 71 1e bf 78
		63 a2 e9 35 f1 98 80 86 e6 30 fd bc`)
)

func TestWindowsNegotiate(t *testing.T) {
	m, err := ParseNegotiate(windowsNegotiate)
	if err != nil {
		t.Fatal(err)
	}
	if want := (NegotiateMessage{Flags: 0xe20882b7, Version: Version{Major: 10, Build: 17763, Revision: 15}}); *m != want {
		t.Errorf("%+v", *m)
	}
	if got := m.Append(nil); !bytes.Equal(got, windowsNegotiate) {
		t.Errorf("encoded again:\n% x", got)
	}
}

// What the acceptor grants of what Windows and two scanners offer. They offer
// OEM and an LM key as well, fingerprintx even connectionless mode.
func TestChallengeGrantsOnlyWhatIsDone(t *testing.T) {
	for _, c := range []struct {
		name  string
		offer Flags
		want  Flags
	}{
		{"Windows 17763, nmap", 0xe20882b7, 0xe28a8235},
		{"fingerprintx", 0xe2dbbaf7, 0xe28a8235},
		{"without key exchange, 56 and version", 0x200802b7, 0x208a8235},
	} {
		e := newExchange(t, nil)
		reply := must(e.acceptor.Step((&NegotiateMessage{Flags: c.offer}).Append(nil)))(t)
		m, err := ParseChallenge(reply)
		if err != nil {
			t.Fatal(err)
		}
		if m.Flags != c.want {
			t.Errorf("%s: %#08x, want %#08x", c.name, uint32(m.Flags), uint32(c.want))
		}
		if shown := m.Version != (Version{}); shown != c.offer.Has(FlagVersion) {
			t.Errorf("%s: version %+v", c.name, m.Version)
		}
	}
}

func TestWindowsChallenge(t *testing.T) {
	m, err := ParseChallenge(windowsChallenge)
	if err != nil {
		t.Fatal(err)
	}
	if m.Flags != 0xe2898235 || m.TargetName != "TEST" || m.ServerChallenge != [8]byte(unhex("99 23 64 41 97 c5 17 31")) {
		t.Errorf("%+v", m)
	}
	if want := (Version{Major: 10, Build: 14393, Revision: 15}); m.Version != want {
		t.Errorf("version %+v", m.Version)
	}
	if got, want := listed(m.TargetInfo), "2=TEST 1=WIN2016AD 4=test.corp 3=WIN2016AD.test.corp 5=test.corp 7"; got != want {
		t.Errorf("target info\n got %s\nwant %s", got, want)
	}
	when, ok := m.TargetInfo.Time()
	if want := time.Date(2021, 9, 19, 12, 28, 22, 356903700, time.UTC); !ok || !when.Equal(want) {
		t.Errorf("time %v", when)
	}
	if got := m.Append(nil); !bytes.Equal(got, windowsChallenge) {
		t.Errorf("encoded again:\n% x", got)
	}
}

func TestWindowsAuthenticate(t *testing.T) {
	m, err := ParseAuthenticate(windowsAuthenticate)
	if err != nil {
		t.Fatal(err)
	}
	if m.Flags != 0xe2888235 || m.Domain != "TEST" || m.User != "Administrator" || m.Workstation != "WIN2019AD" {
		t.Errorf("%+v", m)
	}
	if want := (Version{Major: 10, Build: 17763, Revision: 15}); m.Version != want {
		t.Errorf("version %+v", m.Version)
	}
	if !m.HasMIC || m.MIC != [16]byte(unhex("4e 2d fe 9f ac 53 23 39 50 b8 7b ad 35 5c 7d 99")) {
		t.Errorf("MIC %v % x", m.HasMIC, m.MIC)
	}
	if !bytes.Equal(m.LMResponse, make([]byte, 24)) {
		t.Errorf("LM response % x: the server sent its time", m.LMResponse)
	}
	if len(m.EncryptedRandomSessionKey) != 16 {
		t.Errorf("session key of %d bytes", len(m.EncryptedRandomSessionKey))
	}
	blob, err := parseClientChallenge(m.NTResponse[16:])
	if err != nil {
		t.Fatal(err)
	}
	const want = "2=TEST 1=WIN2016AD 4=test.corp 3=WIN2016AD.test.corp 5=test.corp 7 6 8 10 9=TERMSRV/10.10.10.103"
	if got := listed(blob.pairs); got != want {
		t.Errorf("pairs\n got %s\nwant %s", got, want)
	}
	if blob.pairs.flags() != avFlagMIC {
		t.Errorf("MsvAvFlags %#x", blob.pairs.flags())
	}
	if v, ok := blob.pairs.Get(AvChannelBindings); !ok || !bytes.Equal(v, make([]byte, 16)) {
		t.Errorf("channel bindings % x: this client sends none in CredSSP", v)
	}
	challenge, _ := ParseChallenge(windowsChallenge)
	if when, _ := challenge.TargetInfo.Time(); !blob.when().Equal(when) {
		t.Errorf("time %v is not that of the server", blob.when())
	}
}

// Our client towards that server sends the flags, the pairs and the response
// lengths that the Windows client sent, but for MsvAvSingleHost.
func TestClientAnswersLikeWindows(t *testing.T) {
	e := newExchange(t, func(c *ClientConfig, _ *AcceptorConfig) {
		c.Domain, c.User, c.Workstation, c.TargetName = "TEST", "Administrator", "WIN2019AD", "TERMSRV/10.10.10.103"
	})
	must(e.client.Step(nil))(t)
	ours, err := ParseAuthenticate(must(e.client.Step(windowsChallenge))(t))
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := ParseAuthenticate(windowsAuthenticate)
	if err != nil {
		t.Fatal(err)
	}
	if ours.Flags != theirs.Flags || ours.Version != theirs.Version || !ours.HasMIC ||
		!bytes.Equal(ours.LMResponse, theirs.LMResponse) || ours.Domain != theirs.Domain || ours.User != theirs.User ||
		ours.Workstation != theirs.Workstation || len(ours.EncryptedRandomSessionKey) != 16 {
		t.Errorf("\n got %+v\nwant %+v", ours, theirs)
	}
	blob, err := parseClientChallenge(ours.NTResponse[16:])
	if err != nil {
		t.Fatal(err)
	}
	const want = "2=TEST 1=WIN2016AD 4=test.corp 3=WIN2016AD.test.corp 5=test.corp 7 6 10 9=TERMSRV/10.10.10.103"
	if got := listed(blob.pairs); got != want {
		t.Errorf("pairs\n got %s\nwant %s", got, want)
	}
}

// listed writes the kinds of pairs in their order, and the texts.
func listed(pairs AvPairs) string {
	var out []string
	for _, p := range pairs {
		switch p.ID {
		case AvFlags, AvTimestamp, AvSingleHost, AvChannelBindings:
			out = append(out, fmt.Sprint(int(p.ID)))
		default:
			out = append(out, fmt.Sprintf("%d=%s", p.ID, pairs.Text(p.ID)))
		}
	}
	return strings.Join(out, " ")
}
