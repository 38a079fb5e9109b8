package verdict

import "slices"

// The versions of TLS, as numbers of its registry.
const (
	ssl30 = 0x0300
	tls10 = 0x0301
	tls11 = 0x0302
	tls12 = 0x0303
	tls13 = 0x0304
)

// Hello is a TLS ClientHello and what became of it.
type Hello struct {
	Highest uint16 // the highest version it offered; all below it were offered, too
	Family  Family // the suites up to TLS 1.2 that it offered; "" = all

	// What the server chose, as numbers of the TLS registry. 0: it chose nothing,
	// and Refusal is the dotted code of how it refused. If that is empty, too,
	// there was no clear answer.
	Version, Suite uint16
	Refusal        string
}

func (h Hello) refused() bool { return h.Version == 0 && h.Refusal != "" }

// TLSVersions lists the versions, from the lowest, beginning with SSL 3.0.
func TLSVersions() []uint16 {
	return []uint16{ssl30, tls10, tls11, tls12, tls13}
}

// TLSVersion returns whether the server accepts this version of TLS. A server
// takes the highest version that both have (RFC 5246, E.1), so that a lower
// choice, or a refusal, is the answer for all versions between.
func (f Facts) TLSVersion(version uint16) Tri {
	answer := Unknown
	for _, h := range f.hellos() {
		if h.Version == version {
			return Yes
		}
		lower := h.Version != 0 && h.Version < version
		if h.Family == "" && h.Highest >= version && (lower || h.refused()) {
			answer = No
		}
	}
	return answer
}

// TLSFamily returns whether the server accepts suites of this family.
func (f Facts) TLSFamily(family Family) Tri {
	answer := Unknown
	for _, h := range f.hellos() {
		if slices.Contains(familiesOf(h.Suite), family) {
			return Yes
		}
		if h.Family == family && h.refused() {
			answer = No
		}
	}
	return answer
}

// hellos counts the handshake of the first connection among them. It offered
// TLS 1.0 to 1.3.
func (f Facts) hellos() []Hello {
	if f.TLS == nil {
		return f.Hellos
	}
	first := Hello{Highest: tls13, Version: f.TLS.Version, Suite: f.TLS.CipherSuite}
	return append([]Hello{first}, f.Hellos...)
}
