package credssp

import (
	"fmt"
	"io"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/fumidai/fumidai/rdp/wire"
)

// The values of TSCredentials.credType (MS-CSSP 2.2.1.2).
const (
	credTypePassword    = 1
	credTypeSmartCard   = 2
	credTypeRemoteGuard = 6
)

// Credentials is what a client delegates: *PasswordCreds, *SmartCardCreds or
// *RemoteGuardCreds.
type Credentials interface {
	// Wipe overwrites every secret.
	Wipe()

	credType() int64
	content(b *cryptobyte.Builder)
	size() int // at least that of the content, in bytes
}

// PasswordCreds is TSPasswordCreds (2.2.1.2.1). With Restricted Admin all three
// are empty.
type PasswordCreds struct {
	Domain, User string
	Password     []byte // UTF-16LE without a terminator, as on the wire
}

// NewPasswordCreds makes PasswordCreds of a password in UTF-8. The caller wipes
// its own copy.
func NewPasswordCreds(domain, user string, password []byte) *PasswordCreds {
	return &PasswordCreds{domain, user, wire.AppendUTF16(make([]byte, 0, 2*len(password)), password)}
}

// Wipe overwrites the password.
func (c *PasswordCreds) Wipe() { clear(c.Password) }

// String shows whose credentials these are and nothing else. It belongs to the
// value, like those below, so that a copy is as silent.
func (c PasswordCreds) String() string {
	return fmt.Sprintf("password of %s\\%s", c.Domain, c.User)
}

// GoString keeps the password out of %#v.
func (c PasswordCreds) GoString() string { return c.String() }

// Format does the same for every verb.
func (c PasswordCreds) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// MarshalText does the same for JSON and logs.
func (c PasswordCreds) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

func (c *PasswordCreds) credType() int64 { return credTypePassword }

func (c *PasswordCreds) size() int { return 64 + 2*len(c.Domain) + 2*len(c.User) + len(c.Password) }

func (c *PasswordCreds) content(b *cryptobyte.Builder) {
	text(b, 0, c.Domain)
	text(b, 1, c.User)
	octets(b, 2, c.Password)
}

// SmartCardCreds is TSSmartCardCreds (2.2.1.2.2). Optional strings are absent
// when empty.
type SmartCardCreds struct {
	PIN                                          []byte // UTF-16LE
	KeySpec                                      int64
	CardName, ReaderName, ContainerName, CSPName string
	UserHint, DomainHint                         string
}

// Wipe overwrites the PIN.
func (c *SmartCardCreds) Wipe() { clear(c.PIN) }

// String shows which card this is and not its PIN.
func (c SmartCardCreds) String() string { return fmt.Sprintf("smart card %q", c.CardName) }

// GoString keeps the PIN out of %#v.
func (c SmartCardCreds) GoString() string { return c.String() }

// Format does the same for every verb.
func (c SmartCardCreds) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// MarshalText does the same for JSON and logs.
func (c SmartCardCreds) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

func (c *SmartCardCreds) credType() int64 { return credTypeSmartCard }

func (c *SmartCardCreds) size() int {
	return 160 + len(c.PIN) + 2*(len(c.CardName)+len(c.ReaderName)+len(c.ContainerName)+len(c.CSPName)+
		len(c.UserHint)+len(c.DomainHint))
}

func (c *SmartCardCreds) content(b *cryptobyte.Builder) {
	octets(b, 0, c.PIN)
	explicit(b, 1, func(b *cryptobyte.Builder) {
		b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
			explicit(b, 0, func(b *cryptobyte.Builder) { b.AddASN1Int64(c.KeySpec) })
			optionalText(b, 1, c.CardName)
			optionalText(b, 2, c.ReaderName)
			optionalText(b, 3, c.ContainerName)
			optionalText(b, 4, c.CSPName)
		})
	})
	optionalText(b, 2, c.UserHint)
	optionalText(b, 3, c.DomainHint)
}

// RemoteGuardCreds is TSRemoteGuardCreds (2.2.1.2.3).
type RemoteGuardCreds struct {
	Logon         PackageCred
	Supplementary []PackageCred
}

// PackageCred is TSRemoteGuardPackageCred (2.2.1.2.3.1).
type PackageCred struct {
	Package string
	Buffer  []byte
}

// String shows the package and not its buffer.
func (p PackageCred) String() string { return "credentials of " + p.Package }

// GoString keeps the buffer out of %#v.
func (p PackageCred) GoString() string { return p.String() }

// Format does the same for every verb.
func (p PackageCred) Format(f fmt.State, _ rune) { io.WriteString(f, p.String()) }

// MarshalText does the same for JSON and logs.
func (p PackageCred) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Wipe overwrites the buffers.
func (c *RemoteGuardCreds) Wipe() {
	clear(c.Logon.Buffer)
	for _, s := range c.Supplementary {
		clear(s.Buffer)
	}
}

// String shows the package and not its buffer.
func (c RemoteGuardCreds) String() string { return "remote guard credentials of " + c.Logon.Package }

// GoString keeps the buffers out of %#v.
func (c RemoteGuardCreds) GoString() string { return c.String() }

// Format does the same for every verb.
func (c RemoteGuardCreds) Format(f fmt.State, _ rune) { io.WriteString(f, c.String()) }

// MarshalText does the same for JSON and logs.
func (c RemoteGuardCreds) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

func (c *RemoteGuardCreds) credType() int64 { return credTypeRemoteGuard }

func (c *RemoteGuardCreds) size() int {
	n := 64 + 32 + 2*len(c.Logon.Package) + len(c.Logon.Buffer)
	for _, s := range c.Supplementary {
		n += 32 + 2*len(s.Package) + len(s.Buffer)
	}
	return n
}

func (c *RemoteGuardCreds) content(b *cryptobyte.Builder) {
	explicit(b, 0, c.Logon.append)
	if len(c.Supplementary) > 0 {
		explicit(b, 1, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				for i := range c.Supplementary {
					c.Supplementary[i].append(b)
				}
			})
		})
	}
}

func (p *PackageCred) append(b *cryptobyte.Builder) {
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		text(b, 0, p.Package)
		octets(b, 1, p.Buffer)
	})
}

func text(b *cryptobyte.Builder, n uint8, s string) { octets(b, n, wire.AppendUTF16(nil, s)) }

func optionalText(b *cryptobyte.Builder, n uint8, s string) {
	if s != "" {
		text(b, n, s)
	}
}

// MarshalCredentials encodes TSCredentials (2.2.1.2) into one buffer that is
// never copied, so that the caller can wipe all of it.
func MarshalCredentials(c Credentials) ([]byte, error) {
	b := cryptobyte.NewFixedBuilder(make([]byte, 0, 64+c.size()))
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		explicit(b, 0, func(b *cryptobyte.Builder) { b.AddASN1Int64(c.credType()) })
		explicit(b, 1, func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) {
				b.AddASN1(asn1.SEQUENCE, c.content)
			})
		})
	})
	return b.Bytes()
}

// ParseCredentials decodes TSCredentials. Secrets are copied, so that the caller
// can wipe b. Terminating NULs, which rdesktop sends, are taken off every
// string.
func ParseCredentials(b []byte) (Credentials, error) {
	r := wire.NewReader("TSCredentials", b)
	outer := r.Into(r.Expect("SEQUENCE", wire.TagSequence))
	kind := integer(outer, "credType", 0)
	wrapped := outer.Into(outer.Expect("credentials", wire.Context(1)))
	octetString := wrapped.Into(wrapped.Expect("credentials", wire.TagOctetString))
	in := octetString.Into(octetString.Expect("credentials", wire.TagSequence))
	var c Credentials
	switch kind {
	case credTypePassword:
		c = &PasswordCreds{Domain: readText(in, "domainName", 0), User: readText(in, "userName", 1), Password: secret(withoutNUL(octetsOf(in, "password", 2)))}
	case credTypeSmartCard:
		c = parseSmartCard(in)
	case credTypeRemoteGuard:
		c = parseRemoteGuard(in)
	default:
		outer.Failf("credType", "unknown type %d", kind)
	}
	leave(in, octetString)
	leave(octetString, wrapped)
	leave(wrapped, outer)
	leave(outer, r)
	r.End()
	if err := r.Err(); err != nil {
		if c != nil {
			c.Wipe()
		}
		return nil, err
	}
	return c, nil
}

func parseSmartCard(r *wire.Reader) *SmartCardCreds {
	c := &SmartCardCreds{PIN: secret(withoutNUL(octetsOf(r, "pin", 0)))}
	explicit := r.Into(r.Expect("cspData", wire.Context(1)))
	csp := explicit.Into(explicit.Expect("cspData", wire.TagSequence))
	c.KeySpec = integer(csp, "keySpec", 0)
	c.CardName = readOptionalText(csp, "cardName", 1)
	c.ReaderName = readOptionalText(csp, "readerName", 2)
	c.ContainerName = readOptionalText(csp, "containerName", 3)
	c.CSPName = readOptionalText(csp, "cspName", 4)
	leave(csp, explicit)
	leave(explicit, r)
	c.UserHint = readOptionalText(r, "userHint", 2)
	c.DomainHint = readOptionalText(r, "domainHint", 3)
	return c
}

// maxPackages bounds the supplementary credentials; Windows knows a handful of
// security packages.
const maxPackages = 32

func parseRemoteGuard(r *wire.Reader) *RemoteGuardCreds {
	c := &RemoteGuardCreds{}
	logon := r.Into(r.Expect("logonCred", wire.Context(0)))
	c.Logon = parsePackage(logon)
	leave(logon, r)
	if !next(r, 1) {
		return c
	}
	explicit := r.Into(r.Expect("supplementalCreds", wire.Context(1)))
	list := explicit.Into(explicit.Expect("supplementalCreds", wire.TagSequence))
	for list.Len() > 0 {
		if len(c.Supplementary) == maxPackages {
			list.Failf("supplementalCreds", "more than %d packages", maxPackages)
		}
		c.Supplementary = append(c.Supplementary, parsePackage(list))
	}
	leave(list, explicit)
	leave(explicit, r)
	return c
}

func parsePackage(r *wire.Reader) PackageCred {
	in := r.Into(r.Expect("TSRemoteGuardPackageCred", wire.TagSequence))
	p := PackageCred{Package: readText(in, "packageName", 0), Buffer: secret(octetsOf(in, "credBuffer", 1))}
	leave(in, r)
	return p
}

// leave goes back from in to r. Nothing may be left over, least of all a second
// set of credentials (3.1.5, step 5).
func leave(in, r *wire.Reader) {
	in.End()
	r.Join(in)
}

// next reports whether the next element is [n].
func next(r *wire.Reader, n int) bool {
	tag, ok := r.Peek()
	return ok && tag == wire.Context(n)
}

// integer reads 32 bits in [n], as a signed or an unsigned number: the keySpec
// CERT_NCRYPT_KEY_SPEC is 0xFFFFFFFF.
func integer(r *wire.Reader, field string, n int) int64 {
	in := r.Into(r.Expect(field, wire.Context(n)))
	b := in.Expect(field, wire.TagInteger).Content
	if len(b) == 5 && b[0] == 0 {
		b = b[1:]
	}
	if in.Err() == nil && (len(b) == 0 || len(b) > 4) {
		in.Failf(field, "%d bytes long", len(b))
	}
	leave(in, r)
	if in.Err() != nil {
		return 0
	}
	v := uint32(int32(int8(b[0])))
	for _, c := range b[1:] {
		v = v<<8 | uint32(c)
	}
	return int64(v)
}

// octetsOf reads an OCTET STRING in [n].
func octetsOf(r *wire.Reader, field string, n int) []byte {
	in := r.Into(r.Expect(field, wire.Context(n)))
	b := in.Expect(field, wire.TagOctetString).Content
	leave(in, r)
	return b
}

// withoutNUL takes UTF-16 NULs off the end.
func withoutNUL(b []byte) []byte {
	for n := len(b); n >= 2 && n%2 == 0 && b[n-1] == 0 && b[n-2] == 0; n = len(b) {
		b = b[:n-2]
	}
	return b
}

// secret copies what must outlive the message.
func secret(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }

func readText(r *wire.Reader, field string, n int) string {
	b := octetsOf(r, field, n)
	return wire.DecodeUTF16(withoutNUL(b[:len(b)&^1])) // an odd last byte is dropped
}

func readOptionalText(r *wire.Reader, field string, n int) string {
	if !next(r, n) {
		return ""
	}
	return readText(r, field, n)
}
