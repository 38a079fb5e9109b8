package main

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fumidai/fumidai/rdp/x224"
	"github.com/fumidai/fumidai/verdict"
)

// full is what a full look adds, in a few rows.
func (s *sheet) full(f verdict.Facts) {
	open := false
	mark := func(t verdict.Tri, name string) string {
		open = open || t == verdict.Unknown
		return name + " " + map[verdict.Tri]string{verdict.Yes: "✓", verdict.No: "✗", verdict.Unknown: "?"}[t]
	}
	if f.Alone != nil {
		var offers []string
		for _, protocol := range verdict.Protocols() {
			o := f.Offer(protocol)
			text := mark(o.Accepted, protocol.String())
			if o.Failure != 0 {
				text += fmt.Sprintf(" (%d)", o.Failure)
			}
			offers = append(offers, text)
		}
		s.row("ui.label.protocols", strings.Join(offers, ", "))
		s.row("ui.label.modes", mark(f.RestrictedAdmin(), "Restricted Admin")+", "+mark(f.RemoteGuard(), "Remote Credential Guard"))
	}
	if r := f.RDPSecurity; r != nil {
		s.row("ui.label.rdp_security", fmt.Sprintf("%v, %v", r.Method, r.Level))
	}
	if f.Hellos != nil {
		var versions, families []string
		for _, v := range verdict.TLSVersions() {
			versions = append(versions, mark(f.TLSVersion(v), tls.VersionName(v)))
		}
		for _, family := range verdict.Families() {
			families = append(families, mark(f.TLSFamily(family), strings.ToUpper(string(family))))
		}
		s.row("ui.label.tls_versions", strings.Join(versions, ", "))
		s.row("ui.label.tls_families", strings.Join(families, ", "))
	}
	if open {
		s.paragraph(2+labelWidth, faint, s.text("ui.not_checked", nil))
	}
}

// addFull adds the answers of a full look, and those of a lesser one to the same
// questions.
func (h *jsonHost) addFull(f verdict.Facts) {
	h.Protocols = jsonProtocols{
		RDP: offer(f, x224.ProtocolRDP), SSL: offer(f, x224.ProtocolSSL), Hybrid: offer(f, x224.ProtocolHybrid),
		RDSTLS: offer(f, x224.ProtocolRDSTLS), HybridEx: offer(f, x224.ProtocolHybridEx), RDSAAD: offer(f, x224.ProtocolRDSAAD),
	}
	h.RestrictedAdmin, h.RemoteGuard = answer(f.RestrictedAdmin()), answer(f.RemoteGuard())
	if r := f.RDPSecurity; r != nil {
		h.RDPSecurity = &jsonRDPSecurity{r.Method.String(), r.Level.String()}
	}
	h.TLSVersions, h.TLSFamilies = map[string]*bool{}, map[string]*bool{}
	for _, v := range verdict.TLSVersions() {
		h.TLSVersions[tls.VersionName(v)] = answer(f.TLSVersion(v))
	}
	for _, family := range verdict.Families() {
		h.TLSFamilies[string(family)] = answer(f.TLSFamily(family))
	}
	for _, o := range f.Hellos {
		hello := jsonHello{Highest: tls.VersionName(o.Highest), Family: optional(string(o.Family)), Refusal: optional(o.Refusal)}
		if o.Version != 0 {
			hello.Version, hello.CipherSuite = optional(tls.VersionName(o.Version)), optional(tls.CipherSuiteName(o.Suite))
		}
		h.TLSHellos = append(h.TLSHellos, hello)
	}
}

func offer(f verdict.Facts, p x224.Protocol) *jsonOffer {
	o := f.Offer(p)
	accepted := answer(o.Accepted)
	if accepted == nil {
		return nil
	}
	out := &jsonOffer{Accepted: *accepted}
	if o.Failure != 0 {
		code := uint32(o.Failure)
		out.Failure = &code
	}
	return out
}

// answer is nil for unknown.
func answer(t verdict.Tri) *bool {
	if t == verdict.Unknown {
		return nil
	}
	yes := t == verdict.Yes
	return &yes
}

// escaped writes what a terminal could obey, such as control characters above
// U+007F and direction marks, as escape sequences of JSON. Below, JSON does so
// itself.
func escaped(line []byte) []byte {
	if !slices.ContainsFunc(line, beyondASCII) {
		return line
	}
	out := make([]byte, 0, len(line))
	for _, c := range string(line) {
		switch {
		case c < 0x7F, unicode.IsPrint(c) && !unicode.Is(unicode.Bidi_Control, c):
			out = utf8.AppendRune(out, c)
		case c > 0xFFFF:
			high, low := utf16.EncodeRune(c)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return out
}

func beyondASCII(b byte) bool { return b >= 0x7F }
