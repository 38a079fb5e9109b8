package main

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// target is one HOST[:PORT] of a command line.
type target struct {
	host string // without brackets
	port int
}

const defaultPort = 3389

func (t target) String() string { return net.JoinHostPort(t.host, strconv.Itoa(t.port)) }

// parseTarget takes a name or an address, IPv6 with or without brackets, and an
// optional port.
func parseTarget(s string) (target, error) {
	t := target{s, defaultPort}
	if strings.Contains(s, "://") {
		return t, badTarget(s, likelyHost(s))
	}
	bare := s
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		bare = s[1 : len(s)-1]
	}
	if addr, err := netip.ParseAddr(bare); err == nil {
		t.host = addr.String()
		return t, nil
	}
	if host, port, err := net.SplitHostPort(s); err == nil {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return t, badTarget(s, net.JoinHostPort(host, strconv.Itoa(defaultPort)))
		}
		t.host, t.port = host, int(n)
	}
	if !hostLike(t.host) {
		return t, badTarget(s, likelyHost(s))
	}
	return t, nil
}

func badTarget(s, meant string) error {
	e := &misuseError{code: "ui.error.target", args: map[string]any{"target": printable(s)}}
	if meant != "" {
		e.hint = "fumidai check " + meant
	}
	return e
}

// hostLike accepts what can be a host name or an address with a zone.
func hostLike(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_', c > 0x7F:
		default:
			return false
		}
	}
	return s[0] != '-' && s[0] != '.'
}

// likelyHost guesses the host in something like rdp://host/ or host/path.
func likelyHost(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	s = s[strings.LastIndex(s, "@")+1:]
	if host, _, err := net.SplitHostPort(s); err == nil && hostLike(host) || hostLike(s) {
		return s
	}
	return ""
}
