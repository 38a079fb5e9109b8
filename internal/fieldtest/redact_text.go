package fieldtest

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// namePlace and addressPlace stand in answers for what was taken out.
const (
	namePlace    = "<name>"
	addressPlace = "<address>"
)

var (
	// The dialogs of mstsc name the computer on a line of its own.
	remoteComputer = regexp.MustCompile(`(?i)(Remote computer|リモート コンピューター|コンピューター名|Computer name)\s*[:：]\s*[^\s/<]+`)
	servicePrefix  = regexp.MustCompile(`(?i)\b(TERMSRV|WSMAN|HTTP|HOST|RESTRICTEDKRBHOST)/[^\s,;"'<>。、）)]+`)
	withBackslash  = regexp.MustCompile(`[^\s\\"'<>]*\\+[^\s"'<>]+`)
	withAt         = regexp.MustCompile(`[^\s@"'<>]+@[^\s@"'<>]+`)
	dotted         = regexp.MustCompile(`(?i)\b[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*\b`)
	addressLike    = regexp.MustCompile(`(?i)[0-9a-f]*[.:][0-9a-f.:]*(%[a-z0-9]+)?`)
)

// redactText takes names and addresses out of what a person typed. It errs on
// the side of taking out too much; what it cannot know is a bare word that was
// seen nowhere on the wire.
func redactText(text string, names []string) string {
	text = remoteComputer.ReplaceAllString(text, "$1: "+namePlace)
	text = servicePrefix.ReplaceAllString(text, "$1/"+namePlace)
	text = withBackslash.ReplaceAllString(text, namePlace)
	text = withAt.ReplaceAllString(text, namePlace)
	text = addressLike.ReplaceAllStringFunc(text, func(s string) string {
		bare := strings.TrimRight(s, ".:")
		_, err := netip.ParseAddr(bare)
		_, withPort := netip.ParseAddrPort(bare)
		if err == nil || withPort == nil {
			return addressPlace + s[len(bare):]
		}
		return s
	})
	text = dotted.ReplaceAllStringFunc(text, func(s string) string {
		if strings.EqualFold(s, "go.microsoft.com") {
			return s
		}
		return namePlace
	})
	names = slices.SortedFunc(slices.Values(names), func(a, b string) int { return len(b) - len(a) }) // a name may hold another
	for _, name := range names {
		if name = strings.TrimSpace(name); len(name) >= 2 {
			text = word(name).ReplaceAllString(text, namePlace)
		}
	}
	return text
}

// word matches a name that is no part of a longer Latin word. In Japanese there
// is nothing between words.
func word(name string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(name)
	if latin(name[0]) {
		pattern = `\b` + pattern
	}
	if latin(name[len(name)-1]) {
		pattern += `\b`
	}
	return regexp.MustCompile(`(?i)` + pattern)
}

func latin(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
