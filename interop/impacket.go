package interop

import (
	"strings"
	"testing"
	"time"
)

// RDPCheckResult is what impacket's rdp_check said.
type RDPCheckResult struct {
	Granted bool // "Access Granted"
	Log     string
}

// RDPCheck runs impacket's rdp_check, a CredSSP client of version 2 with NTLM,
// against addr, whose port must be 3389 (see [FreeAddressRDP]).
//
// It verifies nothing of what the server sends: Granted says only that no
// error came. Judge by what the server saw.
func RDPCheck(t testing.TB, addr, user, password, domain string) RDPCheckResult {
	t.Helper()
	host, port := splitLoopback(t, addr)
	if port != "3389" {
		t.Fatalf("interop: rdp_check knows port 3389 only, not %s", port)
	}
	account := user + ":" + password + "@" + host
	if domain != "" {
		account = domain + "/" + account
	}
	out, _ := run(t, 30*time.Second, command(t, python, "/usr/share/doc/python3-impacket/examples/rdp_check.py", account))
	return RDPCheckResult{Granted: strings.Contains(out, "Access Granted"), Log: out}
}
