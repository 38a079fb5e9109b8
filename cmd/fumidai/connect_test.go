package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"errors"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/explain"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/lab"
	"github.com/fumidai/fumidai/internal/screen"
	"github.com/fumidai/fumidai/rdp/input"
)

// connectTo runs `fumidai connect --json` and reads what it writes.
func connectTo(t *testing.T, address string, more ...string) (*jsonConnect, result) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	p := &program{stdout: &stdout, stderr: &stderr, env: func(name string) string {
		return map[string]string{connectPasswordVariable: lab.Password}[name]
	}}
	status := p.run(t.Context(), append([]string{"connect", "--json", address, "-u", "alice"}, more...))
	r := result{status, stdout.String(), stderr.String()}
	out := &jsonConnect{}
	if err := json.Unmarshal(stdout.Bytes(), out); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	return out, r
}

// The screenshot is what the host has drawn, after all that was typed; the pin is
// the key that connect itself names, and the thumbprint of check is none.
func TestConnectScreenshotAndPin(t *testing.T) {
	sessions := make(chan *screen.Session, 8)
	l, err := lab.Start(t.Context(), lab.Options{Hosts: lab.Hosts()[4:5],
		ObserveActive: func(_ lab.Event, s *screen.Session) { sessions <- s }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	address := l.Hosts[0].Address.String()

	// The host's own picture of it, as it was when the client left.
	var last []byte
	left, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		var s *screen.Session
		for {
			select {
			case s = <-sessions:
			case <-left:
				return
			case <-time.After(time.Millisecond):
			}
			if s == nil {
				continue
			}
			if picture := s.Picture(); picture != nil {
				last = picture.Pix
			}
		}
	}()
	name := filepath.Join(t.TempDir(), "a.png")
	out, r := connectTo(t, address, "--type", "hello", "--key", "space", "--type", "修正", "--screenshot", name)
	close(left)
	<-done
	if r.status != exitOK || r.stderr != "" || !out.Worked || *out.Screenshot != name || out.Desktop == nil || !out.Desktop.Quiet {
		t.Fatalf("%+v", r)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.Decode(file)
	if err != nil || picture.Bounds().Dx() != 1024 || picture.Bounds().Dy() != 768 || len(last) != 4*1024*768 {
		t.Fatal(err, len(last))
	}
	for i := 0; i < len(last); i += 4 {
		x, y := i/4%1024, i/4/1024
		r, g, b, _ := picture.At(x, y).RGBA()
		if byte(r) != last[i] || byte(g) != last[i+1] || byte(b) != last[i+2] {
			t.Fatalf("the pixel at %d, %d is another one", x, y)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(name), ".fumidai-*")); left != nil {
		t.Errorf("left behind: %q", left)
	}

	again, r := connectTo(t, address, "--pin", strings.ToUpper((*out.SPKISHA256)[:32])+":"+(*out.SPKISHA256)[32:])
	if r.status != exitOK || !again.Pinned || *again.Insecure {
		t.Errorf("%+v", r)
	}
	var checked jsonHost
	if err := json.Unmarshal([]byte(run(t.Context(), "check", "--json", address).stdout), &checked); err != nil {
		t.Fatal(err)
	}
	if checked.Certificate.SPKISHA256 != *out.SPKISHA256 {
		t.Errorf("check says %s, connect %s", checked.Certificate.SPKISHA256, *out.SPKISHA256)
	}
	wrong, r := connectTo(t, address, "--pin", checked.Certificate.SHA256)
	if r.status != exitFindings || wrong.Failure.Code != "viewer.pin.mismatch" || wrong.Failure.Cause != nil || !strings.Contains(wrong.Failure.Text, *out.SPKISHA256) {
		t.Errorf("the thumbprint: %+v", r)
	}
}

// A list sends its visitor to a host; what is still to do is done there.
func TestConnectRedirections(t *testing.T) {
	addresses := startLab(t)
	out, r := connectTo(t, addresses["CARD-LIST"], "--key", "8", "--type", "hello")
	if r.status != exitOK || out.Redirections != 1 || out.Steps[len(out.Steps)-1].Connection != 2 {
		t.Errorf("%+v", r)
	}
	seen := map[jsonStep]bool{}
	for i, s := range out.Steps {
		if once := (jsonStep{s.Connection, s.Step, 0}); seen[once] {
			t.Errorf("twice: %+v", s)
		} else {
			seen[once] = true
		}
		if s.Seconds < 0 || s.Seconds > 20 || i > 0 && s.Connection < out.Steps[i-1].Connection {
			t.Errorf("%+v", out.Steps)
		}
	}
}

func TestPasswordIn(t *testing.T) {
	long := strings.Repeat("p", longestPassword)
	for content, want := range map[string]string{
		"secret": "secret", "secret\n": "secret", "secret\r\nmore": "secret", "\ufeffsecret\r\n": "secret", " a b \n": " a b ", "修正\n": "修正",
		long + "\r\n": long, "\ufeff" + long + "\r\n": long,
	} {
		for _, read := range []func([]byte) ([]byte, error){
			func(b []byte) ([]byte, error) { return passwordIn(bytes.NewReader(b), "f") },
			func(b []byte) ([]byte, error) { return passwordIn(iotest.OneByteReader(bytes.NewReader(b)), "f") },
			func(b []byte) ([]byte, error) { return passwordIn(iotest.DataErrReader(bytes.NewReader(b)), "f") },
		} {
			if got, err := read([]byte(content)); err != nil || string(got) != want {
				t.Errorf("%.20q: %.20q, %v", content, got, err)
			}
		}
	}
	for content, code := range map[string]string{
		"": "empty", "\n": "empty", "\r\nsecret": "empty", "\ufeff\n": "empty",
		long + "p": "long", long + "pppppppppppppppp": "long",
		"\xff\xfes\x00e\x00": "encoding", "p\xe4ss": "encoding", "a\x00b": "encoding",
	} {
		got, err := passwordIn(strings.NewReader(content), "f")
		var failed *failureError
		if !errors.As(err, &failed) || failed.code != "ui.error.connect.password_"+code || got != nil {
			t.Errorf("%.20q: %v", content, err)
		}
	}
	if _, err := passwordIn(iotest.ErrReader(errors.New("no")), "f"); err == nil {
		t.Error("a file that cannot be read")
	}
}

func TestSplitUser(t *testing.T) {
	for typed, want := range map[string][2]string{
		"alice": {"", "alice"}, `FUMIDAI\alice`: {"FUMIDAI", "alice"}, "alice@fumidai.test": {"", "alice@fumidai.test"},
		`.\alice`: {"", "alice"}, `a\b\c`: {"a", `b\c`}, "": {"", ""}, `a\`: {"a", ""},
	} {
		if domain, user := splitUser(typed); domain != want[0] || user != want[1] {
			t.Errorf("%q: %q, %q", typed, domain, user)
		}
	}
}

func TestParseKeyboard(t *testing.T) {
	for typed, want := range map[string]uint32{"0x411": 0x411, "00000411": 0x411, "0XE0010411": 0xE0010411, "E0010411": 0xE0010411, "": 0x409} {
		if got, ok := parseKeyboard(typed, i18n.English); !ok || got != want {
			t.Errorf("%q: %#x, %v", typed, got, ok)
		}
	}
	if got, _ := parseKeyboard("", i18n.Japanese); got != 0x411 {
		t.Errorf("Japanese: %#x", got)
	}
	for _, typed := range []string{"411", "0x", "0x123456789", "ja", "-1", "000000411", "0x411 "} {
		if got, ok := parseKeyboard(typed, i18n.English); ok {
			t.Errorf("%q: %#x", typed, got)
		}
	}
}

// --key names every key that there is: the list in the message is complete.
func TestKeyNames(t *testing.T) {
	for _, name := range strings.Fields(keyNames) {
		names := []string{name}
		switch name {
		case "a…z":
			names = strings.Split("a b c d e f g h i j k l m n o p q r s t u v w x y z", " ")
		case "0…9":
			names = strings.Split("0 1 2 3 4 5 6 7 8 9", " ")
		case "f1…f12":
			names = []string{"f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12"}
		}
		for _, n := range names {
			if _, _, ok := input.Key(n); !ok {
				t.Errorf("there is no %s", n)
			}
		}
	}
}

// --type and --key share one order.
func TestActionsKeepTheirOrder(t *testing.T) {
	var f connectFlags
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.define(flags)
	if err := flags.Parse([]string{"--type", "a", "--key", "Ctrl+Ａ", "--type", "b", "--key", "enter"}); err != nil {
		t.Fatal(err)
	}
	var kinds []input.Kind
	for _, a := range f.actions {
		kinds = append(kinds, a.events[0].Kind)
	}
	if len(kinds) != 4 || kinds[0] != input.Unicode || kinds[1] != input.Scancode || kinds[2] != input.Unicode || kinds[3] != input.Scancode || f.mistaken != nil {
		t.Errorf("%v", kinds)
	}
}

func TestQuoted(t *testing.T) {
	for word, want := range map[string]string{"alice": "alice", `A\b`: `'A\b'`, "it's": `'it'\''s'`, "": "''", "a b": "'a b'", "a@b.c": "a@b.c", "$(x)": "'$(x)'"} {
		if got := quoted(word); got != want {
			t.Errorf("%q: %s", word, got)
		}
	}
}

// Whatever a server says reaches the terminal as printable text.
func TestHostileTextsOfAServer(t *testing.T) {
	for _, lang := range i18n.Langs() {
		var stdout strings.Builder
		p := &program{stdout: &stdout, lang: lang}
		causes := explain.Causes()
		err := p.connectText(&connected{target: target{"h", 1}, user: hostile, screenshot: hostile, redirections: 1,
			steps: []timedStep{{1, stepScreen, time.Second}}, session: &session{},
			failure: &failure{step: stepSession, awaits: hostile, code: hostile, reason: "ui.connect.reason.redirected",
				args: map[string]any{"target": hostile}, cause: &causes[0]}})
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(stdout.String(), "\n") {
			for _, c := range line {
				if !unicode.IsPrint(c) || unicode.Is(unicode.Bidi_Control, c) {
					t.Errorf("%s: line %d has %U: %q", lang, i+1, c, line)
				}
			}
			if strings.HasPrefix(strings.TrimSpace(line), "✓") {
				t.Errorf("%s: line %d is the server's: %q", lang, i+1, line)
			}
		}
	}
}

// keeping gives a password and keeps the memory that it was read into.
type keeping struct {
	password string
	memory   []byte
}

func (k *keeping) Read(p []byte) (int, error) {
	k.memory = p
	return copy(p, k.password), nil
}

// The password is gone from memory when the program is done with it, also after a
// failure.
func TestConnectWipesThePassword(t *testing.T) {
	addresses := startLab(t)
	for name, want := range map[string]int{"NEW-2019": exitOK, "OLD-2016": exitFindings, "NOBODY": exitUnreachable} {
		stdin := &keeping{password: lab.Password + "\n"}
		p := &program{stdout: &strings.Builder{}, stderr: &strings.Builder{}, stdin: stdin, env: func(string) string { return "" }}
		if status := p.run(t.Context(), []string{"connect", addresses[name], "-u", "alice", "--password-file", "-", "--quiet", "50ms"}); status != want {
			t.Errorf("%s: %d", name, status)
		}
		if left := bytes.Trim(stdin.memory, "\x00\n"); len(stdin.memory) == 0 || len(left) > 0 {
			t.Errorf("%s: %d bytes are left", name, len(left))
		}
	}
	stdin := &keeping{password: strings.Repeat("p", 4096)}
	p := &program{stdout: &strings.Builder{}, stderr: &strings.Builder{}, stdin: stdin, env: func(string) string { return "" }}
	if status := p.run(t.Context(), []string{"connect", addresses["NOBODY"], "-u", "alice", "--password-file", "-"}); status != exitFailure {
		t.Errorf("%d", status)
	}
	if left := bytes.Trim(stdin.memory, "\x00"); len(left) > 0 {
		t.Errorf("%d bytes of a long one are left", len(left))
	}
}

// Without NLA, TLS is all that protects the password: old versions of it will not
// do. Behind CredSSP they are a matter of reaching old hosts at all.
func TestConnectOldTLS(t *testing.T) {
	old := lab.Host{Name: "OLD", Security: lab.NLAOptional, Level: credssp.Mitigated, CredSSP: 6, MinTLS: tls.VersionTLS10, MaxTLS: tls.VersionTLS10, LegacyTLS: true}
	l, err := lab.Start(t.Context(), lab.Options{Hosts: []lab.Host{old}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	address := l.Hosts[0].Address.String()
	if out, r := connectTo(t, address, "--quiet", "50ms"); r.status != exitOK || out.TLS.Version != "TLS 1.0" {
		t.Errorf("%+v", r)
	}
	if out, r := connectTo(t, address, "--tls-only"); r.status != exitFindings || out.Failure.Step != "tls" || out.Failure.Cause.Code != "tls.mismatch" {
		t.Errorf("%+v", r)
	}
}
