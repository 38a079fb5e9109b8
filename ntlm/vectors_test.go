package ntlm

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The values of MS-NLMP 4.2.1 and 4.2.4.
var (
	specServerChallenge = [8]byte(unhex("01 23 45 67 89 ab cd ef"))
	specClientChallenge = [8]byte(unhex("aa aa aa aa aa aa aa aa"))
	specRandomKey       = unhex("55 55 55 55 55 55 55 55 55 55 55 55 55 55 55 55")
	specFlags           = Flags(0xe28a8233)

	// 4.2.4.1.1, .2 and .3
	specResponseKey    = unhex("0c 86 8a 40 3b fd 7a 93 a3 00 1e f2 2e f0 2e 3f")
	specSessionBaseKey = unhex("8d e4 0c ca db c1 4a 82 f1 5c b0 ad 0d e9 5c a3")
	specTemp           = unhex(`01 01 00 00 00 00 00 00 00 00 00 00
		00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00
		02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00
		01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00
		00 00 00 00 00 00 00 00`)

	// 4.2.4.2.1, .2 and .3
	specLMv2         = unhex("86 c3 50 97 ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa aa aa aa aa")
	specProof        = unhex("68 cd 0a b8 51 e5 1c 96 aa bc 92 7b eb ef 6a 1c")
	specEncryptedKey = unhex("c5 da d2 54 4f c9 79 90 94 ce 1c e9 0b c9 d0 3e")

	// 4.2.4.3
	specChallenge = unhex(`
		4e 54 4c 4d 53 53 50 00 02 00 00 00 0c 00 0c 00
		38 00 00 00 33 82 8a e2 01 23 45 67 89 ab cd ef
		00 00 00 00 00 00 00 00 24 00 24 00 44 00 00 00
		06 00 70 17 00 00 00 0f 53 00 65 00 72 00 76 00
		65 00 72 00 02 00 0c 00 44 00 6f 00 6d 00 61 00
		69 00 6e 00 01 00 0c 00 53 00 65 00 72 00 76 00
		65 00 72 00 00 00 00 00`)
	specAuthenticate = unhex(`
		4e 54 4c 4d 53 53 50 00 03 00 00 00 18 00 18 00
		6c 00 00 00 54 00 54 00 84 00 00 00 0c 00 0c 00
		48 00 00 00 08 00 08 00 54 00 00 00 10 00 10 00
		5c 00 00 00 10 00 10 00 d8 00 00 00 35 82 88 e2
		05 01 28 0a 00 00 00 0f 44 00 6f 00 6d 00 61 00
		69 00 6e 00 55 00 73 00 65 00 72 00 43 00 4f 00
		4d 00 50 00 55 00 54 00 45 00 52 00 86 c3 50 97
		ac 9c ec 10 25 54 76 4a 57 cc cc 19 aa aa aa aa
		aa aa aa aa 68 cd 0a b8 51 e5 1c 96 aa bc 92 7b
		eb ef 6a 1c 01 01 00 00 00 00 00 00 00 00 00 00
		00 00 00 00 aa aa aa aa aa aa aa aa 00 00 00 00
		02 00 0c 00 44 00 6f 00 6d 00 61 00 69 00 6e 00
		01 00 0c 00 53 00 65 00 72 00 76 00 65 00 72 00
		00 00 00 00 00 00 00 00 c5 da d2 54 4f c9 79 90
		94 ce 1c e9 0b c9 d0 3e`)

	// 4.2.4.4
	specPlaintext     = unhex("50 00 6c 00 61 00 69 00 6e 00 74 00 65 00 78 00 74 00")
	specSealed        = unhex("54 e5 01 65 bf 19 36 dc 99 60 20 c1 81 1b 0f 06 fb 5f")
	specSealKey       = unhex("59 f6 00 97 3c c4 96 0a 25 48 0a 7c 19 6e 4c 58")
	specSignKey       = unhex("47 88 dc 86 1b 47 82 f3 5d 43 fd 98 fe 1a 2d 39")
	specSignature     = unhex("01 00 00 00 7f b3 8e c5 c5 5d 49 76 00 00 00 00")
	specClearChecksum = unhex("70 35 28 51 f2 56 43 09")
)

func TestSpecResponse(t *testing.T) {
	hash := HashPassword([]byte("Password"))
	key := responseKey(&hash, "User", "Domain")
	temp := (&clientChallenge{challenge: specClientChallenge, pairs: AvPairs{
		{AvNbDomainName, unhex("44 00 6f 00 6d 00 61 00 69 00 6e 00")},
		{AvNbComputerName, unhex("53 00 65 00 72 00 76 00 65 00 72 00")},
	}}).append(nil)
	proof := hmacMD5(key, specServerChallenge[:], temp)
	base := hmacMD5(key, proof)
	for _, c := range []struct {
		name      string
		got, want []byte
	}{
		{"4.2.2.1.2 NTOWFv1", hash[:], unhex("a4 f4 9c 40 65 10 bd ca b6 82 4e e7 c3 0f d8 52")},
		{"4.2.4.1.1 NTOWFv2", key, specResponseKey},
		{"4.2.4.1.3 temp", temp, specTemp},
		{"4.2.4.2.2 NTProofStr", proof, specProof},
		{"4.2.4.1.2 session base key", base, specSessionBaseKey},
		{"4.2.4.2.1 LMv2 response", lmv2Response(key, specServerChallenge, specClientChallenge), specLMv2},
		{"4.2.4.2.3 encrypted session key", rc4Once(base, specRandomKey), specEncryptedKey},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("%s:\n got % x\nwant % x", c.name, c.got, c.want)
		}
	}
}

func TestSpecChallengeMessage(t *testing.T) {
	m, err := ParseChallenge(specChallenge)
	if err != nil {
		t.Fatal(err)
	}
	want := &ChallengeMessage{
		Flags: specFlags, TargetName: "Server", ServerChallenge: specServerChallenge,
		TargetInfo: AvPairs{
			{AvNbDomainName, unhex("44 00 6f 00 6d 00 61 00 69 00 6e 00")},
			{AvNbComputerName, unhex("53 00 65 00 72 00 76 00 65 00 72 00")},
		},
		Version: Version{Major: 6, Build: 6000, Revision: 15},
	}
	if d := cmp.Diff(want, m); d != "" {
		t.Error(d)
	}
	if got := m.Append(nil); !bytes.Equal(got, specChallenge) {
		t.Errorf("encoded again:\n% x", got)
	}
}

// The example has a version and no MIC, and its payload begins with the domain;
// encoded again the fields are the same and there is room for a MIC.
func TestSpecAuthenticateMessage(t *testing.T) {
	m, err := ParseAuthenticate(specAuthenticate)
	if err != nil {
		t.Fatal(err)
	}
	want := &AuthenticateMessage{
		LMResponse: specLMv2, NTResponse: append(bytes.Clone(specProof), specTemp...),
		Domain: "Domain", User: "User", Workstation: "COMPUTER",
		EncryptedRandomSessionKey: specEncryptedKey, Flags: 0xe2888235,
		Version: Version{Major: 5, Minor: 1, Build: 2600, Revision: 15},
	}
	if d := cmp.Diff(want, m); d != "" {
		t.Error(d)
	}
	again, err := ParseAuthenticate(m.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	want.HasMIC = true
	if d := cmp.Diff(want, again); d != "" {
		t.Error(d)
	}
}

// From the literal AUTHENTICATE_MESSAGE to the literal sealed message.
func TestSpecLogonAndUnseal(t *testing.T) {
	m, err := ParseAuthenticate(specAuthenticate)
	if err != nil {
		t.Fatal(err)
	}
	need := &Need{User: m.User, Domain: m.Domain, ServerChallenge: specServerChallenge, NTResponse: m.NTResponse}
	need.AnswerFrom(&Account{Hash: HashPassword([]byte("Password"))})
	if !need.accepted || !bytes.Equal(need.sessionKey[:], specSessionBaseKey) {
		t.Fatalf("accepted %v, session base key % x", need.accepted, need.sessionKey)
	}
	a := &Acceptor{need: need, resume: &verified{message: m}}
	if _, err := a.Resume(); err != nil {
		t.Fatal(err)
	}
	opened, err := a.Unseal(append(bytes.Clone(specSignature), specSealed...))
	if err != nil || !bytes.Equal(opened, specPlaintext) {
		t.Fatalf("% x, %v", opened, err)
	}
}

func TestSpecWrapEx(t *testing.T) {
	s := newSession(bytes.Clone(specRandomKey), specFlags, true)
	if !bytes.Equal(s.send.sealingKey, specSealKey) || !bytes.Equal(s.send.signingKey, specSignKey) {
		t.Errorf("seal key % x, sign key % x", s.send.sealingKey, s.send.signingKey)
	}
	if got, want := s.seal(specPlaintext), append(bytes.Clone(specSignature), specSealed...); !bytes.Equal(got, want) {
		t.Errorf("sealed\n got % x\nwant % x", got, want)
	}

	// Without key exchange the checksum stays in the clear (3.4.4.2).
	s = newSession(bytes.Clone(specRandomKey), specFlags&^FlagKeyExchange, true)
	if got := s.seal(specPlaintext); !bytes.Equal(got[4:12], specClearChecksum) || !bytes.Equal(got[16:], specSealed) {
		t.Errorf("sealed without key exchange: % x", got)
	}
}
