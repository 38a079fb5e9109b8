package interop

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
)

// FreeAddress returns a loopback address with a free port, "127.a.b.c:port".
// The host is drawn from the four million of 127.64.0.0/10, so that two tests
// that run at the same time do not take each other's port between this answer
// and its use.
func FreeAddress(t testing.TB) string {
	t.Helper()
	return freeAddress(t, 0)
}

// FreeAddressRDP is FreeAddress with port 3389, for peers that know no other.
func FreeAddressRDP(t testing.TB) string {
	t.Helper()
	return freeAddress(t, 3389)
}

func freeAddress(t testing.TB, port int) string {
	t.Helper()
	n := rand.Uint32N(1 << 22)
	host := fmt.Sprintf("127.%d.%d.%d", 64+n>>16, n>>8&0xff, n&0xff)
	l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", host, port))
	if err != nil {
		t.Fatalf("interop: no free address: %v", err)
	}
	defer l.Close()
	return l.Addr().String()
}

// splitLoopback splits an address and fails if it is not a loopback one.
func splitLoopback(t testing.TB, addr string) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatalf("interop: %v", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		t.Fatalf("interop: peers talk to loopback addresses only, not to %s", host)
	}
	return host, port
}
