package interop

import (
	"os"
	"regexp"
	"testing"
)

// XRDP starts xrdp, a server with TLS and without NLA, and returns its address.
// Without its session manager it shows its login screen and nothing more.
func XRDP(t testing.TB) (addr string) {
	t.Helper()
	addr = FreeAddress(t)
	cmd := command(t, "/usr/sbin/xrdp", "--nodaemon", "--config", "xrdp.ini")
	certFile, keyFile := Certificate(t, cmd.Dir)
	ini, err := os.ReadFile("/etc/xrdp/xrdp.ini")
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"port": "tcp://" + addr, "security_layer": "tls", "certificate": certFile, "key_file": keyFile,
		"LogFile": cmd.Dir + "/xrdp.log", "EnableSyslog": "false",
	} {
		line := regexp.MustCompile(`(?m)^` + name + `=.*$`)
		first := line.FindIndex(ini) // later sections have a port of their own
		if first == nil {
			t.Fatalf("interop: no %s in xrdp.ini", name)
		}
		ini = append(append(append([]byte{}, ini[:first[0]]...), name+"="+value...), ini[first[1]:]...)
	}
	if err := os.WriteFile(cmd.Dir+"/xrdp.ini", ini, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, cmd).awaitListening(t, addr)
	return addr
}
