package draw

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Widths are in columns of 8 pixels; a bar ends a line.
func TestWrap(t *testing.T) {
	for _, c := range []struct {
		what    string
		columns int
		s, want string
	}{
		{"nothing", 10, "", ""},
		{"fits", 10, "接続先です", "接続先です"},
		{"anywhere", 10, "接続先が応答しません", "接続先が応|答しません"},
		{"a full stop does not begin a line", 10, "接続できた。次", "接続でき|た。次"},
		{"nor does a bracket with a stop", 10, "接続できた」。次", "接続でき|た」。次"},
		{"nor a comma", 10, "名前を確認、次へ", "名前を確|認、次へ"},
		{"nor a small kana", 10, "これはなチェック", "これはな|チェック"},
		{"nor a small tsu", 10, "それはあかった", "それはあ|かった"},
		{"nor a long vowel", 10, "このサーバー名", "このサー|バー名"},
		{"nor an iteration mark", 10, "みんなで人々は", "みんなで|人々は"},
		{"nor a half-width mark", 6, "ｱｲｳｴｵｶﾞｷ", "ｱｲｳｴｵ|ｶﾞｷ"},
		{"nor a full-width question mark", 10, "よろしいか？", "よろしい|か？"},
		{"an opening bracket does not end one", 10, "接続先の「名前」", "接続先の|「名前」"},
		{"nor several", 10, "接続先（「名前」）", "接続先|（「名|前」）"},
		{"nor an ASCII bracket", 11, "接続先の(PC)は", "接続先の|(PC)は"},
		{"dashes stay together", 10, "接続先と――次", "接続先|と――次"},
		{"dots stay together", 10, "待ってい……", "待って|い……"},
		{"a word in Japanese", 14, "接続先はWindowsです", "接続先は|Windowsです"},
		{"a number in Japanese", 13, "接続先に2018年の更新", "接続先に2018|年の更新"},
		{"a number stays whole", 11, "接続先に2018年", "接続先に|2018年"},
		{"a percent sign with it", 10, "残りは100％です", "残りは|100％です"},
		{"a sign of money with it", 10, "値段は￥100です", "値段は|￥100です"},
		{"English", 10, "the quick brown fox", "the quick|brown fox"},
		{"exactly", 9, "the quick brown", "the quick|brown"},
		{"spaces at the end are not shown", 5, "the    quick", "the|quick"},
		{"a stop stays with its word", 9, "the quick. Go", "the|quick. Go"},
		{"quotation marks", 9, `say "hello" now`, `say|"hello"|now`},
		{"a word longer than the line", 6, "to incomprehensible ends", "to|incomp|rehens|ible|ends"},
		{"a number for the help desk", 12, "tell FD-1204-7K to", "tell|FD-1204-7K|to"},
		{"mixed", 20, "Windows Update で更新プログラムを適用", "Windows Update で更|新プログラムを適用"},
		{"an ASCII stop after Japanese", 8, "完了です.次", "完了で|す.次"},
		{"line breaks", 10, "一\n\n二三\r\n四", "一||二三|四"},
		{"a break at the end", 10, "一\n", "一|"},
		{"indent", 12, "　一二三四五六", "　一二三四五|六"},
		{"a space that does not break", 8, "page 10\u00a0of x", "page|10\u00a0of x"},
		{"no width", 0, "一二AB", "一|二|A|B"},
		{"less than none", -9, "一二", "一|二"},
		{"only forbidden ends", 4, "「「「「", "「「|「「"},
		{"only forbidden starts", 4, "。。。。。", "。。|。。|。"},
		{"narrower after a break", 4, "a「「「", "a|「「|「"}, // what is carried over does not fit either
	} {
		got := Wrap(c.s, 8*c.columns, 1)
		if want := strings.Split(c.want, "|"); !slices.Equal(got, want) {
			t.Errorf("%s: %q\n want %q", c.what, got, want)
		}
		if again := Wrap(c.s, 8*c.columns*4, 4); !slices.Equal(again, got) {
			t.Errorf("%s: at scale 4 %q", c.what, again)
		}
	}
}

// Sentences as they stand on the pages.
func TestWrapSentences(t *testing.T) {
	for _, c := range []struct {
		columns int
		s       string
		want    []string
	}{
		{40, "接続先のコンピューターに、2018 年のセキュリティの更新（CredSSP 暗号化オラクルの修復）が適用されていません。", []string{
			"接続先のコンピューターに、2018 年のセ", // a small ュ would be next
			"キュリティの更新（CredSSP 暗号化オラクル",
			"の修復）が適用されていません。",
		}},
		{30, "社内の PC（Ctrl+Alt+Del キー）または「パスワード変更」ページを使ってください……。", []string{
			"社内の PC（Ctrl+Alt+Del キー）",
			"または「パスワード変更」ページ",
			"を使ってください……。",
		}},
		{32, `The computer lacks an update of 2018 ("CredSSP encryption oracle remediation").`, []string{
			"The computer lacks an update of",
			`2018 ("CredSSP encryption oracle`,
			`remediation").`,
		}},
	} {
		if got := Wrap(c.s, 8*c.columns, 1); !slices.Equal(got, c.want) {
			t.Errorf("%q", got)
		}
	}
}

// Whatever the text and the width: nothing but spaces at the ends of lines gets
// lost, and lines are no wider than they may be.
func FuzzWrap(f *testing.F) {
	f.Add("接続先の「サーバー」は、Windows Server 2016 です。", 12)
	f.Add("a「「「 b\u00a0c\r\n\xff――", 4)
	f.Add("", -1)
	f.Fuzz(func(t *testing.T, s string, columns int) {
		s = strings.ToValidUTF8(s, "?") // else two halves of a character could meet
		width := columns % 64 * 8
		lines := Wrap(s, width, 1)
		noSpace := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsSpace(r) {
					return -1
				}
				return r
			}, s)
		}
		if got := noSpace(strings.Join(lines, "")); got != noSpace(s) {
			t.Fatalf("%q became %q", s, got)
		}
		for _, line := range lines {
			glyphs := 0
			for _, r := range line {
				if Width(string(r), 1) > 0 {
					glyphs++
				}
			}
			if Width(line, 1) > width && glyphs > 1 && !strings.ContainsFunc(line, unicode.IsSpace) {
				t.Fatalf("%q in %d: %q", s, width, line)
			}
		}
	})
}
