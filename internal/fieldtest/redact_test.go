package fieldtest

import (
	"bytes"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/rdp/wire"
)

// Lengths stay, versions and flags stay, equal names stay equal, and everything
// else is gone.
func TestRedactedChallenge(t *testing.T) {
	pairs := func(names ...string) ntlm.AvPairs {
		var all ntlm.AvPairs
		for i, n := range names {
			all = append(all, ntlm.AvPair{ID: ntlm.AvID(i + 1), Value: wire.AppendUTF16(nil, n)})
		}
		return append(all, ntlm.AvPair{ID: ntlm.AvFlags, Value: []byte{2, 0, 0, 0}}, ntlm.AvPair{ID: ntlm.AvTimestamp, Value: []byte("12345678")},
			ntlm.AvPair{ID: ntlm.AvSingleHost, Value: bytes.Repeat([]byte{9}, 48)}, ntlm.AvPair{ID: 99, Value: []byte("surprise")})
	}
	message := ntlm.ChallengeMessage{Flags: ntlm.FlagUnicode | ntlm.FlagNTLM | ntlm.FlagTargetInfo | ntlm.FlagVersion,
		TargetName: "工場", ServerChallenge: [8]byte{1, 2, 3, 4, 5, 6, 7, 8},
		TargetInfo: pairs("HMI-07", "工場", "hmi-07.plant.example", "plant.example", "plant.example"),
		Version:    ntlm.Version{Major: 6, Minor: 3, Build: 9600, Revision: 15}}
	old := message.Append(nil)
	b := (&credssp.TSRequest{Version: 3, NegoToken: old}).Append(nil)
	before := bytes.Clone(b)
	if !newPlaceholders(7).request(b) || len(b) != len(before) {
		t.Fatal("not kept")
	}
	request, err := credssp.ParseTSRequest(b)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ntlm.ParseChallenge(request.NegoToken)
	if err != nil {
		t.Fatal(err)
	}
	if got.Flags != message.Flags || got.Version != message.Version || got.ServerChallenge != [8]byte{} || request.Version != 3 {
		t.Errorf("%+v", got)
	}
	text := got.TargetInfo.Text
	if got.TargetName != "TA" || text(ntlm.AvNbDomainName) != "TA" || text(ntlm.AvNbComputerName) != "COMPUT" ||
		text(ntlm.AvDNSComputerName) != "HOST-7 HOST-7 HOST-7"[:20] || text(ntlm.AvDNSDomainName) != text(ntlm.AvDNSTreeName) {
		t.Errorf("%q %q %q %q %q", got.TargetName, text(ntlm.AvNbComputerName), text(ntlm.AvDNSComputerName), text(ntlm.AvDNSDomainName), text(ntlm.AvDNSTreeName))
	}
	for id, want := range map[ntlm.AvID][]byte{ntlm.AvFlags: {2, 0, 0, 0}, ntlm.AvTimestamp: make([]byte, 8), ntlm.AvSingleHost: make([]byte, 48), 99: make([]byte, 8)} {
		if v, ok := got.TargetInfo.Get(id); !ok || !bytes.Equal(v, want) {
			t.Errorf("pair %d: %x", id, v)
		}
	}
}

func TestRedactedAuthenticate(t *testing.T) {
	message := ntlm.AuthenticateMessage{LMResponse: bytes.Repeat([]byte{0xAA}, 24), NTResponse: bytes.Repeat([]byte{0xBB}, 90), Domain: "D", User: "USER", Workstation: "W2",
		EncryptedRandomSessionKey: bytes.Repeat([]byte{0xCC}, 16), Flags: ntlm.FlagUnicode | ntlm.FlagVersion, Version: ntlm.Version{Major: 10, Build: 19045, Revision: 15},
		MIC: [16]byte{0xDD, 0xDD}}
	b := message.Append(nil)
	newPlaceholders(1).ntlm(b)
	got, err := ntlm.ParseAuthenticate(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.NTResponse) != 90 || len(got.LMResponse) != 24 || len(got.EncryptedRandomSessionKey) != 16 || got.Version != message.Version ||
		got.Domain != "D" && got.Domain != "a" || got.User != "USER" || len(got.Workstation) != 2 {
		t.Errorf("%+v", got)
	}
	for _, secret := range []byte{0xAA, 0xBB, 0xCC, 0xDD} {
		if bytes.Contains(b, []byte{secret, secret}) {
			t.Errorf("%#x is left: %x", secret, b)
		}
	}
}

// Sealed messages keep how they were made, nonces and unknown fields nothing.
func TestRedactedFields(t *testing.T) {
	b := (&credssp.TSRequest{Version: 6, PubKeyAuth: append([]byte{1, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 1, 0, 0, 0}, bytes.Repeat([]byte{9}, 32)...),
		AuthInfo: append([]byte{5, 4, 6, 0xFF, 0, 0, 0, 28, 9, 9, 9, 9, 9, 9, 9, 9}, 9, 9), HasErrorCode: true, ErrorCode: 0xC000006D,
		ClientNonce: bytes.Repeat([]byte{9}, 32)}).Append(nil)
	if !newPlaceholders(1).request(b) {
		t.Fatal("not kept")
	}
	m, err := credssp.ParseTSRequest(b)
	if err != nil || m.ErrorCode != 0xC000006D || m.Version != 6 || bytes.IndexByte(b, 9) >= 0 {
		t.Errorf("%v %x", err, b)
	}
	if !bytes.Equal(m.PubKeyAuth[:16], []byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}) || !bytes.Equal(m.AuthInfo[:8], []byte{5, 4, 6, 0xFF, 0, 0, 0, 28}) {
		t.Errorf("%x %x", m.PubKeyAuth, m.AuthInfo)
	}
	surprise := tlv(0x04, []byte("surprise"))
	odd := tlv(0x30, tlv(0xA0, tlv(0x02, []byte{6})),
		tlv(0xA1, tlv(0x30, tlv(0x30, tlv(0xA0, tlv(0x04, []byte("NTLMSSP\x00 surprise")))), tlv(0x30, tlv(0xA0, surprise)))),
		tlv(0xA6, surprise))
	if !newPlaceholders(1).request(odd) || bytes.Contains(odd, []byte("surprise")) {
		t.Errorf("%q", odd)
	}
	for _, message := range []string{"HTTP/1.1 400", "", "\x30\x03\x02\x01\x06"} {
		if newPlaceholders(1).request([]byte(message)) {
			t.Errorf("%q is kept", message)
		}
	}
}

// tlv is a BER element of less than 128 bytes.
func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	return append([]byte{tag, byte(len(content))}, content...)
}

func TestRedactedText(t *testing.T) {
	for typed, want := range map[string]string{
		"内部エラーが発生しました":                                                     "内部エラーが発生しました",
		"リモート コンピューター: srv1.corp.example 原因は CredSSP":                      "リモート コンピューター: <name> 原因は CredSSP",
		"A CredSSP authentication to TERMSRV/hmi-07 failed; version 4":     "A CredSSP authentication to TERMSRV/<name> failed; version 4",
		"see https://go.microsoft.com/fwlink/?linkid=866660":               "see https://go.microsoft.com/fwlink/?linkid=866660",
		`CORP\bob and bob@corp.example on 10.1.2.3, [fe80::1%eth0]:3389`:   "<name> and <name> on <address>, [<address>]:3389",
		"10.1.2.3:3389. Build 10.0.17763.1, event 6041 at 10:30":           "<address>. Build 10.0.17763.1, event 6041 at 10:30",
		"PLANT is not PLANTED, plant工場plant":                               "<name> is not PLANTED, <name>工場<name>",
		"<name> and <address>: Remote computer: <name> TERMSRV/<name> 工場長": "<name> and <address>: Remote computer: <name> TERMSRV/<name> <name>",
	} {
		got := redactText(typed, []string{"plant", "工場長", "x", ""})
		if got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
		if again := redactText(got, nil); again != got {
			t.Errorf("again: %q", again)
		}
	}
}

// FuzzRedact: whatever comes, taking out twice is taking out once, and the
// message stays a message of the same length and version.
func FuzzRedact(f *testing.F) {
	transcripts, _ := filepath.Glob("../../credssp/testdata/transcripts/*.txt")
	for _, name := range transcripts[:min(len(transcripts), 12)] {
		content, _ := os.ReadFile(name)
		for line := range strings.Lines(string(content)) {
			if b, err := hex.DecodeString(strings.TrimSpace(strings.TrimLeft(line, "<> "))); err == nil {
				f.Add(b)
			}
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before, err := credssp.ParseTSRequest(bytes.Clone(b))
		once := bytes.Clone(b)
		if kept := newPlaceholders(1).request(once); kept != (err == nil) {
			t.Fatalf("kept %v, %v", kept, err)
		}
		if err != nil {
			return
		}
		after, err := credssp.ParseTSRequest(once)
		if err != nil || len(once) != len(b) || after.Version != before.Version || after.ErrorCode != before.ErrorCode ||
			(after.ClientNonce == nil) != (before.ClientNonce == nil) || len(after.NegoToken) != len(before.NegoToken) {
			t.Fatalf("%v\n%x\n%x", err, b, once)
		}
		if slices.ContainsFunc(after.ClientNonce, func(c byte) bool { return c != 0 }) {
			t.Fatalf("nonce %x", after.ClientNonce)
		}
		twice := bytes.Clone(once)
		if !newPlaceholders(1).request(twice) || !bytes.Equal(once, twice) {
			t.Fatalf("once  %x\ntwice %x", once, twice)
		}
	})
}
