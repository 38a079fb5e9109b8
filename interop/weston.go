package interop

import "testing"

// Weston starts the RDP backend of weston, a server with TLS and without any
// login, and returns its address. A client that leaves before its session is
// active may crash it.
func Weston(t testing.TB) (addr string) {
	t.Helper()
	addr = FreeAddress(t)
	host, port := splitLoopback(t, addr)
	cmd := command(t, "weston", "--backend=rdp-backend.so", "--address="+host, "--port="+port, "--no-config", "--idle-time=0")
	certFile, keyFile := Certificate(t, cmd.Dir)
	cmd.Args = append(cmd.Args, "--rdp-tls-cert="+certFile, "--rdp-tls-key="+keyFile)
	start(t, cmd).awaitListening(t, addr)
	return addr
}
