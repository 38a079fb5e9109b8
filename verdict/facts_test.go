package verdict_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fumidai/fumidai/verdict"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// answering is a server behind NLA whose first TSRequest states version v and
// carries a challenge that names the build (0 = names none).
func answering(v int, major, minor byte, build uint16) verdict.Facts {
	return verdict.Facts{
		Reach:           verdict.Reached,
		Selected:        verdict.LayerNLAEx,
		TLSAlone:        verdict.No,
		TLSAloneFailure: 5,
		TLS:             &verdict.TLS{Version: 0x0303, CipherSuite: 0xC030},
		CredSSP:         &verdict.CredSSP{Version: v},
		NTLM: &verdict.NTLM{
			VersionPresent: build != 0, Major: major, Minor: minor, Build: build, Revision: 0x0F,
			Time: noon,
		},
		At: noon,
	}
}

// with returns f after a change.
func with(f verdict.Facts, change func(*verdict.Facts)) verdict.Facts {
	change(&f)
	return f
}

func find(t *testing.T, v verdict.Verdict, code string) verdict.Finding {
	t.Helper()
	i := slices.IndexFunc(v.Findings, func(f verdict.Finding) bool { return f.Code == code })
	if i < 0 {
		t.Fatalf("no finding %s in %s", code, findingCodes(v))
	}
	return v.Findings[i]
}

func findingCodes(v verdict.Verdict) string {
	var codes []string
	for _, f := range v.Findings {
		codes = append(codes, f.Code)
	}
	return strings.Join(codes, " ")
}

func actionCodes(v verdict.Verdict) string {
	var codes []string
	for _, a := range v.Actions {
		codes = append(codes, a.Code)
	}
	return strings.Join(codes, " ")
}

// outcomes writes the client column: one word per level.
func outcomes(v verdict.Verdict) string {
	var words []string
	for _, c := range v.Clients {
		words = append(words, string(c.Outcome))
	}
	return strings.Join(words, " ")
}

func ptr(v uint32) *uint32 { return &v }
