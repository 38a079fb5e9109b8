package interop

import (
	"fmt"
	"image"
	"os"
	"strings"
	"testing"
	"time"
)

// FreeRDPShadow starts the shadow server of FreeRDP 2 or 3 with one account
// and returns its address. It demands NLA and shares the virtual screen. An
// empty domain lets the client send any; another must be sent exactly.
func FreeRDPShadow(t testing.TB, version int, user, password, domain string) (addr string) {
	t.Helper()
	return FreeRDPShadowAt(t, FreeAddress(t), version, user, password, domain)
}

// FreeRDPShadowAt is FreeRDPShadow at a given address, as for clients that
// know port 3389 only.
func FreeRDPShadowAt(t testing.TB, addr string, version int, user, password, domain string) string {
	t.Helper()
	startShadow(t, Display(t), addr, version, user, password, domain)
	return addr
}

// FreeRDPShadowOn is FreeRDPShadow for a screen of its own: what somebody paints
// there is what its clients see, and their keys and clicks arrive there.
func FreeRDPShadowOn(t testing.TB, screen *Screen, version int, user, password, domain string) (addr string) {
	t.Helper()
	addr = FreeAddress(t)
	startShadow(t, screen.Name, addr, version, user, password, domain)
	return addr
}

// The account of ShadowPicture.
const (
	ShadowUser     = "alice"
	ShadowPassword = "Passw0rd!"
)

// ShadowPicture starts a shadow server of FreeRDP 2 or 3 that shares a screen of
// 800 x 600 pixels with a known picture, and returns both. The account is
// ShadowUser with ShadowPassword in any domain.
func ShadowPicture(t testing.TB, version int) (addr string, want *image.RGBA) {
	t.Helper()
	screen := NewScreen(t, 800, 600)
	screen.Paint(Pattern(screen.Width, screen.Height))
	return FreeRDPShadowOn(t, screen, version, ShadowUser, ShadowPassword, ""), screen.Screenshot()
}

func startShadow(t testing.TB, display, addr string, version int, user, password, domain string) {
	t.Helper()
	host, port := splitLoopback(t, addr)
	cmd := lineBuffered(t, freerdp(t, version, "freerdp-shadow-cli"),
		"/bind-address:"+host, "/port:"+port, "/sec:nla", "+auth", "/sam-file:sam")
	if err := os.WriteFile(cmd.Dir+"/sam", sam(t, version, user, password, domain), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Env = append(cmd.Env, "DISPLAY="+display, "WLOG_LEVEL=DEBUG")
	p := start(t, cmd)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("interop: %s wrote:\n%s", programName(cmd), p.log)
		}
	})
	p.awaitListening(t, addr)
}

// sam makes the server's account file, "user:domain:LM hash:NT hash:::".
func sam(t testing.TB, version int, user, password, domain string) []byte {
	t.Helper()
	out, code := run(t, 10*time.Second, command(t, freerdp(t, version, "winpr-hash"), "-u", user, "-p", password))
	hash := strings.TrimSpace(out)
	if code != 0 || len(hash) != 32 {
		t.Fatalf("interop: winpr-hash: exit code %d: %s", code, out)
	}
	return fmt.Appendf(nil, "%s:%s::%s:::\n", user, domain, hash)
}
