package interop

import (
	"image"
	"image/png"
	"os"
	"os/exec"
	"testing"
)

// Weston starts the RDP backend of weston, a server with TLS and without any
// login, and returns its address. A client that leaves before its session is
// active may crash it.
func Weston(t testing.TB) (addr string) {
	t.Helper()
	return weston(t, command(t, "weston", "--no-config"))
}

// WestonPicture is Weston with a known picture of 800 x 600 pixels as its desktop,
// nothing else on it, and its own pointer drawn over it: less than 0.1 % of the
// pixels.
func WestonPicture(t testing.TB) (addr string, want *image.RGBA) {
	t.Helper()
	want = Pattern(800, 600)
	cmd := command(t, "weston", "--width=800", "--height=600")
	file, err := os.Create(cmd.Dir + "/picture.png")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := png.Encode(file, want); err != nil {
		t.Fatal(err)
	}
	ini := "[shell]\nbackground-image=" + file.Name() + "\nbackground-type=scale\npanel-position=none\nlocking=false\n"
	if err := os.WriteFile(cmd.Dir+"/weston.ini", []byte(ini), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd.Args = append(cmd.Args, "--config="+cmd.Dir+"/weston.ini")
	return weston(t, cmd), want
}

func weston(t testing.TB, cmd *exec.Cmd) (addr string) {
	t.Helper()
	addr = FreeAddress(t)
	host, port := splitLoopback(t, addr)
	certFile, keyFile := Certificate(t, cmd.Dir)
	cmd.Args = append(cmd.Args, "--backend=rdp-backend.so", "--address="+host, "--port="+port, "--idle-time=0",
		"--rdp-tls-cert="+certFile, "--rdp-tls-key="+keyFile)
	start(t, cmd).awaitListening(t, addr)
	return addr
}
