package i18n

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, c := range []struct {
		lang Lang
		code string
		args map[string]any
		want string
	}{
		{English, "nla.required", nil, "NLA is required"},
		{Japanese, "nla.required", nil, "NLA 必須"},
		{English, "certificate.weak_key", map[string]any{"bits": 1024}, "The RSA key has only 1024 bits"},
		{English, "certificate.weak_key", nil, "The RSA key has only {bits} bits"},
		{Japanese, "certificate.weak_key", map[string]any{"bits": 1024}, "RSA キーが 1024 ビットしかない"},
		{English, "no.such.code", nil, "[no.such.code]"},
		{Japanese, "no.such.code", nil, "[no.such.code]"},
		{"de", "nla.required", nil, "[nla.required]"},
		// An argument is text, not a template.
		{English, "tls.old_version", map[string]any{"version": "{bits}", "bits": 1}, "The server uses {bits}"},
	} {
		if got := Text(c.lang, c.code, c.args); got != c.want {
			t.Errorf("Text(%s, %s) = %q, want %q", c.lang, c.code, got, c.want)
		}
	}
	args := map[string]any{"kbs": []string{"KB1", "KB2"}}
	if got := Text(English, "action.update.install_security_only", args); !strings.Contains(got, "one of KB1, KB2, then") {
		t.Errorf("English list: %q", got)
	}
	if got := Text(Japanese, "action.update.install_security_only", args); !strings.Contains(got, "KB1、KB2 のいずれか") {
		t.Errorf("Japanese list: %q", got)
	}
}

// What Microsoft's client shows, letter by letter: a help desk compares it with
// a screen. Sources: mRemoteNG issue 978 and rdpwrap issue 480 (English),
// take-lab.com/2018/05/12/post-376 (Japanese).
func TestOfficialTexts(t *testing.T) {
	for code, want := range map[string][2]string{
		"mstsc.oracle_remediation": {
			"An authentication error has occurred.\n" +
				"The function requested is not supported\n\n" +
				"Remote computer: srv1\n" +
				"This could be due to CredSSP encryption oracle remediation.\n" +
				"For more information, see https://go.microsoft.com/fwlink/?linkid=866660",
			"認証エラーが発生しました。\n" +
				"要求された関数はサポートされていません\n\n" +
				"リモート コンピューター: srv1\n" +
				"原因は CredSSP 暗号化オラクルの修復である可能性があります。\n" +
				"詳細については、https://go.microsoft.com/fwlink/?linkid=866660 を参照してください",
		},
		"mstsc.function_not_supported": {
			"An authentication error has occurred.\nThe function requested is not supported\n\nRemote computer: srv1",
			"認証エラーが発生しました。\n要求された関数はサポートされていません\n\nリモート コンピューター: srv1",
		},
	} {
		for i, lang := range Langs() {
			if got := Text(lang, code, map[string]any{"host": "srv1"}); got != want[i] {
				t.Errorf("%s %s:\n%s", lang, code, got)
			}
		}
	}
}

// The names of the policy and the registry values must be findable in both
// languages.
func TestOfficialTerms(t *testing.T) {
	for _, c := range []struct{ code, in, en, ja string }{
		{"level.force_updated_clients", "", "Force Updated Clients", "更新済みクライアントの強制 (Force Updated Clients)"},
		{"level.mitigated", "", "Mitigated", "緩和 (Mitigated)"},
		{"level.vulnerable", "", "Vulnerable", "脆弱 (Vulnerable)"},
		{"action.avoid.client_vulnerable", ".detail",
			`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters" /v AllowEncryptionOracle /f`,
			`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\CredSSP\Parameters" /v AllowEncryptionOracle /f`},
		{"client.refused_by_client", ".detail",
			"This could be due to CredSSP encryption oracle remediation.", "原因は CredSSP 暗号化オラクルの修復である可能性があります。"},
		{"action.nla.require", ".detail",
			"Require user authentication for remote connections by using Network Level Authentication",
			"リモート接続にネットワーク レベル認証を使用したユーザー認証を必要とする"},
	} {
		if got := Text(English, c.code+c.in, nil); !strings.Contains(got, c.en) {
			t.Errorf("en %s: %q", c.code, got)
		}
		if got := Text(Japanese, c.code+c.in, nil); !strings.Contains(got, c.ja) {
			t.Errorf("ja %s: %q", c.code, got)
		}
	}
}
