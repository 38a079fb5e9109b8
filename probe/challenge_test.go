package probe_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/ntlm"
	"github.com/fumidai/fumidai/probe"
	"github.com/fumidai/fumidai/rdp/wire"
	"github.com/fumidai/fumidai/verdict"
)

// Every version is reported as it was stated; what it means is the verdict's.
func TestVersionsAsStated(t *testing.T) {
	leavesNothing(t)
	for _, version := range []int{0, 1, 2, 3, 4, 5, 6, 7, 96, 1<<31 - 1} {
		h := newHost(t, challenges(version, challenge(nil)))
		f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
		if f.CredSSP == nil || f.CredSSP.Version != version || f.CredSSP.Oddities != nil || f.NTLM == nil {
			t.Errorf("version %d: %+v", version, f.CredSSP)
		}
	}
}

// inSPNEGO wraps a token as a server that was offered SPNEGO does: a
// NegTokenResp with a mechListMIC behind the token (RFC 4178 4.2.2).
func inSPNEGO(token []byte) []byte {
	var b cryptobyte.Builder
	explicit := func(b *cryptobyte.Builder, n uint8, content cryptobyte.BuilderContinuation) {
		b.AddASN1(asn1.Tag(n).ContextSpecific().Constructed(), content)
	}
	explicit(&b, 1, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			explicit(b, 0, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x0A, 1, 1}) }) // accept-incomplete
			explicit(b, 1, func(b *cryptobyte.Builder) {
				b.AddBytes([]byte{6, 10, 0x2B, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10}) // NTLM
			})
			explicit(b, 2, func(b *cryptobyte.Builder) { b.AddASN1OctetString(token) })
			explicit(b, 3, func(b *cryptobyte.Builder) { b.AddASN1OctetString(make([]byte, 16)) })
		})
	})
	return b.BytesOrPanic()
}

func name(id ntlm.AvID, text string) ntlm.AvPair {
	return ntlm.AvPair{ID: id, Value: wire.AppendUTF16(nil, text)}
}

// What a challenge tells, and what remains of one that is not as it should be:
// never less than the CredSSP version.
func TestChallenges(t *testing.T) {
	leavesNothing(t)
	plain := verdict.NTLM{VersionPresent: true, Major: 10, Build: 14393, Revision: 15}
	with := func(change func(*verdict.NTLM)) *verdict.NTLM {
		n := plain
		change(&n)
		return &n
	}
	names := ntlm.AvPairs{
		name(ntlm.AvNbDomainName, "PLANT"), name(ntlm.AvNbComputerName, "HMI-07"), name(ntlm.AvDNSDomainName, "plant.example"),
		name(ntlm.AvDNSComputerName, "hmi-07.plant.example"), name(ntlm.AvDNSTreeName, "example"),
		{ID: ntlm.AvTimestamp, Value: []byte{0, 0x80, 0x3E, 0xD5, 0xDE, 0xB1, 0x9D, 0x01}}, // 1970-01-01
	}
	named := with(func(n *verdict.NTLM) {
		n.NetBIOSDomain, n.NetBIOSComputer = "PLANT", "HMI-07"
		n.DNSDomain, n.DNSComputer, n.DNSForest = "plant.example", "hmi-07.plant.example", "example"
		n.Time = time.Unix(0, 0).UTC()
	})
	long := strings.Repeat("長", 20000)
	hostile := "\x1b]0;owned\x07\x1b[2J\r\n\u202eTXET\u200f\x00\u009b31m"

	withoutVersion := ntlm.ChallengeMessage{Flags: ntlm.FlagUnicode | ntlm.FlagNTLM}
	overlong := challenge(names)
	overlong[len(overlong)-len(names.Append(nil))+2] = 0xFF // the length of the first pair
	many := make(ntlm.AvPairs, 33)
	for i := range many {
		many[i] = name(ntlm.AvNbComputerName, "A")
	}
	endless := challenge(names)
	endless = endless[:len(endless)-4] // no MsvAvEOL
	binary.LittleEndian.PutUint16(endless[40:], binary.LittleEndian.Uint16(endless[40:])-4)
	never := ntlm.AvPairs{{ID: ntlm.AvTimestamp, Value: []byte{255, 255, 255, 255, 255, 255, 255, 255}}}

	for _, c := range []struct {
		name  string
		token []byte
		want  *verdict.NTLM
	}{
		{"all names and the time", challenge(names), named},
		{"in SPNEGO", inSPNEGO(challenge(names)), named},
		{"without names", challenge(nil), &plain},
		{"without a version", withoutVersion.Append(nil), &verdict.NTLM{}},
		{"cut after the challenge", withoutVersion.Append(nil)[:32], &verdict.NTLM{}},
		{"a name of 20,000 letters", challenge(ntlm.AvPairs{name(ntlm.AvNbComputerName, long)}), with(func(n *verdict.NTLM) { n.NetBIOSComputer = long })},
		{"escape sequences, direction marks, NUL", challenge(ntlm.AvPairs{name(ntlm.AvDNSComputerName, hostile)}),
			with(func(n *verdict.NTLM) { n.DNSComputer = hostile })},
		{"half a letter and half a pair", challenge(ntlm.AvPairs{{ID: ntlm.AvNbComputerName, Value: []byte{'A', 0, 0x00, 0xD8, 'B'}}}),
			with(func(n *verdict.NTLM) { n.NetBIOSComputer = "A\uFFFD" })},
		{"a time that no clock shows", challenge(never), &plain},
		{"a name that is longer than the message", overlong, nil},
		{"33 names", challenge(many), nil},
		{"names without an end", endless, nil},
		{"a message of another type", (&ntlm.NegotiateMessage{}).Append(nil), nil},
		{"another mechanism", []byte("`\x82\x01\x00\x06\x09*\x86H\x86\xf7\x12\x01\x02\x02"), nil},
		{"a signature and nothing else", []byte("NTLMSSP\x00"), nil},
	} {
		h := newHost(t, challenges(4, c.token))
		f := h.look(t, probe.Options{Depth: probe.DepthVerdict})
		if f.CredSSP == nil || f.CredSSP.Version != 4 || f.CredSSPFailure != "" {
			t.Errorf("%s: %+v, %q", c.name, f.CredSSP, f.CredSSPFailure)
		}
		if diff := cmp.Diff(c.want, f.NTLM); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
