package lab

import (
	"strings"
	"testing"
)

// A token leads where it says, once, for who got it, with or without its line end.
func TestRoutes(t *testing.T) {
	var r routes
	to := named(t, "OLD-2016")
	give := func() string { return string(r.give(to, `FUMIDAI\alice`)) }
	first := give()
	if !strings.HasPrefix(first, "Cookie: msts=") || !strings.HasSuffix(first, "\r\n") || first == give() {
		t.Fatalf("%q", first)
	}
	if h, ok := r.take([]byte(strings.TrimSpace(first)), `FUMIDAI\alice`); !ok || h.Name != to.Name {
		t.Errorf("%v, %v", h.Name, ok)
	}
	if _, ok := r.take([]byte(first), `FUMIDAI\alice`); ok {
		t.Error("a token serves twice")
	}
	stolen := give()
	if _, ok := r.take([]byte(stolen), `FUMIDAI\bob`); ok {
		t.Error("a token serves another user")
	}
	if _, ok := r.take([]byte(stolen), `FUMIDAI\alice`); ok {
		t.Error("a token serves after somebody else has brought it")
	}
	for _, none := range []string{"", "Cookie: msts=", "Cookie: msts=3640205228.15629.0000"} {
		if _, ok := r.take([]byte(none), ""); ok {
			t.Errorf("%q leads somewhere", none)
		}
	}
	old := give()
	for token, route := range r.open {
		route.expires = route.expires.Add(-2 * routeLife)
		r.open[token] = route
	}
	if _, ok := r.take([]byte(old), `FUMIDAI\alice`); ok {
		t.Error("a token serves after its time")
	}
	give()
	if len(r.open) != 1 {
		t.Errorf("%d tokens are kept", len(r.open))
	}
}

// Tokens that nobody uses are bounded, and the oldest makes room.
func TestRoutesAreBounded(t *testing.T) {
	var r routes
	first := r.give(Host{}, "u")
	second := r.give(Host{}, "u")
	for range maxRoutes - 1 {
		r.give(Host{}, "u")
	}
	if len(r.open) != maxRoutes {
		t.Errorf("%d tokens", len(r.open))
	}
	if _, ok := r.take(first, "u"); ok {
		t.Error("the oldest is still there")
	}
	if _, ok := r.take(second, "u"); !ok {
		t.Error("the second is gone")
	}
}
