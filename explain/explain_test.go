package explain

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestDialogsHoweverTheyAreCopied: the texts of mstsc survive what copying does
// to them.
func TestDialogsHoweverTheyAreCopied(t *testing.T) {
	for name, text := range map[string]string{
		"as it is":              "認証エラーが発生しました。\n要求された関数はサポートされていません\n原因は CredSSP 暗号化オラクルの修復である可能性があります。",
		"without line ends":     "認証エラーが発生しました。要求された関数はサポートされていません原因はCredSSP暗号化オラクルの修復である可能性があります。",
		"full width":            "認証エラーが発生しました。ＣｒｅｄＳＳＰ　暗号化オラクルの修復",
		"half width":            "認証ｴﾗｰが発生しました。要求された関数はｻﾎﾟｰﾄされていません CredSSP 暗号化ｵﾗｸﾙの修復",
		"mixed":                 "CredSSP の暗号化Oracle の修復",
		"English":               "This could be due to CredSSP encryption oracle remediation.",
		"shouting":              "THIS COULD BE DUE TO CREDSSP ENCRYPTION ORACLE REMEDIATION",
		"broken in mid word":    "This could be due to Cred\nSSP encryp-\ntion oracle remedi-\nation.",
		"the token variant":     "リモート デスクトップ接続 認証エラーが発生しました。関数に提供されたトークンは無効です",
		"an event":              "LsaSrv 6041 A CredSSP authentication to TERMSRV/x failed to negotiate a common protocol version. The remote host offered version 4",
		"only the registry":     "AllowEncryptionOracle を 2 にしたら RDP でつながりました",
		"a jump host in before": "踏み台から先のサーバーに mstsc で「要求された関数はサポートされていません」",
	} {
		if got := Explain(text, Observation{})[0]; got.Code != "credssp.server_not_updated" {
			t.Errorf("%s: %s", name, got.Code)
		}
	}
}

// TestObservationDecides: what a look at the server has found outweighs the
// text.
func TestObservationDecides(t *testing.T) {
	const text = "CredSSP encryption oracle remediation"
	first := func(o Observation) string { return Explain(text, o)[0].Code }
	for version, want := range map[int]string{2: "credssp.server_not_updated", 4: "credssp.server_not_updated", 5: "credssp.client_not_updated", 6: "credssp.client_not_updated"} {
		if got := first(Observation{Looked: true, CredSSPVersion: version}); got != want {
			t.Errorf("version %d: %s", version, got)
		}
	}
	before := Explain(text, Observation{})[0].Confidence
	if after := Explain(text, Observation{Looked: true, CredSSPVersion: 4})[0].Confidence; after <= before {
		t.Errorf("confidence %v, after a look %v", before, after)
	}
	unreached := Explain("remote desktop: an internal error has occurred", Observation{Looked: true, Reach: "refused"})
	if unreached[0].Code != "network.unreachable" {
		t.Errorf("unreached: %v", codes(unreached))
	}
}

// TestMirrorCase: the same words, other side.
func TestMirrorCase(t *testing.T) {
	for text, want := range map[string]string{
		"server set to Force Updated Clients, our old XP client gets: the function requested is not supported (remote desktop)": "credssp.client_not_updated",
		"AllowEncryptionOracle=0 on the server, FreeRDP 1.0 fails with authentication error since":                              "credssp.client_library_old",
		"Remmina cannot log in since the March updates on the Windows 2016 server, patch tuesday":                               "credssp.client_library_old",
		"errorCode 0xC00000BB from the rdp server":                                                                              "credssp.client_not_updated",
	} {
		if got := Explain(text, Observation{}); got[0].Code != want {
			t.Errorf("%q: %v", text, codes(got))
		}
	}
}

func TestUnknown(t *testing.T) {
	for _, text := range []string{"", " ", "hello", "ORA-28368: cannot auto-create wallet", "\xff\xfe", strings.Repeat("x", 3*MaxText)} {
		got := Explain(text, Observation{})
		if len(got) != 1 || got[0].Code != Unknown || got[0].NextCheck == "" {
			t.Errorf("%.20q: %v", text, codes(got))
		}
	}
}

// TestRules: every rule can fire, names causes that exist and earlier signals
// only, and uses regular expressions that JavaScript reads alike.
func TestRules(t *testing.T) {
	r := load()
	foreign := regexp.MustCompile(`\(\?[^:]|\\[pPzAQEa]|\[\[:`) // RE2 syntax without a twin
	seen := map[string]bool{}
	for _, s := range r.signals {
		if seen[s.ID] {
			t.Errorf("%s is there twice", s.ID)
		}
		for _, earlier := range slices.Concat(s.With, s.Without) {
			if !seen[earlier] {
				t.Errorf("%s refers to %s, which does not come before it", s.ID, earlier)
			}
		}
		seen[s.ID] = true
		if len(s.Phrases)+len(s.Codes) == 0 {
			t.Errorf("%s can never fire", s.ID)
		}
		for _, p := range s.Phrases {
			if p == "" && len(s.With) == 0 {
				t.Errorf("%s fires always", s.ID)
			}
			for _, fragment := range strings.Split(p, "…") {
				if fragment == "" && p != "" {
					t.Errorf("%s: %q has an empty fragment", s.ID, p)
				}
				if got := normalise(fragment).squeezed; got != fragment {
					t.Errorf("%s: fragment %q is %q once normalised", s.ID, fragment, got)
				}
			}
		}
		for _, c := range s.Codes {
			if foreign.MatchString(c) {
				t.Errorf("%s: %s is not common to RE2 and JavaScript", s.ID, c)
			}
		}
		for cause, w := range s.Weights {
			if _, ok := r.causes[cause]; !ok || w <= -1 || w >= 1 || w == 0 {
				t.Errorf("%s: weight %v for %s", s.ID, w, cause)
			}
		}
		if s.Context && s.Elsewhere || (s.Context || s.Elsewhere) && len(s.Weights) > 0 {
			t.Errorf("%s is context and more", s.ID)
		}
	}
}

func FuzzExplain(f *testing.F) {
	f.Add("CredSSP 暗号化オラクル 0x904", 4)
	f.Fuzz(func(t *testing.T, text string, version int) {
		got := Explain(text, Observation{Looked: version > 0, CredSSPVersion: version})
		if len(got) == 0 || len(got) > most {
			t.Fatalf("%d hypotheses", len(got))
		}
		for i, h := range got {
			if h.Confidence < 0 || h.Confidence > 1 || i > 0 && h.Confidence > got[i-1].Confidence {
				t.Fatalf("confidence %v at %d", h.Confidence, i)
			}
		}
	})
}
