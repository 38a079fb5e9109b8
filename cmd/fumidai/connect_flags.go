package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fumidai/fumidai/credssp"
	"github.com/fumidai/fumidai/internal/i18n"
	"github.com/fumidai/fumidai/internal/viewer"
	"github.com/fumidai/fumidai/rdp/connect"
	"github.com/fumidai/fumidai/rdp/input"
	"github.com/fumidai/fumidai/rdp/rdpio"
)

// connectFlags are the flags of `fumidai connect`, as typed and as they are meant.
type connectFlags struct {
	user, policy, pinText, size, keyboard string
	passwordFile, screenshot              string
	tlsOnly, restrictedAdmin, asJSON      bool
	depth, scale                          int
	quiet, wait, timeout                  time.Duration
	actions                               []action // of --type and --key, in their order

	target   target
	level    credssp.Level
	pin      *[32]byte
	desktop  image.Point
	layout   uint32
	mistaken *string // the first --key that there is not
}

// action is one --type or --key.
type action struct{ events []input.Event }

// connectPolicies are the words of --policy, which are those of the other commands
// as people type them.
var connectPolicies = map[string]credssp.Level{
	"force": credssp.ForceUpdatedClients, "mitigated": credssp.Mitigated, "vulnerable": credssp.Vulnerable, "not-updated": credssp.NotUpdated,
}

func (f *connectFlags) define(flags *pflag.FlagSet) {
	flags.StringVarP(&f.user, "user", "u", "", "")
	flags.StringVar(&f.policy, "policy", "mitigated", "")
	flags.BoolVar(&f.tlsOnly, "tls-only", false, "")
	flags.BoolVar(&f.restrictedAdmin, "restricted-admin", false, "")
	flags.StringVar(&f.pinText, "pin", "", "")
	flags.StringVar(&f.passwordFile, "password-file", "", "")
	flags.StringVar(&f.screenshot, "screenshot", "", "")
	flags.DurationVar(&f.quiet, "quiet", 500*time.Millisecond, "")
	flags.DurationVar(&f.wait, "wait", 10*time.Second, "")
	flags.DurationVar(&f.timeout, "timeout", rdpio.DefaultStepTimeout, "")
	flags.Var(actionValue{f, false}, "type", "")
	flags.Var(actionValue{f, true}, "key", "")
	flags.StringVar(&f.size, "size", "1024x768", "")
	flags.IntVar(&f.depth, "depth", 32, "")
	flags.IntVar(&f.scale, "scale", 100, "")
	flags.StringVar(&f.keyboard, "keyboard", "", "")
	flags.BoolVar(&f.asJSON, "json", false, "")
}

// actionValue lets two flags share one list, so that their order is kept.
type actionValue struct {
	f   *connectFlags
	key bool
}

// Set appends. A key that there is not is told by parse, with a list.
func (v actionValue) Set(text string) error {
	if !v.key {
		v.f.actions = append(v.f.actions, action{input.TypeText(nil, text)})
		return nil
	}
	events, err := input.Chord(nil, strings.ToLower(folded(text)))
	if err != nil && v.f.mistaken == nil {
		v.f.mistaken = &text
	}
	v.f.actions = append(v.f.actions, action{events})
	return nil
}

// String is empty: the default is nothing.
func (actionValue) String() string { return "" }

// Type is the name of the type.
func (actionValue) Type() string { return "text" }

// keyNames are all that --key knows, for those who have tried another one.
const keyNames = "a…z 0…9 f1…f12 enter esc tab space backspace delete insert home end pageup pagedown up down left right ctrl alt shift win"

// parse checks the command line before anything is done.
func (f *connectFlags) parse(cmd *cobra.Command, args []string, lang i18n.Lang) error {
	if len(args) != 1 {
		e := &misuseError{code: "ui.error.connect.target", hint: "fumidai connect server.example.com -u alice"}
		if len(args) > 1 {
			e = &misuseError{code: "ui.error.arguments", args: map[string]any{"argument": printable(args[1])}, hint: "fumidai connect " + quoted(args[0]) + " -u alice"}
		}
		return e
	}
	var err error
	if f.target, err = parseTarget(args[0]); err != nil {
		var misuse *misuseError
		if errors.As(err, &misuse) && misuse.hint != "" {
			misuse.hint = strings.Replace(misuse.hint, "fumidai check ", "fumidai connect ", 1) + " -u " + quoted(f.someone())
		}
		return err
	}
	if _, user := splitUser(f.user); user == "" || strings.ContainsFunc(f.user, unicode.IsControl) || !utf8.ValidString(f.user) {
		f.user = ""
		return &misuseError{code: "ui.error.connect.user", hint: f.meant()}
	}
	mistake := func(code string, args map[string]any, meant string) error {
		return &misuseError{code: code, args: args, hint: f.meant(meant)}
	}
	var ok bool
	name, _ := strings.CutSuffix(strings.ReplaceAll(strings.ToLower(f.policy), "_", "-"), "-updated-clients")
	if f.level, ok = connectPolicies[name]; !ok {
		return mistake("ui.error.connect.policy", map[string]any{"policy": printable(f.policy)}, "--policy mitigated")
	}
	switch {
	case f.tlsOnly && f.restrictedAdmin:
		return mistake("ui.error.connect.tls_only", nil, "--restricted-admin")
	case f.quiet <= 0 || f.wait < f.quiet:
		return mistake("ui.error.connect.quiet", nil, "--quiet 500ms --wait 10s")
	case f.timeout <= 0:
		return mistake("ui.error.timeout", nil, "--timeout 10s")
	case f.depth != 16 && f.depth != 24 && f.depth != 32:
		return mistake("ui.error.connect.depth", map[string]any{"depth": f.depth}, "--depth 32")
	case f.scale < 100 || f.scale > 500:
		return mistake("ui.error.connect.scale", map[string]any{"scale": f.scale}, "--scale 100")
	case f.mistaken != nil:
		return mistake("ui.error.connect.key", map[string]any{"key": printable(*f.mistaken), "keys": keyNames}, "--key ctrl+alt+delete")
	case cmd.Flags().Changed("screenshot") && (f.screenshot == "" || strings.HasPrefix(f.screenshot, "-")):
		return mistake("ui.error.connect.screenshot", nil, "--screenshot desktop.png")
	case cmd.Flags().Changed("password-file") && f.passwordFile == "":
		return mistake("ui.error.connect.password_file", nil, "--password-file password.txt")
	}
	if f.desktop, ok = parseSize(f.size); !ok {
		return mistake("ui.error.connect.size", map[string]any{"size": printable(f.size), "min": connect.MinDesktop, "max": connect.MaxDesktop}, "--size 1024x768")
	}
	if f.layout, ok = parseKeyboard(f.keyboard, lang); !ok {
		return mistake("ui.error.connect.keyboard", map[string]any{"keyboard": printable(f.keyboard)}, "--keyboard 0x411")
	}
	if cmd.Flags().Changed("pin") {
		if f.pin, ok = parsePin(f.pinText); !ok {
			return &misuseError{code: "ui.error.connect.pin", hint: "fumidai check --json " + f.target.String()}
		}
	}
	return nil
}

// someone is the user as typed, or an example.
func (f *connectFlags) someone() string {
	if f.user == "" {
		return "alice"
	}
	return f.user
}

// meant is a command line with this target and user that is right.
func (f *connectFlags) meant(more ...string) string {
	words := append([]string{"fumidai connect", f.target.String(), "-u", quoted(f.someone())}, more...)
	return strings.Join(words, " ")
}

var harmless = regexp.MustCompile(`^[A-Za-z0-9@._:/%+=-]+$`)

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if harmless.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// splitUser takes DOMAIN\user apart. user@domain stays whole, as NTLM has it; the
// domain "." is the server itself, which NTLM calls by no name.
func splitUser(typed string) (domain, user string) {
	domain, user, ok := strings.Cut(typed, `\`)
	switch {
	case !ok:
		return "", typed
	case domain == ".":
		return "", user
	}
	return domain, user
}

func parseSize(s string) (image.Point, bool) {
	w, h, ok := strings.Cut(strings.ToLower(folded(s)), "x")
	width, err := strconv.Atoi(w)
	height, err2 := strconv.Atoi(h)
	inside := func(n int) bool { return connect.MinDesktop <= n && n <= connect.MaxDesktop }
	return image.Pt(width, height), ok && err == nil && err2 == nil && inside(width) && inside(height)
}

// The layouts by default, by the language of the user.
const (
	layoutUS       = 0x409
	layoutJapanese = 0x411
)

var layoutName = regexp.MustCompile(`^(?:0[xX][0-9A-Fa-f]{1,8}|[0-9A-Fa-f]{8})$`)

// parseKeyboard takes an input locale identifier: 0x411, or eight hexadecimal digits
// as in the registry.
func parseKeyboard(s string, lang i18n.Lang) (uint32, bool) {
	switch {
	case s == "" && lang == i18n.Japanese:
		return layoutJapanese, true
	case s == "":
		return layoutUS, true
	case !layoutName.MatchString(s):
		return 0, false
	}
	if len(s) > 1 && (s[1] == 'x' || s[1] == 'X') {
		s = s[2:]
	}
	n, err := strconv.ParseUint(s, 16, 32)
	return uint32(n), err == nil
}

// parsePin takes the SHA-256 of a key as people copy it.
func parsePin(s string) (*[32]byte, bool) {
	b, err := hex.DecodeString(strings.NewReplacer(":", "", " ", "").Replace(s))
	if err != nil || len(b) != 32 {
		return nil, false
	}
	return (*[32]byte)(b), true
}

// options are what the viewer is asked for.
func (f *connectFlags) options(password []byte) viewer.Options {
	o := viewer.Options{
		Address: f.target.String(), Password: password, Level: f.level, TLSOnly: f.tlsOnly, RestrictedAdmin: f.restrictedAdmin, Pin: f.pin,
		Desktop: f.desktop, Depth: f.depth, ScaleFactor: f.scale, KeyboardLayout: f.layout, Timeout: f.timeout,
	}
	o.Domain, o.User = splitUser(f.user)
	// Behind CredSSP the password is sealed once more, and the hosts in question
	// are those that speak TLS 1.0. Without it TLS is all there is.
	o.TLS.Legacy = !f.tlsOnly
	return o
}

// connectFlagError answers whoever tries to give the password as an argument. The
// answer does not repeat it.
func connectFlagError(cmd *cobra.Command, err error) error {
	var missing *pflag.NotExistError
	if errors.As(err, &missing) {
		switch name := missing.GetSpecifiedName(); name {
		case "password", "pass", "passwd", "pw", "p":
			dashes := "--"
			if len(name) == 1 {
				dashes = "-"
			}
			return &misuseError{code: "ui.error.connect.password_argument", args: map[string]any{"flag": dashes + name, "variable": connectPasswordVariable},
				hint: fmt.Sprintf("%s server.example.com -u alice --password-file password.txt", cmd.CommandPath())}
		}
	}
	return flagError(cmd, err)
}
