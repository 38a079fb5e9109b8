package main

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
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
func parseTarget(typed string) (target, error) {
	s := folded(typed)
	t := target{s, defaultPort}
	if strings.Contains(s, "://") {
		return t, badTarget(typed, likelyHost(s))
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
			return t, badTarget(typed, net.JoinHostPort(host, strconv.Itoa(defaultPort)))
		}
		t.host, t.port = host, int(n)
	}
	if !hostLike(t.host) {
		return t, badTarget(typed, likelyHost(s))
	}
	return t, nil
}

// folded makes what an input method has written in full width, such as
// "１９２．０．２．１：３３８９", what it stands for. NFKC keeps the ideographic full
// stop, which is a dot in names too (UTS #46 2.3).
func folded(s string) string {
	return strings.ReplaceAll(norm.NFKC.String(s), "。", ".")
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

// likelyHost guesses the host in something like rdp://host/, host/path or
// \\host\share. Where nothing was written, it is an example.
func likelyHost(s string) string {
	if strings.TrimSpace(s) == "" {
		return "server.example.com"
	}
	if share, ok := strings.CutPrefix(s, `\\`); ok {
		s, _, _ = strings.Cut(share, `\`)
	}
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
