package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fumidai/fumidai/explain"
)

// testCase is one text for both engines.
type testCase struct {
	Text        string               `json:"text"`
	Observation *explain.Observation `json:"observation"`
	Answers     []answer             `json:"answers,omitempty"`
}

type answer struct {
	ID      string             `json:"id"`
	Found   string             `json:"found"`
	Weights map[string]float64 `json:"weights"`
}

// result is what explain.js says of a case.
type result struct {
	Chain   bool `json:"chain"`
	Ranking []struct {
		Code       string             `json:"code"`
		Confidence float64            `json:"confidence"`
		Evidence   []explain.Evidence `json:"evidence"`
	} `json:"ranking"`
}

func (r result) codes() string {
	var codes []string
	for _, h := range r.Ranking {
		codes = append(codes, h.Code)
	}
	return strings.Join(codes, " ")
}

// run gives the cases to explain.js in Node.
func run(t *testing.T, cases []testCase) []result {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("FUMIDAI_PEERS") == "required" {
			t.Fatal("node is not installed and FUMIDAI_PEERS=required")
		}
		t.Skip("node is not installed: explain.js cannot run")
	}
	signals, causes := explain.Files()
	input, err := json.Marshal(map[string]any{"signals": json.RawMessage(signals), "causes": json.RawMessage(causes), "cases": cases})
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd := exec.Command(node, filepath.Join("testdata", "rank.js"), "explain.js")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), &stderr
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, &stderr)
	}
	var results []result
	if err := json.Unmarshal(output, &results); err != nil {
		t.Fatal(err)
	}
	if len(results) != len(cases) {
		t.Fatalf("%d results for %d cases", len(results), len(cases))
	}
	return results
}

// TestEnginesAgree gives the same texts to the engine in Go and to that in
// JavaScript: the reports of package explain, texts made to find where the two
// languages differ, and one text per phrase of every signal.
func TestEnginesAgree(t *testing.T) {
	observations := []*explain.Observation{
		{Looked: true, CredSSPVersion: 6, Reach: "reached"},
		{Looked: true, CredSSPVersion: 4, Reach: "reached"},
		{Looked: true, Reach: "unresolved"},
		{Looked: true, Reach: "timeout"},
		{Looked: true, Reach: "reached"},
	}
	var cases []testCase
	for i, text := range append(reports(t), madeTexts()...) {
		cases = append(cases, testCase{Text: text}, testCase{Text: text, Observation: observations[i%len(observations)]})
	}
	for _, o := range observations {
		cases = append(cases, testCase{Text: observable, Observation: o})
	}
	for _, text := range phraseTexts(t) {
		cases = append(cases, testCase{Text: text})
	}
	explained := 0
	for i, got := range run(t, cases) {
		c := cases[i]
		if c.Observation == nil && explain.ThroughJumpHost(c.Text) != got.Chain {
			t.Errorf("%.80q: chain is %v in JavaScript", c.Text, got.Chain)
		}
		if diff := difference(c, got); diff != "" {
			t.Errorf("%.80q %+v: %s", c.Text, c.Observation, diff)
		}
		if got.codes() != explain.Unknown {
			explained++
		}
	}
	if explained < len(cases)/2 {
		t.Errorf("only %d of %d texts have a known cause: this compares too little", explained, len(cases))
	}
}

// difference says how explain.js differs from package explain, if it does.
func difference(c testCase, got result) string {
	o := explain.Observation{}
	if c.Observation != nil {
		o = *c.Observation
	}
	want := explain.Explain(c.Text, o)
	if len(want) != len(got.Ranking) {
		return fmt.Sprintf("%d hypotheses in Go, %s in JavaScript", len(want), got.codes())
	}
	for i, w := range want {
		g := got.Ranking[i]
		if w.Code != g.Code || math.Abs(w.Confidence-g.Confidence) > 1e-9 {
			return fmt.Sprintf("%d: %s %v in Go, %s %v in JavaScript", i, w.Code, w.Confidence, g.Code, g.Confidence)
		}
		if w, g := fmt.Sprint(w.Evidence), fmt.Sprint(g.Evidence); w != g {
			return fmt.Sprintf("%d: evidence %s in Go, %s in JavaScript", i, w, g)
		}
	}
	return ""
}

// reports are the texts of package explain's test data.
func reports(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../testdata/explain/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no reports: ", err)
	}
	var texts []string
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(content))
	}
	return texts
}

// observable speaks for the causes to which a look at the server lends weight.
const observable = "The function requested is not supported. NeutrinoRDP, SSL_CERT_NOT_ON_SERVER, an internal error has occurred, getaddrinfo, 0x204"

// madeTexts are about normalisation, limits and weighing, where an engine in
// another language is easily a little different.
func madeTexts() []string {
	oracle := "This could be due to CredSSP encryption oracle remediation."
	return []string{
		"",
		" \t\r\n",
		"hello",
		"ＣｒｅｄＳＳＰ　暗号化オラクルの修復",                 // full width
		"ﾘﾓｰﾄ ﾃﾞｽｸﾄｯﾌﾟ 要求された関数はｻﾎﾟｰﾄされていません", // half width, voiced marks apart
		"要求された関\r\n数はサポー\nトされて\u200bいません",
		"ENCRYPTİON ORACLE", // its lower case has two letters in JavaScript
		"encryptıon oracle, ΟΡΑΚΛΗΣ ΣΑΣ",
		"encry\u00adption o\u0301racle", // soft hyphen; a mark that composes
		"encryption\u0336 oracle",       // a mark that does not
		"RD\u0085RAP",                   // white space in Go alone
		"0x80090302\u0085mstsc\u00a00xc000006d\u20280x204\ufeff0x904",
		"(0xC00000BB)\u3000[-1073741637] SEC_E_UNSUPPORTED_FUNCTION",
		"functionrequested" + strings.Repeat("𠮷", 60) + "notsupported",
		"functionrequested" + strings.Repeat("𠮷", 61) + "notsupported",
		"function requested " + strings.Repeat("x", 70) + " function requested is not supported",
		strings.Repeat("a", explain.MaxText-len(oracle)) + oracle,
		strings.Repeat("a", explain.MaxText-len(oracle)+4) + oracle,
		strings.Repeat("暗", explain.MaxText/3-6) + "号化オラクル",
		strings.Repeat("暗", explain.MaxText/3-5) + "号化オラクル",
		"The connection was lost; the socket is closed",                                              // generic, no sign of Remote Desktop
		"mstsc: the connection was lost; the socket is closed",                                       // the same with one
		"mstsc and nginx: the connection was lost; the socket is closed",                             // and with one of something else
		"The Local Security Authority cannot be contacted. Remote computer: FS01",                    // several causes
		"Event 6041: TERMSRV/fs01 offered version 3, not permitted by Encryption Oracle Remediation", // a value in a group
		"踏み台サーバー経由で接続すると、認証エラーが発生しました。要求された関数はサポートされていません",                                                // a chain
		"[ERROR][com.freerdp.core] ERRCONNECT_LOGON_FAILURE [0x00020014]; alert 49, Event ID 4625",        // codes
		"Der Computer kann keine Verbindung herstellen. Die angeforderte Funktion wird nicht unterstützt", // other languages
		"La fonction demandée n’est pas prise en charge. RDP",
		"Запрошенная функция не поддерживается",
		"요청한 함수가 지원되지 않습니다 원격 데스크톱",
		"\x00\x01\u2028😀 RDP 0x1807 0x1607 0x0b09 0x1b07 0x808",
	}
}

// phraseTexts has a text for each phrase of each signal, with as much between
// its fragments as is allowed, and one with a character too many.
func phraseTexts(t *testing.T) []string {
	t.Helper()
	content, _ := explain.Files()
	var signals []explain.Signal
	if err := json.Unmarshal(content, &signals); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, s := range signals {
		for _, p := range s.Phrases {
			texts = append(texts, "mstsc "+strings.ReplaceAll(p, "…", strings.Repeat("𠮷", 60)))
			if strings.Contains(p, "…") {
				texts = append(texts, "mstsc "+strings.ReplaceAll(p, "…", strings.Repeat("𠮷", 61)))
			}
		}
	}
	return texts
}

// TestAnswers is about what only the page has: answers weigh, and they bring no
// cause in for which the text does not speak.
func TestAnswers(t *testing.T) {
	short := "An authentication error has occurred. The function requested is not supported. Remote computer: FS01"
	var cases []testCase
	for _, q := range questions() {
		for _, c := range q.Choices {
			for _, text := range []string{short, "hello"} {
				with := testCase{Text: text, Observation: c.Observation}
				if c.Weights != nil {
					with.Answers = []answer{{ID: "answer", Found: q.ID + "." + c.ID, Weights: c.Weights}}
				}
				cases = append(cases, with)
			}
		}
	}
	first := map[string]string{}
	for i, r := range run(t, cases) {
		c := cases[i]
		if c.Text == "hello" {
			if r.codes() != explain.Unknown {
				t.Errorf("nothing but answer %v explains as %s", c.Answers, r.codes())
			}
			continue
		}
		if c.Answers == nil {
			continue
		}
		first[c.Answers[0].Found] = r.Ranking[0].Code
		for _, h := range r.Ranking {
			if !slices.ContainsFunc(h.Evidence, func(e explain.Evidence) bool { return e.Signal != "answer" }) {
				t.Errorf("answer %s alone brings %s in", c.Answers[0].Found, h.Code)
			}
		}
	}
	for found, want := range map[string]string{
		"client.updated": "credssp.server_not_updated",
		"client.old":     "credssp.client_not_updated",
		"who.everyone":   "credssp.server_not_updated",
	} {
		if first[found] != want {
			t.Errorf("%s: %s, want %s", found, first[found], want)
		}
	}
}
