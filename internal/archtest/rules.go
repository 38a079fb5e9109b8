package archtest

// A rule says what one package of this module may import of this module.
// "pure" packages are bytes in, bytes out: no socket, file, clock, log or global
// randomness, directly or through another package of this module.
type rule struct {
	pure    bool
	imports []string
}

// rules has a line for every package, from the bottom up. An import that is not
// listed needs a line here, and with it a reason in review.
var rules = map[string]rule{
	// bytes
	"rdp/wire": {pure: true},

	// messages
	"rdp/x224":     {pure: true, imports: []string{"rdp/wire"}},
	"rdp/gcc":      {pure: true, imports: []string{"rdp/wire"}},
	"rdp/mcs":      {pure: true, imports: []string{"rdp/wire"}},
	"rdp/security": {pure: true, imports: []string{"rdp/wire"}},
	"rdp/license":  {pure: true, imports: []string{"rdp/wire"}},
	"rdp/capset":   {pure: true, imports: []string{"rdp/wire"}},
	"rdp/share":    {pure: true, imports: []string{"rdp/wire", "rdp/capset"}},
	"rdp/fastpath": {pure: true, imports: []string{"rdp/wire"}},
	"rdp/input":    {pure: true, imports: []string{"rdp/wire"}},
	"rdp/bitmap":   {pure: true, imports: []string{"rdp/wire"}},
	"rdp/update":   {pure: true, imports: []string{"rdp/wire", "rdp/fastpath", "rdp/bitmap"}},
	"ntlm":         {pure: true, imports: []string{"rdp/wire"}},
	"spnego":       {pure: true, imports: []string{"rdp/wire"}},

	// machines
	"credssp": {pure: true, imports: []string{"rdp/wire"}},
	"rdp/connect": {pure: true, imports: []string{"rdp/wire", "rdp/x224", "rdp/gcc", "rdp/mcs", "rdp/security", "rdp/license",
		"rdp/capset", "rdp/share", "rdp/fastpath", "rdp/input", "rdp/bitmap", "rdp/update"}},

	// knowledge
	"catalogue": {pure: true},
	"explain":   {pure: true},
	"verdict":   {pure: true, imports: []string{"rdp/gcc", "rdp/x224", "credssp", "catalogue"}},

	// drivers
	"rdp/rdpio": {imports: []string{"rdp/wire", "rdp/x224", "rdp/connect", "credssp"}},
	"probe":     {imports: []string{"rdp/rdpio", "rdp/connect", "rdp/wire", "rdp/x224", "rdp/mcs", "rdp/gcc", "credssp", "ntlm", "verdict"}},

	// product
	"internal/i18n":          {pure: true},
	"internal/font":          {pure: true},
	"internal/font/generate": {},
	"internal/draw":          {pure: true, imports: []string{"internal/font", "rdp/bitmap"}},
	"internal/card":          {pure: true, imports: []string{"internal/draw", "internal/i18n", "rdp/input"}},
	"internal/screen": {imports: []string{"internal/card", "internal/draw", "internal/i18n", "rdp/rdpio", "rdp/bitmap", "rdp/connect",
		"rdp/input", "rdp/mcs", "rdp/share", "rdp/update"}},
	"internal/viewer": {imports: []string{"rdp/rdpio", "rdp/wire", "rdp/x224", "rdp/connect", "rdp/input", "rdp/security", "rdp/share",
		"credssp", "ntlm"}},
	"internal/lab": {imports: []string{"internal/screen", "internal/card", "internal/draw", "internal/i18n", "rdp/rdpio", "rdp/wire", "rdp/x224",
		"rdp/mcs", "rdp/gcc", "rdp/connect", "rdp/input", "rdp/security", "rdp/share", "credssp", "ntlm", "spnego", "catalogue", "verdict"}},

	"internal/fieldtest": {imports: []string{"rdp/rdpio", "rdp/wire", "rdp/x224", "credssp", "internal/lab", "ntlm", "spnego"}},

	"internal/matrix": {imports: []string{"credssp", "internal/lab", "ntlm", "verdict"}},

	"explain/page": {imports: []string{"explain", "internal/i18n"}},

	// edges
	"cmd/fumidai": {imports: []string{"probe", "verdict", "explain", "explain/page", "rdp/rdpio", "rdp/x224", "rdp/connect", "rdp/input", "credssp",
		"internal/fieldtest", "internal/font", "internal/i18n", "internal/lab", "internal/matrix", "internal/viewer"}},

	// tests
	"internal/archtest": {},
	"internal/mutants":  {},
	"internal/wiretest": {imports: []string{"rdp/wire"}},
	"bench": {imports: []string{"internal/lab", "rdp/rdpio", "rdp/wire", "rdp/x224", "rdp/connect", "rdp/fastpath", "rdp/input", "rdp/security",
		"credssp", "ntlm", "spnego"}},
	"interop":         {},
	"interop/summary": {imports: []string{"interop"}},
	"e2e":             {imports: []string{"e2e/cleanpath", "interop"}},
	"e2e/cleanpath":   {imports: []string{"rdp/rdpio", "rdp/x224", "credssp", "ntlm"}},
}

// impure are standard packages that a pure package may not import, with the
// reason.
var impure = map[string]string{
	"net":           "sockets belong to rdp/rdpio",
	"net/http":      "sockets belong to rdp/rdpio",
	"os":            "files and the environment belong to cmd/fumidai",
	"os/exec":       "programs are not started below the line",
	"log":           "machines report by their return values",
	"log/slog":      "machines report by their return values",
	"crypto/rand":   "randomness is an argument",
	"math/rand":     "randomness is an argument",
	"math/rand/v2":  "randomness is an argument",
	"io/ioutil":     "files belong to cmd/fumidai",
	"encoding/asn1": "it allocates on hostile input and cannot say what was odd; see docs/decisions/0003",
	"unsafe":        "there is nothing to gain",
}

// clock are the functions of package time that read or wait for the clock.
var clock = map[string]bool{"Now": true, "Since": true, "Until": true, "Sleep": true, "After": true,
	"AfterFunc": true, "Tick": true, "NewTimer": true, "NewTicker": true}
